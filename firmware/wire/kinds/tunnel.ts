import { hopsMax, tunnelFrameBytesMax } from "../../core/limits.js";
import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";
import { readDestination, readVia, writeDestination, type Destination } from "./routed.js";

/**
 * A frame between the two ends of a link that have no other way to each other (protocol §3): it is routed like a
 * request, but has no transaction and no answer: `[16, hops, destination, via, frame]`.
 */
export interface Tunnel {
  readonly type: "tunnel";
  /** Hops it may still take, 0 .. 16. */
  readonly hops: number;
  readonly destination: Destination;
  /** Stack of 2-byte link handles: the way back for the frames of the other end. */
  readonly via: Uint8Array;
  /** Of the link layer, 1 .. 1103 B: nobody on the way can read it. */
  readonly frame: Uint8Array;
}

/** A frame of the other end: `[17, via, frame]`. Whose it is where the stack is empty, the frame says. */
export interface TunnelBack {
  readonly type: "tunnelBack";
  /** Handles still to be popped. */
  readonly via: Uint8Array;
  readonly frame: Uint8Array;
}

export function encodeTunnel(message: Tunnel): Uint8Array {
  const writer = new CborWriter("tunnel").array(5).uint(16).uint(message.hops);
  writeDestination(writer, message.destination);
  return writer.bytes(message.via).bytes(message.frame).finish();
}

export function readTunnel(reader: CborReader): Tunnel {
  return {
    type: "tunnel",
    hops: reader.uint("hops", hopsMax),
    destination: readDestination(reader),
    via: readVia(reader),
    frame: readFrame(reader),
  };
}

export function encodeTunnelBack(message: TunnelBack): Uint8Array {
  return new CborWriter("tunnel-back").array(3).uint(17).bytes(message.via).bytes(message.frame).finish();
}

export function readTunnelBack(reader: CborReader): TunnelBack {
  return { type: "tunnelBack", via: readVia(reader), frame: readFrame(reader) };
}

function readFrame(reader: CborReader): Uint8Array {
  return reader.bytes("frame", 1, tunnelFrameBytesMax);
}
