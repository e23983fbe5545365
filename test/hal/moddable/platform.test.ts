import assert from "node:assert/strict";
import { instant } from "../../../firmware/core/time.js";
import type { Device } from "../../../hal/moddable/device.js";
import { ModdablePlatform } from "../../../hal/moddable/platform.js";
import { systemRandom } from "../../../hal/node/random.js";
import { SodiumCrypto } from "../../../hal/node/sodium-crypto.js";
import { FakeTime, FakeUdp, FakeWifi } from "./stand-ins.js";

interface Lookup {
  readonly name: string;
  readonly onResolved: (name: string, address?: string) => void;
}

interface Bench {
  readonly time: FakeTime;
  readonly net: FakeUdp;
  readonly radio: FakeWifi;
  readonly ends: (0 | 1)[];
  readonly traces: string[];
  readonly lookups: Lookup[];
  readonly platform: ModdablePlatform;
  /** Bytes the UART's FIFO has room for, when it tells. */
  drain: (room: number) => void;
}

function bench(config: Readonly<Record<string, unknown>> = {}): Bench {
  const [time, net, radio] = [new FakeTime(), new FakeUdp(), new FakeWifi()];
  const ends: (0 | 1)[] = [];
  const traces: string[] = [];
  const made: { drain: (room: number) => void } = { drain: () => undefined };
  const lookups: Lookup[] = [];
  const device: Device = {
    timers: time.timers,
    time: time.time,
    udp: net.udp,
    wifi: radio.wifi,
    serial: class {
      constructor({ onWritable }: { onWritable?: (bytes: number) => void }) {
        made.drain = (room) => onWritable?.(room);
      }
      read = (): undefined => undefined;
      write = (): void => undefined;
      close = (): void => undefined;
    },
    keyValue: {
      open: () => {
        throw new Error("no flash");
      },
    },
    config,
    gauge: { read: () => ({ liveBytes: 1, peakBytes: 2, arenaBytes: 3, instructions: 0 }) },
    netmask: () => "255.255.255.0",
    stayAwake: () => undefined,
    resolve: (name, onResolved) => {
      if (name === "one-too-many.example") throw new Error("out of memory");
      lookups.push({ name, onResolved });
    },
    end: (status) => ends.push(status),
    trace: (text) => traces.push(text),
  };
  const platform = new ModdablePlatform({
    device,
    crypto: new SodiumCrypto(),
    random: systemRandom,
    frameCodec: () => {
      throw new Error("no call is made");
    },
  });
  return { time, net, radio, ends, traces, lookups, platform, drain: (room) => made.drain(room) };
}

describe("ModdablePlatform", () => {
  it("joins the stored network rather than that of the build, and none where joining is not its business", () => {
    const stored = { SSID: "home", password: "secret" };
    for (const [config, given, expected] of [
      [{ ssid: "works" }, stored, [stored]],
      [{ ssid: "works" }, undefined, [{ SSID: "works" }]],
      [{}, undefined, []],
      [{ ssid: "works", wifi: "none" }, stored, []],
    ] as const) {
      const made = bench(config);
      made.platform.startNetwork(given);
      assert.deepEqual(made.radio.connects, expected);
    }
  });

  it("opens the port where the network is, and tells when it comes later", () => {
    const made = bench();
    made.platform.startNetwork({ SSID: "home", password: "" });
    let told = 0;
    const port = made.platform.openPort(6084, () => told++);
    assert.equal(port.local.address, "0.0.0.0");
    made.radio.become(500, "192.0.2.5");
    assert.deepEqual([port.local.address, told], ["192.0.2.5", 1]);
  });

  it("looks names up; what leads to no IPv4 address leads nowhere", () => {
    const made = bench();
    const answers: (string | undefined)[] = [];
    for (const address of ["192.0.2.7", "2001:db8::7", undefined]) {
      made.platform.resolve("tower.example", (answer) => answers.push(answer));
      made.lookups.shift()?.onResolved("tower.example", address);
    }
    assert.deepEqual(answers, ["192.0.2.7", undefined, undefined]);
    made.platform.resolve("one-too-many.example", (answer) => answers.push(answer));
    assert.equal(answers.length, 3);
    assert.match(made.traces.join(""), /looking up one-too-many.example: Error: out of memory/);
  });

  it("after a fault the driver's deadlines are taken up again", () => {
    const made = bench();
    made.platform.startNetwork(undefined);
    let timeouts = 0;
    made.radio.connection = 500;
    made.radio.address = "192.0.2.5";
    made.platform.openPort(6084, () => {
      throw new TypeError("broken");
    });
    made.platform.openTimer(() => timeouts++);
    made.net.arrive({ address: "192.0.2.9", port: 6084 }, [192]);
    made.time.run(1000);
    assert.equal(timeouts, 1);
    assert.match(made.traces.join(""), /fault in udp: TypeError: broken/);
    assert.deepEqual(made.ends, []);
  });

  it("a failed assertion of ours starts the phone again", () => {
    const made = bench();
    made.platform
      .openTimer(() => {
        throw new Error("assertion failed: more links than rows");
      })
      .arm(instant(0));
    made.time.run(100_000_000);
    assert.deepEqual(made.ends, [1]);
  });

  it("ends once the last words are out, or after a second at the latest", () => {
    for (const drains of [true, false]) {
      const made = bench({ console: "json" });
      const [console] = made.platform.openConsoles(() => undefined);
      console?.writeLine("good bye");
      console?.close();
      made.platform.exit(0);
      made.time.run(100);
      assert.deepEqual(made.ends, []);
      if (drains) made.drain(128);
      made.time.run(drains ? 40 : 1000);
      assert.deepEqual(made.ends, [0]);
      made.time.run(10_000);
      assert.deepEqual(made.ends, [0]);
    }
  });

  it("storage that does not work is absent, and reported without the value", () => {
    const made = bench();
    assert.equal(made.platform.storage.set("settings", Uint8Array.of(115, 101, 99)), false);
    assert.equal(made.platform.storage.get("settings"), undefined);
    assert.deepEqual(made.traces, [
      "muster: storage: write settings: Error: no flash\n",
      "muster: storage: read settings: Error: no flash\n",
    ]);
  });

  it("shows the engine's account of its memory", () => {
    assert.equal(bench().platform.gauge.read().arenaBytes, 3);
  });
});
