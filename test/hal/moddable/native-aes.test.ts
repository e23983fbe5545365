import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { stream } from "../crypto-points.js";
import { hex } from "../crypto-vectors.js";
import { suiteMachine } from "./native-machine.js";

describe("hal/moddable/native: muster/aes", () => {
  const machine = suiteMachine();

  const crypt = (key: Uint8Array, counter: Uint8Array, bytes: Uint8Array): Uint8Array =>
    machine.call("aesCtr", new Uint8Array(bytes.length), key, counter, bytes).values[0] as Uint8Array;

  it("one block: FIPS 197 appendix B and appendix C.1", () => {
    const zero = new Uint8Array(16);
    assert.deepEqual(
      crypt(hex("2b7e151628aed2a6abf7158809cf4f3c"), hex("3243f6a8885a308d313198a2e0370734"), zero),
      hex("3925841d02dc09fbdc118597196a0b32"),
    );
    assert.deepEqual(
      crypt(hex("000102030405060708090a0b0c0d0e0f"), hex("00112233445566778899aabbccddeeff"), zero),
      hex("69c4e0d86a7b0430d8cdb78070b4c55a"),
    );
  });

  it("four blocks: NIST SP 800-38A F.5.1", () => {
    const plain =
      "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51" +
      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
    const sealed =
      "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff" +
      "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee";
    const key = hex("2b7e151628aed2a6abf7158809cf4f3c");
    const counter = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    assert.deepEqual(crypt(key, counter, hex(plain)), hex(sealed));
    assert.deepEqual(crypt(key, counter, hex(sealed)), hex(plain));
  });

  it("the key stream of SRTP: RFC 3711 appendix B.2, blocks 0 to 2 and 0xff to 0x101", () => {
    const key = hex("2b7e151628aed2a6abf7158809cf4f3c");
    const start = crypt(key, hex("f0f1f2f3f4f5f6f7f8f9fafbfcfd0000"), new Uint8Array(48));
    assert.deepEqual(
      start,
      hex(
        "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab" +
          "41e95b3bb0a2e8dd477901e4fca894c0",
      ),
    );
    const later = crypt(key, hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), new Uint8Array(48));
    assert.deepEqual(
      later,
      hex(
        "ec8cdf7398607cb0f2d21675ea9ea1e4362b7c3c6773516318a077d7fc5073ae" +
          "6a2cc3787889374fbeb4c81b17ba6c44",
      ),
    );
  });

  it("equals Node's for every length to 100, also where the counter carries over all its bytes", () => {
    for (let length = 0; length <= 100; length++) {
      const key = stream(`key ${length}`, 16);
      const counter = length % 2 === 0 ? new Uint8Array(16).fill(0xff) : stream(`counter ${length}`, 16);
      const bytes = stream(`bytes ${length}`, length);
      const expected = createCipheriv("aes-128-ctr", key, counter).update(bytes);
      assert.deepEqual(crypt(key, counter, bytes), new Uint8Array(expected), `${length} bytes`);
    }
  });

  it("leaves key, counter and input as they are", () => {
    const values = [new Uint8Array(40), stream("key", 16), stream("counter", 16), stream("bytes", 40)];
    assert.deepEqual(machine.call("aesCtr", ...values).values.slice(1), values.slice(1));
  });

  it("refuses other sizes of key, counter and target", () => {
    const sizes = { target: 5, key: 16, counter: 16, bytes: 5 };
    for (const wrong of [
      { target: 4 },
      { target: 6 },
      { key: 15 },
      { key: 32 },
      { counter: 12 },
      { bytes: 6 },
    ]) {
      const values = Object.values({ ...sizes, ...wrong }).map((size) => new Uint8Array(size));
      assert.throws(() => machine.call("aesCtr", ...values), /RangeError/, JSON.stringify(wrong));
    }
  });
});
