import assert from "node:assert/strict";
import fc from "fast-check";
import { CborReader } from "../../firmware/wire/cbor-reader.js";
import { CborWriter } from "../../firmware/wire/cbor-writer.js";
import { bytesWithin, toCbor } from "../support/arbitraries.js";
import { decodeByCborWeb } from "../support/cbor-web.js";
import { decodeStrictly } from "../support/cddl/strict-cbor.js";
import { fileJson } from "../support/file.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, samples, seeded } from "../support/seed.js";

const depthMax = 20;

/** Any value of our profile of CBOR. */
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    bytesWithin(0, 300),
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 6 }),
    fc
      .uniqueArray(fc.tuple(fc.integer(), tie("value")), { maxLength: 6, selector: ([key]) => key })
      .map(inKeyOrder),
  ),
})).value;

/** One or two for each way an item can be wrong: RFC 8949 §3 (heads), appendix F (structure), §4.2 (determinism). */
const unacceptable: readonly string[] = [
  ...["", "18", "19ff", "1a00ffff", "1b00ffffffffffff", "41", "6261", "5affffffff00"],
  ...["81", "8200", "a1", "a100", "a20000", "8181", "c0", "d9ff", "d8"],
  ...["1c", "1d", "1e", "3c", "5d", "7e", "9c", "be", "dc", "fc", "fe"],
  ...["f818", "f800", "f81f", "5f00ff", "7f4100ff", "ff", "81ff", "1f", "3f", "df"],
  ...["1817", "190017", "1a0000ffff", "1b00000000ffffffff", "5800", "580141", "9800", "b800", "7900016161"],
  ...["a200000000", "a201000000", "a2613100613000", "a2616101206141", "62c328", "63eda080", "61ff"],
];

describe("wire/cbor", function () {
  this.timeout(30_000);

  describe("vectors of RFC 8949 appendix A", () => {
    for (const { hex, roundtrip } of appendixA()) {
      const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
      const expected = inOurProfile(bytes);
      it(`${hex.slice(0, 40)}: ${expected === undefined ? "outside our profile, refused" : "read and written"}`, () => {
        const reader = new CborReader(bytes, "vector");
        reader.item("item", depthMax);
        assert.equal(reader.finish(true).ok, expected !== undefined);
        if (expected === undefined) return;
        assert.ok(roundtrip, "what is in our profile has one encoding");
        assert.equal(Buffer.from(written(expected.value)).toString("hex"), hex);
        assert.deepEqual(readAny(bytes), expected.value);
      });
    }
  });

  describe("items that are not well-formed or not deterministic", () => {
    for (const hex of unacceptable) {
      it(`${hex} is refused`, () => {
        const reader = new CborReader(Uint8Array.from(Buffer.from(hex, "hex")), "item");
        reader.item("item", depthMax);
        assert.equal(reader.finish(0).ok, false);
      });
    }
  });

  it("writes what cbor2 writes, reads what it wrote, and cbor-web reads the same", () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = written(value);
        assert.deepEqual(bytes, toCbor(value));
        assert.deepEqual(readAny(bytes), value);
        assert.deepEqual(plain(decodeByCborWeb(bytes)), plain(value));
      }),
      seeded(500),
    );
  });

  it("mutants: the reader accepts exactly what cbor2's strict profile accepts", () => {
    const source = new MutationSource();
    const share = new BranchShare("mutants of items");
    for (const value of samples(values, 400)) {
      const bytes = written(value);
      for (let i = 0; i < 10; i++) {
        const mutant = mutated(bytes, source);
        const reader = new CborReader(mutant, "mutant");
        reader.item("item", depthMax);
        const result = reader.finish(true);
        share.count(result.ok ? "ok" : result.error.kind);
        assert.equal(result.ok, inOurProfile(mutant) !== undefined, Buffer.from(mutant).toString("hex"));
      }
    }
    share.print();
    for (const branch of [
      "ok",
      "truncated",
      "trailing-bytes",
      "not-shortest",
      "wrong-type",
      "bad-text",
      "key-order",
    ]) {
      assert.ok(share.of(branch) > 0, `${branch} was never reached`);
    }
  });

  describe("bounds", () => {
    it("refuses to go deeper than it was told", () => {
      const nested = Uint8Array.from([...Array<number>(21).fill(0x81), 0x00]);
      const reader = new CborReader(nested, "nested");
      reader.item("item", 20);
      assert.deepEqual(reader.finish(0), {
        ok: false,
        error: { kind: "too-deep", at: 21, in: "nested/item" },
      });
    });

    it("does not believe a length that the input cannot hold", () => {
      const huge = Uint8Array.of(0x9b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
      const reader = new CborReader(huge, "huge");
      reader.item("item", 4);
      assert.deepEqual(reader.finish(0), {
        ok: false,
        error: { kind: "wrong-length", at: 0, in: "huge/item" },
      });
    });

    it("keeps the first error and gives harmless values after it", () => {
      const reader = new CborReader(Uint8Array.of(0x83, 0x18, 0x05, 0x41, 0x00, 0xf5), "record");
      assert.equal(reader.array("items", 3, 3), 3);
      assert.equal(reader.uint("number", 10), 0);
      assert.equal(reader.bytes("bytes", 1).length, 0);
      assert.equal(reader.boolean("flag"), false);
      assert.equal(reader.text("text", 0, 9), "");
      assert.deepEqual(reader.finish("value"), {
        ok: false,
        error: { kind: "not-shortest", at: 1, in: "record/number" },
      });
    });

    it("refuses integers past 2^53-1 in either direction", () => {
      for (const hex of ["1b0020000000000000", "3b0020000000000000"]) {
        const reader = new CborReader(Uint8Array.from(Buffer.from(hex, "hex")), "big");
        reader.int("number", -Infinity, Infinity);
        assert.deepEqual(reader.finish(0), {
          ok: false,
          error: { kind: "out-of-range", at: 0, in: "big/number" },
        });
      }
    });

    it("a writer stops on what is no count: our bug, not bad input", () => {
      for (const value of [-1, 0.5, 2 ** 53, Number.NaN]) {
        assert.throws(() => new CborWriter("uint").uint(value), /is no count/);
      }
    });
  });
});

interface Vector {
  readonly hex: string;
  readonly roundtrip: boolean;
}

function appendixA(): Vector[] {
  return fileJson("test/vectors/cbor/appendix_a.json") as Vector[];
}

/** The value, where an independent decoder finds one deterministic item without tags and with safe integers only. */
function inOurProfile(bytes: Uint8Array): { value: unknown } | undefined {
  try {
    const value = decodeStrictly(bytes);
    return isPlain(value) ? { value: plain(value) } : undefined;
  } catch {
    return undefined;
  }
}

function isPlain(value: unknown): boolean {
  if (typeof value === "bigint") return false;
  if (Array.isArray(value)) return value.every(isPlain);
  return !(value instanceof Map) || [...value].flat().every(isPlain);
}

/** Byte strings as Uint8Array, maps and objects as Map. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [plain(key), plain(item)]));
  if (typeof value === "object" && value !== null)
    return new Map(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}

function written(value: unknown): Uint8Array {
  const writer = new CborWriter("any");
  write(writer, value);
  return writer.finish();
}

function write(writer: CborWriter, value: unknown): void {
  if (typeof value === "number") writer.int(value);
  else if (typeof value === "string") writer.text(value);
  else if (typeof value === "boolean") writer.boolean(value);
  else if (value instanceof Uint8Array) writer.bytes(value);
  else if (Array.isArray(value))
    value.reduce<CborWriter>((w, item) => (write(w, item), w), writer.array(value.length));
  else if (value instanceof Map) writePairs(writer.map(value.size), value);
  else writer.null();
}

function writePairs(writer: CborWriter, map: ReadonlyMap<unknown, unknown>): void {
  for (const [key, item] of map) {
    write(writer, key);
    write(writer, item);
  }
}

function readAny(bytes: Uint8Array): unknown {
  const reader = new CborReader(bytes, "any");
  const result = reader.finish(read(reader));
  assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.error));
  return result.value;
}

function read(reader: CborReader): unknown {
  switch (reader.peek()) {
    case "uint":
    case "negative":
      return reader.int("item", -Infinity, Infinity);
    case "bytes":
      return new Uint8Array(reader.bytes("item", 0, Infinity));
    case "text":
      return reader.text("item", 0, Infinity);
    case "boolean":
      return reader.boolean("item");
    case "array":
      return Array.from({ length: reader.array("item", 0, Infinity) }, () => read(reader));
    case "map":
      return new Map(
        Array.from({ length: reader.map("item", 0, Infinity) }, () => [read(reader), read(reader)]),
      );
    default:
      reader.null();
      return null;
  }
}

/** Pairs as a Map whose keys are in the order of their encodings. */
function inKeyOrder(pairs: readonly (readonly [number, unknown])[]): Map<unknown, unknown> {
  return new Map([...pairs].sort(([a], [b]) => Buffer.compare(toCbor(a), toCbor(b))));
}
