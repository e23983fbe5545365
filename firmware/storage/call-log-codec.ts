import { assert } from "../core/assert.js";
import { copyBytes } from "../core/bytes.js";
import { callOutcomes, type CallOutcome } from "../core/call-outcome.js";
import { callLogEntriesMax } from "../core/limits.js";
import { idBytes, nodeId, type NodeId } from "../core/node-id.js";
import type { Result } from "../core/result.js";
import { instant, type Instant } from "../core/time.js";
import type { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";
import { storedNameBytesMax } from "./contacts-codec.js";
import { readContent, sealItem, type StorageFault } from "./stored-item.js";

/** A call as it is stored: the call log's own form. Times are kept in whole milliseconds. */
export interface StoredCall {
  readonly direction: "incoming" | "outgoing";
  readonly name: string;
  readonly nodeId?: NodeId;
  readonly outcome: CallOutcome;
  readonly bootCount: number;
  readonly startedAt: Instant;
  readonly talkedMs: number;
}

const bootCountMax = 2 ** 32 - 1;
const timeMsMax = 2 ** 48;

/** The call log for storage, at most `callLogEntriesMax` calls (rule `stored-calls`). */
export function encodeCallLog(calls: readonly StoredCall[]): Uint8Array {
  assert(calls.length <= callLogEntriesMax, "more calls than are stored");
  const writer = new CborWriter("stored-calls").array(calls.length);
  for (const call of calls) {
    writer
      .array(7)
      .boolean(call.direction === "incoming")
      .text(call.name);
    if (call.nodeId === undefined) writer.null();
    else writer.bytes(call.nodeId);
    writer.uint(callOutcomes.indexOf(call.outcome)).uint(call.bootCount);
    writer.uint(Math.round(call.startedAt)).uint(Math.round(call.talkedMs));
  }
  return sealItem("calls", writer.finish());
}

/** The call log from storage. Total. */
export function decodeCallLog(bytes: Uint8Array): Result<StoredCall[], StorageFault> {
  return readContent("calls", bytes, (reader) => {
    const count = reader.array("calls", 0, callLogEntriesMax);
    const calls: StoredCall[] = [];
    for (let i = 0; i < count && !reader.failed; i++) calls.push(readCall(reader));
    return calls;
  });
}

function readCall(reader: CborReader): StoredCall {
  reader.array("call", 7, 7);
  const direction = reader.boolean("incoming") ? "incoming" : "outgoing";
  const name = reader.text("name", 1, storedNameBytesMax);
  const reached = reader.null() ? {} : { nodeId: nodeId(copyBytes(reader.bytes("node-id", idBytes))) };
  const outcome = callOutcomes[reader.uint("outcome", callOutcomes.length - 1)] ?? "failed";
  const bootCount = reader.uint("boot-count", bootCountMax);
  const startedAt = instant(reader.uint("started-at", timeMsMax));
  const talkedMs = reader.uint("talked-ms", timeMsMax);
  return { direction, name, ...reached, outcome, bootCount, startedAt, talkedMs };
}
