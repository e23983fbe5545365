import assert from "node:assert/strict";
import { needsEngine, runEngine } from "./engine-run.js";

/** What the script prints that imports all of `kept` from a preloaded module. */
function withPreloaded(kept: string, script: string): readonly string[] {
  const thrown = `const thrown = (f) => {
    try { f(); return "no"; } catch (error) { return error.message.replace(/^.*?: /, ""); }
  };`;
  const run = runEngine({
    modules: { "x/kept": kept },
    preload: ["x/kept"],
    options: ["--arena", "131072"],
    script: `import * as kept from "x/kept"; ${thrown} ${script}`,
  });
  assert.equal(run.status, 0, run.log);
  return run.printed;
}

describe("host-sim/xs/engine: preload", function () {
  before(function () {
    needsEngine(this);
  });

  it("keeps classes frozen and usable, with private fields and inheritance", () => {
    const kept = `export class Counter { #n = 0; static least = 1; add(n) { this.#n += n; return this.#n; } }
      export class Named extends Counter { constructor(name) { super(); this.name = name; } }`;
    const script = `const counter = new kept.Named("a"); counter.add(2);
      print(counter.add(3), counter.name, counter instanceof kept.Counter);
      print(thrown(() => { kept.Counter.least = 2; }));
      print(thrown(() => { kept.Counter.prototype.add = undefined; }));
      print(thrown(() => { kept.Counter.more = 2; }));`;
    assert.deepEqual(withPreloaded(kept, script), [
      "5 a true",
      "set least: not writable",
      "set add: not writable",
      "set more: not extensible",
    ]);
  });

  it("freezes the language's own objects", () => {
    const script = `print(thrown(() => { Array.prototype.more = 1; }));
      print(thrown(() => { Math.more = 1; }), thrown(() => { Object.more = 1; }));
      globalThis.more = 1; print(more);`;
    const refused = "set more: not extensible";
    assert.deepEqual(withPreloaded("", script), [refused, `${refused} ${refused}`, "1"]);
  });

  it("leaves the language's objects open when nothing is preloaded", () => {
    assert.deepEqual(runEngine({ script: `Array.prototype.more = 1; print([].more);` }).printed, ["1"]);
  });

  it("copies plain objects, arrays, instances and variables on write, each seen by all", () => {
    const kept = `export const table = { a: 1, inner: { deep: "x" } }; export const list = [1, "two", 3n];
      class Point { x = 1 }; export const point = new Point();
      export let count = 0; export const next = () => ++count; export const sum = () => list.length + table.a;`;
    const script = `import { count } from "x/kept";
      kept.table.a = 5; kept.table.inner.deep += "y"; kept.list.push(4); kept.point.x++; kept.next();
      for (let i = 0; i < 20000; i++) ({ i, text: "t" + i });
      print(kept.table.a, kept.table.inner.deep, kept.list.join(), kept.point.x, kept.next(), count, kept.sum());`;
    assert.deepEqual(withPreloaded(kept, script), ["5 xy 1,two,3,4 2 2 2 9"]);
  });

  it("shows strings, numbers and big integers of flash unharmed after many collections", () => {
    const kept = `export const names = ["alpha", "beta"]; export const big = 12345678901234567890n;
      export const text = { long: "l".repeat(300), half: 0.5 }; export const say = (name) => "hello " + name;`;
    const script = `const seen = [];
      for (let i = 0; i < 20000; i++)
        seen[i % 30] = [kept.names[i % 2], kept.big, kept.say(kept.text.long), kept.text.half];
      print(seen[29][0], seen[29][1], seen[29][2].length, seen[29][3], Object.keys(kept.text), kept.say.name);`;
    assert.deepEqual(withPreloaded(kept, script), ["beta 12345678901234567890 306 0.5 long,half say"]);
  });

  it("makes maps, sets and buffers read-only, as on the device", () => {
    const kept = `export const map = new Map([["a", 1]]); export const set = new Set(["a"]);
      export const bytes = new Uint8Array([1, 2, 3]); export const view = new DataView(bytes.buffer);
      export const pattern = /^(a+)b/;`;
    const script = `print(kept.map.get("a"), kept.set.has("a"), kept.bytes[1],
      kept.view.getUint8(2), kept.pattern.exec("aab")[1]);
      print(thrown(() => kept.map.set("b", 2)));
      print(thrown(() => kept.set.add("b")));
      print(thrown(() => { kept.bytes[0] = 9; }));
      print(thrown(() => kept.view.setUint8(0, 9)));
      print(new Map(kept.map).set("b", 2).size, new Uint8Array(kept.bytes).fill(7).join());`;
    const [read, map, set, bytes, view, copies] = withPreloaded(kept, script);
    assert.equal(read, "1 true 2 3 aa");
    for (const refusal of [map, set, bytes, view]) assert.match(refusal ?? "", /read-only/);
    assert.equal(copies, "2 7,7,7");
  });

  it("throws for JSON of an object in flash, and not for a copy", () => {
    const script = `print(thrown(() => JSON.stringify(kept.table))); print(JSON.stringify({ ...kept.table }));`;
    const [refused, copied] = withPreloaded("export const table = { a: 1 };", script);
    assert.match(refused ?? "", /read only value/);
    assert.equal(copied, '{"a":1}');
  });

  it("runs a native of a preloaded module in the clone, and refuses it at preload by name", () => {
    const native = `function use() @ "xs_muster_memory_use";`;
    assert.deepEqual(
      withPreloaded(`${native} export const live = () => use().liveBytes > 0;`, "print(kept.live());"),
      ["true"],
    );
    const run = runEngine({
      modules: {
        "x/user": `import { live } from "./early.js";`,
        "x/early": `${native} export const live = use();`,
      },
      preload: ["x/user", "x/early"],
      script: "",
    });
    assert.equal(run.status, 1);
    assert.match(run.log, /x\/early calls native xs_muster_memory_use at preload/);
  });

  it("preloads what a preloaded module imports, and names the module that throws there", () => {
    const run = runEngine({ modules: { "x/bad": `null.a;` }, preload: ["x/bad"], script: "" });
    assert.equal(run.status, 1);
    assert.match(run.log, /module x\/bad cannot be preloaded/);
  });

  it("takes no room in the arena for what is preloaded", () => {
    const large = `export const table = [${Array.from({ length: 3000 }, (_, i) => `{ n: ${i} }`).join()}];`;
    const script = `import { use } from "muster/memory"; import { table } from "x/large";
      print(table.length, use().liveBytes < 65536);`;
    const memory = `export function use() @ "xs_muster_memory_use";`;
    const modules = { "x/large": large, "muster/memory": memory };
    const options = ["--arena", "131072"];
    const frozen = runEngine({ modules, script, options, preload: ["x/large"] });
    assert.deepEqual(frozen.printed, ["3000 true"], frozen.log);
    assert.equal(runEngine({ modules, script, options }).status, 11);
  });
});
