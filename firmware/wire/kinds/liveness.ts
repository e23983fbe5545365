import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";

/** Asks the other end whether it is alive: `[0, token]`, 27 B with its frame. */
export interface Ping {
  readonly type: "ping";
  /** Returned in the pong, 16 bit. */
  readonly token: number;
}

/** The answer to a ping: `[1, token, config sequence, digest]`, 37 B with its frame. */
export interface Pong {
  readonly type: "pong";
  /** That of the ping, 16 bit. */
  readonly token: number;
  /** Sequence number of the overlay configuration the sender has, 32 bit. */
  readonly configSequence: number;
  /** XOR over the records both should hold, 8 B; unequal ends compare their records (protocol §4). */
  readonly digest: Uint8Array;
}

const digestBytes = 8;

export function encodePing(message: Ping): Uint8Array {
  return new CborWriter("ping").array(2).uint(0).uint(message.token).finish();
}

export function readPing(reader: CborReader): Ping {
  return { type: "ping", token: reader.uint("token", 0xffff) };
}

export function encodePong(message: Pong): Uint8Array {
  const writer = new CborWriter("pong").array(4).uint(1).uint(message.token);
  return writer.uint(message.configSequence).bytes(message.digest).finish();
}

export function readPong(reader: CborReader): Pong {
  return {
    type: "pong",
    token: reader.uint("token", 0xffff),
    configSequence: reader.uint("config-sequence", 0xffffffff),
    digest: reader.bytes("digest", digestBytes),
  };
}
