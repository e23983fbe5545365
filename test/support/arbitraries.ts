import { cdeEncodeOptions, encode } from "cbor2";
import fc from "fast-check";
import { addressText, type Endpoint } from "../../firmware/core/endpoint.js";
import { nodeId, resourceId, type NodeId } from "../../firmware/core/node-id.js";
import type { Message, MessageType } from "../../firmware/wire/message.js";
import type { Contact } from "../../firmware/wire/kinds/contact.js";
import { toldStages } from "../../firmware/wire/kinds/neighbours.js";
import { generationMax, type HeldRecord, type Record } from "../../firmware/wire/kinds/record.js";
import {
  statuses,
  type AnswerHeader,
  type Destination,
  type RequestHeader,
} from "../../firmware/wire/kinds/routed.js";

/**
 * Generators of everything that can stand in a message, over the whole of each field's range, with its ends favoured.
 */

/** Exactly `length` bytes. */
export function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

/** `least .. most` bytes. */
export function bytesWithin(least: number, most: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: least, maxLength: most, size: "max" });
}

/** 0 .. `most`, with small numbers, powers of 256 and the ends of CBOR's lengths likelier than chance. */
export function uintUpTo(most: number): fc.Arbitrary<number> {
  const corners = [0, 23, 24, 255, 256, 65535, 65536, 0xffffffff, 0x100000000, most].filter((n) => n <= most);
  return fc.oneof(
    fc.constantFrom(...corners),
    fc.maxSafeNat().map((n) => n % (most + 1)),
  );
}

/** Plain objects with each of the fields. */
export function record<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true });
}

export const uint8: fc.Arbitrary<number> = uintUpTo(0xff);
export const uint16: fc.Arbitrary<number> = uintUpTo(0xffff);
export const uint32: fc.Arbitrary<number> = uintUpTo(0xffffffff);
export const generation: fc.Arbitrary<number> = uintUpTo(generationMax);

export const nodeIds: fc.Arbitrary<NodeId> = bytesOf(16).map(nodeId);

export const endpoints: fc.Arbitrary<Endpoint> = record({
  address: fc.oneof(bytesOf(4), bytesOf(16)).map(addressText),
  port: fc.integer({ min: 1, max: 65535 }),
});

export const contacts: fc.Arbitrary<Contact> = record({ nodeId: nodeIds, endpoint: endpoints, flags: uint8 });

export const destinations: fc.Arbitrary<Destination> = fc.oneof(
  record({ first: nodeIds }),
  record({ first: nodeIds, client: nodeIds }),
);

const via = fc
  .array(bytesOf(2), { maxLength: 16 })
  .map((handles) => Uint8Array.from(handles.flatMap((h) => [...h])));
const traces = fc
  .array(bytesOf(4), { maxLength: 17 })
  .map((prefixes) => Uint8Array.from(prefixes.flatMap((prefix) => [...prefix])));
const avoid = fc.array(bytesOf(4), { minLength: 1, maxLength: 8 });

const requestHeaderFields = { hops: uintUpTo(16), transaction: uint32, destination: destinations, via };

export const requestHeaders: fc.Arbitrary<RequestHeader> = fc.oneof(
  record(requestHeaderFields),
  record({ ...requestHeaderFields, avoid }),
);

/** An answer's header with one of `allowed`. */
export function answerHeaders(allowed = fc.constantFrom(...statuses)): fc.Arbitrary<AnswerHeader> {
  return record({ transaction: uint32, via, status: allowed });
}

const recordFields = {
  key: bytesWithin(0, 20),
  generation,
  lifetimeS: uint32,
  epoch: uint32,
  value: fc.oneof({ arbitrary: bytesWithin(1, 512), weight: 4 }, { arbitrary: fc.constant(null), weight: 1 }),
  signature: bytesOf(64),
};

export const records: fc.Arbitrary<Record> = record(recordFields);

export const heldRecords: fc.Arbitrary<HeldRecord> = merged(
  record({ ...recordFields, remainingS: uint32 }),
  sometimes({ heldS: uint32, place: endpoints }),
);

export const userNames: fc.Arbitrary<string> = fc.stringMatching(/^[a-z0-9._+-]{1,32}$/);

/** What a credential looks like in COSE and CWT, encoded by `cbor2`; its signature is noise. */
export const credentials: fc.Arbitrary<Uint8Array> = fc
  .record({
    form: fc.constantFrom("open", "device", "enrolled"),
    user: userNames,
    key: bytesOf(32),
    owner: bytesOf(32),
    node: bytesOf(16),
    serial: bytesOf(4),
    signature: bytesOf(64),
    scope: fc.option(bytesOf(1), { nil: undefined }),
  })
  .map((parts) => {
    const enrolled = parts.form === "enrolled";
    const coseKey = new Map<number, unknown>([
      [1, 1],
      ...kid(enrolled, parts.node),
      [-1, 6],
      [-2, parts.key],
    ]);
    const claims = new Map<number, unknown>([[2, parts.user]]);
    if (enrolled) claims.set(4, 1_797_000_000).set(6, 1_765_000_000);
    claims.set(7, parts.serial).set(8, new Map([[1, coseKey]]));
    if (parts.scope !== undefined) claims.set(9, parts.scope);
    const unprotected = new Map(parts.form === "device" ? [[4, parts.owner]] : []);
    return toCbor([toCbor(new Map([[1, -19]])), unprotected, toCbor(claims), parts.signature]);
  });

/** CBOR of a value by an encoder that is not ours. */
export function toCbor(value: unknown): Uint8Array {
  return new Uint8Array(encode(value, cdeEncodeOptions));
}

/** Some of a message's optional fields, each present or absent. */
function sometimes<T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<
  Partial<T>
> {
  return fc.record<T, never>(fields, { requiredKeys: [], noNullPrototype: true }) as unknown as fc.Arbitrary<
    Partial<T>
  >;
}

function kid(enrolled: boolean, node: Uint8Array): [number, unknown][] {
  return enrolled ? [[2, node]] : [];
}

function merged<A extends object, B extends object>(
  a: fc.Arbitrary<A>,
  b: fc.Arbitrary<B>,
): fc.Arbitrary<A & B> {
  return fc.tuple(a, b).map(([first, second]) => ({ ...first, ...second }));
}

const storeAnswers = fc.oneof(
  merged(answerHeaders(), sometimes({ generation })),
  merged(answerHeaders(fc.constant("generation-too-low")), sometimes({ generation, newer: heldRecords })),
  merged(
    answerHeaders(fc.constant("full")),
    sometimes({ generation, candidates: fc.array(contacts, { minLength: 1, maxLength: 3 }) }),
  ),
);

const fetchAnswers = fc.oneof(
  merged(answerHeaders(), fc.constant({ records: [] as HeldRecord[], credentials: [] as Uint8Array[] })),
  merged(
    answerHeaders(),
    merged(
      record({
        records: fc.array(heldRecords, { minLength: 1, maxLength: 8 }),
        credentials: fc.array(credentials, { maxLength: 8 }),
      }),
      sometimes({
        loan: record({ resource: bytesOf(16), kind: uint32, seconds: fc.integer({ min: 1, max: 255 }) }),
      }),
    ),
  ),
);

const statEntries = record({
  key: bytesWithin(0, 20),
  generation,
  remainingS: uint32,
  valueBytes: fc.option(fc.integer({ min: 0, max: 512 })),
});

const fragments = fc
  .record({ id: uint8, count: fc.constantFrom(2, 3), place: fc.nat(2), bytes: bytesWithin(1, 1200) })
  .map(({ id, count, place, bytes }) => ({ id, index: place % count, count, bytes }));

function typed(type: MessageType, rest: fc.Arbitrary<object>): fc.Arbitrary<Message> {
  return rest.map((fields) => ({ type, ...fields }) as Message);
}

/** A generator for each type of message. */
export const messagesByType: Readonly<globalThis.Record<MessageType, fc.Arbitrary<Message>>> = {
  ping: typed("ping", record({ token: uint16 })),
  pong: typed("pong", record({ token: uint16, configSequence: uint32, digest: bytesOf(8) })),
  hopAck: typed("hopAck", record({ counters: fc.array(uint16, { minLength: 1, maxLength: 8 }) })),
  update: typed(
    "update",
    record({
      configSequence: uint32,
      stage: fc.constantFrom(...toldStages),
      contacts: fc.array(contacts, { maxLength: 8 }),
    }),
  ),
  digest: typed(
    "digest",
    record({
      entries: fc.array(record({ short: bytesOf(4), generation }), { maxLength: 64, size: "max" }),
    }),
  ),
  leave: typed("leave", fc.constant({})),
  store: typed(
    "store",
    merged(
      merged(requestHeaders, record({ kind: uint32, record: records })),
      sometimes({ remainingS: uint32, credential: credentials }),
    ),
  ),
  storeAnswer: typed("storeAnswer", storeAnswers),
  fetch: typed(
    "fetch",
    merged(
      merged(requestHeaders, record({ kind: uint32, wantCredentials: fc.boolean() })),
      sometimes({ key: bytesWithin(0, 20) }),
    ),
  ),
  fetchAnswer: typed("fetchAnswer", fetchAnswers),
  find: typed(
    "find",
    merged(
      merged(requestHeaders, record({ count: fc.integer({ min: 1, max: 8 }) })),
      sometimes({ trace: traces }),
    ),
  ),
  findAnswer: typed(
    "findAnswer",
    merged(
      merged(answerHeaders(), record({ contacts: fc.array(contacts, { maxLength: 8 }) })),
      sometimes({ trace: traces }),
    ),
  ),
  watch: typed(
    "watch",
    merged(
      requestHeaders,
      record({ kind: uint32, seconds: fc.integer({ min: 1, max: 300 }), watcher: destinations }),
    ),
  ),
  watchAnswer: typed(
    "watchAnswer",
    merged(
      answerHeaders(),
      sometimes({ granted: record({ seconds: fc.integer({ min: 0, max: 300 }), state: bytesOf(8) }) }),
    ),
  ),
  notify: typed(
    "notify",
    merged(
      requestHeaders,
      record({
        resource: bytesOf(16).map(resourceId),
        kind: uint32,
        seconds: fc.integer({ min: 0, max: 300 }),
        state: bytesOf(8),
      }),
    ),
  ),
  stat: typed(
    "stat",
    merged(merged(requestHeaders, record({ kind: uint32 })), sometimes({ key: bytesWithin(0, 20) })),
  ),
  statAnswer: typed(
    "statAnswer",
    merged(answerHeaders(), record({ entries: fc.array(statEntries, { maxLength: 32 }) })),
  ),
  errorAnswer: typed("errorAnswer", answerHeaders()),
  tunnel: typed(
    "tunnel",
    record({ hops: uintUpTo(16), destination: destinations, via, frame: bytesWithin(1, 1103) }),
  ),
  tunnelBack: typed("tunnelBack", record({ via, frame: bytesWithin(1, 1103) })),
  sip: typed("sip", record({ text: bytesWithin(1, 3400) })),
  unknownCredential: typed("unknownCredential", fc.constant({})),
  fragment: typed("fragment", fragments),
};

/** Any message, each type as likely as another. */
export const messages: fc.Arbitrary<Message> = fc.oneof(...Object.values(messagesByType));
