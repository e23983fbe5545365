import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { groupAddress } from "../../../firmware/core/limits.js";
import { monotonicEpochMs } from "../../../hal/node/clock.js";
import { readWav, writeWav } from "../../../host-sim/audio/wav.js";
import { readRecordingTimes } from "../../../host-sim/handset/recording.js";
import { makeEmulatorImage } from "../../../host-sim/xs/emulator-image.js";
import type { EmulatorStart } from "../../../host-sim/xs/emulator.js";
import { LoopbackBridge } from "../../../host-sim/xs/loopback-bridge.js";
import { EthernetSwitch } from "../../../host-sim/xs/switch.js";
import { testPort, until } from "../../hal/node/until.js";
import { needsEmulator } from "./needs-emulator.js";
import { EmulatedLine } from "./emulated-line.js";

/** The board of the emulated handset, driven by rv32/board-check.c: no engine, no script. */
describe("the emulated board", function () {
  this.timeout(60_000);
  let folder = "";
  let image = "";
  const running: EmulatedLine[] = [];

  before(function () {
    needsEmulator(this);
    this.timeout(300_000);
    folder = mkdtempSync(join(tmpdir(), "muster-board-"));
    image = makeEmulatorImage("board-check");
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.kill()));
  });

  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  async function started(start: Omit<EmulatorStart, "image"> = {}): Promise<EmulatedLine> {
    const line = new EmulatedLine({ image, ...start });
    running.push(line);
    assert.equal(await line.next(), "ready");
    return line;
  }

  it("loses nothing on its serial line, either way, though its FIFOs hold 128 bytes", async () => {
    const line = await started();
    const long = "0123456789".repeat(20);
    const echoed: string[] = [];
    for (let n = 0; n < 20; n++) line.type(`echo ${n} ${long}`);
    for (let n = 0; n < 20; n++) echoed.push(await line.next());
    assert.deepEqual(
      echoed,
      Array.from({ length: 20 }, (_, n) => `${n} ${long}`),
    );
  });

  it("gets options as they were given, whatever is in them", async () => {
    const odd = "a b,c=%41 ,, ü";
    const line = await started({ options: { odd } });
    assert.equal(await line.ask("option odd"), odd);
    assert.equal(await line.ask("option absent"), "none");
  });

  it("ends with the status asked for, and tells of a fault", async () => {
    const line = await started();
    line.type("exit 7");
    assert.equal(await line.status(), 7);
    const faulty = await started();
    faulty.type("crash");
    assert.equal(await faulty.status(), 1);
    assert.match(faulty.log, /fault: cause 7 at 0x8\w+, value 0x00000000/);
  });

  it("keeps key-values, each write at once, over a loss of power", async () => {
    const state = folder;
    const first = await started({ options: { state } });
    assert.equal(await first.ask("keys"), ".");
    assert.equal(await first.ask("store one eins"), "stored 1");
    assert.equal(await first.ask("store two zwei"), "stored 1");
    assert.equal(await first.ask("store one uno"), "stored 1");
    assert.equal(await first.ask("store sixteen-letters- x"), "stored 0", "NVS: 15 letters");
    await first.kill();
    const second = await started({ options: { state } });
    assert.equal(await second.ask("show one"), "uno");
    assert.equal(await second.ask("show two"), "zwei");
    assert.equal(await second.ask("keys"), "two one .");
    assert.equal(await second.ask("store two"), "stored 1");
    assert.equal(await second.ask("store two"), "stored 0", "there is none to delete");
    assert.equal(await second.ask("keys"), "one .");
  });

  it("begins with empty key-values when their file is damaged", async () => {
    const state = join(folder, "damaged");
    const file = join(state, "nvs");
    const line = await started({ options: { state } });
    assert.equal(await line.ask("store one eins"), "stored 1");
    await line.kill();
    const sound = readFileSync(file);
    for (const damaged of [sound.subarray(0, -1), Buffer.concat([sound, sound]), Buffer.alloc(7)]) {
      writeFileSync(file, damaged);
      const next = await started({ options: { state } });
      assert.equal(await next.ask("keys"), ".");
      assert.match(next.log, /damaged/);
      await next.kill();
    }
  });

  it("says when its key-values cannot be kept, and keeps the old ones", async () => {
    const state = join(folder, "going");
    const line = await started({ options: { state } });
    assert.equal(await line.ask("store one eins"), "stored 1");
    rmSync(state, { recursive: true });
    assert.equal(await line.ask("store one uno"), "stored 0");
    assert.equal(await line.ask("show one"), "eins");
  });

  it("has randomness of its own each time, but with a seed the same", async () => {
    const random = async (options: Record<string, string>): Promise<string> => {
      const line = await started({ options });
      const answer = await line.ask("random");
      await line.kill();
      return answer;
    };
    assert.notEqual(await random({}), await random({}));
    assert.equal(await random({ seed: "a" }), await random({ seed: "a" }));
    assert.notEqual(await random({ seed: "a" }), await random({ seed: "b" }));
  });

  it("sleeps until the time asked for; counting instructions, a day in a moment", async () => {
    const line = await started();
    const before = Number((await line.ask("time")).split(" ")[1]);
    const after = Number((await line.ask("sleep 200")).split(" ")[1]);
    assert.ok(after >= before + 200);
    const counting = await started({ counting: "fast", options: { report: 1 } });
    assert.ok(Number((await counting.ask("sleep 86400000")).split(" ")[1]) >= 86_400_000);
    counting.type("exit 0");
    assert.equal(await counting.status(), 0);
    const report = JSON.parse(counting.log) as { report: { instructions: number } };
    assert.ok(report.report.instructions > 1000);
    assert.ok(report.report.instructions < 10_000_000, "what it slept through is not counted");
  });

  it("hears and plays on time, also while it computes, and tells when it was", async () => {
    const speech = Int16Array.from(
      { length: 40_000 },
      (_, n) => 10_000 * Math.sin(n / 7) * Math.sin(n / 900),
    );
    const [speak, record] = [join(folder, "speech.wav"), join(folder, "record.wav")];
    writeWav(speak, speech);
    const earliest = monotonicEpochMs();
    const line = await started({ options: { speak, record } });
    const before = monotonicEpochMs();
    assert.equal(await line.ask("start"), "audio 1");
    const after = monotonicEpochMs();
    await sleep(500);
    assert.equal(await line.ask("compute 50"), "computed");
    await sleep(700);
    assert.equal(await line.ask("stop"), "stopped");
    const times = readRecordingTimes(record);
    assert.ok(times.microphoneEpochMs > earliest);
    assert.ok(times.microphoneEpochMs > before - 15 && times.microphoneEpochMs < after + 15);
    assert.ok(Math.abs(times.recordingEpochMs - times.microphoneEpochMs - 20) < 5);
    const heard = readWav(record);
    if (!heard.ok) assert.fail(heard.error);
    const blocks = Array.from({ length: heard.value.length / 160 }, (_, n) =>
      heard.value.subarray(160 * n, 160 * (n + 1)),
    );
    const first = blocks.findIndex(isSound);
    assert.ok(first >= 1 && first < 10, "the microphone delivers every 64 ms");
    assert.ok(blocks.slice(first).filter((block) => !isSound(block)).length < 8, "hardly a pause");
    const played = blocks.filter(isSound).flatMap((block) => Array.from(block));
    assert.ok(played.length > 6000);
    assert.deepEqual(played, Array.from(speech.subarray(0, played.length)), "no sample lost or twice");
    assert.equal(existsSync(`${record}.new`), false);
  });

  describe("with a network", () => {
    const address = "127.62.0.11";
    const port = testPort + 2;
    let ethernet: EthernetSwitch;
    let bridge: LoopbackBridge;
    let host: Socket;
    let heard: string[];

    beforeEach(async () => {
      ethernet = new EthernetSwitch();
      await ethernet.listen(join(folder, "switch"));
      bridge = new LoopbackBridge(ethernet, (sentence) => assert.fail(sentence));
      heard = [];
      host = createSocket({ type: "udp4", reuseAddr: true });
      host.on("message", (bytes, from) => heard.push(`${bytes.toString()} from ${from.address}`));
      await new Promise<void>((resolve) => host.bind(port, "127.62.0.1", resolve));
      host.setBroadcast(true);
      host.setMulticastInterface("127.62.0.1");
    });

    afterEach(() => {
      host.close();
      bridge.close();
      ethernet.close();
    });

    async function listening(): Promise<EmulatedLine> {
      const line = await started({ address, switchPath: join(folder, "switch"), options: { report: 1 } });
      assert.equal(await line.ask(`open ${port}`), "socket 0");
      await until("announced", () => bridge.handsets.includes(address));
      return line;
    }

    it("is its address for processes of this computer", async () => {
      const line = await listening();
      host.send("unicast", port, address);
      await until("the echo", () => heard.length === 1);
      host.send("group", port, groupAddress);
      host.send("all", port, "127.255.255.255");
      await until("all echoes", () => heard.length === 3);
      assert.deepEqual(heard, [`unicast from ${address}`, `group from ${address}`, `all from ${address}`]);
      assert.equal(await line.ask(`send 127.62.0.1:${port}`), "sent 1");
      assert.equal(await line.ask(`send 10.1.2.3:${port}`), "sent 0", "no route off the LAN");
      await until("hello", () => heard.length === 4);
      assert.equal(heard[3], `hello from ${address}`);
      host.send("1".repeat(1472) + "2".repeat(1472), port, address);
      await until("the echo of a first buffer", () => heard.length === 5);
      assert.equal(
        heard[4],
        `${"1".repeat(1472)} from ${address}`,
        "put together, and read as on the device",
      );
    });

    it("loses nothing that comes while it computes", async () => {
      const line = await listening();
      host.send("first", port, address);
      await until("the first echo", () => heard.length === 1);
      line.type("compute 300");
      await sleep(50);
      for (let n = 0; n < 100; n++) host.send(`${n}`, port, address);
      assert.equal(await line.next(), "computed");
      await until("all echoes", () => heard.length === 101);
      assert.deepEqual(
        heard.slice(1),
        Array.from({ length: 100 }, (_, n) => `${n} from ${address}`),
      );
      line.type("exit 0");
      assert.equal(await line.status(), 0);
      assert.match(line.log, /"framesUnsent":0/);
    });

    it("talks to another handset", async () => {
      const [line, other] = [
        await listening(),
        await started({ address: "127.62.0.12", switchPath: join(folder, "switch"), options: { report: 1 } }),
      ];
      assert.equal(await other.ask(`open ${port + 1}`), "socket 0");
      assert.equal(await other.ask(`send ${address}:${port}`), "sent 1"); // echoed to and fro between them from now on
      await sleep(100);
      for (const each of [other, line]) {
        each.type("exit 0");
        assert.equal(await each.status(), 0);
        const { report } = JSON.parse(each.log) as { report: { framesReceived: number; framesSent: number } };
        assert.ok(report.framesReceived > 3 && report.framesSent > 3);
      }
    });
  });
});

function isSound(block: Int16Array): boolean {
  return block.some((sample) => sample !== 0);
}
