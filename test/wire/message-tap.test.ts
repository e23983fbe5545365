import assert from "node:assert/strict";
import { CborWriter } from "../../firmware/wire/cbor-writer.js";
import { encodeMessage } from "../../firmware/wire/message.js";
import { expectViolations, validatedItems, validateItem } from "../support/message-tap.js";

describe("support/message-tap", () => {
  it("counts what an encoder finishes, under its rule", () => {
    const before = validatedItems().get("leave") ?? 0;
    encodeMessage({ type: "leave" });
    assert.equal(validatedItems().get("leave"), before + 1);
  });

  it("stops an item that violates its rule, and would fail the run", () => {
    const violations = expectViolations(() => new CborWriter("ping").array(2).uint(0).text("token").finish());
    assert.deepEqual(violations, ['ping/token: "token" is not uint in 820065746f6b656e']);
  });

  it("stops an item of a rule that no .cddl file has", () => {
    const violations = expectViolations(() => new CborWriter("undescribed").uint(0).finish());
    assert.deepEqual(violations, ["undescribed: no such rule in any .cddl file in 00"]);
  });

  it("judges items captured elsewhere, a child process for one", () => {
    validateItem("message", Uint8Array.of(0x81, 5));
    assert.equal(expectViolations(() => validateItem("message", Uint8Array.of(0x81, 6))).length, 1);
  });

  it("does not swallow an error that is no violation", () => {
    assert.throws(
      () =>
        expectViolations(() => {
          throw new Error("another");
        }),
      /another/,
    );
  });
});
