import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { broadcastMac, ethernetFrame, readEthernetFrame } from "../../../host-sim/xs/ethernet-frame.js";
import { waitingBytesMax } from "../../../host-sim/xs/frame-stream.js";
import { checkSum, groupMac, readIpv4Packet, udpPackets } from "../../../host-sim/xs/ipv4-packet.js";
import { EthernetSwitch } from "../../../host-sim/xs/switch.js";
import { until } from "../../hal/node/until.js";
import { FakeHandset } from "./fake-handset.js";

const type = 0x1234;

describe("EthernetSwitch", function () {
  this.timeout(20_000);
  const folder = mkdtempSync(join(tmpdir(), "muster-switch-"));
  const path = join(folder, "switch");
  const handsets: FakeHandset[] = [];
  let ethernet: EthernetSwitch;

  const handset = async (address: string): Promise<FakeHandset> => {
    const made = new FakeHandset(path, address);
    handsets.push(made);
    await until("connected", () => ethernet.connected === handsets.length);
    return made;
  };

  beforeEach(async () => {
    ethernet = new EthernetSwitch();
    await ethernet.listen(path);
  });

  afterEach(() => {
    for (const each of handsets.splice(0)) each.close();
    ethernet.close();
  });

  after(() => rmSync(folder, { recursive: true }));

  it("floods what is for all or for somebody unknown, and forwards to whom it has heard", async () => {
    const [a, b, c] = [await handset("127.60.0.1"), await handset("127.60.0.2"), await handset("127.60.0.3")];
    a.send(b.mac, type, Buffer.from("unknown"));
    await until("flooded", () => b.frames.length === 1 && c.frames.length === 1);
    b.send(a.mac, type, Buffer.from("answer"));
    await until("answered", () => a.frames.length === 1);
    a.send(b.mac, type, Buffer.from("known"));
    a.send(broadcastMac, type, Buffer.from("all"));
    await until("all", () => c.frames.length === 2 && b.frames.length === 3);
    const texts = c.frames.map(({ payload }) => payload.toString("latin1").replaceAll("\0", ""));
    assert.deepEqual(texts, ["unknown", "all"]);
    assert.equal(a.frames.length, 1, "nothing comes back to its sender");
    assert.deepEqual(ethernet.counters, { forwarded: 2, flooded: 2, malformed: 0 });
  });

  it("forgets who was behind a port that closed", async () => {
    const [a, b, c] = [await handset("127.60.0.1"), await handset("127.60.0.2"), await handset("127.60.0.3")];
    b.send(broadcastMac, type, Buffer.from("here"));
    await until("heard", () => a.frames.length === 1 && c.frames.length === 1);
    b.close();
    await until("gone", () => ethernet.connected === 2);
    a.send(b.mac, type, Buffer.from("still there?"));
    await until("flooded again", () => c.frames.length === 2);
  });

  it("puts together a frame that comes in pieces, and counts one without a header", async () => {
    const [a, b] = [await handset("127.60.0.1"), await handset("127.60.0.2")];
    const frame = ethernetFrame({
      destination: b.mac,
      source: a.mac,
      type,
      payload: Buffer.from("in pieces"),
    });
    const stream = Buffer.concat([Buffer.from([0, 0, 0, 2, 1, 2, 0, 0, 0, frame.length]), frame]);
    for (const byte of stream) a.sendRaw(Buffer.of(byte));
    await until("the frame", () => b.frames.length === 1);
    assert.equal(b.frames[0]?.payload.subarray(0, 9).toString(), "in pieces");
    assert.equal(ethernet.counters.malformed, 1);
  });

  it("cuts off a peer that sends no frames", async () => {
    const a = await handset("127.60.0.1");
    a.sendRaw(Buffer.from("GET / HTTP/1.1"));
    await until("cut off", () => ethernet.connected === 0);
  });

  it("drops what a port does not read, and goes on for the others", async () => {
    const [a, b, c] = [await handset("127.60.0.1"), await handset("127.60.0.2"), await handset("127.60.0.3")];
    b.stopReading();
    const long = Buffer.alloc(1500, 1);
    const count = Math.ceil((4 * waitingBytesMax) / long.length);
    for (let n = 0; n < count; n++) {
      a.send(broadcastMac, type, long);
      if (n % 50 === 0) await until("sent", () => c.frames.length === n + 1);
    }
    await until("the reader has all", () => c.frames.length === count);
    assert.ok(b.frames.length < count);
  });
});

describe("packets for the bridge", () => {
  const datagram = {
    source: "127.0.0.1",
    sourcePort: 5,
    destination: "127.60.0.1",
    destinationPort: 65_535,
    payload: Buffer.from("text"),
  };

  it("are read as they were written", () => {
    const [packet = Buffer.alloc(0)] = udpPackets(datagram);
    assert.equal(checkSum(packet.subarray(0, 20)), 0);
    assert.deepEqual(readIpv4Packet(packet), { kind: "udp", datagram });
    const padded = Buffer.concat([packet, Buffer.alloc(18)]);
    assert.deepEqual(readIpv4Packet(padded), { kind: "udp", datagram });
  });

  it("are recognised as fragments, and refused where a length lies", () => {
    const [packet = Buffer.alloc(0)] = udpPackets(datagram);
    const changed = (at: number, value: number): Buffer => {
      const copy = Buffer.from(packet);
      copy[at] = value;
      return copy;
    };
    assert.equal(readIpv4Packet(changed(6, 0x20)).kind, "fragment");
    assert.equal(readIpv4Packet(changed(7, 1)).kind, "fragment");
    assert.equal(readIpv4Packet(changed(6, 0x40)).kind, "udp", "don't fragment is no fragment");
    assert.equal(readIpv4Packet(changed(3, 255)).kind, "other", "longer than the frame");
    assert.equal(readIpv4Packet(changed(25, 99)).kind, "other", "UDP longer than the packet");
    assert.equal(readIpv4Packet(changed(25, 7)).kind, "other", "UDP shorter than its header");
    assert.equal(readIpv4Packet(changed(0, 0x44)).kind, "other", "header too short");
    assert.equal(readIpv4Packet(changed(0, 0x65)).kind, "other", "version 6");
    for (let length = 0; length < packet.length; length++)
      assert.equal(readIpv4Packet(packet.subarray(0, length)).kind, "other");
  });

  it("go to the hardware address of their group", () => {
    assert.equal(groupMac("239.255.60.84"), 0x0100_5e7f_3c54);
    assert.equal(groupMac("224.0.0.1"), 0x0100_5e00_0001);
    assert.equal(groupMac("255.255.255.255"), broadcastMac);
  });

  it("are no frames when shorter than a header", () => {
    assert.equal(readEthernetFrame(Buffer.alloc(13)), undefined);
  });
});
