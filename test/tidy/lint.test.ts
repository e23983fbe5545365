import assert from "node:assert/strict";
import { PlantedTree } from "./planted-tree.js";

interface FileReport {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

/** A function whose body has so many lines or so deep a nest. */
const long = `export function long(): void {\n${"  long();\n".repeat(60)}}\n`;
const deep = "export function deep(a: boolean): void {\n  if (a) for (;;) while (a) if (a) deep(a);\n}\n";
const branches = Array.from({ length: 10 }, (_, at) => `  if (a === ${at}) return ${at + 1};\n`).join("");
const branchy = `export function branchy(a: number): number {\n${branches}  return 0;\n}\n`;
const openCases = [
  'type Kind = "ping" | "pong";',
  "export function size(kind: Kind): number {",
  '  switch (kind) {\n    case "ping":\n      return 1;\n  }',
  "  return 2;\n}\n",
].join("\n");

/** What lint must find: file, text, rule, and where one rule says several things, a part of its message. */
const planted: readonly (readonly [string, string, string, string?])[] = [
  [
    "firmware/core/long-file.ts",
    "export const a: number = 1;\n".replace("a", "b") + "// \n".repeat(300),
    "max-lines",
  ],
  [
    "firmware/core/numbered.ts",
    "export function numbered(): number[] {\n  return Array.from({ length: 3 }, (_, i) => i);\n}\n",
    "no-restricted-syntax",
    "XS numbers the items",
  ],
  [
    "firmware/core/hidden.ts",
    "export class Hidden {\n  hide(): void {\n    this.#hide();\n  }\n  #hide(): void {\n    this.hide();\n  }\n}\n",
    "no-restricted-syntax",
    "it takes no memory",
  ],
  [
    "firmware/core/guarded.ts",
    "export class Guarded {\n  protected guard(): void {\n    this.guard();\n  }\n}\n",
    "no-restricted-syntax",
    "all else is public",
  ],
  ["firmware/core/long.ts", long, "max-lines-per-function"],
  ["firmware/core/deep.ts", deep, "max-depth"],
  ["firmware/core/branchy.ts", branchy, "complexity"],
  ["hal/node/branchy.ts", branchy, "complexity"],
  [
    "firmware/core/five.ts",
    "export function five(a: 1, b: 2, c: 3, d: 4, e: 5): number[] {\n  return [a, b, c, d, e];\n}\n",
    "max-params",
  ],
  ["firmware/core/equal.ts", "export function equal(a: number): boolean {\n  return a == 1;\n}\n", "eqeqeq"],
  [
    "firmware/core/timer.ts",
    "export function wait(): void {\n  setTimeout(wait, 1);\n}\n",
    "no-restricted-globals",
  ],
  [
    "firmware/core/clock.ts",
    "export function now(): unknown {\n  return Date.now();\n}\n",
    "no-restricted-globals",
  ],
  [
    "firmware/core/print.ts",
    "export function print(): void {\n  console.log(1);\n}\n",
    "no-restricted-globals",
  ],
  [
    "firmware/core/text.ts",
    "export function make(): unknown {\n  return new TextEncoder();\n}\n",
    "no-restricted-globals",
  ],
  [
    "hal/portable/buffer.ts",
    "export function make(): unknown {\n  return Buffer.alloc(1);\n}\n",
    "no-restricted-globals",
  ],
  [
    "firmware/core/chance.ts",
    "export function chance(): number {\n  return Math.random();\n}\n",
    "no-restricted-properties",
  ],
  [
    "test/core/chance.test.ts",
    "export function chance(): number {\n  return Math.random();\n}\n",
    "no-restricted-properties",
  ],
  [
    "firmware/core/state.ts",
    "export let state = 1;\nstate = 2;\n",
    "no-restricted-syntax",
    "no module state",
  ],
  [
    "firmware/core/held.ts",
    "let held = 1;\nexport function hold(): number {\n  return (held += 1);\n}\n",
    "no-restricted-syntax",
    "no module state",
  ],
  ["firmware/core/list.ts", "export const list: number[] = [];\n", "no-restricted-syntax", "what fills it"],
  [
    "firmware/core/record.ts",
    "export const record: Record<string, number> = {};\n",
    "no-restricted-syntax",
    "what fills it",
  ],
  [
    "firmware/core/map.ts",
    "export const map: unknown = new Map();\n",
    "no-restricted-syntax",
    "no work at import",
  ],
  [
    "firmware/core/nested.ts",
    "export const nested: unknown = { bytes: [new Uint8Array(4)] };\n",
    "no-restricted-syntax",
    "no work at import",
  ],
  [
    "firmware/core/called.ts",
    "export const called: unknown = Uint8Array.of(1);\n",
    "no-restricted-syntax",
    "no work at import",
  ],
  [
    "firmware/core/stated.ts",
    "function run(): void {\n  return;\n}\nrun();\n",
    "no-restricted-syntax",
    "no work at import",
  ],
  [
    "firmware/core/static.ts",
    "export class Kept {\n  static readonly all: unknown = new Map();\n  readonly a: number = 1;\n}\n",
    "no-restricted-syntax",
    "no work at import",
  ],
  [
    "firmware/core/later.ts",
    "export async function later(): Promise<void> {\n  await later();\n}\n",
    "no-restricted-syntax",
    "runs to completion",
  ],
  [
    "firmware/core/child.ts",
    "export class Parent {\n  readonly a: number = 1;\n}\nexport class Child extends Parent {}\n",
    "no-restricted-syntax",
    "no inheritance",
  ],
  [
    "firmware/core/newer.ts",
    "export function sorted(a: readonly number[]): number[] {\n  return a.toSorted();\n}\n",
    "no-restricted-syntax",
    "XS 13.3 lacks it",
  ],
  [
    "firmware/core/with.ts",
    "export function changed(a: readonly number[]): number[] {\n  return a.with(0, 1);\n}\n",
    "no-restricted-syntax",
    "XS 13.3 lacks it",
  ],
  ["host-sim/main.ts", "const a = 1;\nexport default a;\n", "no-restricted-syntax", "named exports only"],
  ["host-sim/kind.ts", "export enum Kind {\n  Ping,\n}\n", "no-restricted-syntax", "union of strings"],
  [
    "host-sim/secret.ts",
    "export class Safe {\n  private readonly code = 1;\n  open(): number {\n    return this.code;\n  }\n}\n",
    "no-restricted-syntax",
    "#private",
  ],
  [
    "host-sim/getter.ts",
    "export function getSize(): number {\n  return 1;\n}\n",
    "no-restricted-syntax",
    "no `get` prefix",
  ],
  ["firmware/core/cases.ts", openCases, "@typescript-eslint/switch-exhaustiveness-check"],
  [
    "host-sim/untold.ts",
    "export function untold() {\n  return 1;\n}\n",
    "@typescript-eslint/explicit-module-boundary-types",
  ],
  [
    "host-sim/value.ts",
    'import { Leaf } from "./leaf.js";\nexport type Leaves = Leaf[];\n',
    "@typescript-eslint/consistent-type-imports",
  ],
  [
    "host-sim/kept.ts",
    "export class Kept {\n  #size = 1;\n  size(): number {\n    return this.#size;\n  }\n}\n",
    "@typescript-eslint/prefer-readonly",
  ],
  [
    "host-sim/name.ts",
    "export interface leaf_size {\n  readonly size: number;\n}\n",
    "@typescript-eslint/naming-convention",
  ],
  [
    "host-sim/untyped.ts",
    "export function read(text: string): number {\n  return JSON.parse(text);\n}\n",
    "@typescript-eslint/no-unsafe-return",
  ],
  [
    "host-sim/lost.ts",
    "async function work(): Promise<void> {\n  await work();\n}\nexport function start(): void {\n  work();\n}\n",
    "@typescript-eslint/no-floating-promises",
  ],
];

/** Files as close to the rules as ours come, in which lint must find nothing. */
const clean: Readonly<Record<string, string>> = {
  "firmware/core/clean.ts": [
    "export const sizes: readonly number[] = [1, 2];",
    "export const make = (): Map<string, number> => new Map();",
    "export class Kept {",
    "  readonly #entries = new Map<string, number>();",
    "  size(key: string): number {",
    "    return this.#entries.get(key) ?? (sizes[0] as number);",
    "  }",
    "}",
    "",
  ].join("\n"),
  "hal/node/clean.ts": "export const started = Date.now();\nexport const waiting: number[] = [];\n",
  "host-sim/leaf.ts": "export interface Leaf {\n  readonly size: number;\n}\n",
  "test/core/clean.test.ts": `describe("a", () => {\n${"  it('b', () => {\n    return;\n  });\n".repeat(40)}});\n`,
};

describe("tidy/lint", () => {
  let tree: PlantedTree;
  let reports: readonly FileReport[];

  before(() => {
    tree = new PlantedTree({ ...Object.fromEntries(planted.map(([path, text]) => [path, text])), ...clean });
    const parameters = [
      "-c",
      "test/tidy/eslint.config.js",
      "--format",
      "json",
      "firmware",
      "hal",
      "host-sim",
      "test",
    ];
    reports = JSON.parse(tree.run("eslint/bin/eslint.js", ...parameters)) as FileReport[];
  });
  after(() => tree.remove());

  const found = (path: string): FileReport["messages"] =>
    reports.find(({ filePath }) => filePath.endsWith(`/${path}`))?.messages ?? [];

  for (const [path, , rule, part] of planted) {
    it(`${path}: ${rule}${part === undefined ? "" : ` (${part})`} is found`, () => {
      const messages = found(path);
      const shown = messages.map(({ ruleId, message }) => `${ruleId}: ${message}`).join("\n");
      assert.ok(
        messages.some(({ ruleId, message }) => ruleId === rule && message.includes(part ?? "")),
        `found: ${shown || "nothing"}`,
      );
    });
  }

  for (const path of Object.keys(clean)) {
    it(`${path}: nothing is found`, () => {
      assert.ok(
        reports.some(({ filePath }) => filePath.endsWith(`/${path}`)),
        "was not looked at",
      );
      assert.deepEqual(found(path), []);
    });
  }
});
