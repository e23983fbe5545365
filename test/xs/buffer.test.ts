import assert from "node:assert/strict";
import fc from "fast-check";
import { seeded } from "../support/seed.js";
import { Buffer as OurBuffer } from "./engine/buffer.js";

const bytes = fc.uint8Array({ maxLength: 80 });
const encodings = ["utf8", "hex", "base64", "latin1"] as const;

function plain(buffer: Uint8Array): number[] {
  return [...buffer];
}

describe("xs/engine/buffer beside Node's Buffer", () => {
  for (const encoding of encodings) {
    it(`writes bytes as ${encoding}, and reads that again`, () => {
      fc.assert(
        fc.property(bytes, (content) => {
          const text = Buffer.from(content).toString(encoding);
          assert.equal(OurBuffer.from(content).toString(encoding), text);
          assert.deepEqual(plain(OurBuffer.from(text, encoding)), plain(Buffer.from(text, encoding)));
        }),
        seeded(300),
      );
    });
  }

  it("stops reading hexadecimal where it ends", () => {
    for (const text of ["", "a", "abc", "ABcd", "ab cd", "zz", "12zz34", "1z"]) {
      assert.deepEqual(plain(OurBuffer.from(text, "hex")), plain(Buffer.from(text, "hex")), text);
    }
  });

  it("compares and joins, and counts the bytes of a text", () => {
    fc.assert(
      fc.property(bytes, bytes, fc.string({ unit: "binary" }), (a, b, text) => {
        assert.equal(OurBuffer.compare(a, b), Buffer.compare(a, b));
        assert.equal(OurBuffer.from(a).equals(b), Buffer.from(a).equals(b));
        assert.deepEqual(plain(OurBuffer.concat([a, b])), plain(Buffer.concat([a, b])));
        assert.equal(OurBuffer.byteLength(text), Buffer.byteLength(text));
      }),
      seeded(500),
    );
  });

  it("takes arrays, other buffers and views; slices share their memory", () => {
    const memory = Uint8Array.of(1, 2, 3, 4).buffer;
    assert.deepEqual(plain(OurBuffer.from(memory, 1, 2)), [2, 3]);
    assert.deepEqual(plain(OurBuffer.from([1, 300])), [1, 44]);
    assert.deepEqual(plain(OurBuffer.of(7, 8)), [7, 8]);
    assert.deepEqual(plain(OurBuffer.alloc(2)), [0, 0]);
    const whole = OurBuffer.from([1, 2, 3]);
    assert.equal(whole.readUIntBE(0, 3), 0x010203);
    whole.slice(1).fill(9);
    assert.deepEqual(plain(whole), [1, 9, 9]);
  });
});
