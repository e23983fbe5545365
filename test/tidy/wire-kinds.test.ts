import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ruleOfType } from "../support/message-rules.js";
import { firmwareSchema } from "../support/message-tap.js";
import { decodersWithoutRandomTest, messageRules, writtenRules } from "./wire-kinds.js";
import { repositoryFiles, root } from "./tree.js";

const [muster] = repositoryFiles(/^firmware\/wire\/muster\.cddl$/);
const kinds = messageRules(muster?.text ?? "");
const vectors = JSON.parse(readFileSync(`${root}test/vectors/muster/messages.json`, "utf8")) as {
  readonly rule: string;
}[];

describe("tidy/wire-kinds", () => {
  it("the description lists every kind of message the code has, and no other", () => {
    assert.deepEqual([...kinds].sort(), Object.values(ruleOfType).sort());
  });

  for (const rule of kinds) {
    it(`${rule} has a golden vector`, () => {
      assert.ok(vectors.some((vector) => vector.rule === rule));
    });
  }

  it("every rule that code writes by is described", () => {
    const written = writtenRules(repositoryFiles(/^(firmware|host-sim)\/.*\.ts$/));
    assert.ok(written.length >= kinds.length);
    assert.deepEqual(
      written.filter((rule) => !firmwareSchema().types.includes(rule)),
      [],
    );
  });

  it("every .cddl file of the repository is loaded for the tests", () => {
    for (const { path, text } of repositoryFiles(/\.cddl$/)) {
      assert.ok(
        path.startsWith("firmware/"),
        `${path} is not below firmware/, where descriptions are looked for`,
      );
      const [, first] = /^([a-z][a-z0-9-]*) = /m.exec(text) ?? [];
      assert.ok(first !== undefined && firmwareSchema().types.includes(first), `${path} is not loaded`);
    }
  });

  it("every decoder of the wire layer meets random input in a test", () => {
    const codecs = repositoryFiles(/^firmware\/wire\/.*\.ts$/);
    // What host-sim/fuzz feeds, test/fuzz runs.
    const tests = repositoryFiles(/^(test|host-sim\/fuzz)\/.*\.ts$/).filter(
      ({ path }) => !path.startsWith("test/tidy/"),
    );
    const callers = repositoryFiles(/^(firmware|host-sim)\/.*\.ts$/).filter(
      ({ path }) => !/^(firmware\/wire|host-sim\/fuzz)\//.test(path),
    );
    assert.ok(codecs.length > 10 && callers.length > 10 && tests.length > 10);
    assert.deepEqual(decodersWithoutRandomTest(codecs, callers, tests), []);
  });

  describe("planted", () => {
    it("kinds are read from the choice, over several lines, without comments", () => {
      const cddl = "x = 1\nmessage = ping / pong ; liveness\n        / store-request\n\nping = [0]\n";
      assert.deepEqual(messageRules(cddl), ["ping", "pong", "store-request"]);
      assert.deepEqual(messageRules("ping = [0]\n"), []);
    });

    it("written rules are found, also where the call is broken over lines", () => {
      const text = 'new CborWriter("ping").array(2); new CborWriter(\n  "pong",\n); new CborWriter(rule)';
      assert.deepEqual(writtenRules([{ path: "a.ts", text }]), ["ping", "pong"]);
    });

    it("a decoder without a random test is found; one named in passing, or an inner one, is not", () => {
      const codec = ["A", "B", "C"].map((name) => `export function decode${name}(): void {}\n`).join("");
      const tests = [
        { path: "a.test.ts", text: "fc.assert(fc.property(fc.nat(), (n) => decodeA(n)))" },
        { path: "b.test.ts", text: "assert.ok(decodeB(1)); decodeAll()" },
      ];
      const callers = [{ path: "b.ts", text: "decodeA(); decodeB();" }];
      assert.deepEqual(decodersWithoutRandomTest([{ path: "a.ts", text: codec }], callers, tests), [
        "decodeB",
      ]);
    });
  });
});
