import { watchSecondsMax } from "../../core/limits.js";
import { idBytes, resourceId, type ResourceId } from "../../core/node-id.js";
import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";
import {
  answerHeaderItems,
  avoidItems,
  readAnswerHeader,
  readAvoid,
  readDestination,
  readRequestHeader,
  requestHeaderItems,
  writeAnswerHeader,
  writeAvoid,
  writeDestination,
  writeRequestHeader,
  type AnswerHeader,
  type Destination,
  type RequestHeader,
} from "./routed.js";

/**
 * Asks to be told when the records of a kind at `destination` change:
 * `[12, header…, kind, seconds, watcher, ? avoid]`.
 */
export interface WatchRequest extends RequestHeader {
  readonly type: "watch";
  readonly kind: number;
  /** For how long, 1 .. 300 s. */
  readonly seconds: number;
  /** Where a notify is sent to: a peer's Node-ID, or a client behind its peer. Via would be stale by then. */
  readonly watcher: Destination;
}

/** `[13, header…, ? (seconds, state)]`: of "ok" and of "full", which says the state and watches nothing. */
export interface WatchAnswer extends AnswerHeader {
  readonly type: "watchAnswer";
  readonly granted?: { readonly seconds: number; readonly state: Uint8Array };
}

/**
 * Something has changed where the receiver watches: `[14, header…, resource, kind, seconds, state, ? avoid]`. Answered
 * by a status alone (`errorAnswer`): "ok", or "not-found" where nobody watches that any more.
 */
export interface Notify extends RequestHeader {
  readonly type: "notify";
  readonly resource: ResourceId;
  readonly kind: number;
  /** For how long the sender goes on watching; 0: it ends here, another node holds the records now. */
  readonly seconds: number;
  /** 8 B that differ whenever other values stand there; zeros: nothing does. */
  readonly state: Uint8Array;
}

/** Bytes of a state. */
export const watchStateBytes = 8;

export function encodeWatchRequest(message: WatchRequest): Uint8Array {
  const writer = new CborWriter("watch-request").array(requestHeaderItems + 3 + avoidItems(message));
  writeRequestHeader(writer, 12, message);
  writer.uint(message.kind).uint(message.seconds);
  writeDestination(writer, message.watcher);
  writeAvoid(writer, message);
  return writer.finish();
}

/** `items` counts the type. */
export function readWatchRequest(reader: CborReader, items: number): WatchRequest {
  const header = readRequestHeader(reader);
  const kind = reader.uint("kind", 0xffffffff);
  const at = reader.offset;
  const seconds = reader.uint("seconds", watchSecondsMax);
  if (seconds === 0) reader.fail("seconds", "out-of-range", at);
  const watcher = readDestination(reader);
  const avoid = readAvoid(reader, items - requestHeaderItems - 3);
  return { type: "watch", ...header, kind, seconds, watcher, ...avoid };
}

export function encodeWatchAnswer(message: WatchAnswer): Uint8Array {
  const { granted } = message;
  const items = answerHeaderItems + (granted === undefined ? 0 : 2);
  const writer = new CborWriter("watch-answer").array(items);
  writeAnswerHeader(writer, 13, message);
  if (granted !== undefined) writer.uint(granted.seconds).bytes(granted.state);
  return writer.finish();
}

/** `items` counts the type. */
export function readWatchAnswer(reader: CborReader, items: number): WatchAnswer {
  const header = readAnswerHeader(reader);
  if (items === answerHeaderItems) return { type: "watchAnswer", ...header };
  if (items !== answerHeaderItems + 2) reader.refuseItem("items");
  const seconds = reader.uint("seconds", watchSecondsMax);
  return { type: "watchAnswer", ...header, granted: { seconds, state: readState(reader) } };
}

export function encodeNotify(message: Notify): Uint8Array {
  const { resource, kind, seconds, state } = message;
  const writer = new CborWriter("notify").array(requestHeaderItems + 4 + avoidItems(message));
  writeRequestHeader(writer, 14, message);
  writer.bytes(resource).uint(kind).uint(seconds).bytes(state);
  writeAvoid(writer, message);
  return writer.finish();
}

/** `items` counts the type. */
export function readNotify(reader: CborReader, items: number): Notify {
  const header = readRequestHeader(reader);
  const resource = resourceId(reader.bytes("resource", idBytes));
  const kind = reader.uint("kind", 0xffffffff);
  const seconds = reader.uint("seconds", watchSecondsMax);
  const state = readState(reader);
  const avoid = readAvoid(reader, items - requestHeaderItems - 4);
  return { type: "notify", ...header, resource, kind, seconds, state, ...avoid };
}

function readState(reader: CborReader): Uint8Array {
  return reader.bytes("state", watchStateBytes);
}
