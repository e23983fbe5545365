import { nodeId, resourceId } from "../../firmware/core/node-id.js";
import { encodeBeacon } from "../../firmware/wire/beacon.js";
import type { Contact } from "../../firmware/wire/kinds/contact.js";
import { recordToBeSigned, type HeldRecord, type Record } from "../../firmware/wire/kinds/record.js";
import { encodeMessage, type Message } from "../../firmware/wire/message.js";
import { toCbor } from "./arbitraries.js";
import { ruleOfType } from "./message-rules.js";

/**
 * One example or more of every message and signed item. Their bytes stand in `test/vectors/muster/messages.json`, which
 * PROTOCOL.md shows too. After a deliberate change of the protocol: `npx tsx test/support/write-golden.ts`.
 */
export interface Golden {
  readonly title: string;
  /** The CDDL rule; "beacon", which is binary, has none. */
  readonly rule: string;
  readonly bytes: Uint8Array;
  readonly message?: Message;
}

/** Where the bytes stand. */
export const goldenFile = "test/vectors/muster/messages.json";

/** The examples, encoded now. */
export function goldens(): Golden[] {
  const fromMessages = goldenMessages().map(([title, message]) => ({
    title,
    rule: ruleOfType[message.type],
    bytes: encodeMessage(message),
    message,
  }));
  return [...fromMessages, ...goldenItems()];
}

/** How the file has them. */
export function goldenRows(): { title: string; rule: string; bytes: number; hex: string }[] {
  return goldens().map(({ title, rule, bytes }) => ({
    title,
    rule,
    bytes: bytes.length,
    hex: Buffer.from(bytes).toString("hex"),
  }));
}

const overlayId = run(0xa0, 8);
const alice = nodeId(run(0x10, 16));
const bob = nodeId(run(0x30, 16));
const peer = nodeId(run(0x50, 16));
const resource = resourceId(run(0x70, 16));
const signature = run(0x80, 64);
const generation = (3 << 16) + 5;

const contact: Contact = { nodeId: peer, endpoint: { address: "192.0.2.7", port: 6084 }, flags: 3 };
const contact6: Contact = { nodeId: bob, endpoint: { address: "2001:db8::7", port: 6084 }, flags: 0 };

const record: Record = {
  key: alice,
  generation,
  lifetimeS: 1800,
  epoch: 7,
  value: toCbor([[peer]]),
  signature,
};
const held: HeldRecord = { ...record, remainingS: 1620 };
const placed: HeldRecord = { ...held, place: { address: "192.0.2.9", port: 6084 } };
const loan = { resource, kind: 1, seconds: 30 };

const request = { hops: 12, transaction: 0x9a3b77c1, destination: { first: resource }, via: run(0x01, 2) };
/** A keepalive: D8, index 3, counter 2, seal of nothing 16. */
const frame = Uint8Array.of(0xd8, 0, 0, 9, 0, 1, ...run(0xa0, 16));
const answer = { transaction: 0x9a3b77c1, via: run(0x01, 2), status: "ok" } as const;

function goldenMessages(): [string, Message][] {
  return [...linkGoldens(), ...routedGoldens(), ...findGoldens(), ...questionGoldens()];
}

function linkGoldens(): [string, Message][] {
  return [
    ["ping", { type: "ping", token: 0x9a3b }],
    ["pong", { type: "pong", token: 0x9a3b, configSequence: 7, digest: run(0xd0, 8) }],
    ["hop-ack of two frames", { type: "hopAck", counters: [0xabcd, 0xabce] }],
    [
      "update with two contacts",
      { type: "update", configSequence: 7, stage: "peer", contacts: [contact, contact6] },
    ],
    [
      "digest of two records",
      {
        type: "digest",
        entries: [
          { short: run(0xe0, 4), generation },
          { short: run(0xe4, 4), generation: 1 << 16 },
        ],
      },
    ],
    ["leave", { type: "leave" }],
    [
      "SIP over the end-to-end link",
      { type: "sip", text: new TextEncoder().encode("OPTIONS sip:bob@x SIP/2.0\r\n\r\n") },
    ],
    ["unknown credential", { type: "unknownCredential" }],
    ["second of three fragments", { type: "fragment", id: 9, index: 1, count: 3, bytes: run(0x40, 24) }],
  ];
}

function routedGoldens(): [string, Message][] {
  const credential = openCredential();
  return [
    ["Store, refresh", { type: "store", ...request, kind: 1, record }],
    ["Store, first, with credential", { type: "store", ...request, kind: 1, record, credential }],
    [
      "Store, handover of a tombstone, keeping off a node",
      {
        type: "store",
        ...request,
        kind: 1,
        record: { ...record, value: null },
        remainingS: 900,
        avoid: [run(0x50, 4)],
      },
    ],
    ["Store answer", { type: "storeAnswer", ...answer, generation }],
    [
      "Store answer, generation too low",
      {
        type: "storeAnswer",
        ...answer,
        status: "generation-too-low",
        generation: generation + 1,
        newer: held,
      },
    ],
    ["Store answer, full", { type: "storeAnswer", ...answer, status: "full", candidates: [contact] }],
    ["Fetch of all keys", { type: "fetch", ...request, kind: 1, wantCredentials: false }],
    [
      "Fetch of one key with credentials, from a client",
      {
        type: "fetch",
        ...request,
        destination: { first: peer, client: bob },
        kind: 1,
        key: alice,
        wantCredentials: true,
      },
    ],
    ["Fetch answer, one contact", { type: "fetchAnswer", ...answer, records: [held], credentials: [] }],
    [
      "Fetch answer, contested, with credential",
      { type: "fetchAnswer", ...answer, records: [{ ...held, heldS: 259_200 }], credentials: [credential] },
    ],
    [
      "Fetch answer of one who is linked to the owner",
      { type: "fetchAnswer", ...answer, records: [placed], credentials: [] },
    ],
    [
      "Fetch answer that lends what it holds",
      { type: "fetchAnswer", ...answer, records: [held], credentials: [], loan },
    ],
  ];
}

function findGoldens(): [string, Message][] {
  return [
    [
      "Fetch answer, not found",
      { type: "fetchAnswer", ...answer, status: "not-found", records: [], credentials: [] },
    ],
    ["Find", { type: "find", ...request, count: 3 }],
    ["Find with its way so far", { type: "find", ...request, count: 1, trace: run(0x90, 4) }],
    ["Find answer", { type: "findAnswer", ...answer, contacts: [contact, contact6] }],
    [
      "Find answer with its way",
      { type: "findAnswer", ...answer, status: "not-found", contacts: [], trace: run(0x90, 8) },
    ],
  ];
}

function questionGoldens(): [string, Message][] {
  return [
    ["Watch", { type: "watch", ...request, kind: 1, seconds: 300, watcher: { first: alice } }],
    ["Watch answer", { type: "watchAnswer", ...answer, granted: { seconds: 300, state: run(0xd0, 8) } }],
    [
      "notify to a client: the name is gone",
      {
        type: "notify",
        ...request,
        destination: { first: peer, client: bob },
        resource,
        kind: 1,
        seconds: 160,
        state: new Uint8Array(8),
      },
    ],
    ["Stat", { type: "stat", ...request, kind: 1 }],
    [
      "Stat answer: one record, one removed",
      {
        type: "statAnswer",
        ...answer,
        entries: [
          { key: alice, generation, remainingS: 1620, valueBytes: 19 },
          { key: bob, generation: 1 << 16, remainingS: 900, valueBytes: null },
        ],
      },
    ],
    ["error answer", { type: "errorAnswer", ...answer, status: "no-route" }],
    ["tunnel", { type: "tunnel", hops: 12, destination: { first: bob }, via: run(0x01, 2), frame }],
    [
      "tunnel to a client",
      { type: "tunnel", hops: 12, destination: { first: peer, client: bob }, via: run(0x01, 0), frame },
    ],
    ["tunnel, back", { type: "tunnelBack", via: run(0x01, 2), frame }],
  ];
}

function goldenItems(): Golden[] {
  const place = { overlayId, resource, kind: 1 };
  const beacon = { overlayId, nodeId: alice, flags: 3, clientsFree: 3, load: 64 };
  return [
    { title: "record to be signed", rule: "record-to-be-signed", bytes: recordToBeSigned(place, record) },
    {
      title: "tombstone to be signed",
      rule: "record-to-be-signed",
      bytes: recordToBeSigned(place, { ...record, value: null }),
    },
    { title: "credential, open", rule: "open-credential", bytes: openCredential() },
    { title: "credential of a further device", rule: "device-credential", bytes: deviceCredential() },
    { title: "credential, enrolled", rule: "enrolled-credential", bytes: enrolledCredential() },
    item("registration of a client of two peers", "registration", [[peer], [bob]]),
    item("registration of a peer", "registration", []),
    item("registration of a client whose calls go to bob", "registration", [[peer], "bob"]),
    item("registration with a full name, too", "registration", [[peer], "bob", run(0x61, 12)]),
    item("adoption: the wish", "adoption-request", [0, run(0x90, 16)]),
    item("adoption: the grant", "adoption-grant", [1, run(0xa0, 16), deviceCredential()]),
    item("adoption: the code is wrong", "adoption-refusal", [2, 1]),
    item("service: STUN for 100 users, at level 2 of its tree", "service", [
      ...["stun", 2, 100, 0],
      Uint8Array.of(192, 0, 2, 7, 0x0d, 0x96),
    ]),
    item("service: a gateway for 30 users, a third of it in use, to two countries", "service", [
      ...["gateway", 0, 30, 0, 85],
      ["+49", 12, "+1", 300],
    ]),
    { title: "beacon", rule: "beacon", bytes: encodeBeacon(beacon) },
  ];
}

function item(title: string, rule: string, value: unknown): Golden {
  return { title, rule, bytes: toCbor(value) };
}

/** `count` bytes that count up from `first`: each field is recognizable in the hex. */
function run(first: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => first + i);
}

function openCredential(): Uint8Array {
  return cose(new Map(), openClaims());
}

function deviceCredential(): Uint8Array {
  return cose(new Map([[4, run(0x20, 32)]]), openClaims());
}

function enrolledCredential(): Uint8Array {
  const key = new Map<number, unknown>([
    [1, 1],
    [2, alice],
    [-1, 6],
    [-2, run(0x60, 32)],
  ]);
  const claims = new Map<number, unknown>([
    [2, "alice"],
    [4, 1_797_000_000],
    [6, 1_765_000_000],
    [7, run(1, 2)],
    [8, new Map([[1, key]])],
    [9, run(0x1f, 1)],
  ]);
  return cose(new Map(), toCbor(claims));
}

function openClaims(): Uint8Array {
  const key = new Map<number, unknown>([
    [1, 1],
    [-1, 6],
    [-2, run(0x60, 32)],
  ]);
  return toCbor(
    new Map<number, unknown>([
      [2, "alice"],
      [7, run(0xc0, 4)],
      [8, new Map([[1, key]])],
    ]),
  );
}

function cose(unprotected: ReadonlyMap<number, Uint8Array>, claims: Uint8Array): Uint8Array {
  return toCbor([toCbor(new Map([[1, -19]])), unprotected, claims, signature]);
}
