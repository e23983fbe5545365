import assert from "node:assert/strict";
import { instant } from "../../../firmware/core/time.js";
import type { Crypto } from "../../../hal/crypto.js";
import { VirtualClock } from "../../../host-sim/virtual/clock.js";
import { VirtualNetwork } from "../../../host-sim/virtual/network.js";
import { VirtualPlatform, type VirtualPlatformOptions } from "../../../host-sim/virtual/platform.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { VirtualStorage } from "../../../host-sim/virtual/storage.js";

const noCrypto = {} as Crypto; // nothing here uses it

class World {
  readonly clock = new VirtualClock();
  readonly prng = new Prng("platform");
  readonly network = new VirtualNetwork({ clock: this.clock, prng: this.prng });

  handset(address: string, more: Partial<VirtualPlatformOptions> = {}): VirtualPlatform {
    const { clock, network } = this;
    return new VirtualPlatform({
      clock,
      network,
      address,
      random: this.prng.fork(address),
      crypto: noCrypto,
      ...more,
    });
  }
}

const ramp = (count: number): Int16Array => Int16Array.from({ length: count }, (_, i) => i + 1);

describe("VirtualPlatform", function () {
  this.timeout(20_000);
  it("has a clock that begins at switching on, and one timer that re-arms", () => {
    const world = new World();
    world.clock.runFor(5000);
    const platform = world.handset("10.0.0.1");
    assert.equal(platform.clock.now(), 0);
    const fired: number[] = [];
    const timer = platform.openTimer(() => {
      fired.push(platform.clock.now());
      if (fired.length < 3) timer.arm(instant(platform.clock.now() + 10));
    });
    timer.arm(instant(100));
    timer.arm(instant(50));
    world.clock.runFor(1000);
    assert.deepEqual(fired, [50, 60, 70]);
    timer.arm(instant(2000));
    timer.disarm();
    world.clock.runFor(5000);
    assert.equal(fired.length, 3);
  });

  it("keeps its memory over a restart, and stops everything when switched off", () => {
    const world = new World();
    const first = world.handset("10.0.0.1");
    first.openTimer(() => assert.fail("a dead handset's timer")).arm(instant(10));
    const port = first.openPort(6084, () => assert.fail("a dead handset's port"));
    assert.equal(first.storage.set("key-ring", Uint8Array.of(1, 2)), true);
    first.switchOff();
    assert.equal(first.storage.set("key-ring", Uint8Array.of(9)), false);
    port.send({ address: "10.0.0.2", port: 6084 }, Uint8Array.of(1));
    const other = world.handset("10.0.0.2").openPort(6084, () => assert.fail("sent by a dead handset"));
    other.send({ address: "10.0.0.1", port: 6084 }, Uint8Array.of(1));
    world.clock.runFor(1000);
    const second = world.handset("10.0.0.1", { storage: first.memory });
    assert.deepEqual(second.storage.get("key-ring"), Uint8Array.of(1, 2));
    assert.equal(second.clock.now(), 0);
  });

  it("can refuse a write, and can be cut in one, with the old or the new value left", () => {
    const world = new World();
    for (const keep of ["old", "new"] as const) {
      const memory = new VirtualStorage();
      const platform = world.handset("10.0.0.1", { storage: memory });
      platform.storage.set("settings", Uint8Array.of(1));
      memory.setFaults({ refusing: true });
      assert.equal(platform.storage.set("settings", Uint8Array.of(2)), false);
      assert.deepEqual(platform.storage.get("settings"), Uint8Array.of(1));
      memory.setFaults({ cutNextWrite: { keep, cut: () => platform.switchOff() } });
      assert.equal(platform.storage.set("settings", Uint8Array.of(3)), false);
      assert.equal(platform.isOn, false);
      assert.deepEqual(memory.get("settings"), Uint8Array.of(keep === "old" ? 1 : 3));
      assert.equal(memory.writes, 1);
    }
    assert.throws(() => new VirtualStorage().set("Too_Long_And_Wrong", Uint8Array.of(1)));
  });

  it("brings typed lines in an event of their own and keeps what is printed", () => {
    const world = new World();
    const platform = world.handset("10.0.0.1", { consoles: ["text", "json"] });
    const heard: string[] = [];
    const consoles = platform.openConsoles(() => {
      consoles.forEach((console, index) => {
        for (let line = console.readLine(); line !== undefined; line = console.readLine()) {
          heard.push(`${index}:${line}`);
          console.writeLine(`ok ${line}`);
        }
      });
    });
    platform.type("status");
    platform.consoles[1]?.type("peers");
    assert.deepEqual(heard, []);
    world.clock.runFor(1);
    assert.deepEqual(heard, ["0:status", "1:peers"]);
    assert.deepEqual(platform.consoles[0]?.takePrinted(), ["ok status"]);
    assert.deepEqual(platform.consoles[1]?.printed, ["ok peers"]);
    assert.deepEqual(
      consoles.map(({ format }) => format),
      ["text", "json"],
    );
  });

  it("plays the microphone's samples frame by frame and records what is written, in place", () => {
    const world = new World();
    world.clock.runFor(1000);
    const platform = world.handset("10.0.0.1", { microphone: ramp(250) });
    let frames = 0;
    const audio = platform.openAudio(() => {
      const heard = audio.read();
      assert.equal(audio.read(), undefined);
      frames++;
      if (heard !== undefined && frames !== 2) audio.write(heard);
    });
    audio.start();
    audio.start();
    world.clock.runFor(95);
    audio.stop();
    world.clock.runFor(100);
    assert.equal(frames, 4);
    const [recording] = platform.audio?.recordings ?? [];
    assert.ok(recording !== undefined);
    assert.equal(recording.microphoneAt, 1000);
    assert.equal(recording.startedAt, 1020);
    assert.equal(recording.samples.length, 640);
    assert.deepEqual(recording.samples.subarray(0, 160), ramp(160));
    assert.ok(recording.samples.subarray(160).every((sample) => sample === 0));
    assert.deepEqual(
      recording.frames.map(({ writtenAt, atSample }) => [writtenAt, atSample]),
      [
        [1020, 0],
        [1060, 320],
        [1080, 480],
      ],
    );
  });

  it("ends once, with a status", () => {
    const world = new World();
    const statuses: number[] = [];
    const platform = world.handset("10.0.0.1", { onExit: (status) => statuses.push(status) });
    platform.exit(1);
    platform.exit(0);
    assert.deepEqual(statuses, [1]);
    assert.equal(platform.exitStatus, 1);
  });
});
