import assert from "node:assert/strict";
import { isIP } from "node:net";
import fc from "fast-check";
import { addressText } from "../../firmware/core/endpoint.js";

describe("core/endpoint, read by Node", () => {
  it("writes every address as Node takes one of its family", () => {
    const raw = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(raw, (bytes) => {
        assert.equal(isIP(addressText(bytes)), bytes.length === 4 ? 4 : 6);
      }),
    );
  });
});
