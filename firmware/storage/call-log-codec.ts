import { assert } from "../core/assert.js";
import { copyBytes } from "../core/bytes.js";
import { callOutcomes, type CallOutcome } from "../core/call-outcome.js";
import { callLogEntriesMax } from "../core/limits.js";
import { encodeText } from "../core/text.js";
import { idBytes, nodeId, type NodeId } from "../core/node-id.js";
import { instant, type Instant } from "../core/time.js";
import type { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";

/**
 * A call as it is stored: the call log's own form. Times are kept in whole milliseconds. `name` is a user's, or the URI
 * of a stock phone, which has no Node-ID.
 */
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
/** Longest name that is kept whole, bytes: `sip:`, a user's name, `@`, an IPv6 address, a port, and room. */
const partyBytesMax = 128;
const timeMsMax = 2 ** 48;

/** The call log as a content for storage, at most `callLogEntriesMax` calls (rule `stored-calls`). */
export function encodeCallLog(calls: readonly StoredCall[]): Uint8Array {
  assert(calls.length <= callLogEntriesMax, "more calls than are stored");
  const writer = new CborWriter("stored-calls").array(calls.length);
  for (const call of calls) {
    writer
      .array(7)
      .boolean(call.direction === "incoming")
      .text(storedParty(call.name));
    if (call.nodeId === undefined) writer.null();
    else writer.bytes(call.nodeId);
    writer.uint(callOutcomes.indexOf(call.outcome)).uint(call.bootCount);
    writer.uint(Math.round(call.startedAt)).uint(Math.round(call.talkedMs));
  }
  return writer.finish();
}

/** The call log from storage. Total. */
export function readCallLog(reader: CborReader): StoredCall[] {
  const count = reader.array("calls", 0, callLogEntriesMax);
  const calls: StoredCall[] = [];
  for (let i = 0; i < count && !reader.failed; i++) calls.push(readCall(reader));
  return calls;
}

function readCall(reader: CborReader): StoredCall {
  reader.array("call", 7, 7);
  const direction = reader.boolean("incoming") ? "incoming" : "outgoing";
  const name = reader.text("name", 0, partyBytesMax);
  const reached = reader.null() ? {} : { nodeId: nodeId(copyBytes(reader.bytes("node-id", idBytes))) };
  const outcome = callOutcomes[reader.uint("outcome", callOutcomes.length - 1)] ?? "failed";
  const bootCount = reader.uint("boot-count", bootCountMax);
  const startedAt = instant(reader.uint("started-at", timeMsMax));
  const talkedMs = reader.uint("talked-ms", timeMsMax);
  return { direction, name, ...reached, outcome, bootCount, startedAt, talkedMs };
}

/** What is kept of a name: a strange one that is too long shall cost its end, not the log. */
function storedParty(name: string): string {
  const characters = [...name];
  while (encodeText(characters.join("")).length > partyBytesMax) characters.pop();
  return characters.join("");
}
