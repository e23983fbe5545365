import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Datagram } from "../../../hal/datagram.js";
import { UdpPort } from "../../../hal/node/udp-port.js";
import { groupAddress } from "../../../firmware/core/limits.js";
import { broadcastMac, etherType } from "../../../host-sim/xs/ethernet-frame.js";
import { checkSum, groupMac } from "../../../host-sim/xs/ipv4-packet.js";
import { bridgeMac, LoopbackBridge } from "../../../host-sim/xs/loopback-bridge.js";
import { EthernetSwitch } from "../../../host-sim/xs/switch.js";
import { testPort, until } from "../../hal/node/until.js";
import { FakeHandset } from "./fake-handset.js";

const port = testPort + 1;

describe("LoopbackBridge", function () {
  this.timeout(20_000);
  const folder = mkdtempSync(join(tmpdir(), "muster-bridge-"));
  const path = join(folder, "switch");
  const handsets: FakeHandset[] = [];
  const hosts: UdpPort[] = [];
  const faults: string[] = [];
  let ethernet: EthernetSwitch;
  let bridge: LoopbackBridge;

  const handset = async (address: string): Promise<FakeHandset> => {
    const made = new FakeHandset(path, address);
    handsets.push(made);
    made.announce(port, true);
    await until("announced", () => bridge.handsets.includes(address));
    return made;
  };
  const host = (address: string): { readonly socket: UdpPort; readonly heard: Datagram[] } => {
    const heard: Datagram[] = [];
    const socket: UdpPort = new UdpPort({ address, port }, () => {
      for (let datagram = socket.read(); datagram !== undefined; datagram = socket.read())
        heard.push(datagram);
    });
    hosts.push(socket);
    return { socket, heard };
  };

  beforeEach(async () => {
    ethernet = new EthernetSwitch();
    await ethernet.listen(path);
    bridge = new LoopbackBridge(ethernet, (sentence) => faults.push(sentence));
  });

  afterEach(() => {
    for (const each of handsets.splice(0)) each.close();
    for (const each of hosts.splice(0)) each.close();
    bridge.close();
    ethernet.close();
    assert.deepEqual(faults.splice(0), []);
  });

  after(() => rmSync(folder, { recursive: true }));

  it("lets a handset and a process talk at their own addresses", async () => {
    const phone = await handset("127.61.0.11");
    const { socket, heard } = host("127.61.0.1");
    phone.sendUdp(port, `127.61.0.1:${port}`, "from the phone");
    await until("heard by the process", () => heard.length === 1);
    assert.deepEqual(heard[0]?.from, { address: "127.61.0.11", port });
    assert.equal(Buffer.from(heard[0].bytes).toString(), "from the phone");
    assert.equal(heard[0].toGroup, false);
    socket.send({ address: "127.61.0.11", port }, Buffer.from("from the process"));
    await until("heard by the phone", () => phone.datagrams.length === 1);
    assert.deepEqual(phone.datagrams[0], {
      source: "127.61.0.1",
      sourcePort: port,
      destination: "127.61.0.11",
      destinationPort: port,
      payload: Buffer.from("from the process"),
    });
    assert.deepEqual(bridge.counters, { toHost: 1, fromHost: 1, fragments: 0, ignored: 0 });
  });

  it("carries broadcast and multicast both ways, once, and never back", async () => {
    const [phone, other] = [await handset("127.61.0.11"), await handset("127.61.0.12")];
    phone.join(groupAddress);
    const { socket, heard } = host("127.61.0.1");
    await until("frames settle", () => other.frames.length > 0); // the joining was flooded
    phone.sendUdp(port, `${groupAddress}:${port}`, "to the group", groupMac(groupAddress));
    phone.sendUdp(port, `127.255.255.255:${port}`, "to all", broadcastMac);
    phone.sendUdp(port, `255.255.255.255:${port}`, "to all, too", broadcastMac);
    await until("three heard", () => heard.length === 3);
    const texts = heard.map(({ bytes }) => Buffer.from(bytes).toString()).sort();
    assert.deepEqual(texts, ["to all", "to all, too", "to the group"]);
    assert.ok(heard.every(({ toGroup, from }) => toGroup && from.address === "127.61.0.11"));
    socket.sendToGroup(Buffer.from("from the process"));
    await until("both phones heard both", () =>
      [phone, other].every(({ datagrams }) => datagrams.filter(fromProcess).length === 2),
    );
    const destinations = phone.datagrams.map(({ destination }) => destination).sort();
    assert.deepEqual(destinations, ["127.255.255.255", groupAddress], "nothing of its own came back");
    assert.equal(other.datagrams.filter((each) => !fromProcess(each)).length, 3, "directly, once each");
  });

  it("sends a long datagram of a process in fragments", async () => {
    const phone = await handset("127.61.0.11");
    const { socket } = host("127.61.0.1");
    const long = Buffer.from(Array.from({ length: 4000 }, (_, n) => n % 251));
    socket.send({ address: "127.61.0.11", port }, long);
    await until(
      "all fragments",
      () => phone.frames.filter(({ type }) => type === etherType.ipv4).length === 3,
    );
    const packets = phone.frames.filter(({ type }) => type === etherType.ipv4).map(({ payload }) => payload);
    const offsets = packets.map((packet) => packet.readUInt16BE(6));
    assert.deepEqual(offsets, [0x2000, 0x2000 | 185, 370]);
    assert.equal(new Set(packets.map((packet) => packet.readUInt16BE(4))).size, 1);
    for (const packet of packets) assert.equal(checkSum(packet.subarray(0, 20)), 0);
    const bodies = packets.map((packet) => packet.subarray(20, packet.readUInt16BE(2)));
    assert.deepEqual(Buffer.concat(bodies).subarray(8), long);
  });

  it("answers ARP for processes, not for handsets", async () => {
    const [phone, other] = [await handset("127.61.0.11"), await handset("127.61.0.12")];
    phone.askFor("127.61.0.1");
    await until("answered", () => phone.arpPackets.length === 1);
    const [reply] = phone.arpPackets;
    assert.equal(reply?.senderAddress, "127.61.0.1");
    assert.equal(reply.senderMac, bridgeMac);
    phone.askFor("127.61.0.12");
    phone.askFor("127.61.0.11");
    phone.askFor("10.0.0.1");
    phone.askFor("127.61.0.2");
    await until("the last is answered", () => phone.arpPackets.length === 2);
    assert.equal(phone.arpPackets[1]?.senderAddress, "127.61.0.2");
    assert.ok(other.arpPackets.length >= 2, "the other phone was asked itself");
  });

  it("passes on to a handset what was sent to it as to a process", async () => {
    const [phone, other] = [await handset("127.61.0.11"), await handset("127.61.0.12")];
    phone.sendUdp(port, `127.61.0.12:${port}`, "early", bridgeMac);
    await until("passed on", () => other.datagrams.length === 1);
    assert.equal(other.datagrams[0]?.source, "127.61.0.11");
  });

  it("gives address and port back when the phone closes it, or is gone", async () => {
    const phone = await handset("127.61.0.11");
    phone.announce(port, false);
    phone.announce(port + 1, true);
    await until("free", () => isFree("127.61.0.11"));
    phone.close();
    await until("gone", () => bridge.handsets.length === 0);
  });

  it("counts what it does not carry", async () => {
    const phone = await handset("127.61.0.11");
    phone.sendUdp(9, `127.61.0.1:${port}`, "a port never announced");
    phone.sendUdp(port, `10.1.1.1:${port}`, "not on loopback");
    phone.send(bridgeMac, etherType.announcement, Buffer.from([10, 0, 0, 1, 0, 9, 1]));
    phone.sendUdp(port, `127.61.0.1:${port}`, "long ".repeat(500));
    await until("all seen", () => bridge.counters.ignored === 3 && bridge.counters.fragments === 2);
    assert.equal(phone.datagrams.length, 0);
  });

  function isFree(address: string): boolean {
    try {
      new UdpPort({ address, port }, () => undefined).close();
      return true;
    } catch {
      return false;
    }
  }
});

function fromProcess({ source }: { readonly source: string }): boolean {
  return source === "127.61.0.1";
}
