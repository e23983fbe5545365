import assert from "node:assert/strict";
import { needsEngine, runEngine } from "./engine-run.js";

describe("host-sim/xs/engine: modules and natives", function () {
  before(function () {
    needsEngine(this);
  });

  it("resolves relative specifiers against the importer's, and takes others as they are", () => {
    const modules = {
      "firmware/core/a": `export const a = "a";`,
      "firmware/core/b": `import { a } from "./a.js"; export const b = a + "b";`,
      "firmware/wire/kinds/c": `import { b } from "../../core/b.js"; export const c = b + "c";`,
      "embedded:io/thing": `import { c } from "firmware/wire/kinds/c"; export default c + "!";`,
    };
    const run = runEngine({ modules, script: `import thing from "embedded:io/thing"; print(thing);` });
    assert.deepEqual([run.status, run.printed], [0, ["abc!"]], run.log);
  });

  it("evaluates a module once, whatever specifiers lead to it", () => {
    const modules = {
      "x/state": `print("state"); export const list = [];`,
      "x/one": `import { list } from "./state.js"; list.push(1);`,
      "x/y/two": `import { list } from "../state"; list.push(2);`,
    };
    const script = `import "x/one"; import "x/y/two"; import { list } from "x/state"; print(list.join());`;
    assert.deepEqual(runEngine({ modules, script }).printed, ["state", "1,2"]);
  });

  it("names a missing module and who imports it", () => {
    const modules = { "a/b": `import "./not-there.js";` };
    const run = runEngine({ modules, script: `import "a/b";` });
    assert.equal(run.status, 15);
    assert.match(run.log, /a\/b imports \.\/not-there, which is no module here/);
  });

  it("refuses a relative specifier that leaves the tree", () => {
    const run = runEngine({ modules: { "a/b": `import "../../c.js";`, c: "" }, script: `import "a/b";` });
    assert.equal(run.status, 15);
    assert.match(run.log, /a\/b imports \.\.\/\.\.\/c/);
  });

  it("names the place of a syntax error, and does not start", () => {
    const run = runEngine({ modules: { broken: "let a = 1;\nlet = = 2;\n" }, script: "" });
    assert.equal(run.status, 1);
    assert.match(run.log, /^broken:2: /m);
    assert.match(run.log, /module broken cannot be used/);
  });

  it("names a native that C has not, and does not start", () => {
    const modules = { "x/native": `export function f(a) @ "xs_no_such_function";` };
    const run = runEngine({ modules, script: `import { f } from "x/native"; f(1);` });
    assert.equal(run.status, 1);
    assert.match(run.log, /module x\/native: there is no native xs_no_such_function/);
  });

  it("calls natives, also from a module that is not preloaded", () => {
    const modules = { "x/memory": `export function use() @ "xs_muster_memory_use";` };
    const script = `import { use } from "x/memory"; print(use().liveBytes > 0, use.length);`;
    assert.deepEqual(runEngine({ modules, script }).printed, ["true 0"]);
  });

  it("runs promise jobs after the module, and timers' absence ends a script", () => {
    const script = `Promise.resolve().then(() => print("later")); print("now"); await null; print("last");`;
    const run = runEngine({ script });
    assert.deepEqual([run.status, run.printed], [0, ["now", "later", "last"]]);
  });

  it("ends with status 15 and the stack for an exception nobody catches", () => {
    const script = `function reach() {\n  throw new RangeError("too far");\n}\nreach();\n`;
    const run = runEngine({ script });
    assert.equal(run.status, 15);
    assert.match(
      run.log,
      /XS abort: unhandled exception: RangeError: too far\n at reach \(script:2\)\n at \(script:4\)/,
    );
  });

  it("logs an unhandled rejection once it is collected, and goes on, as the device does", () => {
    const modules = { "muster/memory": `export function use() @ "xs_muster_memory_use";` };
    const script = `import { use } from "muster/memory";
      Promise.reject(new Error("nobody asked")); await null; use(); await null; print("on");`;
    const run = runEngine({ modules, script });
    assert.deepEqual([run.status, run.printed], [0, ["on"]]);
    assert.match(run.log, /unhandled rejection: Error: nobody asked/);
  });

  it("has no parser at run time, as a device", () => {
    const script = `for (const f of [() => eval("1"), () => new Function("return 1")])
      try { f(); print("ran"); } catch (error) { print(error.name); }`;
    assert.deepEqual(runEngine({ script }).printed, ["SyntaxError", "SyntaxError"]);
  });

  it("tells its version, and what it takes on the command line", () => {
    assert.match(
      runEngine({ script: "", options: ["--version"] }).printed.join(),
      /^\{"engine":"XS 13\.3\.0",/,
    );
    const refused = runEngine({ script: "", options: ["--no-such-option"] });
    assert.equal(refused.status, 1);
    assert.match(refused.log, /unknown option --no-such-option/);
    assert.match(runEngine({ script: "", options: ["--arena", "much"] }).log, /--arena wants a number: much/);
  });
});
