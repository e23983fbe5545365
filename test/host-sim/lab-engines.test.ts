import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { arenaGoalBytes, memoryGoals } from "../../host-sim/lab/memory-table.js";
import { goals, type LabReport } from "../../host-sim/lab/report.js";
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

  function lab(seconds: number, ...words: string[]): LabReport {
    const cli = join(root, "build/host-sim/cli.js");
    const parameters = [cli, "lab", "--json", "--seconds", String(seconds), ...words];
    const ended = spawnSync(process.execPath, [...parameters, "--directory", folder], {
      cwd: root,
      encoding: "utf8",
      timeout: waitMsMax,
    });
    assert.equal(ended.status, 0, `${ended.stdout}\n${ended.stderr}`);
    return JSON.parse(ended.stdout) as LabReport;
  }

  it("xs: clients of host peers; one of these dies, then all, and the handsets are low-function peers", function () {
    needsDebian(this, "gcc", "make", "libsodium-dev");
    const words = ["--engine", "xs", "--handsets", "3", "--peers", "2", "--peers-die"];
    const { ok, engine, handsets, memory, calls, death, takeOver, idleBytesPerMinute } = lab(2, ...words);
    assert.ok(ok);
    assert.match(engine.version, /^XS \d+\.\d+\.\d+$/);
    const names = ["alice", "bob", "carol"];
    for (const { name, role, servedBy } of handsets) {
      assert.deepEqual([role, [...servedBy].sort()], ["client", ["tower1", "tower2"]], name);
    }
    assert.deepEqual(
      calls.map(({ from, to, role }) => `${from} ${to}, ${role}s`),
      ["alice bob, clients", "bob alice, peers"],
    );
    assert.ok(death !== undefined && takeOver !== undefined);
    assert.deepEqual([death.killed, ...takeOver.killed].sort(), ["tower1", "tower2"]);
    assert.ok(!death.callerKeepsRecord && !death.callerIsLinkedToCallee && !death.callerCalledBefore);
    assert.ok(death.callerLinks.includes(death.killed) && death.rang);
    assert.deepEqual(
      takeOver.handsets.map(({ name }) => name),
      names,
    );
    assert.ok(takeOver.handsets.every(({ storesMs, peerMs }) => storesMs > 0 && peerMs >= storesMs));
    assert.deepEqual(
      memory.map(({ name, role }) => `${name} ${role}`),
      (["client", "peer"] as const).flatMap((role) => names.map((name) => `${name} ${role}`)),
    );
    for (const { name, peakBytes, arenaBytes } of memory) assert.ok(peakBytes < arenaBytes, name);
    // As a rule a thousand; one that had become a peer all the same would make it 2600.
    assert.ok(idleBytesPerMinute > 0 && idleBytesPerMinute < 1.2 * goals.idleBytesPerMinute.client);
  });

  it("rv32: emulated handsets in 96 KB call each other and one in Node, within the budgets of memory", function () {
    needsDebian(this, "gcc", "make", "libsodium-dev", "dpkg-dev", "qemu-system-misc");
    needsDebian(this, "gcc-riscv64-unknown-elf", "picolibc-riscv64-unknown-elf");
    const { ok, engine, handsets, memory, calls } = lab(5, "--engine", "rv32", "--handsets", "3");
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
      assert.equal(arenaBytes, arenaGoalBytes);
      assert.ok(liveBytes <= memoryGoals.liveBytes, `${name} registered: ${liveBytes} B`);
      assert.ok(callBytes <= memoryGoals.callBytes, `${name} in a call: ${callBytes} B`);
      assert.ok(peakBytes >= callBytes && peakBytes < arenaBytes, `${name} at most: ${peakBytes} B`);
    }
  });
});
