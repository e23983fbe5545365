import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { makeByteCode, makeXsProgram } from "../../../host-sim/xs/build.js";
import { needsDebian } from "../../support/debian.js";
import { runEngine, withScripts, type EngineScripts } from "./engine-run.js";

const modules = {
  "x/loud": `print("never at compiling"); export const loud = \`\${1 + 1}\`;`,
  "x/class": `export class Pair { #a = 1; sum(b) { return this.#a + b; } }`,
};
const scripts: EngineScripts = { modules, preload: ["x/class"], script: "" };

describe("host-sim/xs/engine: byte code", function () {
  before(function () {
    needsDebian(this, "gcc", "make");
    this.timeout(600_000);
    makeXsProgram("emit");
  });

  it("is the same whenever the same sources are compiled, and compiling runs nothing", () => {
    const first = withScripts(scripts, (map) => readFileSync(makeByteCode(map)));
    const second = withScripts(scripts, (map) => readFileSync(makeByteCode(map)));
    assert.deepEqual(first, second);
    assert.equal(first.toString("latin1", 0, 4), "MXBC");
    assert.deepEqual([...first.subarray(4, 12)], [13, 3, 0, 2, 2, 0, 0, 0]);
  });

  it("is refused by name when a source does not parse", () => {
    const broken: EngineScripts = { modules: { "x/broken": "let let = 1;" }, script: "" };
    assert.throws(() => withScripts(broken, (map) => makeByteCode(map)), /x\/broken:1: /);
  });

  it("of another engine is not taken", function () {
    needsDebian(this, "libsodium-dev");
    withScripts(scripts, (map) => {
      const image = makeByteCode(map);
      const run = runEngine({ script: "", options: ["--image", image] });
      assert.equal(run.status, 1);
      assert.match(run.log, /this is no byte code of XS 13\.3\.0 with identifiers of 4 bytes/);
    });
  });

  it("runs on the build with 32-bit pointers, and damage to it is noticed", function () {
    needsDebian(this, "gcc-multilib");
    this.timeout(600_000);
    const host = makeXsProgram("host32");
    const main = `import { Pair } from "x/class"; trace(String(new Pair().sum(2)));
      const full = []; for (;;) full.push({});`;
    withScripts({ ...scripts, modules: { ...modules, main } }, (map) => {
      const image = makeByteCode(map);
      const words = ["--image", image, "--arena", "32768"];
      const run = spawnSync(host, words, { encoding: "utf8", timeout: 30_000 });
      assert.equal(run.status, 11, run.stderr);
      assert.match(run.stderr, /^3XS abort: memory full: /);
      const bytes = readFileSync(image);
      for (let length = 12; length < bytes.length; length += 61) {
        writeFileSync(image, bytes.subarray(0, length));
        const cut = spawnSync(host, words, { encoding: "utf8", timeout: 30_000 });
        assert.equal(cut.status, 1, `${length} of ${bytes.length}: ${cut.stderr}`);
        assert.match(cut.stderr, /the byte code is damaged/);
      }
    });
  });
});
