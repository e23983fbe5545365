import assert from "node:assert/strict";
import type { CborReader } from "../../firmware/wire/cbor-reader.js";
import { CborWriter } from "../../firmware/wire/cbor-writer.js";
import { callOutcomes } from "../../firmware/core/call-outcome.js";
import fc from "fast-check";
import {
  callLogEntriesMax,
  contactsMax,
  publishedRecordsMax,
  rememberedPeersMax,
  storedSettingsMax,
} from "../../firmware/core/limits.js";
import { nodeId, resourceId } from "../../firmware/core/node-id.js";
import type { Result } from "../../firmware/core/result.js";
import { instant } from "../../firmware/core/time.js";
import { encodeCallLog, readCallLog, type StoredCall } from "../../firmware/storage/call-log-codec.js";
import { checksum } from "../../firmware/core/checksum.js";
import { encodeContacts, readContacts, type StoredContact } from "../../firmware/storage/contacts-codec.js";
import {
  encodeOwnRecords,
  readOwnRecords,
  type OwnRecord,
} from "../../firmware/storage/own-records-codec.js";
import {
  encodeRememberedPeers,
  readRememberedPeers,
  type RememberedPeer,
} from "../../firmware/storage/remembered-peers-codec.js";
import { encodeSettings, readSettings, type StoredSetting } from "../../firmware/storage/settings-codec.js";
import {
  openItem,
  readContent,
  sealItem,
  storageFaultSentence,
  storedItems,
  type StorageFault,
  type StoredItem,
} from "../../firmware/storage/stored-item.js";
import { decodeByCborWeb } from "../support/cbor-web.js";
import { decodeStrictly } from "../support/cddl/strict-cbor.js";
import { firmwareSchema } from "../support/message-tap.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, samples, seeded } from "../support/seed.js";

/** A record with the prototype that objects of a program have. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

const names = fc.stringMatching(/^[a-z0-9._+-]{1,32}(@[a-z0-9]{1,63})?$/);
const ids = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(nodeId);
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
const spans = fc.integer({ min: 0, max: 2 ** 40 });
const contact: fc.Arbitrary<StoredContact> = record({
  name: names,
  generation: fc.integer({ min: 0, max: 2 ** 48 }),
  pin: fc.option(record({ nodeId: ids, publicKey: keys })),
  called: fc.option(fc.constantFrom("Zoë Martin", "李小龍", "x".repeat(48))),
}).map(({ pin, called, ...rest }) => ({
  ...rest,
  ...(pin !== null && { pin }),
  ...(called !== null && { fullName: called }),
}));
const call: fc.Arbitrary<StoredCall> = record({
  direction: fc.constantFrom("incoming" as const, "outgoing" as const),
  name: names,
  reached: fc.option(ids),
  outcome: fc.constantFrom(...callOutcomes),
  bootCount: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  startedAt: spans.map(instant),
  talkedMs: spans,
}).map(({ reached, ...rest }) => (reached === null ? rest : { ...rest, nodeId: reached }));
const setting: fc.Arbitrary<StoredSetting> = record({
  name: fc.stringMatching(/^[a-z-]{1,24}$/),
  value: fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => Buffer.byteLength(text) <= 128),
});
const address = fc.oneof(fc.ipV4(), fc.constantFrom("2001:db8::7", "fe80::1", "::1"));
const peer: fc.Arbitrary<RememberedPeer> = record({
  nodeId: ids,
  endpoint: record({ address, port: fc.integer({ min: 1, max: 65535 }) }),
});

const ownRecord: fc.Arbitrary<OwnRecord> = record({
  resource: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(resourceId),
  kind: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  generation: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
});

interface Codec<T = unknown> {
  readonly item: StoredItem;
  readonly most: number;
  readonly one: fc.Arbitrary<T>;
  readonly write: (values: readonly T[]) => Uint8Array;
  readonly read: (reader: CborReader) => T[];
}

const codecs: readonly Codec[] = [
  {
    item: "contacts",
    most: contactsMax,
    one: contact,
    write: encodeContacts,
    read: readContacts,
  } as Codec<StoredContact> as Codec,
  {
    item: "calls",
    most: callLogEntriesMax,
    one: call,
    write: encodeCallLog,
    read: readCallLog,
  } as Codec<StoredCall> as Codec,
  {
    item: "settings",
    most: storedSettingsMax,
    one: setting,
    write: encodeSettings,
    read: readSettings,
  } as Codec<StoredSetting> as Codec,
  {
    item: "peers",
    most: rememberedPeersMax,
    one: peer,
    write: encodeRememberedPeers,
    read: readRememberedPeers,
  } as Codec<RememberedPeer> as Codec,
  {
    item: "records",
    most: publishedRecordsMax,
    one: ownRecord,
    write: encodeOwnRecords,
    read: readOwnRecords,
  } as Codec<OwnRecord> as Codec,
];

/** Where seals are not what is tested. */
const sequence = 7;

describe("checksum", () => {
  it('is CRC-32: the check value of "123456789" is CBF43926', () => {
    assert.equal(checksum(new TextEncoder().encode("123456789")), 0xcbf43926);
    assert.equal(checksum(new Uint8Array(0)), 0);
  });
});

for (const { item, most, one, write, read: readValues } of codecs) {
  const encode = (values: readonly unknown[]): Uint8Array => sealItem(item, write(values), sequence);
  const decode = (bytes: Uint8Array): Result<unknown[], StorageFault> => {
    const opened = openItem(item, bytes);
    return opened.ok ? readContent(item, opened.value.content, readValues) : opened;
  };
  const lists = fc.array(one, { maxLength: 8 });

  describe(`storage of ${item}`, function () {
    this.timeout(20_000);
    it("round trip: what is read is what was written, and conforms to the CDDL", () => {
      fc.assert(
        fc.property(lists, (values) => {
          const bytes = encode(values);
          assert.deepEqual(decode(bytes), { ok: true, value: values });
          assert.equal(firmwareSchema().validate("stored-item", bytes), undefined);
          const content = openItem(item, bytes);
          assert.ok(content.ok);
          assert.equal(firmwareSchema().validate(`stored-${item}`, content.value.content), undefined);
        }),
        seeded(150),
      );
    });

    it("holds as many as the limit; one more is our bug when written and unreadable when read", () => {
      const full = samples(one, most + 1);
      assert.equal(decode(encode(full.slice(0, most))).ok, true);
      assert.throws(() => encode(full), /assertion failed/);
      const head = most + 1 < 24 ? [0x80 | (most + 1)] : [0x98, most + 1];
      const over = decode(sealItem(item, Uint8Array.from(head), sequence));
      assert.ok(!over.ok && over.error.kind === "unreadable" && over.error.error.kind === "wrong-length");
    });

    it("finds every flipped bit and every cut", () => {
      const bytes = encode(samples(one, 3));
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const flipped = new Uint8Array(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const read = decode(flipped);
        assert.ok(!read.ok && read.error.kind === "damaged", `bit ${bit}`);
      }
      for (let length = 0; length < bytes.length; length++) {
        const read = decode(bytes.subarray(0, length));
        assert.ok(!read.ok && read.error.kind === "damaged", `cut at ${length}`);
      }
    });

    it("mutated bytes: never throws, every change is found", () => {
      const source = new MutationSource();
      const share = new BranchShare(`${item}, bytes changed`);
      for (const values of samples(lists, 500)) {
        const bytes = encode(values);
        const mutant = mutated(bytes, source);
        const read = decode(mutant);
        const same = Buffer.compare(bytes, mutant) === 0;
        share.count(same ? "unchanged" : read.ok ? "accepted" : read.error.kind);
        assert.equal(read.ok, same, Buffer.from(mutant).toString("hex"));
      }
      share.print();
    });

    it("mutated contents under a right checksum: a named fault, or a value that is written back the same", () => {
      const source = new MutationSource();
      const share = new BranchShare(`${item}, content changed`);
      for (const values of samples(lists, 700)) {
        const content = openItem(item, encode(values));
        assert.ok(content.ok);
        const bytes = sealItem(item, mutated(content.value.content, source), sequence);
        const read = decode(bytes);
        if (read.ok) assert.deepEqual(encode(read.value), bytes);
        else assert.ok(storageFaultSentence(read.error, false).includes(item));
        const kind = read.ok || read.error.kind !== "unreadable" ? undefined : read.error.error.kind;
        share.count(read.ok ? "ok" : (kind ?? read.error.kind));
      }
      share.print();
      for (const kind of ["ok", "truncated", "trailing-bytes", "wrong-type"])
        assert.ok(share.of(kind) > 0, kind);
    });

    it("noise: never throws", () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => assert.equal(decode(bytes).ok, false)),
        seeded(1000),
      );
    });

    it("reads what earlier firmware wrote, which counted no states", () => {
      for (const values of samples(lists, 20)) {
        const content = write(values);
        const head = new CborWriter("stored-item").array(4).uint(storedItems[item].number);
        const covered = head.uint(1).bytes(content).uint(0).finish().subarray(0, -1);
        const bytes = new CborWriter("stored-item").raw(covered).uint(checksum(covered)).finish();
        assert.deepEqual(openItem(item, bytes), { ok: true, value: { sequence: 0, content } });
        assert.deepEqual(decode(bytes), { ok: true, value: values });
      }
    });

    it("cbor-web reads the same number, version, sequence and content", () => {
      for (const values of samples(lists, 50)) {
        const bytes = encode(values);
        const content = write(values);
        const fields = decodeByCborWeb(bytes) as unknown[];
        assert.deepEqual(fields.slice(0, 3), [storedItems[item].number, storedItems[item].version, sequence]);
        assert.deepEqual(new Uint8Array(fields[3] as Uint8Array), content);
        const sum = Number(fields[4]);
        assert.equal(sum, checksum(bytes.subarray(0, bytes.length - uintBytes(sum))));
        assert.deepEqual(plain(decodeByCborWeb(content)), plain(decodeStrictly(content)));
      }
    });

    it("knows another item and a newer version from damage", () => {
      const other = item === "peers" ? "calls" : "peers";
      const wrong = decode(sealItem(other, Uint8Array.of(0x80), sequence));
      assert.deepEqual(wrong, { ok: false, error: { kind: "wrong-item", item } });
      const version = storedItems[item].version + 1;
      const covered = Uint8Array.of(0x85, storedItems[item].number, version, sequence, 0x41, 0x80);
      const sum = checksum(covered);
      const bytes = Uint8Array.from([
        ...covered,
        0x1a,
        sum >>> 24,
        (sum >>> 16) & 0xff,
        (sum >>> 8) & 0xff,
        sum & 0xff,
      ]);
      assert.deepEqual(decode(bytes), { ok: false, error: { kind: "newer-version", item, version } });
    });
  });
}

/** Bytes of an encoded whole number of 32 bits. */
function uintBytes(value: number): number {
  return value < 24 ? 1 : value < 0x100 ? 2 : value < 0x10000 ? 3 : 5;
}

/** Byte strings of either reader, to be compared. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString("hex")}'`;
  return Array.isArray(value) ? value.map(plain) : value;
}
