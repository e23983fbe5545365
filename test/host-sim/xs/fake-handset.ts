import { connect, type Socket } from "node:net";
import { arpPacket, readArpPacket, type ArpPacket } from "../../../host-sim/xs/arp-packet.js";
import {
  broadcastMac,
  ethernetFrame,
  etherType,
  readEthernetFrame,
  type EthernetFrame,
  type Mac,
} from "../../../host-sim/xs/ethernet-frame.js";
import { FrameStream } from "../../../host-sim/xs/frame-stream.js";
import {
  groupMac,
  readIpv4Packet,
  udpPackets,
  writeAddress,
  type UdpDatagram,
} from "../../../host-sim/xs/ipv4-packet.js";
import { bridgeMac } from "../../../host-sim/xs/loopback-bridge.js";

/** What a QEMU with a handset does at its end of the switch's socket, frame by frame. */
export class FakeHandset {
  readonly frames: EthernetFrame[] = [];
  readonly mac: Mac;
  readonly address: string;
  readonly #stream: FrameStream;
  readonly #socket: Socket;

  constructor(path: string, address: string) {
    this.address = address;
    this.mac = Number(`0x5254${Buffer.from(address.split(".").map(Number)).toString("hex")}`);
    this.#socket = connect(path);
    this.#stream = new FrameStream(
      this.#socket,
      (frame) => {
        const fields = readEthernetFrame(frame);
        if (fields !== undefined) this.frames.push(fields);
      },
      () => undefined,
    );
  }

  /** The datagrams received. */
  get datagrams(): UdpDatagram[] {
    const packets = this.frames.filter(({ type }) => type === etherType.ipv4);
    return packets.flatMap(({ payload }) => {
      const packet = readIpv4Packet(payload);
      return packet.kind === "udp" ? [packet.datagram] : [];
    });
  }

  get arpPackets(): ArpPacket[] {
    const packets = this.frames.filter(({ type }) => type === etherType.arp);
    return packets.flatMap(({ payload }) => readArpPacket(payload) ?? []);
  }

  send(destination: Mac, type: number, payload: Buffer): void {
    this.#stream.send(ethernetFrame({ destination, source: this.mac, type, payload }));
  }

  sendRaw(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  announce(port: number, open: boolean): void {
    const payload = Buffer.alloc(7);
    writeAddress(payload, 0, this.address);
    payload.writeUInt16BE(port, 4);
    payload[6] = open ? 1 : 0;
    this.send(bridgeMac, etherType.announcement, payload);
  }

  /** IGMPv2 report, as lwIP sends it: with the router alert option. */
  join(group: string): void {
    const packet = Buffer.alloc(32);
    packet[0] = 0x46;
    packet.writeUInt16BE(32, 2);
    packet[9] = 2;
    writeAddress(packet, 12, this.address);
    writeAddress(packet, 16, group);
    packet[24] = 0x16;
    writeAddress(packet, 28, group);
    this.send(groupMac(group), etherType.ipv4, packet);
  }

  /** Sends a text to "address:port". */
  sendUdp(sourcePort: number, to: string, text: string, mac: Mac = bridgeMac): void {
    const [destination = "", port] = to.split(":");
    const origin = { source: this.address, sourcePort };
    const payload = Buffer.from(text);
    const datagram = { ...origin, destination, destinationPort: Number(port), payload };
    for (const packet of udpPackets(datagram)) this.send(mac, etherType.ipv4, packet);
  }

  askFor(targetAddress: string): void {
    const payload = arpPacket({
      operation: "request",
      senderMac: this.mac,
      senderAddress: this.address,
      targetMac: 0,
      targetAddress,
    });
    this.send(broadcastMac, etherType.arp, payload);
  }

  stopReading(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#stream.close();
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }
}
