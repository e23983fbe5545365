import assert from "node:assert/strict";
import type { WifiNetwork } from "../../../hal/moddable/config.js";
import { WifiStation } from "../../../hal/moddable/wifi-station.js";
import { FakeTime, FakeWifi, RecordingGuard } from "./stand-ins.js";

interface Bench {
  readonly time: FakeTime;
  readonly radio: FakeWifi;
  readonly told: RecordingGuard;
  readonly station: WifiStation;
  readonly seen: { changes: number; awake: number };
}

const home = { SSID: "home", password: "secret" };

function bench(network: WifiNetwork | undefined, radio: FakeWifi = new FakeWifi()): Bench {
  const time = new FakeTime();
  const told = new RecordingGuard(time);
  const seen = { changes: 0, awake: 0 };
  const station = new WifiStation({
    wifi: radio.wifi,
    timers: time.timers,
    guard: told.guard,
    stayAwake: () => seen.awake++,
    netmask: () => "255.255.255.0",
    network,
    onChanged: () => seen.changes++,
  });
  return { time, radio, told, station, seen };
}

describe("WifiStation", () => {
  it("joins the network it is given, and has an address only when the radio is ready", () => {
    const { radio, station, seen } = bench(home);
    assert.deepEqual(radio.connects, [home]);
    assert.equal(seen.awake, 1);
    radio.become(400);
    radio.address = "FE80::1";
    assert.equal(station.address, undefined);
    radio.become(500, "192.0.2.5");
    assert.deepEqual([station.address, station.netmask], ["192.0.2.5", "255.255.255.0"]);
    assert.deepEqual({ ...seen }, { changes: 3, awake: 3 });
  });

  it("an open network is joined without a password", () => {
    const { radio } = bench({ SSID: "open", password: "" });
    assert.deepEqual(radio.connects, [{ SSID: "open" }]);
  });

  it("without a network the radio is on and joins nothing", () => {
    const { radio, seen, time } = bench(undefined);
    time.run(600_000);
    assert.deepEqual([seen.awake, radio.connects], [1, []]);
  });

  it("tries again after a refusal, ever more seldom, and quickly again once it has worked", () => {
    const { time, radio } = bench(home);
    const moments: number[] = [];
    let before = 1;
    radio.become(200);
    for (let second = 1; second <= 300; second++) {
      time.run(1000);
      if (radio.connects.length === before) continue;
      before = radio.connects.length;
      moments.push(second);
      radio.become(200);
    }
    assert.deepEqual(moments, [1, 3, 7, 15, 31, 63, 123, 183, 243]);
    radio.become(500, "192.0.2.5");
    radio.become(200);
    time.run(1000);
    assert.equal(radio.connects.length, before + 1);
  });

  it("an attempt that leads nowhere is given up after half a minute, and another made", () => {
    const { time, radio } = bench(home);
    radio.become(400);
    time.run(29_999);
    assert.equal(radio.disconnects, 0);
    time.run(1);
    assert.equal(radio.disconnects, 1);
    time.run(1000);
    assert.equal(radio.connects.length, 2);
  });

  it("a radio that refuses the call is reported and tried again", () => {
    const radio = new FakeWifi();
    radio.refusal = "connect failed";
    const { time, told } = bench(home, radio);
    assert.deepEqual(told.traces, ["muster: joining Wi-Fi: Error: connect failed\n"]);
    radio.refusal = undefined;
    time.run(1000);
    assert.deepEqual(radio.connects, [home]);
  });

  it("looks at a working connection now and then: an address may change without a word", () => {
    const { time, radio, station, seen } = bench(home);
    radio.become(500, "192.0.2.5");
    const { changes } = seen;
    radio.address = "192.0.2.6";
    time.run(10_000);
    assert.equal(seen.changes, changes + 1);
    assert.equal(station.address, "192.0.2.6");
    assert.equal(radio.connects.length, 1);
  });

  it("does not join where the network is there already", () => {
    const radio = new FakeWifi();
    radio.connection = 500;
    radio.address = "127.0.0.61";
    const { station } = bench(home, radio);
    assert.deepEqual([radio.connects.length, station.address], [0, "127.0.0.61"]);
  });

  it("a radio that does not start is reported, and the phone goes without", () => {
    // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- what it stands for throws there, too
    class NoRadio {
      constructor() {
        throw new Error("no memory");
      }
    }
    const radio = new FakeWifi();
    Object.defineProperty(radio, "wifi", { value: NoRadio });
    const { station, told, time } = bench(home, radio);
    time.run(100_000);
    assert.equal(station.address, undefined);
    assert.equal(told.traces[0], "muster: starting Wi-Fi: Error: no memory\n");
  });
});
