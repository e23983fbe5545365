import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { seedOf, sodium } from "./fixtures.js";

describe("Overlay-ID", () => {
  it("is 8 B of a hash of name and signer", () => {
    const expected = createHash("sha512").update("Muster/1 overlayoffice").update(seedOf("signer")).digest();
    assert.deepEqual(Buffer.from(overlayIdOf(sodium, "office", seedOf("signer"))), expected.subarray(0, 8));
  });

  it("differs with name and signer", () => {
    const ids = [
      overlayIdOf(sodium, "office"),
      overlayIdOf(sodium, "Office"),
      overlayIdOf(sodium, "office", seedOf("one")),
      overlayIdOf(sodium, "office", seedOf("two")),
    ];
    assert.equal(new Set(ids.map((id) => Buffer.from(id).toString("hex"))).size, ids.length);
  });
});
