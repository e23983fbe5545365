import assert from "node:assert/strict";
import { decodeBeacon } from "../../firmware/wire/beacon.js";
import { decodeMessage } from "../../firmware/wire/message.js";
import { messagesByType } from "../support/arbitraries.js";
import { fileJson } from "../support/file.js";
import { goldenFile, goldenRows, goldens } from "../support/golden.js";
import { firmwareSchema } from "../support/message-tap.js";

interface Row {
  readonly title: string;
  readonly rule: string;
  readonly bytes: number;
  readonly hex: string;
}

const rows = fileJson(goldenFile) as Row[];

describe("wire: golden examples", () => {
  it("has one of every type of message", () => {
    const types = new Set(goldens().flatMap(({ message }) => (message === undefined ? [] : [message.type])));
    assert.deepEqual([...types].sort(), Object.keys(messagesByType).sort());
  });

  it("the file lists the examples, no more and no fewer", () => {
    assert.deepEqual(
      rows.map(({ title }) => title),
      goldenRows().map(({ title }) => title),
    );
  });

  goldens().forEach(({ title, rule, bytes, message }, index) => {
    it(`${title}: the bytes of the file, both ways`, () => {
      const row = rows[index];
      const golden = Uint8Array.from(Buffer.from(row?.hex ?? "", "hex"));
      assert.equal(row?.bytes, golden.length);
      assert.equal(Buffer.from(bytes).toString("hex"), row.hex);
      if (rule === "beacon") assert.ok(decodeBeacon(golden).ok);
      else assert.equal(firmwareSchema().validate(rule, golden), undefined);
      if (message !== undefined) assert.deepEqual(decodeMessage(golden), { ok: true, value: message });
    });
  });
});
