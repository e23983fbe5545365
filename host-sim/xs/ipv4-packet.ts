import { type Mac, broadcastMac } from "./ethernet-frame.js";

/**
 * IPv4 (RFC 791) as far as a bridge needs it: UDP datagrams (RFC 768) and the joining of groups (IGMPv2, RFC 2236)
 * are understood, fragments are only recognised. Addresses are dotted text.
 */

/** A UDP datagram that came whole in one packet. */
export interface UdpDatagram {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly payload: Buffer;
}

/** What a packet is to the bridge. */
export type Ipv4Packet =
  | { readonly kind: "udp"; readonly datagram: UdpDatagram }
  | { readonly kind: "join" | "leave"; readonly group: string }
  | { readonly kind: "fragment" | "other" };

export const loopbackBroadcast = "127.255.255.255";

const headerBytes = 20;
const udpHeaderBytes = 8;
const protocolIgmp = 2;
const protocolUdp = 17;
const timeToLive = 64;
/** What a packet of 1500 bytes carries; a number of whole eighths, as fragments need. */
const fragmentBytesMax = 1500 - headerBytes;
const moreFragments = 0x2000;

/** What a packet is; "other" also when it is malformed. The header's check sum is not looked at: there was no wire. */
export function readIpv4Packet(packet: Buffer): Ipv4Packet {
  const other = { kind: "other" } as const;
  if (packet.length < headerBytes || (packet[0] ?? 0) >> 4 !== 4) return other;
  const header = ((packet[0] ?? 0) & 15) * 4;
  const total = packet.readUInt16BE(2);
  if (header < headerBytes || total < header || total > packet.length) return other;
  if ((packet.readUInt16BE(6) & 0x3fff) !== 0) return { kind: "fragment" };
  const body = packet.subarray(header, total);
  if (packet[9] === protocolUdp) return readUdp(packet, body) ?? other;
  return (packet[9] === protocolIgmp ? readIgmp(body) : undefined) ?? other;
}

function readUdp(packet: Buffer, body: Buffer): Ipv4Packet | undefined {
  if (body.length < udpHeaderBytes) return undefined;
  const length = body.readUInt16BE(4);
  if (length < udpHeaderBytes || length > body.length) return undefined;
  const datagram = {
    source: addressText(packet, 12),
    sourcePort: body.readUInt16BE(0),
    destination: addressText(packet, 16),
    destinationPort: body.readUInt16BE(2),
    payload: body.subarray(udpHeaderBytes, length),
  };
  return { kind: "udp", datagram };
}

/** Reports of version 1 and 2, and leaving, RFC 2236 §2.1. */
function readIgmp(body: Buffer): Ipv4Packet | undefined {
  if (body.length < 8) return undefined;
  const group = addressText(body, 4);
  if (body[0] === 0x12 || body[0] === 0x16) return { kind: "join", group };
  return body[0] === 0x17 ? { kind: "leave", group } : undefined;
}

/**
 * The packets of a datagram: one, or as many fragments (RFC 791 §3.2) as it needs, which `identification` holds
 * together. Its UDP check sum is 0, none (RFC 768).
 */
export function udpPackets(datagram: UdpDatagram, identification = 0): Buffer[] {
  const whole = udpPacket(datagram);
  const body = whole.subarray(headerBytes);
  if (body.length <= fragmentBytesMax) return [whole];
  const count = Math.ceil(body.length / fragmentBytesMax);
  return Array.from({ length: count }, (_, n) => {
    const part = body.subarray(n * fragmentBytesMax, (n + 1) * fragmentBytesMax);
    const header = Buffer.from(whole.subarray(0, headerBytes));
    header.writeUInt16BE(headerBytes + part.length, 2);
    header.writeUInt16BE(identification & 0xffff, 4);
    header.writeUInt16BE((n < count - 1 ? moreFragments : 0) | ((n * fragmentBytesMax) / 8), 6);
    header.writeUInt16BE(0, 10);
    header.writeUInt16BE(checkSum(header), 10);
    return Buffer.concat([header, part]);
  });
}

function udpPacket(datagram: UdpDatagram): Buffer {
  const packet = Buffer.alloc(headerBytes + udpHeaderBytes + datagram.payload.length);
  packet[0] = 0x45;
  packet.writeUInt16BE(packet.length, 2);
  packet[8] = timeToLive;
  packet[9] = protocolUdp;
  writeAddress(packet, 12, datagram.source);
  writeAddress(packet, 16, datagram.destination);
  packet.writeUInt16BE(checkSum(packet.subarray(0, headerBytes)), 10);
  packet.writeUInt16BE(datagram.sourcePort, headerBytes);
  packet.writeUInt16BE(datagram.destinationPort, headerBytes + 2);
  packet.writeUInt16BE(udpHeaderBytes + datagram.payload.length, headerBytes + 4);
  datagram.payload.copy(packet, headerBytes + udpHeaderBytes);
  return packet;
}

/** The Internet check sum (RFC 1071) of an even number of bytes. */
export function checkSum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export function addressText(bytes: Buffer, at: number): string {
  return bytes.subarray(at, at + 4).join(".");
}

export function writeAddress(bytes: Buffer, at: number, address: string): void {
  address.split(".").forEach((part, n) => bytes.writeUInt8(Number(part), at + n));
}

/** 224.0.0.0 to 239.255.255.255. */
export function isMulticast(address: string): boolean {
  const first = Number(address.split(".")[0]);
  return first >= 224 && first <= 239;
}

export function isBroadcast(address: string): boolean {
  return address === "255.255.255.255" || address === loopbackBroadcast;
}

export function isLoopback(address: string): boolean {
  return address.startsWith("127.") && address !== loopbackBroadcast;
}

/** The hardware address of a group (RFC 1112 §6.4) or of everybody. */
export function groupMac(address: string): Mac {
  if (!isMulticast(address)) return broadcastMac;
  const [, second = 0, third = 0, fourth = 0] = address.split(".").map(Number);
  return 0x0100_5e00_0000 + (((second & 127) << 16) | (third << 8) | fourth);
}
