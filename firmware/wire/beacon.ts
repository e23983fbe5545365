import { assert } from "../core/assert.js";
import { copyBytes } from "../core/bytes.js";
import { idBytes, nodeId, type NodeId } from "../core/node-id.js";
import { err, ok, type Result } from "../core/result.js";
import type { WireError } from "./wire-error.js";

/**
 * How a node makes itself known on its LAN (protocol §4). Not encrypted and not signed: it says where a handshake may
 * be worth while, nothing else.
 *
 * 29 B, binary: `E0`, Overlay-ID 8 B, Node-ID 16 B, flags 1 B, clients free 2 B big-endian, load 1 B.
 */
export interface Beacon {
  /** 8 B */
  readonly overlayId: Uint8Array;
  readonly nodeId: NodeId;
  /** Role and services, 8 bit, as in a contact; the overlay gives the bits their meaning. */
  readonly flags: number;
  /** Clients it would still take, 16 bit. */
  readonly clientsFree: number;
  /** Share of its capacity in use: 0 idle .. 255 full. */
  readonly load: number;
}

/** First byte of a beacon, and its whole length. */
export const beaconFirstByte = 0xe0;
export const beaconBytes = 29;

const overlayIdBytes = 8;
const nodeIdAt = 1 + overlayIdBytes;
const flagsAt = nodeIdAt + idBytes;

export function encodeBeacon(beacon: Beacon): Uint8Array {
  assert(
    beacon.overlayId.length === overlayIdBytes && beacon.nodeId.length === idBytes,
    "a beacon's IDs have their lengths",
  );
  const bytes = new Uint8Array(beaconBytes);
  bytes[0] = beaconFirstByte;
  bytes.set(beacon.overlayId, 1);
  bytes.set(beacon.nodeId, nodeIdAt);
  bytes[flagsAt] = beacon.flags;
  bytes[flagsAt + 1] = beacon.clientsFree >> 8;
  bytes[flagsAt + 2] = beacon.clientsFree & 0xff;
  bytes[flagsAt + 3] = beacon.load;
  return bytes;
}

/** The beacon in `bytes`, which it shares nothing with. */
export function decodeBeacon(bytes: Uint8Array): Result<Beacon, WireError> {
  if (bytes[0] !== beaconFirstByte) {
    return err({ kind: bytes.length === 0 ? "truncated" : "unknown-kind", at: 0, in: "beacon/first-byte" });
  }
  if (bytes.length < beaconBytes) return err({ kind: "truncated", at: bytes.length, in: "beacon" });
  if (bytes.length > beaconBytes) return err({ kind: "trailing-bytes", at: beaconBytes, in: "beacon" });
  return ok({
    overlayId: copyBytes(bytes.subarray(1, nodeIdAt)),
    nodeId: nodeId(copyBytes(bytes.subarray(nodeIdAt, flagsAt))),
    flags: bytes[flagsAt] ?? 0,
    clientsFree: ((bytes[flagsAt + 1] ?? 0) << 8) | (bytes[flagsAt + 2] ?? 0),
    load: bytes[flagsAt + 3] ?? 0,
  });
}
