import assert from "node:assert/strict";
import fc from "fast-check";
import { forwardCharsMax, fullNameBytesMax, registrationBytesMax } from "../../firmware/core/limits.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { encodeText } from "../../firmware/core/text.js";
import { kindDefinition, registrationKind, shippedKinds } from "../../firmware/overlay/kind-definition.js";
import {
  decodeRegistration,
  destinationsOf,
  encodeRegistration,
  peerRegistration,
  type Registration,
} from "../../firmware/usage/registration.js";
import { mutated } from "../support/mutation.js";
import { MutationSource, rounds, seed, seeded } from "../support/seed.js";

/** A way, encoded. */
function way(...fills: readonly number[]): number[] {
  return [0x80 + fills.length, ...fills.flatMap((fill) => [0x50, ...new Array<number>(16).fill(fill)])];
}

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(nodeId);
const ways = fc.array(fc.array(id, { minLength: 1, maxLength: 2 }), { maxLength: 3 });
const name = fc.constantFrom("b", "bob", "bob@office.example", "a".repeat(24), "z".repeat(32));
const fullName = fc.constantFrom("Zoë Martin", "李小龍", "Bob 🙂", "x".repeat(fullNameBytesMax));
/** Those that fit: two Node-IDs beside a long name, three alone; a full name has room of its own. */
const registration = fc
  .record({
    ways,
    forward: fc.option(name, { nil: undefined }),
    fullName: fc.option(fullName, { nil: undefined }),
  })
  .map(({ ways, forward, fullName }) => ({
    ways,
    ...(forward !== undefined && { forward }),
    ...(fullName !== undefined && { fullName }),
  }))
  .filter((each) => sizeOf(each) <= registrationBytesMax);

/** Bytes of a registration by hand, without full name: heads of 1 B, of 2 B for a name of 24 characters and more. */
function sizeOf({ ways, forward = "" }: Registration): number {
  const head = forward === "" ? 0 : forward.length < 24 ? 1 : 2;
  return 1 + ways.reduce((sum, way) => sum + 1 + 17 * way.length, 0) + head + forward.length;
}

describe("registration", () => {
  it("of a peer is one byte, and leads to the peer itself", () => {
    assert.deepEqual(encodeRegistration(peerRegistration()), Uint8Array.of(0x80));
    const device = nodeId(new Uint8Array(16).fill(7));
    assert.deepEqual(destinationsOf(device, peerRegistration()), [{ first: device }]);
  });

  it("of a client leads through its associated peers, best first", () => {
    const [device, a, b, c] = [1, 2, 3, 4].map((fill) => nodeId(new Uint8Array(16).fill(fill)));
    assert.ok(device !== undefined && a !== undefined && b !== undefined && c !== undefined);
    const value = encodeRegistration({ ways: [[a], [b, c]] });
    assert.equal(value.length, sizeOf({ ways: [[a], [b, c]] }));
    assert.deepEqual(destinationsOf(device, { ways: [[a], [b, c]] }), [
      { first: a, client: device },
      { first: b, client: c },
    ]);
  });

  it("has the last ways left out where a name to forward to takes their room", () => {
    const all = [1, 2, 3].map((fill) => [nodeId(new Uint8Array(16).fill(fill))]);
    for (const forward of [
      "bob",
      "a".repeat(10),
      "b".repeat(30),
      `${"c".repeat(32)}@${"d".repeat(forwardCharsMax - 33)}`,
    ]) {
      const value = encodeRegistration({ ways: all, forward });
      assert.ok(value.length <= registrationBytesMax);
      const read = decodeRegistration(value);
      const kept = all.filter(
        (_, i) => sizeOf({ ways: all.slice(0, i + 1), forward }) <= registrationBytesMax,
      );
      assert.deepEqual(read, { ok: true, value: { ways: kept, forward } });
    }
  });

  it("is read as it was written", () => {
    fc.assert(
      fc.property(registration, (each) => {
        const read = decodeRegistration(encodeRegistration(each));
        assert.deepEqual(read, { ok: true, value: each });
      }),
      seeded(300),
    );
  });

  it("of random bytes and of mutated ones: a value that is written the same, or a named error", () => {
    const source = new MutationSource(seed);
    const counts = { read: 0, refused: 0 };
    for (const each of fc.sample(registration, { seed, numRuns: rounds(3000) })) {
      const bytes = mutated(encodeRegistration(each), source);
      const read = decodeRegistration(bytes);
      const written = read.ok ? encodeRegistration(read.value) : bytes;
      // Left out is what is no full name, and nothing else.
      if (written.length === bytes.length) assert.deepEqual(written, bytes);
      else {
        assert.deepEqual(bytes.subarray(1, written.length), written.subarray(1));
        assert.equal((bytes[written.length] ?? 0) >> 5, 2, "a byte string is left out");
      }
      if (read.ok) assert.deepEqual(decodeRegistration(written), read);
      else assert.ok(read.error.in.startsWith("registration"));
      counts[read.ok ? "read" : "refused"]++;
    }
    console.log(`      MUSTER_SEED=${seed}: read ${counts.read}, refused ${counts.refused}`);
    assert.ok(counts.read > 0 && counts.refused > 0);
  });

  it("a full name costs its own bytes and one or two more, and no way is left out for it", () => {
    const all = [1, 2, 3].map((fill) => [nodeId(new Uint8Array(16).fill(fill))]);
    const longest = `${"b".repeat(32)}@${"c".repeat(forwardCharsMax - 33)}`;
    const { valueBytesMax = 0 } = kindDefinition(shippedKinds, registrationKind) ?? {};
    for (const given of [
      "A",
      "Zoë Martin",
      "é".repeat(11),
      "é".repeat(12),
      "é".repeat(fullNameBytesMax / 2),
    ]) {
      for (const rest of [{ ways: [] }, { ways: all }, { ways: [], forward: longest }]) {
        const bytes = encodeRegistration({ ...rest, fullName: given });
        const own = encodeText(given).length;
        const without = encodeRegistration(rest).length;
        assert.equal(bytes.length, without + own + (own < 24 ? 1 : 2));
        assert.ok(bytes.length <= valueBytesMax, "those who store it take it");
      }
    }
  });

  const noNames: readonly [string, readonly number[]][] = [
    ["control characters", [...encodeText("Bob\u001b[2J")]],
    ["another direction", [...encodeText("Bob \u202ecilA")]],
    ["what cannot be seen", [...encodeText("Bob\u200b")]],
    ["another's user name in it", [...encodeText("Bob (bob)")]],
    ["too many bytes", new Array<number>(fullNameBytesMax + 1).fill(0x61)],
    ["no UTF-8", [0xff, 0xfe]],
    ["half a character", [0x41, 0xc3]],
    ["nothing", []],
    ["two spaces", [...encodeText("Bob  Martin")]],
  ];
  for (const [what, text] of noNames) {
    it(`a full name of ${what} is left out, and the device is reached all the same`, () => {
      const head = text.length < 24 ? [0x40 + text.length] : [0x58, text.length];
      const read = decodeRegistration(Uint8Array.from([0x83, ...way(1), 0x61, 0x62, ...head, ...text]));
      assert.deepEqual(read, {
        ok: true,
        value: { ways: [[nodeId(new Uint8Array(16).fill(1))]], forward: "b" },
      });
    });
  }

  const refused: readonly [string, readonly number[], string][] = [
    ["four ways", [0x84, ...way(1), ...way(2), ...way(3), ...way(4)], "registration/ways"],
    ["six items", [0x86, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], "registration/ways"],
    ["four ways of no bytes", [0x84, 0x80, 0x80, 0x80, 0x80], "registration/way"],
    ["a name in front of a way", [0x82, 0x61, 0x62, ...way(1)], "registration/full-name"],
    ["a full name in front of a way", [0x82, 0x41, 0x62, ...way(1)], "registration/ways"],
    ["a full name in front of a name", [0x82, 0x41, 0x62, 0x61, 0x62], "registration/ways"],
    ["two full names", [0x82, 0x41, 0x62, 0x41, 0x62], "registration/ways"],
    ["a full name cut short", [0x81, 0x42, 0x62], "registration/full-name"],
    ["a name that is none", [0x81, 0x61, 0x42], "registration/forward"],
    ["no name", [0x81, 0x60], "registration/forward"],
    ["too many bytes", [0x82, ...way(1, 2), ...way(3, 4)], "registration/length"],
    ["an empty way", [0x81, 0x80], "registration/way"],
    ["a short Node-ID", [0x81, 0x81, 0x41, 0], "registration/id"],
    ["something behind", [0x80, 0x80], "registration"],
    ["nothing", [], "registration/ways"],
  ];
  for (const [what, bytes, where] of refused) {
    it(`refuses ${what}`, () => {
      const read = decodeRegistration(Uint8Array.from(bytes));
      assert.ok(!read.ok);
      assert.equal(read.error.in, where);
    });
  }
});
