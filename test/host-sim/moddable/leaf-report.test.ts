import assert from "node:assert/strict";
import type { Image } from "../../../host-sim/moddable/image.js";
import { isSound, reportTables, type LeafReport } from "../../../host-sim/moddable/leaf-report.js";

const image: Image = {
  instances: 5912,
  keys: 4049,
  romSlots: 31_400,
  byteCodeBytes: 419_840,
  imageBytes: 1_024_000,
  aliases: 413,
  warnings: [
    { module: "firmware/console/setting", name: "settingTable", kind: "not frozen", count: 21 },
    { module: "firmware/console/setting", name: "words", kind: "not frozen", count: 1 },
  ],
};
const good: LeafReport = { leaf: "esp32c3", typeErrors: [], image };

describe("report of the leaves", () => {
  it("shows a row of figures for each, and the warnings of a module in one row", () => {
    const text = reportTables("8.2.1", [good, { ...good, leaf: "m5atom_echo" }]);
    assert.match(text, /Moddable SDK 8\.2\.1/);
    assert.match(
      text,
      /esp32c3 +│ ok +│ 5912 +│ 4049 +│ 31400 \(491 KB\) │ 410 KB +│ 1000 KB │ 413 \(1652 B\) │ ok/,
    );
    assert.match(text, /firmware\/console\/setting │ not frozen │ 22 +│ settingTable, words/);
    assert.equal(text.match(/settingTable/g)?.length, 1);
  });

  it("tells what is wrong with a leaf, and that there is more", () => {
    const typeErrors = Array.from({ length: 11 }, (_, n) => `a.ts(${n},1): error TS2322: no`);
    const lin: LeafReport = { leaf: "lin", typeErrors, fault: "linking failed" };
    const text = reportTables("8.2.1", [lin, { ...good, typeErrors: typeErrors.slice(0, 1) }]);
    assert.match(text, /lin +│ 11 wrong .*FAILED/);
    assert.match(text, /^lin, esp32c3: a\.ts\(0,1\)/m);
    assert.match(text, /^lin: a\.ts\(7,1\)/m);
    assert.doesNotMatch(text, /a\.ts\(8,1\)/);
    assert.match(text, /and 3 more type errors\nlin: linking failed\n/);
  });

  it("shows a dash where the image could not be measured", () => {
    const { imageBytes: _, ...unmeasured } = image;
    assert.match(reportTables("8.2.1", [{ ...good, image: unmeasured }]), /│ - +│ 413/);
  });

  it("calls a leaf sound only when nothing is wrong", () => {
    assert.ok(isSound(good));
    assert.ok(!isSound({ ...good, typeErrors: ["x"] }));
    assert.ok(!isSound({ ...good, fault: "no C file defines xs_a" }));
    assert.ok(!isSound({ leaf: "lin", typeErrors: [] }));
  });
});
