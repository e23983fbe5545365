import { decodeEndpoint, encodeEndpoint, type Endpoint } from "../core/endpoint.js";
import { err, ok, type Result } from "../core/result.js";
import type { WireError } from "./wire-error.js";

/** Lengths of encoded parameters: with an IPv4 endpoint or none, with an IPv6 endpoint. */
export const helloParametersBytes: number = 11;
export const wideHelloParametersBytes: number = 23;

/**
 * What each side tells the other, sealed, at the end of hello2 and hello3 (protocol §2):
 * configuration sequence 4, flags 1, the other's endpoint as the sender sees it 6 | 18 (zeros: not seen).
 * Fixed lengths, so that the frame needs no length field.
 */
export interface HelloParameters {
  /** 32 bits */
  readonly configSequence: number;
  /** 8 bits: role and offers of the sender. */
  readonly flags: number;
  readonly endpoint?: Endpoint;
}

/** 11 or 23 bytes. */
export function encodeHelloParameters(parameters: HelloParameters): Uint8Array {
  const seen = parameters.endpoint === undefined ? undefined : encodeEndpoint(parameters.endpoint);
  const bytes = new Uint8Array(5 + (seen?.length ?? 6));
  new DataView(bytes.buffer).setUint32(0, parameters.configSequence);
  bytes[4] = parameters.flags;
  if (seen !== undefined) bytes.set(seen, 5);
  return bytes;
}

/** Reads what `encodeHelloParameters` wrote; any other length is refused. */
export function decodeHelloParameters(bytes: Uint8Array): Result<HelloParameters, WireError> {
  if (bytes.length !== helloParametersBytes && bytes.length !== wideHelloParametersBytes) {
    return err({ kind: "wrong-length", at: bytes.length, in: "hello-parameters" });
  }
  const configSequence = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const flags = bytes[4] ?? 0;
  const endpoint = decodeEndpoint(bytes.slice(5));
  return ok(endpoint === undefined ? { configSequence, flags } : { configSequence, flags, endpoint });
}
