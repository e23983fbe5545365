import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LabReport } from "../../host-sim/lab/report.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** An end to waiting, no figure of a test. */
const waitMsMax = 170_000;

/** Sixteen phones in Node, each no larger than a real one. */
describe("muster lab with a crowd", function () {
  this.timeout(2 * waitMsMax);
  // Phones with ten links each have no room for a stranger now and then, and a person who dials again gets through.
  this.retries(1);
  const folder = mkdtempSync(join(tmpdir(), "muster-crowd-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("ten random calls; then a phone that keeps a name is killed, and a stranger who dials it is connected", () => {
    const words = [
      "lab",
      "--handsets",
      "16",
      "--seconds",
      "2",
      "--seed",
      "4713",
      "--json",
      "--directory",
      folder,
    ];
    const ended = spawnSync(process.execPath, [join(root, "build/host-sim/cli.js"), ...words], {
      cwd: root,
      encoding: "utf8",
      timeout: waitMsMax,
    });
    assert.equal(ended.status, 0, `${ended.stdout}\n${ended.stderr}`);
    const { ok, handsets, randomCalls, death, seed } = JSON.parse(ended.stdout) as LabReport;
    assert.ok(ok);
    assert.equal(seed, 4713);
    assert.equal(handsets.length, 16);
    assert.equal(randomCalls.length, 10);
    assert.ok(death !== undefined);
    const { caller, callee, killed, holders, callerLinks } = death;
    assert.ok(holders.length >= 1 && holders.length <= 3);
    const distances = holders.map(({ distance }) => distance);
    assert.deepEqual(distances, [...distances].sort(), "the nearest first");
    const [nearest] = holders.filter(({ name }) => name !== callee);
    assert.equal(nearest?.name, killed);
    assert.ok(killed !== caller && !holders.some(({ name }) => name === caller));
    assert.ok(!callerLinks.includes(callee) && callerLinks.length < 15, "most pairs have no link");
    assert.deepEqual(
      [
        death.callerIsLinkedToCallee,
        death.calleeIsLinkedToCaller,
        death.callerKeepsRecord,
        death.callerCalledBefore,
      ],
      [false, false, false, false],
    );
    assert.ok(death.rang && death.dialledAfterMs < 1000 && death.dialToRingMs > 0);
  });
});
