import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as limits from "../../firmware/core/limits.js";
import {
  declaredValue,
  limitsOfSection,
  misquotedRules,
  quotedValues,
  rulesOf,
  unaccountedTypes,
  untoldMessages,
  wrongGoldens,
  wrongValues,
} from "./protocol-document.js";
import { repositoryFiles, root } from "./tree.js";

const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
const document = read("firmware/PROTOCOL.md");
const cddl = read("firmware/wire/muster.cddl");
const messages = JSON.parse(read("test/vectors/muster/messages.json")) as {
  readonly title: string;
  readonly rule: string;
  readonly hex: string;
}[];
const handshakes = JSON.parse(read("test/vectors/muster/handshake.json")) as {
  readonly cases: Readonly<Record<string, Readonly<Record<string, string>>>>;
};
const vectors = new Map([
  ...messages.map(({ title, hex }) => [title, hex] as const),
  ...Object.entries(handshakes.cases).flatMap(([name, values]) =>
    Object.entries(values).map(([what, hex]) => [`handshake.json ${name}: ${what}`, hex] as const),
  ),
]);
const sources = new Map(repositoryFiles(/^firmware\/.*\.ts$/).map(({ path, text }) => [path, text]));

/** A constant's value as the document would write it: of limits.ts, of an object in it, or of the file named. */
function valueOf(name: string): string | undefined {
  const [file, constant] = name.split(" ");
  if (file === undefined) return undefined;
  if (constant !== undefined) return declaredValue(sources.get(`firmware/${file}`) ?? "", constant);
  const value = file
    .split(".")
    .reduce<unknown>((whole, part) => (whole as Record<string, unknown>)[part], limits);
  return typeof value === "number" || typeof value === "string" ? String(value) : undefined;
}

describe("tidy/protocol-document", () => {
  it("every kind of message has a section with its rule and an example", () => {
    assert.deepEqual(untoldMessages(document, cddl, messages), []);
  });

  it("every number of a type is told of once, as a message or as reserved", () => {
    assert.deepEqual(unaccountedTypes(document, cddl), []);
  });

  it("every rule quoted is that of muster.cddl, and every rule of it is quoted", () => {
    assert.deepEqual(misquotedRules(document, cddl), []);
    const unquoted = [...rulesOf(cddl).keys()].filter((rule) => !document.includes(`\n${rule} = `));
    assert.deepEqual(unquoted, []);
  });

  it("every example is a vector, byte for byte", () => {
    assert.deepEqual(wrongGoldens(document, vectors), []);
  });

  it("every value quoted is the constant's", () => {
    assert.deepEqual(wrongValues(document, valueOf), []);
  });

  for (const section of ["wire", "identity", "link", "overlay"]) {
    it(`every bound of limits.ts, "${section}", is quoted`, () => {
      const quoted = quotedValues(document).map(({ name }) => name.replace(/\..*/, ""));
      const bounds = limitsOfSection(read("firmware/core/limits.ts"), section);
      assert.ok(bounds.length > 0);
      assert.deepEqual(
        bounds.filter((name) => !quoted.includes(name) && !inner.includes(name)),
        [],
      );
    });
  }

  describe("planted", () => {
    const description = "message = ping / leave\n\nping = [0, token]\ntoken = uint\n\nleave = [2]\n";
    const examples = [
      { title: "a ping", rule: "ping" },
      { title: "a leave", rule: "leave" },
    ];
    const ping =
      "### 0 `ping`\n\n```cddl\nping = [0, token]\n```\n\n```golden a ping\n8200  array\n19 9a3b  token\n```\n";
    const leave = "### 2 `leave`\n\n```cddl\nleave = [2]\n```\n\n```golden a leave\n8102\n```\n";
    const reserved = "## 11 Reserved\n\n| number | for |\n|---|---|\n| 1 | x |\n";
    const right = `# P\n\n${ping}\n${leave}\n${reserved}`;

    it("a document that is right passes", () => {
      const known = new Map([
        ["a ping", "8200199a3b"],
        ["a leave", "8102"],
      ]);
      assert.deepEqual(untoldMessages(right, description, examples), []);
      assert.deepEqual(unaccountedTypes(right, description), []);
      assert.deepEqual(misquotedRules(right, description), []);
      assert.deepEqual(wrongGoldens(right, known), []);
    });

    it("a message without a section, rule, or example, or under a wrong number, is found", () => {
      const without = (part: string, instead = ""): string[] =>
        untoldMessages(right.replace(part, instead), description, examples);
      assert.deepEqual(without(ping), ["ping"]);
      assert.deepEqual(without("leave = [2]"), ["leave"]);
      assert.deepEqual(without("golden a ping", "golden a leave"), ["ping"]);
      assert.deepEqual(without("### 2 `leave`", "### 3 `leave`"), ["leave"]);
    });

    it("a number that is not accounted for, or twice, is found", () => {
      assert.deepEqual(unaccountedTypes(right.replace("| 1 |", "| 3 |"), description), [1]);
      assert.deepEqual(unaccountedTypes(right.replace("| 1 |", "| 0, 1 |"), description), [0]);
    });

    it("a rule that is not word for word, or not there, is found", () => {
      assert.deepEqual(misquotedRules(right.replace("[0, token]", "[0, uint]"), description), ["ping"]);
      assert.deepEqual(misquotedRules("```cddl\npong = [1]\n```\n", description), ["pong"]);
      assert.deepEqual(misquotedRules("```cddl\na = [\n  0\n]\n```\n", "a = [\n  1\n]\n"), ["a"]);
    });

    it("a wrong, cut, or unknown example is found", () => {
      const known = new Map([["a ping", "8200199a3b"]]);
      const shown = (text: string): string[] => wrongGoldens(`\`\`\`golden a ping\n${text}\n\`\`\`\n`, known);
      assert.deepEqual(shown("8200\n19 9a3b  a token: bad cafe"), []);
      assert.deepEqual(shown("8200\n19 9a3c  token"), ["a ping"]);
      assert.deepEqual(shown("8200  token"), ["a ping"]);
      assert.deepEqual(wrongGoldens("```golden a pong\n8101\n```\n", known), ["a pong"]);
    });

    it("a wrong value, and a name that is no constant, are found in sentences and tables", () => {
      const values = (name: string): string | undefined => ({ a: "20", "x/y.ts b": "1-3" })[name];
      assert.deepEqual(wrongValues("`a` = 20 ms, then\n`a` =\n20; | `x/y.ts b` | 1-3 | ms |", values), []);
      assert.deepEqual(wrongValues("`a` = 21. | `x/y.ts b` | 1-4 |", values), [
        "a is 20, not 21",
        "x/y.ts b is 1-3, not 1-4",
      ]);
      assert.deepEqual(wrongValues("| `c` | 7 |", values), ["c is no constant, not 7"]);
    });

    it("declared values are read, whatever their form", () => {
      const source = [
        "const a = 2_000;",
        "export const b: number = 8 * 3_600_000;",
        "const c: readonly [number, number] = [500, 1_500];\n",
      ].join("\n");
      assert.equal(declaredValue(source, "a"), "2000");
      assert.equal(declaredValue(source, "b"), "28800000");
      assert.equal(declaredValue(source, "c"), "500-1500");
      assert.equal(declaredValue("const d = 1 / 4;\nconst e = 2 ** 40;\n", "d"), "0.25");
      assert.equal(declaredValue("const d = 1 / 4;\nconst e = 2 ** 40;\n", "e"), "1099511627776");
      assert.equal(declaredValue(source, "d"), undefined);
    });

    it("the bounds of a section end where the next begins", () => {
      const text = "// wire ---\n\nexport const a = 1;\n\n// link ---\n\nexport const b: number = 2;\n";
      assert.deepEqual(limitsOfSection(text, "wire"), ["a"]);
      assert.deepEqual(limitsOfSection(text, "link"), ["b"]);
    });
  });
});

/** Bounds of queues inside a node that another implementation need not share. */
const inner = ["overlayEffectsMax"];
