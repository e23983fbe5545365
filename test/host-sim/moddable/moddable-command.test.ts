import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyProgram, runCommandLine } from "../../../host-sim/command-line.js";
import { registerModdable } from "../../../host-sim/moddable/moddable-command.js";
import { Sdk, openSdk } from "../../../host-sim/moddable/sdk.js";
import { root } from "../../tidy/tree.js";

describe("muster moddable", () => {
  const before = process.env["MODDABLE"];
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "muster-sdk-"));
    delete process.env["MODDABLE"];
  });
  afterEach(() => {
    if (before === undefined) delete process.env["MODDABLE"];
    else process.env["MODDABLE"] = before;
    rmSync(folder, { recursive: true });
  });

  async function run(...parameters: string[]): Promise<{ status: number; said: string; complaint: string }> {
    let said = "";
    let complaint = "";
    const streams = {
      out: (text: string): void => void (said += text),
      complain: (text: string): void => void (complaint += text),
    };
    const program = emptyProgram("0", streams);
    registerModdable(program, streams.out);
    const status = await runCommandLine(program, ["moddable", ...parameters], streams);
    return { status, said, complaint };
  }

  it("says that there is no SDK, and ends well", async () => {
    const { status, said } = await run();
    assert.equal(status, 0);
    assert.match(said, /MODDABLE is not set, nothing was checked/);
    const json = await run("--json");
    assert.deepEqual(JSON.parse(json.said), { sdk: null, leaves: [] });
  });

  it("knows its leaves", async () => {
    const { status, complaint } = await run("nodemcu");
    assert.equal(status, 2);
    assert.match(complaint, /no manifest "nodemcu"[^]*esp32c3, lin, m5atom_echo/);
  });

  it("says when what MODDABLE names is no SDK, or one without host tools", async () => {
    process.env["MODDABLE"] = folder;
    const absent = await run();
    assert.equal(absent.status, 1);
    assert.match(absent.complaint, /no-sdk/);
    fakeSdk(folder);
    const bare = await run("esp32c3");
    assert.equal(bare.status, 1);
    assert.match(bare.complaint, /no-tools: .*lacks mcconfig, xsc, xsid, xsl/);
  });

  it("makes a stand-in for ESP-IDF: the tag of the version, and idf.py that makes the header", async () => {
    const sdk = fakeSdk(folder);
    const tools = join(sdk, "build/bin/lin/release");
    mkdirSync(tools, { recursive: true });
    for (const tool of ["mcconfig", "xsc", "xsid", "xsl"]) writeFileSync(join(tools, tool), "");
    const opened = await openSdk(root, sdk, join(folder, "output"));
    assert.ok(opened instanceof Sdk);
    const described = spawnSync("git", ["-C", opened.idf, "describe"], { encoding: "utf8" });
    assert.equal(described.stdout.trim(), "v6.0");
    const header = join(folder, "build/config/sdkconfig.h");
    const made = await opened.run("idf.py", ["reconfigure", "-D", `SDKCONFIG_HEADER="${header}"`]);
    assert.equal(made.status, 0, made.output);
    assert.ok(existsSync(header));
    // A second time, on what is there already.
    await openSdk(root, sdk, join(folder, "output"));
  });

  it("ends a program that takes too long, with what it started", async () => {
    const { runProgram } = await import("../../../host-sim/moddable/program-run.js");
    const options = { folder, environment: process.env, limitMs: 100 };
    const { status, output } = await runProgram("sh", ["-c", "echo begun; sleep 60 & sleep 60"], options);
    assert.equal(status, -1);
    assert.match(output, /begun\n\nstopped: sh took longer than 0\.1 s/);
    const absent = await runProgram("muster-no-such-program", [], options);
    assert.equal(absent.status, -1);
    assert.match(absent.output, /ENOENT/);
  });
});

function fakeSdk(folder: string): string {
  mkdirSync(join(folder, "examples"), { recursive: true });
  mkdirSync(join(folder, "build/devices/esp32"), { recursive: true });
  writeFileSync(join(folder, "examples/manifest_base.json"), "{}");
  const manifest = JSON.stringify({ build: { EXPECTED_ESP_IDF: "v6.0" } });
  writeFileSync(join(folder, "build/devices/esp32/manifest.json"), manifest);
  return folder;
}
