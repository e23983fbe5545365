import assert from "node:assert/strict";
import type { Datagram, DatagramPort } from "../../../hal/datagram.js";
import { VirtualClock } from "../../../host-sim/virtual/clock.js";
import type { NetworkOptions } from "../../../host-sim/virtual/network-options.js";
import { VirtualNetwork } from "../../../host-sim/virtual/network.js";
import { busyLan, type PathOptions } from "../../../host-sim/virtual/path.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { traceLine, type Fate } from "../../../host-sim/virtual/trace.js";

interface Heard {
  at: number;
  datagram: Datagram;
}

class Lan {
  readonly clock = new VirtualClock();
  readonly fates = new Map<Fate, number>();
  readonly lines: string[] = [];
  readonly network: VirtualNetwork;
  readonly #ports = new Map<string, { port: DatagramPort; heard: Heard[] }>();

  constructor(seed: number, path: Partial<PathOptions> = {}, more: Partial<NetworkOptions> = {}) {
    this.network = new VirtualNetwork({
      clock: this.clock,
      prng: new Prng(seed),
      path: { ...busyLan, lossRatio: 0, duplicateRatio: 0, reorderRatio: 0, ...path },
      onTrace: (record) => {
        this.fates.set(record.fate, (this.fates.get(record.fate) ?? 0) + 1);
        if (this.lines.length < 100) this.lines.push(traceLine(record));
      },
      ...more,
    });
  }

  node(last: number): { port: DatagramPort; heard: Heard[] } {
    const address = `10.0.0.${last}`;
    const known = this.#ports.get(address);
    if (known !== undefined) return known;
    const heard: Heard[] = [];
    const port: DatagramPort = this.network.openPort({ address, port: 6084 }, () => {
      for (let datagram = port.read(); datagram !== undefined; datagram = port.read()) {
        heard.push({ at: this.clock.now(), datagram });
      }
    });
    const node = { port, heard };
    this.#ports.set(address, node);
    return node;
  }

  send(from: number, to: number, ...bytes: number[]): void {
    this.node(from).port.send({ address: `10.0.0.${to}`, port: 6084 }, Uint8Array.from(bytes));
  }
}

const numbers = (heard: readonly Heard[]): number[] => heard.map(({ datagram }) => datagram.bytes[0] ?? -1);

describe("VirtualNetwork", function () {
  this.timeout(20_000);
  it("delivers after a delay within the path's bounds, in order, with the sender's endpoint", () => {
    const lan = new Lan(1, { delayMeanMs: 20, delayMinMs: 15, jitterMs: 10 });
    const { heard } = lan.node(2);
    for (let i = 0; i < 200; i++) {
      lan.send(1, 2, i);
      lan.clock.runFor(0.5);
    }
    lan.clock.runFor(100);
    assert.deepEqual(
      numbers(heard),
      Array.from({ length: 200 }, (_, i) => i),
    );
    for (const { datagram } of heard) {
      assert.deepEqual(datagram.from, { address: "10.0.0.1", port: 6084 });
      assert.equal(datagram.toGroup, false);
    }
    for (const [i, { at }] of heard.entries())
      assert.ok(at - i * 0.5 >= 15 && at - i * 0.5 <= 30.001, `${i}: ${at}`);
  });

  it("loses, doubles and reorders by the ratios given", () => {
    const lan = new Lan(2, { lossRatio: 0.2, duplicateRatio: 0.1, reorderRatio: 0.3 });
    const { heard } = lan.node(2);
    for (let i = 0; i < 5000; i++) {
      lan.send(1, 2, i & 0xff, i >> 8);
      lan.clock.runFor(1);
    }
    lan.clock.runFor(100);
    const sequence = heard.map(({ datagram }) => (datagram.bytes[0] ?? 0) + 256 * (datagram.bytes[1] ?? 0));
    const distinct = new Set(sequence).size;
    assert.ok(Math.abs(distinct - 4000) < 150, `${distinct} of 5000 arrived`);
    assert.ok(Math.abs(sequence.length / distinct - 1.1) < 0.02, `${sequence.length} copies`);
    const overtaken = sequence.filter((n, i) => n < (sequence[i - 1] ?? 0)).length;
    assert.ok(overtaken > 100, `${overtaken} overtaken`);
    assert.equal(lan.fates.get("lost"), 5000 - distinct);
  });

  it("gives a group datagram to every other node with that port, each with luck of its own", () => {
    const lan = new Lan(3, { lossRatio: 0.3 });
    for (let n = 1; n <= 20; n++) lan.node(n);
    lan.network.openPort({ address: "10.0.0.99", port: 5060 }, () => assert.fail("another port heard it"));
    for (let i = 0; i < 50; i++) lan.node(1).port.sendToGroup(Uint8Array.of(0xe0, i));
    lan.clock.runFor(100);
    assert.equal(lan.node(1).heard.length, 0);
    const counts = Array.from({ length: 19 }, (_, n) => lan.node(n + 2).heard.length);
    for (const count of counts) assert.ok(count > 45 && count < 95, `${count} of 100 copies`);
    assert.ok(new Set(counts).size > 3);
    assert.ok(lan.node(2).heard.every(({ datagram }) => datagram.toGroup));
    assert.deepEqual(lan.network.trafficOf("10.0.0.1"), {
      datagramsSent: 100,
      bytesSent: 200,
      datagramsReceived: 0,
      bytesReceived: 0,
    });
  });

  it("cuts by partition, by node down, by a path that loses all, and names each fate", () => {
    const lan = new Lan(4);
    for (let n = 1; n <= 4; n++) lan.node(n);
    lan.network.setSide("east", ["10.0.0.3"]);
    lan.network.setUp("10.0.0.4", false);
    lan.network.setPathBetween("10.0.0.1", "10.0.0.2", { lossRatio: 1 });
    for (const to of [2, 3, 4]) lan.send(1, to, to);
    lan.send(1, 77, 7);
    lan.send(4, 1, 4);
    lan.clock.runFor(50);
    assert.deepEqual(Object.fromEntries(lan.fates), {
      sent: 5,
      lost: 1,
      "no-route": 1,
      "cut-off": 1,
      "switched-off": 2,
    });
    lan.network.heal();
    lan.network.setUp("10.0.0.4", true);
    lan.network.setPathBetween("10.0.0.1", "10.0.0.2", undefined);
    for (const to of [2, 3, 4]) lan.send(1, to, to);
    lan.clock.runFor(50);
    assert.equal(lan.fates.get("delivered"), 3);
    assert.match(lan.lines[0] ?? "", /^0\.000 sent 10\.0\.0\.1:6084 > 10\.0\.0\.2:6084 1 B 02$/);
  });

  it("judges a partition when the datagram arrives: what was on its way when the cut came is lost", () => {
    const lan = new Lan(5, { delayMeanMs: 10, jitterMs: 0 });
    lan.node(2);
    lan.send(1, 2, 1);
    lan.clock.runFor(5);
    lan.network.setSide("east", ["10.0.0.2"]);
    lan.clock.runFor(50);
    assert.equal(lan.node(2).heard.length, 0);
  });

  it("queues at the sender's bandwidth and drops what does not fit", () => {
    const fast: Partial<PathOptions> = { delayMeanMs: 1, delayMinMs: 1, jitterMs: 0 };
    const lan = new Lan(6, fast, { bandwidthBitsPerSecond: 80_000, queueBytesMax: 1000 });
    const { heard } = lan.node(2);
    for (let i = 0; i < 20; i++)
      lan.node(1).port.send({ address: "10.0.0.2", port: 6084 }, new Uint8Array(72).fill(i));
    lan.clock.runFor(1000);
    // 100 B with headers take 10 ms each; ten fill the queue.
    assert.deepEqual(
      heard.map(({ at }) => at),
      [11, 21, 31, 41, 51, 61, 71, 81, 91, 101],
    );
    assert.equal(lan.fates.get("queue-full"), 10);
  });

  it("bounds what waits unread at a port, dropping the oldest", () => {
    const lan = new Lan(7);
    const port = lan.network.openPort({ address: "10.0.0.2", port: 6084 }, () => undefined);
    for (let i = 0; i < 300; i++) lan.send(1, 2, i & 0xff, i >> 8);
    lan.clock.runFor(1000);
    const kept: number[] = [];
    for (let read = port.read(); read !== undefined; read = port.read()) {
      kept.push((read.bytes[0] ?? 0) + 256 * (read.bytes[1] ?? 0));
    }
    assert.equal(kept.length, 256);
    assert.equal(kept[0], 44);
  });

  it("has one trace hash for one seed and another for another", () => {
    const run = (seed: number): string => {
      const lan = new Lan(seed, { lossRatio: 0.1, duplicateRatio: 0.05, reorderRatio: 0.1 });
      for (let n = 1; n <= 5; n++) lan.node(n);
      const prng = new Prng(99);
      for (let i = 0; i < 500; i++) {
        lan.send(prng.between(1, 5), prng.between(1, 5), prng.below(256));
        lan.clock.runFor(prng.below(4));
      }
      return lan.network.traceHash();
    };
    assert.equal(run(1), run(1));
    assert.notEqual(run(1), run(2));
  });

  it("draws chance per pair: traffic of others changes nobody's luck", () => {
    const run = (withOthers: boolean): number[] => {
      const lan = new Lan(8, { lossRatio: 0.5 });
      const { heard } = lan.node(2);
      for (let i = 0; i < 100; i++) {
        if (withOthers) lan.send(3, 2, 200);
        if (withOthers) lan.send(1, 3, 200);
        lan.send(1, 2, i);
      }
      lan.clock.runFor(100);
      return numbers(heard).filter((n) => n < 200);
    };
    assert.deepEqual(run(true), run(false));
  });
});
