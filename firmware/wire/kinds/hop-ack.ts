import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";

/** Acknowledges routed messages of this link by the counters of their frames: `[2, counter, ...]`. */
export interface HopAck {
  readonly type: "hopAck";
  /** 1 .. 8 counters as they stood in the frames, 16 bit. */
  readonly counters: readonly number[];
}

export function encodeHopAck(message: HopAck): Uint8Array {
  const writer = new CborWriter("hop-ack").array(1 + message.counters.length).uint(2);
  for (const counter of message.counters) writer.uint(counter);
  return writer.finish();
}

/** `items` counts the type. */
export function readHopAck(reader: CborReader, items: number): HopAck {
  const counters: number[] = [];
  for (let i = 1; i < items && !reader.failed; i++) counters.push(reader.uint("counter", 0xffff));
  return { type: "hopAck", counters };
}
