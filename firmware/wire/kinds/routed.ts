import { avoidMax, avoidPrefixBytes, hopsMax, viaBytesMax } from "../../core/limits.js";
import { idBytes, nodeId, type NodeId, type ResourceId } from "../../core/node-id.js";
import type { CborReader } from "../cbor-reader.js";
import type { CborWriter } from "../cbor-writer.js";

/**
 * What requests and answers share (protocol §3):
 * `request [type, hops, transaction, destination, via, ...]`, `answer [type + 1, transaction, via, status, ...]`.
 */

/** Where a request goes: the node responsible for `first`, or from the peer `first` to its `client`. */
export interface Destination {
  readonly first: ResourceId | NodeId;
  readonly client?: NodeId;
}

export interface RequestHeader {
  /** Hops it may still take, 0 .. 16. */
  readonly hops: number;
  /** Random, 32 bit; the same in each retry and in the answer. */
  readonly transaction: number;
  readonly destination: Destination;
  /** Stack of 2-byte link handles, 0 .. 32 B; the last pushed is at the end. */
  readonly via: Uint8Array;
  /** First 4 B of nodes that shall not forward it; 1 .. 8, or absent. */
  readonly avoid?: readonly Uint8Array[];
}

export interface AnswerHeader {
  readonly transaction: number;
  /** Handles still to be popped. */
  readonly via: Uint8Array;
  readonly status: Status;
}

/** How a request ended; its place in `statuses` is its number. */
export type Status =
  | "ok"
  | "forbidden"
  | "not-found"
  | "generation-too-low"
  | "need-credential"
  | "no-route"
  | "hops-exceeded"
  | "too-large"
  | "quota"
  | "full"
  | "unknown-kind"
  | "config-too-old"
  | "busy"
  | "name-contested"
  | "too-many-entries"
  | "neighbour-quota";

/** All statuses in the order of their numbers. */
export const statuses: readonly Status[] = [
  "ok",
  "forbidden",
  "not-found",
  "generation-too-low",
  "need-credential",
  "no-route",
  "hops-exceeded",
  "too-large",
  "quota",
  "full",
  "unknown-kind",
  "config-too-old",
  "busy",
  "name-contested",
  "too-many-entries",
  "neighbour-quota",
];

/** Items of a request before its own, and of an answer, the type included. */
export const requestHeaderItems = 5;
export const answerHeaderItems = 4;

/** Writes the type and the header; `avoid` is written by `writeAvoid`, last. */
export function writeRequestHeader(writer: CborWriter, type: number, header: RequestHeader): void {
  writer.uint(type).uint(header.hops).uint(header.transaction);
  writeDestination(writer, header.destination);
  writer.bytes(header.via);
}

export function writeDestination(writer: CborWriter, { first, client }: Destination): void {
  if (client === undefined) writer.bytes(first);
  else writer.array(2).bytes(first).bytes(client);
}

/** Reads the header after the type. */
export function readRequestHeader(reader: CborReader): RequestHeader {
  return {
    hops: reader.uint("hops", hopsMax),
    transaction: reader.uint("transaction", 0xffffffff),
    destination: readDestination(reader),
    via: readVia(reader),
  };
}

export function writeAnswerHeader(writer: CborWriter, type: number, header: AnswerHeader): void {
  writer.uint(type).uint(header.transaction).bytes(header.via).uint(statuses.indexOf(header.status));
}

export function readAnswerHeader(reader: CborReader): AnswerHeader {
  return {
    transaction: reader.uint("transaction", 0xffffffff),
    via: readVia(reader),
    status: statuses[reader.uint("status", statuses.length - 1)] ?? "ok",
  };
}

/** Items `avoid` adds to a request: none or one. */
export function avoidItems(header: RequestHeader): number {
  return header.avoid === undefined || header.avoid.length === 0 ? 0 : 1;
}

export function writeAvoid(writer: CborWriter, header: RequestHeader): void {
  if (header.avoid === undefined || header.avoid.length === 0) return;
  writer.array(header.avoid.length);
  for (const prefix of header.avoid) writer.bytes(prefix);
}

/** The optional last item of a request: `{ avoid }`, or nothing when no array comes next. */
export function readAvoid(reader: CborReader, itemsLeft: number): { avoid?: readonly Uint8Array[] } {
  if (itemsLeft === 0) return {};
  if (itemsLeft > 1) reader.refuseItem("items");
  const count = reader.array("avoid", 1, avoidMax);
  const avoid: Uint8Array[] = [];
  for (let i = 0; i < count && !reader.failed; i++) avoid.push(reader.bytes("avoid", avoidPrefixBytes));
  return { avoid };
}

export function readDestination(reader: CborReader): Destination {
  if (reader.peek() !== "array") return { first: nodeId(reader.bytes("destination", idBytes)) };
  reader.array("destination", 2, 2);
  return {
    first: nodeId(reader.bytes("destination", idBytes)),
    client: nodeId(reader.bytes("client", idBytes)),
  };
}

export function readVia(reader: CborReader): Uint8Array {
  const at = reader.offset;
  const via = reader.bytes("via", 0, viaBytesMax);
  if (via.length % 2 !== 0) reader.fail("via", "wrong-length", at);
  return via;
}
