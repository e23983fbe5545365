import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readWav, writeWav } from "../../../host-sim/audio/wav.js";
import { LoopbackBridge } from "../../../host-sim/xs/loopback-bridge.js";
import { EthernetSwitch } from "../../../host-sim/xs/switch.js";
import { testPort, until } from "../../hal/node/until.js";
import { ScriptRun } from "./rv32-script.js";

describe("scripts on the emulated handset", function () {
  this.timeout(60_000);
  let scripts: ScriptRun | undefined;

  const run = (...given: Parameters<ScriptRun["run"]>): ReturnType<ScriptRun["run"]> => {
    assert.ok(scripts);
    return scripts.run(...given);
  };

  before(function () {
    ScriptRun.needs(this);
    this.timeout(600_000);
    scripts = new ScriptRun();
  });

  afterEach(async () => scripts?.stop());
  after(async () => scripts?.close());

  it("print, echo their serial line and keep time", async () => {
    const line = run(`
      trace("traced\\n");
      typed = (text) => say("heard", text);
      const began = Date.now();
      Timer.set(() => say("timer", Date.now() - began >= 100), 100);
      say("ready", 1 + 1);`);
    assert.equal(await line.next(), "ready 2");
    assert.equal(await line.next(), "timer true");
    assert.equal(await line.ask("one"), "heard one");
    assert.equal(await line.ask("zwei"), "heard zwei");
    assert.match(line.log, /^traced$/m);
  });

  it("read their own memory within the arena given, and end with status 11 and a reason when it is full", async () => {
    const line = run(
      `const { liveBytes, peakBytes, arenaBytes } = use();
      say(liveBytes > 1000 && liveBytes <= peakBytes && peakBytes <= arenaBytes, arenaBytes);
      typed = () => {
        const kept = [];
        for (;;) kept.push(new ArrayBuffer(1000));
      };`,
      { options: { arena: 49_152, report: 1 } },
    );
    assert.equal(await line.next(), "true 49152");
    line.type("go");
    assert.equal(await line.status(), 11);
    assert.match(line.log, /memory full: .*chunks.*arena 49152 B/);
    assert.match(line.log, /"staticBytes":\d+/);
  });

  it("end with status 12 when they recurse without end, and 15 when they throw in a callback", async () => {
    const deep = run("const f = () => 1 + f(); typed = () => f(); say('ready');");
    assert.equal(await deep.next(), "ready");
    deep.type("go");
    assert.equal(await deep.status(), 12);
    const thrower = run("typed = () => { throw new Error('on purpose'); }; say('ready');");
    assert.equal(await thrower.next(), "ready");
    thrower.type("go");
    assert.equal(await thrower.status(), 15);
    assert.match(thrower.log, /on purpose/);
  });

  it("find their key-values again after a loss of power", async () => {
    assert.ok(scripts);
    const state = scripts.folder;
    const script = `const store = kv.open({ path: "test", mode: "r+", format: "string" });
      typed = (text) => { store.write("key", text); say("written"); };
      say([...store].includes("key") ? store.read("key") : "nothing");`;
    const first = run(script, { options: { state } });
    assert.equal(await first.next(), "nothing");
    assert.equal(await first.ask("value"), "written");
    await first.kill();
    const second = run(script, { options: { state } });
    assert.equal(await second.next(), "value");
  });

  it("count their instructions, the same ones each time", async () => {
    const count = async (loops: number): Promise<number> => {
      const line = run(
        `const before = instructions();
        let sum = 0;
        for (let i = 0; i < ${loops}; i++) sum += i;
        say(instructions() - before);`,
        { counting: "fast", options: { seed: "same" } },
      );
      const counted = Number(await line.next());
      await line.kill();
      return counted;
    };
    const [short, again, long] = [await count(1000), await count(1000), await count(2000)];
    assert.equal(short, again);
    assert.ok(long > 1.8 * short && long < 2.2 * short);
    assert.ok(short > 100_000 && short < 2_000_000, `${short} for 1000 additions`);
  });

  it("exchange datagrams with processes at their own address", async () => {
    assert.ok(scripts);
    const [address, port] = ["127.62.1.11", testPort + 3];
    const ethernet = new EthernetSwitch();
    const switchPath = join(scripts.folder, "switch");
    await ethernet.listen(switchPath);
    const bridge = new LoopbackBridge(ethernet, (sentence) => assert.fail(sentence));
    const host = createSocket("udp4");
    const heard: string[] = [];
    host.on("message", (bytes, from) => heard.push(`${from.address}:${from.port} ${bytes.toString()}`));
    try {
      await new Promise<void>((resolve) => host.bind(0, "127.62.1.1", resolve));
      const line = run(
        `new WiFi({});
        const socket = new UDP({ port: ${port}, onReadable() {
          let datagram;
          while ((datagram = this.read()) !== undefined)
            this.write(ArrayBuffer.fromString(String.fromArrayBuffer(datagram) + "!"), datagram.address, datagram.port);
        } });
        say("open");`,
        { address, switchPath },
      );
      assert.equal(await line.next(), "open");
      await until("announced", () => bridge.handsets.includes(address));
      for (const text of ["one", "two"]) host.send(text, port, address);
      await until("both echoes", () => heard.length === 2);
      assert.deepEqual(heard, [`${address}:${port} one!`, `${address}:${port} two!`]);
    } finally {
      host.close();
      bridge.close();
      ethernet.close();
    }
  });

  it("hear the microphone and play what they heard", async () => {
    assert.ok(scripts);
    const [speak, record] = [join(scripts.folder, "speech.wav"), join(scripts.folder, "heard.wav")];
    const speech = Int16Array.from({ length: 16_000 }, (_, n) =>
      Math.round(9000 * Math.cos(n / 11 + (n / 2000) ** 2)),
    );
    writeWav(speak, speech);
    const line = run(
      `const ring = new SharedArrayBuffer(8 * 1024);
      let place = 0;
      const speaker = new AudioOut({ sampleRate: 8000, streams: 1 });
      const microphone = new AudioIn({ sampleRate: 8000, channels: 1, bitsPerSample: 16, onReadable() {
        if (place === 0 && speaker.length(0) === 8) speaker.enqueue(0, AudioOut.Silence, 480);
        for (let block = 0; block < 512; block += 256, place = (place + 512) % ring.byteLength) {
          this.read(new Uint8Array(ring, place, 512));
          speaker.enqueue(0, AudioOut.RawSamples, ring, 1, place / 2, 256);
        }
      } });
      speaker.start();
      microphone.start();
      Timer.set(() => { microphone.close(); speaker.close(); say("done"); }, 1500);`,
      { options: { speak, record } },
    );
    assert.equal(await line.next(), "done");
    const heard = readWav(record);
    if (!heard.ok) assert.fail(heard.error);
    const samples = Array.from(heard.value);
    const first = samples.indexOf(speech[0] ?? 0);
    assert.ok(first > 0, "the beginning is heard");
    assert.deepEqual(samples.slice(first, first + 5000), Array.from(speech.subarray(0, 5000)));
    assert.match(readFileSync(`${record}.json`, "utf8"), /"microphoneEpochMs":\d+/);
  });
});
