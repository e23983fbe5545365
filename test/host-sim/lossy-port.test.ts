import assert from "node:assert/strict";
import { LossyPort } from "../../host-sim/lossy-port.js";
import { VirtualClock } from "../../host-sim/virtual/clock.js";
import { VirtualNetwork } from "../../host-sim/virtual/network.js";
import { Prng } from "../../host-sim/virtual/prng.js";

describe("LossyPort", function () {
  this.timeout(20_000);
  it("loses arrivals at its ratio, by its seed, and nothing that is sent", () => {
    const run = (seed: number): number[] => {
      const clock = new VirtualClock();
      const network = new VirtualNetwork({ clock, prng: new Prng(1) });
      const heard: number[] = [];
      const inner = network.openPort({ address: "10.0.0.2", port: 1 }, () => {
        for (let read = lossy.read(); read !== undefined; read = lossy.read())
          heard.push(read.bytes[0] ?? -1);
      });
      const lossy = new LossyPort(inner, 0.1, new Prng(seed));
      const plain = network.openPort({ address: "10.0.0.1", port: 1 }, () => undefined);
      for (let i = 0; i < 2000; i++) {
        plain.send(lossy.local, Uint8Array.of(i & 0xff));
        lossy.send(plain.local, Uint8Array.of(1));
        if (i % 100 === 0) lossy.sendToGroup(Uint8Array.of(2));
        clock.runFor(1);
      }
      clock.runFor(100);
      assert.equal(lossy.counts.passed, heard.length);
      assert.equal(lossy.counts.passed + lossy.counts.lost, 2000);
      assert.ok(lossy.counts.lost > 150 && lossy.counts.lost < 250, `${lossy.counts.lost}`);
      assert.equal(network.trafficOf("10.0.0.1").datagramsReceived, 2000 + 40);
      lossy.close();
      return heard;
    };
    assert.deepEqual(run(5), run(5));
    assert.notDeepEqual(run(5), run(6));
  });
});
