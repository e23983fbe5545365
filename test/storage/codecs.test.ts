import assert from "node:assert/strict";
import { callOutcomes } from "../../firmware/core/call-outcome.js";
import fc from "fast-check";
import {
  callLogEntriesMax,
  contactsMax,
  rememberedPeersMax,
  storedBytesMax,
  storedSettingsMax,
} from "../../firmware/core/limits.js";
import { nodeId } from "../../firmware/core/node-id.js";
import type { Result } from "../../firmware/core/result.js";
import { instant } from "../../firmware/core/time.js";
import { settingTable } from "../../firmware/console/setting.js";
import { decodeCallLog, encodeCallLog, type StoredCall } from "../../firmware/storage/call-log-codec.js";
import { checksum } from "../../firmware/storage/checksum.js";
import {
  decodeContacts,
  encodeContacts,
  storedNameBytesMax,
  type StoredContact,
} from "../../firmware/storage/contacts-codec.js";
import {
  decodeRememberedPeers,
  encodeRememberedPeers,
  type RememberedPeer,
} from "../../firmware/storage/remembered-peers-codec.js";
import { decodeSettings, encodeSettings, type StoredSetting } from "../../firmware/storage/settings-codec.js";
import {
  openItem,
  sealItem,
  storageFaultSentence,
  storedItems,
  type StorageFault,
  type StoredItem,
} from "../../firmware/storage/stored-item.js";
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
}).map(({ pin, ...rest }) => (pin === null ? rest : { ...rest, pin }));
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

interface Codec<T = unknown> {
  readonly item: StoredItem;
  readonly most: number;
  readonly one: fc.Arbitrary<T>;
  readonly encode: (values: readonly T[]) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Result<T[], StorageFault>;
}

const codecs: readonly Codec[] = [
  {
    item: "contacts",
    most: contactsMax,
    one: contact,
    encode: encodeContacts,
    decode: decodeContacts,
  } as Codec<StoredContact> as Codec,
  {
    item: "calls",
    most: callLogEntriesMax,
    one: call,
    encode: encodeCallLog,
    decode: decodeCallLog,
  } as Codec<StoredCall> as Codec,
  {
    item: "settings",
    most: storedSettingsMax,
    one: setting,
    encode: encodeSettings,
    decode: decodeSettings,
  } as Codec<StoredSetting> as Codec,
  {
    item: "peers",
    most: rememberedPeersMax,
    one: peer,
    encode: encodeRememberedPeers,
    decode: decodeRememberedPeers,
  } as Codec<RememberedPeer> as Codec,
];

describe("checksum", () => {
  it('is CRC-32: the check value of "123456789" is CBF43926', () => {
    assert.equal(checksum(new TextEncoder().encode("123456789")), 0xcbf43926);
    assert.equal(checksum(new Uint8Array(0)), 0);
  });
});

for (const { item, most, one, encode, decode } of codecs) {
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
          assert.equal(firmwareSchema().validate(`stored-${item}`, content.value), undefined);
        }),
        seeded(150),
      );
    });

    it("holds as many as the limit; one more is our bug when written and unreadable when read", () => {
      const full = samples(one, most + 1);
      assert.equal(decode(encode(full.slice(0, most))).ok, true);
      assert.throws(() => encode(full), /assertion failed/);
      const head = most + 1 < 24 ? [0x80 | (most + 1)] : [0x98, most + 1];
      const over = decode(sealItem(item, Uint8Array.from(head)));
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
        const bytes = sealItem(item, mutated(content.value, source));
        const read = decode(bytes);
        if (read.ok) assert.deepEqual(encode(read.value), bytes);
        else assert.ok(storageFaultSentence(read.error).includes(item));
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

    it("knows another item and a newer version from damage", () => {
      const other = item === "peers" ? "calls" : "peers";
      const wrong = decode(sealItem(other, Uint8Array.of(0x80)));
      assert.deepEqual(wrong, { ok: false, error: { kind: "wrong-item", item } });
      const covered = Uint8Array.of(0x84, storedItems[item].number, 2, 0x41, 0x80);
      const sum = checksum(covered);
      const bytes = Uint8Array.from([
        ...covered,
        0x1a,
        sum >>> 24,
        (sum >>> 16) & 0xff,
        (sum >>> 8) & 0xff,
        sum & 0xff,
      ]);
      assert.deepEqual(decode(bytes), { ok: false, error: { kind: "newer-version", item, version: 2 } });
    });
  });
}

describe("storage limits", () => {
  it("a full phone book, log and set of settings of the longest entries fit one item", () => {
    const name = "n".repeat(storedNameBytesMax);
    const pin = { nodeId: nodeId(new Uint8Array(16)), publicKey: new Uint8Array(32) };
    const book = new Array<StoredContact>(contactsMax).fill({ name, generation: 2 ** 48, pin });
    const at = instant(2 ** 48);
    const calls = new Array<StoredCall>(callLogEntriesMax).fill({
      direction: "incoming",
      name,
      nodeId: pin.nodeId,
      outcome: "failed",
      bootCount: 2 ** 32 - 1,
      startedAt: at,
      talkedMs: at,
    });
    const settings = new Array<StoredSetting>(storedSettingsMax).fill({
      name: "n".repeat(24),
      value: "v".repeat(128),
    });
    for (const bytes of [encodeContacts(book), encodeCallLog(calls), encodeSettings(settings)]) {
      assert.ok(bytes.length <= storedBytesMax, `${bytes.length}`);
    }
    assert.equal(decodeContacts(encodeContacts(book)).ok, true);
    assert.ok(settingTable.length <= storedSettingsMax);
    assert.ok(settingTable.every((entry) => entry.name.length <= 24));
  });
});
