import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { emulatorCommand } from "../../../host-sim/xs/emulator.js";
import { makeEmulatorImage } from "../../../host-sim/xs/emulator-image.js";
import { until } from "../../hal/node/until.js";
import { needsEmulator } from "./needs-emulator.js";
import { EmulatedLine } from "./emulated-line.js";

const image = "/images/muster-xs.elf";

/** The value behind the last word `name` of a command line. */
function valueOf(command: readonly string[], name: string): string {
  return command[command.lastIndexOf(name) + 1] ?? "";
}

describe("the emulator's command line", () => {
  it("has no network without a switch, and no counting unless asked for", () => {
    const command = emulatorCommand({ image });
    assert.ok(!command.includes("-netdev"));
    assert.ok(!command.includes("-icount"));
    assert.equal(valueOf(command, "-kernel"), image);
    assert.match(
      valueOf(command, "-semihosting-config"),
      /^enable=on,target=native,arg=muster,arg=uptimeOffset=-?\d+$/,
    );
  });

  it("counts, asleep for as long as it says or not at all", () => {
    assert.equal(valueOf(emulatorCommand({ image, counting: "paced" }), "-icount"), "shift=0");
    const fast = emulatorCommand({ image, counting: "fast" });
    assert.equal(valueOf(fast, "-icount"), "shift=0,sleep=off");
    assert.match(valueOf(fast, "-semihosting-config"), /arg=counting=1$/);
  });

  it("makes the hardware address of the handset's own, and doubles commas in paths", () => {
    const command = emulatorCommand({
      image,
      byteCode: "/a,b/code",
      address: "127.0.0.200",
      switchPath: "/a,b/switch",
    });
    const [loader, card] = command.flatMap((word, n) => (word === "-device" ? [command[n + 1]] : [])).sort();
    assert.equal(loader, "loader,file=/a,,b/code,addr=0x81000000,force-raw=on");
    assert.equal(card, "virtio-net-device,netdev=net,mac=52:54:7f:00:00:c8");
    assert.match(valueOf(command, "-netdev"), /addr\.path=\/a,,b\/switch$/);
    assert.match(valueOf(command, "-semihosting-config"), /,arg=address=127\.0\.0\.200,/);
  });

  it("encodes what options and configuration may hold", () => {
    const command = emulatorCommand({
      image,
      options: { state: "/my phone,1", arena: 98_304 },
      config: { console: "50%" },
    });
    const given = valueOf(command, "-semihosting-config");
    assert.match(given, /,arg=state=\/my%20phone%2c1,arg=arena=98304,arg=config=console=50%25,/);
  });

  it("refuses an address that is none", () => {
    for (const address of ["", "127.0.0", "::1", "phone"])
      assert.throws(() => emulatorCommand({ image, address, switchPath: "/switch" }), /is no IPv4 address/);
  });
});

describe("the emulator", function () {
  this.timeout(60_000);
  let check = "";

  before(function () {
    needsEmulator(this);
    this.timeout(300_000);
    check = makeEmulatorImage("board-check");
  });

  it("ends when the program that started it is killed", async () => {
    const script = fileURLToPath(new URL("start-emulator.ts", import.meta.url));
    const parent = spawn(process.execPath, ["--import", "tsx", script, check], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: parent.stdout });
    const [pid] = (await once(lines, "line")) as [string];
    assert.ok(isRunning(Number(pid)), "it runs");
    parent.kill("SIGKILL");
    await until("it is gone", () => !isRunning(Number(pid)));
  });

  it("verifies, signs and agrees on keys within the budgets of a 160 MHz ESP32-C3", async () => {
    const line = new EmulatedLine({
      image: makeEmulatorImage("crypto-bench"),
      counting: "fast",
      options: { seed: 1 },
    });
    assert.equal(await line.status(), 0);
    const counts = JSON.parse(line.log) as Record<string, number>;
    const milliseconds = (name: string): number => (counts[name] ?? Infinity) / (0.7 * 160_000);
    assert.ok(milliseconds("verify64") <= 30, `verify: ${milliseconds("verify64")} ms`);
    assert.ok(milliseconds("sign64") <= 10);
    assert.ok(milliseconds("scalarMult") <= 25);
    assert.ok(milliseconds("convertPublicKey") <= 25);
    assert.ok(milliseconds("scalarMultBase") <= 10);
    assert.ok(milliseconds("secretboxOpen1024") <= 1);
    assert.ok(milliseconds("sha512of1024") <= 1.5);
  });
});

/** Whether the process is there and no zombie. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \([^)]*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
