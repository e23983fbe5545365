import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeAscii, decodeText, encodeText } from "../../firmware/core/text.js";

describe("core/text", () => {
  it("encodes every well-formed text as Node does, and reads it back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const encoded = encodeText(text);
        const reference = Buffer.from(text);
        assert.deepEqual(encoded, new Uint8Array(reference));
        assert.equal(decodeText(encoded), reference.toString());
      }),
    );
  });

  it("refuses exactly the bytes that the platform's strict decoder refuses", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const bytes = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xc0, 0xe0, 0xed, 0xf0, 0xf4, 0x80, 0xbf)),
    );
    fc.assert(
      fc.property(bytes, (numbers) => {
        const input = Uint8Array.from(numbers);
        let expected: string | undefined;
        try {
          expected = strict.decode(input);
        } catch {
          expected = undefined;
        }
        assert.equal(decodeText(input), expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("shows foreign bytes of an ASCII text as question marks", () => {
    assert.equal(decodeAscii(Uint8Array.of(0x41, 0xff, 0x42)), "A?B");
  });
});
