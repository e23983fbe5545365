import { readFullName } from "../../core/full-name.js";
import type { SipRequest } from "../../wire/sip/message.js";
import { displayBytes } from "../../wire/sip/name-address.js";
import type { SipPeer } from "./line.js";

/** Who a call or a message is from. */
export interface Sender {
  /** A user name that a credential proves, or the URI of a stock phone. */
  readonly from: string;
  /** Node-ID in hex, of a stock phone its endpoint. */
  readonly peer: string;
  /** What he calls himself beside it, in the display name of From (RFC 3261 §20.20); nothing proves it. */
  readonly fullName?: string;
}

/** The sender of a request. A display name that is no full name (`core/full-name.ts`) is left out. */
export function senderIn(request: SipRequest, { userName, nodeKey }: SipPeer): Sender {
  const fullName = request.from.display === "" ? undefined : readFullName(displayBytes(request.from));
  return { from: userName, peer: nodeKey, ...(fullName !== undefined && { fullName }) };
}
