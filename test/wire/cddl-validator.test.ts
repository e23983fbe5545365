import assert from "node:assert/strict";
import { Schema } from "../support/cddl/schema.js";
import { toCbor } from "../support/arbitraries.js";
import { validatorCases } from "./cddl-validator-cases.js";

const h = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

describe("support/cddl", () => {
  for (const { cddl, accepts, refuses } of validatorCases) {
    it(`${cddl.replaceAll("\n", " ")}: ${accepts.length} accepted, ${refuses.length} refused`, () => {
      const schema = new Schema([{ source: "case.cddl", text: cddl }]);
      for (const value of accepts) assert.equal(schema.validate("it", toCbor(value)), undefined);
      for (const [value, reason] of refuses) {
        const violation = schema.validate("it", toCbor(value)) ?? "accepted";
        assert.ok(violation.includes(reason), `${violation} does not say ${reason}`);
      }
    });
  }

  it("joins several files, and refuses a name defined twice or nowhere", () => {
    const both = new Schema([
      { source: "a.cddl", text: "a = [b]" },
      { source: "b.cddl", text: "b = uint" },
    ]);
    assert.deepEqual(both.types, ["a", "b"]);
    assert.equal(both.validate("a", toCbor([1])), undefined);
    assert.match(both.validate("c", toCbor(1)) ?? "", /no such rule/);
    assert.throws(() => new Schema([{ source: "a.cddl", text: "a = [b]" }]), /a: b is not defined/);
    assert.throws(
      () => new Schema([{ source: "a.cddl", text: "a = 1 a = 2" }]),
      /a.cddl:1: a is defined twice/,
    );
    const twice = [
      { source: "a.cddl", text: "a = 1" },
      { source: "b.cddl", text: "a = 2" },
    ];
    assert.throws(() => new Schema(twice), /b.cddl: a is defined elsewhere/);
    assert.throws(() => new Schema([{ source: "a.cddl", text: "uint = 1" }]), /uint is defined elsewhere/);
  });

  it("refuses what is not in its subset, with file and line", () => {
    const unsupported = [
      "a = $sock",
      "a = ~b b = [1]",
      "a = b<uint>",
      "a = #6.32(tstr)",
      "a = 1.5",
      "a = &(x: 1)",
      "a /= 1",
      "a = (1, 2",
      "a = b .lt 5",
    ];
    for (const text of unsupported) {
      assert.throws(
        () => new Schema([{ source: "x.cddl", text: `\n${text}` }]),
        /^Error: (x\.cddl:2: |a: )/,
        text,
      );
    }
  });

  it("refuses what is not one strictly deterministic item", () => {
    const schema = new Schema([{ source: "a.cddl", text: "a = any" }]);
    for (const hex of [
      "",
      "0000",
      "1800",
      "5f4100ff",
      "a200000000",
      "a201000000",
      "f93c00",
      "f7",
      "81",
      "c249010000000000000000",
    ]) {
      assert.match(schema.validate("a", h(hex)) ?? "accepted", /^a: /, hex);
    }
  });
});
