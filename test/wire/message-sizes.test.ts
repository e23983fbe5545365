import assert from "node:assert/strict";
import { datagramBytesMax, tunnelFrameBytesMax, viaBytesMax } from "../../firmware/core/limits.js";
import { nodeId, resourceId } from "../../firmware/core/node-id.js";
import { encodeRegistration } from "../../firmware/usage/registration.js";
import type { Contact } from "../../firmware/wire/kinds/contact.js";
import type { HeldRecord } from "../../firmware/wire/kinds/record.js";
import { encodeMessage, type Message } from "../../firmware/wire/message.js";

/** UDP payload of a data frame: D8, index 3, counter 2, tag 16 around the plaintext. */
const frameBytes = 22;

const id = (fill: number): ReturnType<typeof nodeId> => nodeId(new Uint8Array(16).fill(fill));
const via = (hops: number): Uint8Array => new Uint8Array(2 * (hops - 1)).fill(7);
const request = (hops: number) => ({
  hops: 12,
  transaction: 0x9a3b77c1,
  destination: { first: id(1) },
  via: via(hops),
});
const answer = (hops: number) => ({ transaction: 0x9a3b77c1, via: via(hops), status: "ok" as const });

/** The value of a registration with so many associated peers: an array of arrays of one Node-ID. */
const registration = (associated: number): Uint8Array => {
  const list = [0x81, 0x50, ...id(9)];
  return Uint8Array.from([0x80 + associated, ...Array.from({ length: associated }, () => list).flat()]);
};

const record = (associated: number) => ({
  key: id(2),
  generation: (3 << 16) + 5,
  lifetimeS: 1800,
  epoch: 7,
  value: registration(associated),
  signature: new Uint8Array(64),
});
const held = (associated: number): HeldRecord => ({ ...record(associated), remainingS: 1620 });
const contact: Contact = { nodeId: id(3), endpoint: { address: "192.0.2.7", port: 6084 }, flags: 3 };

/** A frame in a tunnel that says nothing. */
const frame = new Uint8Array(frameBytes);

/** Lengths of an enrolled credential of "alice" (protocol §1); inside a message it is opaque. */
const credential = new Uint8Array(162);

interface Row {
  readonly name: string;
  readonly message: (hops: number) => Message;
  /** What protocol.md §3 says: over 1 hop and over 3; design.md's budget where it has one. */
  readonly most: readonly number[];
  readonly budget?: number;
}

const rows: readonly Row[] = [
  { name: "ping", message: () => ({ type: "ping", token: 0x9a3b }), most: [27], budget: 40 },
  {
    name: "pong",
    message: () => ({ type: "pong", token: 0x9a3b, configSequence: 7, digest: new Uint8Array(8) }),
    most: [37],
    budget: 40,
  },
  { name: "hop-ack", message: () => ({ type: "hopAck", counters: [0xabcd] }), most: [27] },
  {
    name: "Store refresh, peer",
    message: (hops) => ({ type: "store", ...request(hops), kind: 1, record: record(0) }),
    most: [144, 148],
    budget: 170,
  },
  {
    name: "Store refresh, client of 1",
    message: (hops) => ({ type: "store", ...request(hops), kind: 1, record: record(1) }),
    most: [162, 166],
    budget: 170,
  },
  {
    name: "Store refresh, client of 3",
    message: (hops) => ({ type: "store", ...request(hops), kind: 1, record: record(3) }),
    most: [199, 203],
    budget: 210,
  },
  {
    name: "Store refresh, client of 1 whose user is called Alice Martin",
    message: (hops) => ({
      ...{ type: "store", ...request(hops), kind: 1 },
      record: { ...record(1), value: encodeRegistration({ ways: [[id(9)]], fullName: "Alice Martin" }) },
    }),
    most: [176, 180],
    budget: 170 + "Alice Martin".length,
  },
  {
    name: "Store first, enrolled credential, client of 1",
    message: (hops) => ({ type: "store", ...request(hops), kind: 1, record: record(1), credential }),
    most: [326, 330],
    budget: 340,
  },
  {
    name: "Store first, enrolled credential, client of 3",
    message: (hops) => ({ type: "store", ...request(hops), kind: 1, record: record(3), credential }),
    most: [363, 367],
    budget: 380,
  },
  {
    name: "Store of a tombstone",
    message: (hops) => ({ type: "store", ...request(hops), kind: 1, record: { ...record(0), value: null } }),
    most: [143, 147],
  },
  {
    name: "Store answer",
    message: (hops) => ({ type: "storeAnswer", ...answer(hops), generation: (3 << 16) + 5 }),
    most: [36, 40],
  },
  {
    name: "Fetch, one key",
    message: (hops) => ({ type: "fetch", ...request(hops), kind: 1, key: id(2), wantCredentials: false }),
    most: [66, 70],
  },
  {
    name: "Fetch, all keys",
    message: (hops) => ({ type: "fetch", ...request(hops), kind: 1, wantCredentials: false }),
    most: [49, 53],
  },
  {
    name: "Fetch answer, 1 contact, client of 1",
    message: (hops) => ({ type: "fetchAnswer", ...answer(hops), records: [held(1)], credentials: [] }),
    most: [148, 152],
    budget: 200,
  },
  {
    name: "Fetch answer, 1 contact, client of 3",
    message: (hops) => ({ type: "fetchAnswer", ...answer(hops), records: [held(3)], credentials: [] }),
    most: [185, 189],
    budget: 200,
  },
  {
    name: "the same with credential, client of 1",
    message: (hops) => ({
      type: "fetchAnswer",
      ...answer(hops),
      records: [held(1)],
      credentials: [credential],
    }),
    most: [313, 317],
    budget: 360,
  },
  {
    name: "the same with credential, client of 3",
    message: (hops) => ({
      type: "fetchAnswer",
      ...answer(hops),
      records: [held(3)],
      credentials: [credential],
    }),
    most: [350, 354],
    budget: 360,
  },
  {
    name: "Fetch answer, 3 devices, 3 credentials",
    message: (hops) => ({
      type: "fetchAnswer",
      ...answer(hops),
      records: [held(1), held(1), held(1)],
      credentials: [credential, credential, credential],
    }),
    most: [873, 877],
    budget: 1200,
  },
  {
    name: "Fetch answer, not found",
    message: () => ({
      type: "fetchAnswer",
      ...answer(1),
      status: "not-found",
      records: [],
      credentials: [],
    }),
    most: [31],
  },
  { name: "Find", message: (hops) => ({ type: "find", ...request(hops), count: 3 }), most: [49, 53] },
  {
    name: "Find answer, 3 addresses with flags",
    message: (hops) => ({ type: "findAnswer", ...answer(hops), contacts: [contact, contact, contact] }),
    most: [107, 111],
  },
  {
    name: "Watch; of a client",
    message: (hops) => ({
      type: "watch",
      ...request(1),
      kind: 1,
      seconds: 300,
      watcher: hops === 1 ? { first: id(1) } : { first: id(1), client: id(2) },
    }),
    most: [69, 87],
    budget: 92,
  },
  {
    name: "Watch answer",
    message: (hops) => ({
      type: "watchAnswer",
      ...answer(hops),
      granted: { seconds: 300, state: new Uint8Array(8) },
    }),
    most: [43, 47],
  },
  {
    name: "notify",
    message: (hops) => ({
      type: "notify",
      ...request(hops),
      resource: resourceId(id(9)),
      kind: 1,
      seconds: 200,
      state: new Uint8Array(8),
    }),
    most: [78, 82],
    budget: 215,
  },
  {
    name: "Stat answer, one registration",
    message: (hops) => ({
      type: "statAnswer",
      ...answer(hops),
      entries: [{ key: id(1), generation: 0x30005, remainingS: 1620, valueBytes: 1 }],
    }),
    most: [59, 63],
  },
  {
    name: "Tunnel, empty inner frame",
    message: (hops) => ({ type: "tunnel", hops: 12, destination: { first: id(1) }, via: via(hops), frame }),
    most: [66, 70],
  },
  {
    name: "Tunnel to a client, empty inner frame",
    message: (hops) => ({
      type: "tunnel",
      hops: 12,
      destination: { first: id(1), client: id(2) },
      via: via(hops),
      frame,
    }),
    most: [84, 88],
  },
  {
    name: "Tunnel back, empty inner frame",
    message: (hops) => ({ type: "tunnelBack", via: via(hops), frame }),
    most: [48, 52],
  },
  {
    name: "Tunnel, the largest frame, to a client, over as many hops as there can be",
    message: () => ({
      type: "tunnel",
      hops: 0,
      destination: { first: id(1), client: id(2) },
      via: new Uint8Array(viaBytesMax),
      frame: new Uint8Array(tunnelFrameBytesMax),
    }),
    most: [datagramBytesMax],
  },
  {
    name: "update of 6",
    message: () => ({
      type: "update",
      configSequence: 7,
      stage: "peer",
      contacts: Array<Contact>(6).fill(contact),
    }),
    most: [182],
  },
  {
    name: "digest of 12",
    message: () => ({
      type: "digest",
      entries: Array.from({ length: 12 }, () => ({ short: new Uint8Array(4), generation: (3 << 16) + 5 })),
    }),
    most: [156],
  },
];

describe("wire/message sizes: UDP payload with the frame's 22 B", () => {
  for (const { name, message, most, budget } of rows) {
    it(`${name}: at most ${most.join(" B; over three hops ")} B`, () => {
      most.forEach((limit, index) => {
        const size = frameBytes + encodeMessage(message(1 + 2 * index)).length;
        assert.ok(size <= limit, `${size} B`);
        assert.ok(size <= (budget ?? Infinity), `${size} B over the budget of ${budget}`);
      });
    });
  }
});
