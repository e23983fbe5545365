import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import type { Datagram } from "../../../hal/datagram.js";
import {
  broadcastAddress,
  interfaceAddresses,
  lanOf,
  sameSubnet,
} from "../../../hal/node/interface-address.js";
import { UdpPort } from "../../../hal/node/udp-port.js";
import { testPort, until } from "./until.js";

interface Host {
  readonly port: UdpPort;
  readonly heard: Datagram[];
}

describe("UdpPort", function () {
  this.timeout(20_000);
  const hosts: Host[] = [];

  function host(address: string, port = testPort): Host {
    const heard: Datagram[] = [];
    const opened: UdpPort = new UdpPort({ address, port }, () => {
      for (let datagram = opened.read(); datagram !== undefined; datagram = opened.read())
        heard.push(datagram);
    });
    const made = { port: opened, heard };
    hosts.push(made);
    return made;
  }

  afterEach(() => {
    for (const { port } of hosts.splice(0)) port.close();
  });

  it("carries datagrams between two addresses of the loopback", async () => {
    const [a, b] = [host("127.77.0.1"), host("127.77.0.2")];
    for (let i = 0; i < 20; i++) a.port.send(b.port.local, Uint8Array.of(i, 7));
    await until("20 datagrams", () => b.heard.length === 20);
    assert.deepEqual(
      b.heard.map(({ bytes }) => bytes[0]),
      Array.from({ length: 20 }, (_, i) => i),
    );
    for (const { from, toGroup } of b.heard) {
      assert.deepEqual(from, { address: "127.77.0.1", port: testPort });
      assert.equal(toGroup, false);
    }
  });

  it("is free to reuse the bytes after send", async () => {
    const [a, b] = [host("127.77.0.1"), host("127.77.0.2")];
    const bytes = Uint8Array.of(1);
    a.port.send(b.port.local, bytes);
    bytes[0] = 2;
    await until("the datagram", () => b.heard.length === 1);
    assert.deepEqual(b.heard[0]?.bytes, Uint8Array.of(1));
  });

  it("reaches all on the LAN by multicast and by broadcast, and not itself", async () => {
    const [a, b, c] = [host("127.77.0.1"), host("127.77.0.2"), host("127.77.0.3")];
    a.port.sendToGroup(Uint8Array.of(0xe0, 1));
    await until(
      "both copies at both",
      () => b.heard.length >= 2 && c.heard.length >= 2 && a.port.counters.own >= 2,
    );
    assert.ok([...b.heard, ...c.heard].every(({ toGroup, bytes }) => toGroup && bytes[0] === 0xe0));
    assert.equal(b.heard.length, 2);
    assert.equal(a.heard.length, 0);
  });

  it("lets the system choose a port", () => {
    const chosen = host("127.77.0.9", 0);
    assert.ok(chosen.port.local.port > 0);
  });

  it("says so when the address is taken, is not ours, and when the port can't be opened", () => {
    host("127.77.0.1");
    assert.throws(() => host("127.77.0.1"), /port \d+ of 127\.77\.0\.1 is taken by another program/);
    assert.throws(() => host("203.0.113.77"), /this machine has no address 203\.0\.113\.77/);
    const blocker = createSocket("udp4");
    return new Promise<void>((resolve, reject) => {
      blocker.bind(testPort + 1, "0.0.0.0", () => {
        try {
          assert.throws(() => host("127.77.0.1", testPort + 1), /cannot open port/);
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        } finally {
          blocker.close();
        }
      });
    });
  });

  it("bounds what is not read, dropping the oldest, and says how much", async () => {
    const a = host("127.77.0.1");
    const deaf = new UdpPort({ address: "127.77.0.2", port: testPort }, () => undefined);
    hosts.push({ port: deaf, heard: [] });
    for (let i = 0; i < 300; i++) a.port.send(deaf.local, Uint8Array.of(i & 0xff, i >> 8));
    await until("300 datagrams", () => deaf.counters.overflowed === 44);
    const first = deaf.read();
    assert.equal(first?.bytes[0], 44);
    let left = 1;
    while (deaf.read() !== undefined) left++;
    assert.equal(left, 256);
  });

  it("loses without a word what can't be sent: no route, no address, after the close", async () => {
    const a = host("127.77.0.1");
    a.port.send({ address: "2001:db8::1", port: 5 }, Uint8Array.of(1));
    a.port.send({ address: "203.0.113.1", port: 5 }, new Uint8Array(70_000));
    await until("both counted", () => a.port.counters.unsent === 2);
    a.port.close();
    a.port.close();
    a.port.send({ address: "127.77.0.1", port: testPort }, Uint8Array.of(1));
    a.port.sendToGroup(Uint8Array.of(1));
    const again = host("127.77.0.1");
    assert.equal(again.port.local.port, testPort, "a closed port is free at once");
  });
});

describe("interface addresses", () => {
  it("computes broadcast addresses and subnets", () => {
    assert.equal(broadcastAddress("127.0.0.5", "255.0.0.0"), "127.255.255.255");
    assert.equal(broadcastAddress("192.0.2.77", "255.255.255.192"), "192.0.2.127");
    const lan = { netmask: "255.255.255.0", broadcast: "192.0.2.255" };
    assert.equal(sameSubnet(lan, "192.0.2.9"), true);
    assert.equal(sameSubnet(lan, "192.0.3.9"), false);
    assert.equal(sameSubnet(lan, "2001:db8::1"), false);
  });

  it("knows this machine's, and that all of 127/8 is its loopback", () => {
    assert.ok(interfaceAddresses().some(({ loopback }) => loopback));
    assert.equal(lanOf("127.9.9.9")?.broadcast, "127.255.255.255");
    assert.equal(lanOf("127.9.9.9")?.address, "127.9.9.9");
    assert.equal(lanOf("203.0.113.1"), undefined);
  });
});
