import assert from "node:assert/strict";
import { openData, sealData } from "../../firmware/identity/seal.js";
import { decodeFrame } from "../../firmware/wire/frame.js";
import { flipped, seedOf, sodium } from "./fixtures.js";
import { referenceData } from "./reference-data.js";

const key = seedOf("key");

function sealedPart(frame: Uint8Array): Uint8Array {
  const decoded = decodeFrame(frame);
  assert.ok(decoded.ok && decoded.value.type === "data");
  return decoded.value.sealed;
}

describe("data seal", () => {
  it("is what the reference makes, 22 B over the plaintext, at any counter", () => {
    for (const counter of [
      0,
      1,
      0xffff,
      0x10000,
      0xffffffff,
      0x100000000,
      2 ** 40,
      Number.MAX_SAFE_INTEGER,
    ]) {
      const plaintext = seedOf(`${counter}`).slice(0, counter % 30);
      const frame = sealData(sodium, key, { index: 0xabcdef, counter }, plaintext);
      const expected = referenceData(key, Uint8Array.of(0xab, 0xcd, 0xef), BigInt(counter), plaintext);
      assert.deepEqual(frame, expected);
      assert.equal(frame.length, plaintext.length + 22);
      assert.deepEqual(openData(sodium, key, { index: 0xabcdef, counter }, sealedPart(frame)), plaintext);
    }
  });

  it("opens at its own place and with its own key only", () => {
    const sealed = sealedPart(sealData(sodium, key, { index: 7, counter: 5 }, Uint8Array.of(1)));
    const wrong = [
      { index: 8, counter: 5 },
      { index: 7, counter: 6 },
      { index: 7, counter: 5 + 0x10000 },
      { index: 7, counter: 5 + 2 ** 32 },
    ];
    for (const place of wrong) assert.equal(openData(sodium, key, place, sealed), undefined);
    assert.equal(openData(sodium, seedOf("other"), { index: 7, counter: 5 }, sealed), undefined);
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      assert.equal(openData(sodium, key, { index: 7, counter: 5 }, flipped(sealed, bit)), undefined);
    }
    for (let length = 0; length < sealed.length; length++) {
      assert.equal(openData(sodium, key, { index: 7, counter: 5 }, sealed.subarray(0, length)), undefined);
    }
  });
});
