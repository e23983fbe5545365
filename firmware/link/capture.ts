import type { Endpoint } from "../core/endpoint.js";
import type { NodeId } from "../core/node-id.js";
import type { Instant } from "../core/time.js";

/**
 * A message as it was before sealing or after opening, with where it went: for `--capture` and the
 * dissector. Keepalives are empty messages; a fragment is shown as a fragment.
 */
export interface Opened {
  readonly at: Instant;
  readonly direction: "in" | "out";
  /** Size of the datagram, UDP payload. */
  readonly frameBytes: number;
  readonly plaintext: Uint8Array;
  readonly remote: Endpoint;
  readonly nodeId: NodeId;
}
