import assert from "node:assert/strict";
import fc from "fast-check";
import { seeded } from "../support/seed.js";
import { TextDecoder as OurDecoder, TextEncoder as OurEncoder } from "./engine/text-codec.js";

/** Bytes of which every beginning, middle and end of a sequence is likely, allowed or not. */
const bytes = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(
        0xc1,
        0xc2,
        0xe0,
        0xe1,
        0xed,
        0xef,
        0xf0,
        0xf1,
        0xf4,
        0xf5,
        0x80,
        0x8f,
        0x90,
        0x9f,
        0xa0,
        0xbf,
      ),
    ),
  )
  .map((numbers) => Uint8Array.from(numbers));

function textOf(decoder: { decode(input: Uint8Array): string }, input: Uint8Array): string | undefined {
  try {
    return decoder.decode(input);
  } catch {
    return undefined;
  }
}

describe("xs/engine/text-codec beside Node's", () => {
  it("encodes every text the same, lone surrogates too", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)) }),
        (text) => {
          assert.deepEqual([...new OurEncoder().encode(text)], [...new TextEncoder().encode(text)]);
        },
      ),
      seeded(1000),
    );
  });

  for (const fatal of [false, true]) {
    for (const ignoreBOM of [false, true]) {
      it(`decodes all bytes the same: fatal ${fatal}, ignoreBOM ${ignoreBOM}`, () => {
        const options = { fatal, ignoreBOM };
        fc.assert(
          fc.property(fc.boolean(), bytes, (marked, rest) => {
            const input = marked ? Uint8Array.from([0xef, 0xbb, 0xbf, ...rest]) : rest;
            assert.equal(
              textOf(new OurDecoder("utf-8", options), input),
              textOf(new TextDecoder("utf-8", options), input),
            );
          }),
          seeded(2000),
        );
      });
    }
  }
});
