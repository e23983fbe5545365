import assert from "node:assert/strict";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { sha512 } from "../support/sha512.js";
import { seedOf, sodium } from "./fixtures.js";

describe("Overlay-ID", () => {
  it("is 8 B of a hash of name and signer", () => {
    const expected = sha512("Muster/1 overlayoffice", seedOf("signer"));
    assert.deepEqual(overlayIdOf(sodium, "office", seedOf("signer")), expected.slice(0, 8));
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
