import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { memoryGoals } from "../../host-sim/lab/memory-table.js";
import type { LabReport } from "../../host-sim/lab/report.js";
import { needsDebian } from "../support/debian.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** An end to waiting, no figure of a test. Compiling the engine is in it. */
const waitMsMax = 300_000;

/** The lab on another engine than Node. Sound is judged by the lab itself: a call without loss is heard at 30 dB. */
describe("muster lab on other engines", function () {
  this.timeout(2 * waitMsMax);
  // A computer that stands still for 100 ms makes a gap in the sound, which no program can mend.
  this.retries(2);
  const folder = mkdtempSync(join(tmpdir(), "muster-engines-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function lab(...words: string[]): LabReport {
    const parameters = [join(root, "build/host-sim/cli.js"), "lab", "--json", "--seconds", "5", ...words];
    const ended = spawnSync(process.execPath, [...parameters, "--directory", folder], {
      cwd: root,
      encoding: "utf8",
      timeout: waitMsMax,
    });
    assert.equal(ended.status, 0, `${ended.stdout}\n${ended.stderr}`);
    return JSON.parse(ended.stdout) as LabReport;
  }

  it("xs: every handset on the engine itself, and it says which", function () {
    needsDebian(this, "gcc", "make", "libsodium-dev");
    const { ok, engine, handsets, memory, calls } = lab("--engine", "xs", "--handsets", "3");
    assert.ok(ok);
    assert.match(engine.version, /^XS \d+\.\d+\.\d+$/);
    assert.equal(handsets.length, 3);
    assert.equal(memory.length, 3);
    assert.equal(calls.length, 1);
  });

  it("rv32: emulated handsets in 96 KB call each other and one in Node, within the budgets of memory", function () {
    needsDebian(this, "gcc", "make", "libsodium-dev", "dpkg-dev", "qemu-system-misc");
    needsDebian(this, "gcc-riscv64-unknown-elf", "picolibc-riscv64-unknown-elf");
    const { ok, engine, handsets, memory, calls } = lab("--engine", "rv32", "--handsets", "3");
    assert.ok(ok);
    assert.match(engine.version, /rv32imc/);
    assert.deepEqual(
      handsets.map(({ name }) => name),
      ["alice", "bob", "carol", "dave"],
    );
    assert.deepEqual(
      calls.map(({ from, to }) => `${from} ${to}`),
      ["alice bob", "carol dave"],
    );
    assert.equal(memory.length, 3);
    for (const { name, liveBytes, callBytes, peakBytes, arenaBytes } of memory) {
      assert.equal(arenaBytes, memoryGoals.arenaBytes);
      assert.ok(liveBytes <= memoryGoals.liveBytes, `${name} registered: ${liveBytes} B`);
      assert.ok(callBytes <= memoryGoals.callBytes, `${name} in a call: ${callBytes} B`);
      assert.ok(peakBytes >= callBytes && peakBytes < arenaBytes, `${name} at most: ${peakBytes} B`);
    }
  });
});
