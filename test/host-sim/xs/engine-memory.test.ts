import assert from "node:assert/strict";
import { needsEngine, runEngine } from "./engine-run.js";

const memory = `export function use() @ "xs_muster_memory_use";`;
const modules = { "muster/memory": memory };

/** A run in an arena that ends for want of memory, or not. */
function inArena(script: string, ...more: readonly string[]): ReturnType<typeof runEngine> {
  const frozen = { ...modules, "x/frozen": "export const frozen = true;" };
  return runEngine({
    modules: frozen,
    preload: ["x/frozen"],
    script,
    options: ["--arena", "65536", ...more],
  });
}

describe("host-sim/xs/engine: memory", function () {
  before(function () {
    needsEngine(this);
  });

  it("ends with status 11 and an account when objects exceed the arena; no script can catch it", () => {
    const run = inArena(
      `const kept = []; try { for (;;) kept.push({ n: kept.length }); } catch { print("caught"); }`,
    );
    assert.deepEqual([run.status, run.printed], [11, []]);
    assert.match(
      run.log,
      new RegExp(
        ["XS abort: memory full: no \\d+ B for (slots|chunks): slots \\d+ B of \\d+ B, peak \\d+ B"]
          .concat(
            "chunks \\d+ B of \\d+ B, peak \\d+ B",
            "stack \\d+ B, peak \\d+ B",
            "tables \\d+ B, names \\d+ of 250",
          )
          .concat("peak \\d+ B, without garbage \\d+ B", "arena 65536 B\n")
          .join("; "),
      ),
    );
  });

  it("ends with status 11 when buffers exceed the arena, and names chunks", () => {
    const run = inArena(`const kept = []; for (;;) kept.push(new Uint8Array(1000));`);
    assert.equal(run.status, 11);
    assert.match(run.log, /memory full: no \d+ B for chunks/);
  });

  it("refuses one buffer larger than the arena", () => {
    const run = inArena(`try { new ArrayBuffer(100000); } catch { print("caught"); }`);
    assert.deepEqual([run.status, run.printed], [11, []]);
  });

  it("gives up only when a pool has no room for the request, and the pools fill the arena", () => {
    for (const kept of ["new Uint8Array(200)", "{ n: 1 }", "[1, 2, 3]"]) {
      const { log } = inArena(`const kept = []; for (;;) kept.push(${kept});`);
      const numbers =
        /no (\d+) B .*slots (\d+) B of (\d+) .*chunks (\d+) B of (\d+) .*stack (\d+) .*tables (\d+) /
          .exec(log)
          ?.slice(1)
          .map(Number);
      const [wanted = 0, slots = 0, slotPool = 0, chunks = 0, chunkPool = 0, stack = 0, tables = 0] =
        numbers ?? [];
      assert.ok(wanted > (log.includes("for slots") ? slotPool - slots : chunkPool - chunks), log);
      const rest = 65536 - (slotPool + chunkPool + stack + tables);
      assert.ok(rest >= 0 && rest < 512, log);
    }
  });

  it("ends with status 12 when a script recurses too deep, with an arena and without", () => {
    const deep = `function f(n) { return 1 + f(n + 1); } try { f(0); } catch { print("caught"); }`;
    for (const run of [inArena(deep), runEngine({ script: deep })]) {
      assert.deepEqual([run.status, run.printed], [12, []]);
      assert.match(run.log, /XS abort: stack overflow: /);
    }
  });

  it("ends with status 12 when recursion goes through C", () => {
    const run = runEngine({
      script: `function f(n) { return [n].map(f); } f(0);`,
      options: ["--stack", "4000000"],
    });
    assert.equal(run.status, 12, run.log);
  });

  it("ends with status 11 when not even the machine has room", () => {
    for (const arena of ["1000", "8000", "22000"]) {
      const run = runEngine({ script: "", options: ["--arena", arena] });
      assert.equal(run.status, 11, `${arena}: ${run.log}`);
      assert.match(run.log, /memory full: no \d+ B for (tables|stack|chunks|slots)/);
    }
  });

  it("ends with status 16 when a script makes up too many names", () => {
    const run = inArena(`const all = {}; for (let i = 0; i < 300; i++) all["n" + i] = i;`);
    assert.equal(run.status, 16);
    assert.match(run.log, /too many names: .*names 250 of 250/);
    assert.equal(
      inArena(`const all = {}; for (let i = 0; i < 300; i++) all["n" + i] = i;`, "--names", "400").status,
      0,
    );
  });

  it("counts what is live after a collection, and the most that was in use", () => {
    const run = runEngine({
      modules,
      options: ["--arena", "131072"],
      script: `import { use } from "muster/memory";
        const start = use(); let kept = []; for (let i = 0; i < 100; i++) kept.push(new Uint8Array(100));
        const full = use(); kept = undefined; const end = use();
        print(full.liveBytes - start.liveBytes > 10000, end.liveBytes - start.liveBytes < 500);
        print(start.peakBytes < full.peakBytes, full.peakBytes <= end.peakBytes, end.peakBytes <= end.arenaBytes);
        print(end.arenaBytes);`,
    });
    assert.deepEqual(run.printed, ["true true", "true true true", "131072"], run.log);
  });

  it("lets garbage go: what is live stays as it was after a million objects", () => {
    const run = inArena(`import { use } from "muster/memory";
      const turn = () => { for (let i = 0; i < 100000; i++) ({ i, text: "t" + i }); return use().liveBytes; };
      const first = turn(); for (let i = 0; i < 9; i++) turn(); print(turn() - first < 500);`);
    assert.deepEqual([run.status, run.printed], [0, ["true"]], run.log);
  });

  it("has no limit without an arena", () => {
    const script = `import { use } from "muster/memory"; const kept = [];
      for (let i = 0; i < 2000; i++) kept.push(new Uint8Array(10000));
      print(kept.length, use().arenaBytes);`;
    assert.deepEqual(runEngine({ modules, script }).printed, ["2000 0"]);
  });
});
