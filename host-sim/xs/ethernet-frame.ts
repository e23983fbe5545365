/** Ethernet II frames as the emulated handsets and their switch exchange them: 14 bytes of header, then the payload. */

/** A hardware address as a number of 48 bits. */
export type Mac = number;

export const broadcastMac: Mac = 0xffff_ffff_ffff;
export const ethernetHeaderBytes = 14;
const shortestPayloadBytes = 46;

/** What a payload is; the last is IEEE 802's first type for local experiments. */
export const etherType = { ipv4: 0x0800, arp: 0x0806, announcement: 0x88b5 } as const;

export interface EthernetFrame {
  readonly destination: Mac;
  readonly source: Mac;
  readonly type: number;
  /** Up to the end of the frame: short payloads carry padding. */
  readonly payload: Buffer;
}

/** The fields of a frame; `undefined` when it is shorter than a header. */
export function readEthernetFrame(bytes: Buffer): EthernetFrame | undefined {
  if (bytes.length < ethernetHeaderBytes) return undefined;
  return {
    destination: bytes.readUIntBE(0, 6),
    source: bytes.readUIntBE(6, 6),
    type: bytes.readUInt16BE(12),
    payload: bytes.subarray(ethernetHeaderBytes),
  };
}

/** The bytes of a frame, padded to the shortest Ethernet knows. */
export function ethernetFrame({ destination, source, type, payload }: EthernetFrame): Buffer {
  const bytes = Buffer.alloc(ethernetHeaderBytes + Math.max(payload.length, shortestPayloadBytes));
  bytes.writeUIntBE(destination, 0, 6);
  bytes.writeUIntBE(source, 6, 6);
  bytes.writeUInt16BE(type, 12);
  payload.copy(bytes, ethernetHeaderBytes);
  return bytes;
}

/** Whether frames to this address are for several ports: broadcast or multicast. */
export function isGroupMac(mac: Mac): boolean {
  return (Math.floor(mac / 2 ** 40) & 1) === 1;
}
