import assert from "node:assert/strict";
import { datagramsPerTurnMax, groupAddress } from "../../../firmware/core/limits.js";
import { PlainUdpPort } from "../../../hal/moddable/plain-udp-port.js";
import { UdpPort } from "../../../hal/moddable/udp-port.js";
import { FakeTime, FakeUdp, RecordingGuard } from "./stand-ins.js";

interface Bench {
  readonly time: FakeTime;
  readonly net: FakeUdp;
  readonly told: RecordingGuard;
  readonly network: { address: string | undefined; netmask: string | undefined };
  readonly port: UdpPort;
  /** Called when the port is readable; the test may set it. */
  handler: () => void;
  turns: number;
}

function bench(address: string | undefined): Bench {
  const time = new FakeTime();
  const net = new FakeUdp();
  const told = new RecordingGuard(time);
  const network = { address, netmask: "255.255.255.0" as string | undefined };
  const onReadable = (): void => {
    made.turns++;
    made.handler();
  };
  const port = new UdpPort({
    udp: net.udp,
    timers: time.timers,
    guard: told.guard,
    network,
    port: 6084,
    onReadable,
  });
  const made: Bench = { time, net, told, network, port, handler: () => undefined, turns: 0 };
  return made;
}

const peer = { address: "192.0.2.9", port: 6084 };
const frame = [192, 1, 2, 3];
const beacon = [224, 1];

/** Everything the handler reads in each turn, as text. */
function collect(made: Bench): string[] {
  const read: string[] = [];
  made.handler = (): void => {
    for (let next = made.port.read(); next !== undefined; next = made.port.read())
      read.push(
        `${next.from.address}:${next.from.port} ${next.bytes.join(" ")}${next.toGroup ? " group" : ""}`,
      );
  };
  return read;
}

describe("UdpPort on lwIP", () => {
  it("reads what waits, to the last, with the sender's address", () => {
    const made = bench("192.0.2.5");
    const read = collect(made);
    made.net.arrive(peer, frame, [128, 0]);
    assert.deepEqual(read, ["192.0.2.9:6084 192 1 2 3", "192.0.2.9:6084 128 0"]);
    assert.equal(made.port.read(), undefined);
  });

  it("takes a beacon for one to the group, and nothing else; one from off the LAN is dropped", () => {
    const made = bench("192.0.2.5");
    const read = collect(made);
    made.net.arrive(peer, beacon, frame);
    made.net.arrive({ address: "198.51.100.9", port: 6084 }, beacon, frame);
    assert.deepEqual(read, [
      "192.0.2.9:6084 224 1 group",
      "192.0.2.9:6084 192 1 2 3",
      "198.51.100.9:6084 192 1 2 3",
    ]);
    assert.equal(made.port.counters.offLink, 1);
  });

  it("drops its own datagrams, but not those of another program on its address", () => {
    const made = bench("192.0.2.5");
    const read = collect(made);
    made.net.arrive({ address: "192.0.2.5", port: 6084 }, beacon);
    made.net.arrive({ address: "192.0.2.5", port: 7000 }, frame);
    assert.deepEqual(read, ["192.0.2.5:7000 192 1 2 3"]);
  });

  it("an empty datagram is nobody's, and no trouble", () => {
    const made = bench("192.0.2.5");
    const read = collect(made);
    made.net.arrive(peer, []);
    assert.deepEqual(read, ["192.0.2.9:6084 "]);
  });

  it("sends buffer first, to the group by multicast and by the subnet's broadcast", () => {
    const made = bench("192.0.2.5");
    made.port.send(peer, Uint8Array.of(1, 2));
    made.port.sendToGroup(Uint8Array.from(beacon));
    assert.deepEqual(made.net.sent, [
      { bytes: [1, 2], to: "192.0.2.9:6084" },
      { bytes: beacon, to: `${groupAddress}:6084` },
      { bytes: beacon, to: "192.0.2.255:6084" },
    ]);
  });

  it("what cannot be sent is lost without a word, and counted", () => {
    const made = bench("192.0.2.5");
    made.net.unsendable = "UDP send failed";
    made.port.send(peer, Uint8Array.of(1));
    made.port.sendToGroup(Uint8Array.of(2));
    assert.equal(made.port.counters.unsent, 3);
    assert.deepEqual(made.told.traces, []);
  });

  it("of a flood it reads a turn's share, then goes on once the others had their turn", () => {
    const made = bench("192.0.2.5");
    const read = collect(made);
    const count = 2 * datagramsPerTurnMax + 3;
    made.net.arrive(peer, ...Array.from({ length: count }, (_, n) => [192, n]));
    assert.equal(read.length, datagramsPerTurnMax);
    made.time.run(0);
    assert.equal(read.length, count);
    assert.equal(made.turns, 3);
    made.time.run(100_000);
    assert.equal(made.turns, 3);
  });

  it("reads on after a flood when a handler stopped in its middle", () => {
    const made = bench("192.0.2.5");
    let read = 0;
    made.handler = (): void => {
      if (made.port.read() !== undefined) read++;
    };
    made.net.arrive(peer, frame, frame, frame);
    assert.equal(read, 1);
    made.net.arrive(peer);
    assert.equal(read, 2);
  });

  it("an exception of the handler is a fault, and the next datagram is read", () => {
    const made = bench("192.0.2.5");
    made.handler = (): void => {
      throw new TypeError("broken");
    };
    made.net.arrive(peer, frame);
    assert.deepEqual(made.told.traces, ["muster: fault in udp: TypeError: broken\n"]);
    const read = collect(made);
    made.net.arrive(peer, frame);
    assert.equal(read.length, 2);
  });

  it("closed it neither reads nor sends, twice as well as once", () => {
    const made = bench("192.0.2.5");
    made.port.close();
    made.port.close();
    made.net.arrive(peer, frame);
    made.port.send(peer, Uint8Array.of(1));
    made.port.handleNetwork();
    assert.deepEqual([made.turns, made.net.sent.length, made.net.closed, made.net.opened], [0, 0, 1, 1]);
    assert.equal(made.time.alive, 0);
  });
});

describe("UdpPort, when the network comes and goes", () => {
  it("has no socket and no address before there is a network", () => {
    const made = bench(undefined);
    assert.deepEqual(made.port.local, { address: "0.0.0.0", port: 6084 });
    made.port.send(peer, Uint8Array.of(1));
    made.port.sendToGroup(Uint8Array.of(1));
    assert.equal(made.port.read(), undefined);
    assert.deepEqual([made.net.opened, made.port.counters.unsent], [0, 2]);
  });

  it("opens when the address comes, joins the group, and tells", () => {
    const made = bench(undefined);
    made.network.address = "192.0.2.6";
    made.port.handleNetwork();
    assert.deepEqual([made.port.local.address, made.turns, made.net.opened], ["192.0.2.6", 1, 1]);
    assert.deepEqual(made.net.groups, [`-${groupAddress}`, `+${groupAddress}`]);
  });

  it("an IPv6 address of the link is none yet", () => {
    const made = bench(undefined);
    made.network.address = "FE80::1";
    made.port.handleNetwork();
    assert.equal(made.net.opened, 0);
  });

  it("keeps socket and address while the network is away, and joins the group anew when it is back", () => {
    const made = bench("192.0.2.5");
    made.network.address = undefined;
    made.port.handleNetwork();
    assert.equal(made.port.local.address, "192.0.2.5");
    made.network.address = "192.0.2.5";
    made.port.handleNetwork();
    assert.deepEqual([made.net.opened, made.net.closed, made.net.groups.length, made.turns], [1, 0, 4, 0]);
  });

  it("another address is told, and is the own one from then on; so is the LAN", () => {
    const made = bench("192.0.2.5");
    const read = collect(made);
    made.network.address = "10.1.4.5";
    made.network.netmask = "255.255.252.0";
    made.port.handleNetwork();
    assert.deepEqual([made.port.local.address, made.turns], ["10.1.4.5", 1]);
    made.net.arrive({ address: "10.1.4.5", port: 6084 }, beacon);
    made.net.arrive({ address: "10.1.6.7", port: 6084 }, beacon);
    assert.deepEqual(read, ["10.1.6.7:6084 224 1 group"]);
    made.port.sendToGroup(Uint8Array.of(1));
    assert.equal(made.net.sent[1]?.to, "10.1.7.255:6084");
  });

  it("a port that cannot be opened is reported, and tried again with the next change", () => {
    const made = bench(undefined);
    made.net.refusal = "bind failed";
    made.network.address = "192.0.2.5";
    made.port.handleNetwork();
    assert.deepEqual(made.told.traces, ["muster: opening port 6084: Error: bind failed\n"]);
    assert.equal(made.port.local.address, "0.0.0.0");
    made.net.refusal = undefined;
    made.port.handleNetwork();
    assert.equal(made.port.local.address, "192.0.2.5");
  });
});

describe("PlainUdpPort on lwIP", () => {
  interface PlainBench {
    readonly time: FakeTime;
    readonly net: FakeUdp;
    readonly told: RecordingGuard;
    readonly network: { address: string | undefined; netmask: string | undefined };
    readonly port: PlainUdpPort;
    readonly read: string[];
    turns: number;
  }

  function plain(address: string | undefined): PlainBench {
    const [time, net] = [new FakeTime(), new FakeUdp()];
    const told = new RecordingGuard(time);
    const network = { address, netmask: undefined };
    const read: string[] = [];
    const onReadable = (): void => {
      made.turns++;
      for (let next = made.port.read(); next !== undefined; next = made.port.read())
        read.push(
          `${next.from.address}:${next.from.port} ${next.bytes.join(" ")}${next.toGroup ? " group" : ""}`,
        );
    };
    const { guard } = told;
    const options = { udp: net.udp, timers: time.timers, guard, network, port: 5060, onReadable };
    const made: PlainBench = { time, net, told, network, port: new PlainUdpPort(options), read, turns: 0 };
    return made;
  }

  it("joins no group, and takes whatever comes for sent to this phone", () => {
    const made = plain("192.0.2.5");
    made.net.arrive(peer, beacon, frame);
    assert.deepEqual(made.read, ["192.0.2.9:6084 224 1", "192.0.2.9:6084 192 1 2 3"]);
    assert.deepEqual(made.net.groups, []);
    made.port.send(peer, Uint8Array.of(1, 2));
    assert.deepEqual(made.net.sent, [{ bytes: [1, 2], to: "192.0.2.9:6084" }]);
  });

  it("has no timer before there is a flood, of which it reads a turn's share at a time", () => {
    const made = plain("192.0.2.5");
    made.net.arrive(peer, frame);
    assert.equal(made.time.alive, 0);
    made.net.arrive(peer, ...Array.from({ length: 2 * datagramsPerTurnMax }, () => frame));
    assert.equal(made.read.length, 1 + datagramsPerTurnMax);
    made.time.run(100_000);
    assert.equal(made.read.length, 1 + 2 * datagramsPerTurnMax);
    made.port.close();
    assert.equal(made.time.alive, 0);
  });

  it("opens with the network, keeps its socket, and has the new address with the next change", () => {
    const made = plain(undefined);
    assert.deepEqual([made.port.isOpen, made.port.local], [false, { address: "0.0.0.0", port: 5060 }]);
    made.network.address = "192.0.2.6";
    made.port.handleNetwork();
    made.network.address = "192.0.2.7";
    made.port.handleNetwork();
    assert.deepEqual([made.port.isOpen, made.port.local.address, made.net.opened], [true, "192.0.2.7", 1]);
    assert.equal(made.turns, 2);
  });

  it("a port that is refused is reported, and not open", () => {
    const made = plain(undefined);
    made.net.refusal = "bind failed";
    made.network.address = "192.0.2.5";
    made.port.handleNetwork();
    assert.equal(made.port.isOpen, false);
    assert.deepEqual(made.told.traces, ["muster: opening port 5060: Error: bind failed\n"]);
    made.port.send(peer, Uint8Array.of(1));
    assert.equal(made.port.unsent, 1);
  });
});
