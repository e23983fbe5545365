import assert from "node:assert/strict";
import { inspect } from "node:util";
import { toHex } from "../../firmware/core/bytes.js";
import { openSide } from "./fixtures.js";

describe("key ring, printed", () => {
  it("shows no secret", () => {
    const { keyRing } = openSide("alice");
    const shown = inspect(keyRing, { depth: 9, showHidden: true }) + JSON.stringify(keyRing);
    const bytes = (text: string): string => text.replaceAll(/[^0-9,]/g, "");
    for (const secret of [keyRing.secretKey.subarray(0, 32), keyRing.agreementSecret]) {
      assert.ok(!shown.includes(toHex(secret)));
      assert.ok(!bytes(shown).includes([...secret.subarray(0, 8)].join(",")));
    }
  });
});
