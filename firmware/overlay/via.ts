import { viaBytesMax } from "../core/limits.js";

/**
 * The way back of a routed message: a stack of 2-byte handles, each meaningful only to the peer that pushed it.
 * Forwarding so needs no state, and later hops do not learn who asked (protocol §3).
 */

/** The stack with one more handle on top; `undefined` when it is full. */
export function pushHandle(via: Uint8Array, handle: number): Uint8Array | undefined {
  if (via.length + handleBytes > viaBytesMax) return undefined;
  const longer = new Uint8Array(via.length + handleBytes);
  longer.set(via);
  longer[via.length] = handle >> 8;
  longer[via.length + 1] = handle & 0xff;
  return longer;
}

/** The handle on top and the stack without it; `undefined` for an empty stack: the message has come home. */
export function popHandle(
  via: Uint8Array,
): { readonly handle: number; readonly rest: Uint8Array } | undefined {
  if (via.length < handleBytes) return undefined;
  const at = via.length - handleBytes;
  return { handle: ((via[at] ?? 0) << 8) | (via[at + 1] ?? 0), rest: via.subarray(0, at) };
}

const handleBytes = 2;
