import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monotonicEpochMs } from "../../../hal/node/clock.js";
import { boundSocket } from "../../../hal/node/udp-socket.js";
import { makeXsProgram, projectRoot } from "../../../host-sim/xs/build.js";
import { moduleMap, moduleMapText } from "../../../host-sim/xs/module-map.js";
import { readRecordingTimes } from "../../../host-sim/handset/recording.js";
import { DeviceRun, needsXsHost } from "./device/device-run.js";
import { runEngine } from "./engine-run.js";

const runMs = 30_000;
const udp = `import UDP from "embedded:io/socket/udp"; import { tell } from "tell";
  const text = (buffer) => String.fromArrayBuffer(buffer);
  const bytes = (text) => new Uint8Array(ArrayBuffer.fromString(text));\n`;

/** A phone on the loopback LAN. */
function phone(address: string, script: string): DeviceRun {
  return new DeviceRun(udp + script, { config: { wifi: "none" }, options: { address } });
}

describe("host-sim/xs/linux", function () {
  let folder = "";

  before(function () {
    needsXsHost(this);
  });
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "muster-linux-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The device's modules and our natives, and a `main`. */
  function mapWith(main: string): string {
    const all = moduleMap({ root: projectRoot() }).filter(
      ({ path }) => !path.startsWith(join(projectRoot(), "build")),
    );
    const path = join(folder, "modules");
    writeFileSync(join(folder, "main.js"), main);
    writeFileSync(path, `${moduleMapText(all)}main main.js\n`);
    return path;
  }

  it("sends to all phones of the LAN with broadcast and multicast, and drops its own that come back", async () => {
    const port = 20_000 + (process.pid % 20_000);
    const answering = phone(
      "127.0.7.2",
      `const socket = new UDP({ port: ${String(port)}, onReadable() {
        for (let d; (d = this.read()); ) {
          tell(text(d), d.address, d.port); this.write(bytes("re:" + text(d)), d.address, d.port); }
      } });
      socket.add("239.1.2.3");
      tell("ready");`,
    );
    assert.deepEqual(await answering.next(), ["ready"]);
    const calling = phone(
      "127.0.7.1",
      `const socket = new UDP({ port: ${String(port)}, onReadable() {
        for (let d; (d = this.read()); ) tell(text(d), d.address, d.port);
      } });
      socket.add("239.1.2.3");
      socket.write(bytes("all"), "255.255.255.255", ${String(port)});
      socket.write(bytes("lan"), "127.255.255.255", ${String(port)});
      socket.write(bytes("group"), "239.1.2.3", ${String(port)});`,
    );
    const heard = [await answering.next(), await answering.next(), await answering.next()];
    const sent = ["all", "lan", "group"];
    assert.deepEqual(
      heard,
      sent.map((word) => [word, "127.0.7.1", port]),
    );
    // The first things the caller hears are the answers: its own datagrams came back before them.
    const answers = [await calling.next(), await calling.next(), await calling.next()];
    assert.deepEqual(
      answers,
      sent.map((word) => [`re:${word}`, "127.0.7.2", port]),
    );
    await Promise.all([answering.end(), calling.end()]);
  });

  it("opens a port whose number others have at addresses of their own, and leaves it to them", async () => {
    const port = 20_000 + ((process.pid + 1) % 20_000);
    const first = boundSocket("127.0.7.3", port, false);
    const second = phone("127.0.7.4", `new UDP({ port: ${String(port)} }); tell("open");`);
    assert.deepEqual(await second.next(), ["open"]);
    const third = boundSocket("127.0.7.5", port, false);
    await second.end();
    first.close();
    third.close();
  });

  it("refuses a port of its address that another phone has", async () => {
    const port = 20_000 + ((process.pid + 7) % 20_000);
    const script = `try { new UDP({ port: ${String(port)} }); tell("open"); } catch (error) { tell(error.message); }`;
    const first = phone("127.0.7.3", script);
    assert.deepEqual(await first.next(), ["open"]);
    const [second, elsewhere] = [phone("127.0.7.3", script), phone("127.0.7.4", script)];
    assert.match(String(await second.next()), /bind failed/);
    assert.deepEqual(await elsewhere.next(), ["open"]);
    await Promise.all([first.end(), second.end(), elsewhere.end()]);
  });

  it("refuses an address this machine has not, and what is none", () => {
    assert.match(
      runEngine({ script: "", options: ["--address", "192.0.2.1"] }).log,
      /has no address 192\.0\.2\.1/,
    );
    assert.match(
      runEngine({ script: "", options: ["--address", "here"] }).log,
      /wants an IPv4 address: here/,
    );
  });

  it("keeps a recording and its times when it is switched off in the midst of it", async () => {
    const record = join(folder, "heard.wav");
    const map = mapWith(`import AudioOut from "pins/audioout";
      import AudioIn from "embedded:io/audio/in"; import Timer from "timer";
        export default function () {
          new AudioIn({ sampleRate: 8000, channels: 1, bitsPerSample: 16, onReadable() {} }).start();
          new AudioOut({ sampleRate: 8000, numChannels: 1, bitsPerSample: 16, streams: 1 }).start();
          Timer.set(() => trace("playing\\n"), 200);
        }`);
    const before = monotonicEpochMs();
    const words = ["--map", map, "--record", record, "--config", "wifi=none", "--state", folder];
    const host = spawn(makeXsProgram("host"), words, { stdio: ["pipe", "pipe", "pipe"] });
    await once(host.stderr, "data");
    host.kill("SIGTERM");
    assert.deepEqual(await once(host, "close"), [143, null]);
    const after = monotonicEpochMs();
    const { microphoneEpochMs, recordingEpochMs } = readRecordingTimes(record);
    const samples = (readFileSync(record).length - 44) / 2;
    assert.ok(before < microphoneEpochMs && microphoneEpochMs < recordingEpochMs && recordingEpochMs < after);
    assert.ok(samples >= 160 && samples / 8 <= after - recordingEpochMs + 40, `${samples} samples`);
  });

  it("keeps nothing of a phone without a folder for its state", () => {
    const map = mapWith(`import kv from "embedded:storage/key-value"; import { end } from "muster/power";
        export default function () {
          const store = kv.open({ path: "test", format: "buffer" });
          store.write("key", Uint8Array.of(1, 2, 3));
          end(new Uint8Array(store.read("key")).length);
        }`);
    const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("muster-xs-"));
    const before = left();
    const run = spawnSync(makeXsProgram("host"), ["--map", map], { encoding: "utf8", timeout: runMs });
    assert.equal(run.status, 3, run.stderr);
    assert.deepEqual(left(), before);
  });

  it("says what is wrong with a map, a sound file or a recording", () => {
    const map = join(folder, "map");
    writeFileSync(map, "alone\n");
    writeFileSync(join(folder, "speech.wav"), "no sound");
    const log = (...options: string[]): string =>
      spawnSync(makeXsProgram("host"), options, { encoding: "utf8", timeout: runMs }).stderr;
    assert.match(log("--map", map), /map:1 is no line of a module map/);
    assert.match(log("--map", join(folder, "none")), /none cannot be read: No such file/);
    assert.match(
      log("--map", map, "--speak", join(folder, "speech.wav")),
      /speech\.wav is no WAV file of 16 bit mono/,
    );
    assert.match(log("--map", map, "--record", folder), /cannot be written: Is a directory/);
    assert.equal(existsSync(join(folder, "heard.wav")), false);
    assert.match(log("--version", "--map"), /option --map wants a value/);
    assert.match(log(), /--map, --image or --script is wanted/);
  });
});
