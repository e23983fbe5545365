import {
  messageBytesMax,
  sipTextBytesMax,
  sipTransactionsMax,
  sipTransactionsPerPeerMax,
} from "../../core/limits.js";
import type { Random } from "../../core/random.js";
import type { SipRequest } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import type { HeaderField } from "../../wire/sip/raw-message.js";
import { isAddressOf, type SipUri, sipUri, type Uri, uriText, userOf } from "../../wire/sip/uri.js";
import { branchCookie, type Via } from "../../wire/sip/via.js";
import type { Dialog } from "./dialog.js";
import { type Line, type LineBounds, randomToken, type SipPeer } from "./line.js";

/** Who this phone is in SIP between nodes. */
export interface SipIdentity {
  readonly userName: string;
  /** Host part of the addresses of record: `sip:alice@<overlay name>`. */
  readonly overlayName: string;
  /** Node-ID in hex, 32 digits: how a link's end is called. */
  readonly nodeKey: string;
}

/** What one phone says to another so that the second becomes one of the first one's user (identity/adoption.ts). */
const adoptionType = "application/x-muster-adoption";

const bounds: LineBounds = {
  transactions: sipTransactionsMax,
  transactionsPerPeer: sipTransactionsPerPeerMax,
  keptBytes: messageBytesMax,
  textBytes: sipTextBytesMax,
};

/**
 * SIP over links, whose other end is proven: a message counts as from the user its credential names, and only from
 * that node. The host `<Node-ID>.muster.invalid` stands wherever SIP wants the address of one device: a name that can
 * never resolve (RFC 6761 §6.4), as RFC 7118 §5 does for ends that have no address others could dial.
 */
export class OverlayLine implements Line {
  fullName = "";
  readonly bounds: LineBounds = bounds;
  readonly rtcpMux = true;
  readonly provenByAck = false;
  readonly mayFork = false;
  readonly statelessTag: string;
  readonly #identity: SipIdentity;
  readonly #random: Random;
  readonly #host: string;

  constructor(identity: SipIdentity, random: Random) {
    this.#random = random;
    this.statelessTag = identity.nodeKey.slice(0, 8);
    this.#identity = identity;
    this.#host = deviceHost(identity.nodeKey);
  }

  get documentType(): string {
    return adoptionType;
  }

  get userName(): string {
    return this.#identity.userName;
  }

  token(bytes: number): string {
    return randomToken(this.#random, bytes);
  }

  ownAddress(): SipUri {
    return this.addressOf(this.userName);
  }

  addressOf(user: string): SipUri {
    return sipUri(user, this.#identity.overlayName);
  }

  targetOf(user: string): SipUri {
    return this.addressOf(user);
  }

  contact(): HeaderField {
    return field("Contact", `<${uriText(sipUri(this.userName, this.#host))}>`);
  }

  /** The transport is UDP's kind: datagrams, unordered, unreliable. */
  via(): Via {
    const parameters = [{ name: "branch", value: `${branchCookie}${this.token(8)}` }];
    return { transport: "UDP", host: this.#host, parameters };
  }

  scope(peer: string): string {
    return peer;
  }

  received(request: SipRequest): SipRequest {
    return request;
  }

  receivedVia(value: string): string {
    return value;
  }

  senderOf(_request: SipRequest, from: SipPeer): SipPeer {
    return from;
  }

  refusalOf(request: SipRequest, from: SipPeer): number | undefined {
    const { uri } = request;
    if (!isAddressOf(request.from.uri, from.userName, this.#identity.overlayName)) return 403;
    if (uri.kind !== "sip" || uri.scheme !== "sip") return 416;
    return userOf(uri) === this.userName && this.isOwn(uri) ? undefined : 404;
  }

  answersFor(sender: string, user: string): boolean {
    return sender === user;
  }

  destinationOf(dialog: Dialog): string {
    return dialog.peer;
  }

  handleEcho(): void {
    // The link has proven its other end already.
  }

  /** Whether a Request-URI means this phone: by its address of record or by its Contact. */
  private isOwn(uri: Uri): boolean {
    const host = uri.kind === "sip" ? uri.host.toLowerCase() : "";
    return host === this.#host || host === this.#identity.overlayName.toLowerCase();
  }
}

/** How one device is called in Via and Contact. */
export function deviceHost(nodeKey: string): string {
  return `${nodeKey}.muster.invalid`;
}
