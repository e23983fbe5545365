import type { VirtualClock } from "./clock.js";
import type { PathOptions } from "./path.js";
import type { Prng } from "./prng.js";
import type { TraceRecord } from "./trace.js";

/** What a network is made with; all but clock and chance have defaults. */
export interface NetworkOptions {
  readonly clock: VirtualClock;
  readonly prng: Prng;
  /** The path between any two nodes that `setPath` says nothing of. */
  readonly path?: PathOptions;
  /** The path between two nodes of one LAN, where that is another. */
  readonly lanPath?: PathOptions;
  /** What each node can send, bits a second, IP and UDP headers included; absent: without bound. */
  readonly bandwidthBitsPerSecond?: number;
  /** Bytes that wait at a node for its turn to send; what comes on top is dropped. */
  readonly queueBytesMax?: number;
  /** Copies a `sendToGroup` makes at each hearer: multicast and broadcast are two, as on a real LAN. */
  readonly groupCopies?: 1 | 2;
  readonly onTrace?: (record: TraceRecord) => void;
}
