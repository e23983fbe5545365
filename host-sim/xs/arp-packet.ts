import type { Mac } from "./ethernet-frame.js";
import { addressText, writeAddress } from "./ipv4-packet.js";

/** ARP for IPv4 over Ethernet, RFC 826. */
export interface ArpPacket {
  readonly operation: "request" | "reply";
  readonly senderMac: Mac;
  readonly senderAddress: string;
  readonly targetMac: Mac;
  readonly targetAddress: string;
}

const packetBytes = 28;
/** Ethernet, IPv4, addresses of 6 and 4 bytes. */
const kind = Buffer.from("000108000604", "hex");

/** The fields of a packet; `undefined` when it is none of these two. */
export function readArpPacket(bytes: Buffer): ArpPacket | undefined {
  if (bytes.length < packetBytes || !bytes.subarray(0, kind.length).equals(kind)) return undefined;
  const operation = bytes.readUInt16BE(6);
  if (operation !== 1 && operation !== 2) return undefined;
  return {
    operation: operation === 1 ? "request" : "reply",
    senderMac: bytes.readUIntBE(8, 6),
    senderAddress: addressText(bytes, 14),
    targetMac: bytes.readUIntBE(18, 6),
    targetAddress: addressText(bytes, 24),
  };
}

export function arpPacket(fields: ArpPacket): Buffer {
  const bytes = Buffer.alloc(packetBytes);
  kind.copy(bytes);
  bytes.writeUInt16BE(fields.operation === "request" ? 1 : 2, 6);
  bytes.writeUIntBE(fields.senderMac, 8, 6);
  writeAddress(bytes, 14, fields.senderAddress);
  bytes.writeUIntBE(fields.targetMac, 18, 6);
  writeAddress(bytes, 24, fields.targetAddress);
  return bytes;
}
