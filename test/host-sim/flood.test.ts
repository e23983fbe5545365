import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FloodReport } from "../../host-sim/flood/flood-report.js";
import { needsDebian } from "../support/debian.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** An end to waiting, no figure of a test. */
const waitMsMax = 200_000;

/**
 * Real processes on loopback. What is asserted does not hang on how fast this computer is: the rule of three, tables,
 * that calls live, and that what arrives at a victim with a computer's speed is not lost; rates and times are the
 * report's.
 */
describe("muster flood", function () {
  this.timeout(2 * waitMsMax);
  const folder = mkdtempSync(join(tmpdir(), "muster-flood-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function flood(name: string, ...words: string[]): FloodReport {
    const parameters = [join(root, "build/host-sim/cli.js"), "flood", "--json", "--seconds", "1", ...words];
    const ended = spawnSync(process.execPath, [...parameters, "--directory", join(folder, name)], {
      cwd: root,
      encoding: "utf8",
      timeout: waitMsMax,
    });
    assert.equal(ended.status, 0, `${ended.stdout}\n${ended.stderr}`);
    return JSON.parse(ended.stdout) as FloodReport;
  }

  function assertHarmless(report: FloodReport): void {
    for (const kind of report.kinds) {
      assert.equal(kind.skipped, undefined, kind.name);
      const { name, sent, factor = 0, callAlive, grown, lines } = kind;
      assert.ok(sent !== undefined && sent.datagrams > 0, name);
      assert.ok(sent.worstFactor <= 3 && factor <= 3, `${name}: ${JSON.stringify(sent)}`);
      assert.equal(callAlive, true, name);
      for (const [table, more] of Object.entries(grown ?? {})) {
        assert.ok(more <= (mayGrow[table] ?? 1), `${name}: ${table} holds ${more} more`);
      }
      assert.ok((lines ?? 0) <= 60, `${name}: ${lines} lines`);
    }
    assert.ok(report.newcomerTalked && report.ok);
  }

  it("node: hellos with their cookies, and plain SIP at port 5060", function () {
    needsDebian(this, "gcc");
    const report = flood("node", "--engine", "node", "--kind", ...onNode);
    assert.deepEqual(
      report.kinds.map(({ name }) => name),
      onNode,
    );
    assertHarmless(report);
    for (const { name, speech } of report.kinds) assert.equal(speech?.[0].lost, 0, name);
  });

  it("xs: beacons, in a chip's memory", function () {
    needsDebian(this, "gcc", "make", "libsodium-dev");
    const report = flood("xs", "--engine", "xs", "--kind", "beacon");
    assert.equal(report.kinds.length, 1);
    assertHarmless(report);
    for (const { heapBytes } of report.kinds) {
      assert.ok(heapBytes !== undefined && heapBytes.peak < report.arenaBytes);
    }
  });
});

/** They stand for the others, all of which test/handset/hostile-lan-floods.test.ts sends in virtual time. */
const onNode: readonly string[] = ["half-open", "stock-sip"];

/** What a table may hold just after a flood, and gives up by itself within seconds; others one entry. */
const mayGrow: Readonly<Record<string, number>> = {
  helloSources: 32,
  creditSources: 32,
  places: 16,
  attempts: 4,
  indexes: 8,
  halfOpen: 4,
  contactsPending: 8,
  reassemblies: 2,
};
