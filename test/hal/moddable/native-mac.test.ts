import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { hex } from "../crypto-vectors.js";
import { stream } from "../crypto-points.js";
import { suiteMachine } from "./native-machine.js";

interface Vector {
  readonly key: Uint8Array;
  readonly data: Uint8Array;
  readonly code: string;
}

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "ascii"));
const repeated = (byte: number, count: number): Uint8Array => new Uint8Array(count).fill(byte);
const counting = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i + 1);

/** RFC 2202 §3, test cases 1 to 7. */
const sha1Vectors: readonly Vector[] = [
  { key: repeated(0x0b, 20), data: ascii("Hi There"), code: "b617318655057264e28bc0b6fb378c8ef146be00" },
  {
    key: ascii("Jefe"),
    data: ascii("what do ya want for nothing?"),
    code: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
  },
  { key: repeated(0xaa, 20), data: repeated(0xdd, 50), code: "125d7342b9ac11cd91a39af48aa17b4f63f175d3" },
  { key: counting(25), data: repeated(0xcd, 50), code: "4c9007f4026250c6bc8414f9bf50c86c2d7235da" },
  {
    key: repeated(0x0c, 20),
    data: ascii("Test With Truncation"),
    code: "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04",
  },
  {
    key: repeated(0xaa, 80),
    data: ascii("Test Using Larger Than Block-Size Key - Hash Key First"),
    code: "aa4ae5e15272d00e95705637ce8a3b55ed402112",
  },
  {
    key: repeated(0xaa, 80),
    data: ascii("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data"),
    code: "e8e99d0f45237d786d6bbaa7965c7808bbff1a91",
  },
];

/** RFC 4231 §4.2 to §4.8; of the fifth the first 16 bytes. */
const sha256Vectors: readonly Vector[] = [
  {
    key: repeated(0x0b, 20),
    data: ascii("Hi There"),
    code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    key: ascii("Jefe"),
    data: ascii("what do ya want for nothing?"),
    code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    key: repeated(0xaa, 20),
    data: repeated(0xdd, 50),
    code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  },
  {
    key: counting(25),
    data: repeated(0xcd, 50),
    code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  },
  { key: repeated(0x0c, 20), data: ascii("Test With Truncation"), code: "a3b6167473100ee06e0c796c2955552b" },
  {
    key: repeated(0xaa, 131),
    data: ascii("Test Using Larger Than Block-Size Key - Hash Key First"),
    code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  },
  {
    key: repeated(0xaa, 131),
    data: ascii(
      "This is a test using a larger than block-size key and a larger than block-size data. " +
        "The key needs to be hashed before being used by the HMAC algorithm.",
    ),
    code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  },
];

const codes = [
  { name: "hmacSha1", hash: "sha1", bytes: 20, vectors: sha1Vectors },
  { name: "hmacSha256", hash: "sha256", bytes: 32, vectors: sha256Vectors },
];

describe("hal/moddable/native: muster/mac", () => {
  const machine = suiteMachine();

  for (const { name, hash, bytes, vectors } of codes) {
    const codeOf = (key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array =>
      machine.call(name, new Uint8Array(bytes), key, parts).values[0] as Uint8Array;

    it(`${name}: the vectors of its RFC`, () => {
      for (const { key, data, code } of vectors) {
        assert.deepEqual(codeOf(key, [data]).slice(0, code.length / 2), hex(code));
      }
    });

    it(`${name}: equals Node's for every length of key and message about a block's, in any parts`, () => {
      for (let length = 0; length <= 200; length++) {
        const message = stream(`message ${length}`, length);
        const key = stream(`key ${length}`, (length * 7) % 150);
        const [first, second] = [length % 61, Math.min(length, (length % 61) + (length % 67))];
        const parts = [message.subarray(0, first), message.subarray(first, second), message.subarray(second)];
        const expected = createHmac(hash, key).update(message).digest();
        assert.deepEqual(codeOf(key, parts), new Uint8Array(expected), `${length} bytes`);
      }
      assert.deepEqual(codeOf(new Uint8Array(1), []), new Uint8Array(createHmac(hash, "\0").digest()));
    });

    it(`${name}: refuses a target of another size, and parts that are none`, () => {
      assert.throws(() => machine.call(name, new Uint8Array(bytes - 1), new Uint8Array(1), []), /RangeError/);
      assert.throws(() => machine.call(name, new Uint8Array(bytes + 1), new Uint8Array(1), []), /RangeError/);
      assert.throws(() => machine.call(name, new Uint8Array(bytes), new Uint8Array(1), [7]), /TypeError/);
      assert.throws(() => machine.call(name, new Uint8Array(bytes), 7, []), /TypeError/);
    });
  }
});
