import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { musterPort } from "../../../firmware/core/limits.js";
import { HandsetProcess } from "../../../host-sim/lab/handset-process.js";
import { needsDebian } from "../../support/debian.js";

const cli = fileURLToPath(new URL("../../../host-sim/cli.ts", import.meta.url));
/** An end to waiting, no figure of a test. */
const waitMsMax = 60_000;

describe("STUN of a host peer, asked by coturn's client over loopback", function () {
  this.timeout(2 * waitMsMax);
  const folder = mkdtempSync(join(tmpdir(), "muster-stun-"));
  const address = `127.${60 + (process.pid % 100)}.8.1`;
  let tower: HandsetProcess | undefined;

  before(function () {
    needsDebian(this, "coturn");
  });

  after(() => {
    tower?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it("it is told the address it asked from", async () => {
    const file = join(folder, "tower.json");
    const overlay = `stun-test-${process.pid}`;
    writeFileSync(
      file,
      JSON.stringify({ name: "tower", overlay, address, state: "tower", discovery: false }),
    );
    const child = spawn(process.execPath, ["--import", "tsx", cli, "peer", "--config", file, "--json"]);
    tower = new HandsetProcess({ name: "tower", address }, child);
    await tower.expect("joined", waitMsMax, ({ event }) => event === "joined");
    const asked = ["-p", `${musterPort}`, "-L", "127.0.0.1", address];
    const { stdout } = await promisify(execFile)("turnutils_stunclient", asked, { timeout: waitMsMax });
    assert.match(stdout, /UDP reflexive addr: 127\.0\.0\.1:[1-9]\d*/);
    const counted = await tower.ask("memory", waitMsMax, ({ event }) => event === "memory");
    assert.ok(Number(counted["stunAnswered"]) >= 1, JSON.stringify(counted));
    assert.equal(counted["stunLimited"], 0);
  });
});
