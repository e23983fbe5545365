import { toHex } from "./bytes.js";

/** Length of a Node-ID and of a Resource-ID, bytes: RELOAD's 128 bits (RFC 6940 §5.3.1). */
export const idBytes = 16;

/** A Node-ID: 16 bytes, unique in the overlay, not chosen by its owner. */
export type NodeId = Uint8Array & { readonly __id: "node" };

/** A Resource-ID: 16 bytes, the hash of a name; in the same space as Node-IDs. */
export type ResourceId = Uint8Array & { readonly __id: "resource" };

/** A Node-ID from 16 bytes; the caller has checked the length. */
export function nodeId(bytes: Uint8Array): NodeId {
  return bytes as NodeId;
}

/** A Resource-ID from 16 bytes; the caller has checked the length. */
export function resourceId(bytes: Uint8Array): ResourceId {
  return bytes as ResourceId;
}

/** The key under which an identifier stands in a Map: its 16 bytes as characters; not for printing. */
export function idKey(id: Uint8Array): string {
  return String.fromCharCode(...id);
}

/** What a person sees of a Node-ID: its first 4 hex digits, as in "alice …a3f1". */
export function shortId(id: Uint8Array): string {
  return toHex(id.subarray(0, 2));
}

/** Which of `a` and `b` is nearer `target` in the XOR metric: negative when `a` is, 0 when they are equal. */
export function compareDistance(target: Uint8Array, a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < idBytes; i++) {
    const ofA = a[i] ?? 0;
    const ofB = b[i] ?? 0;
    if (ofA !== ofB) return ((target[i] ?? 0) ^ ofA) - ((target[i] ?? 0) ^ ofB);
  }
  return 0;
}

/** Leading bits that `a` and `b` share, 0 .. 128: the number of the bucket of one in the other's table. */
export function sharedBits(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < idBytes; i++) {
    const difference = (a[i] ?? 0) ^ (b[i] ?? 0);
    if (difference !== 0) return 8 * i + Math.clz32(difference) - 24;
  }
  return 8 * idBytes;
}

/** Whether two identifiers are the same. */
export function sameId(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < idBytes; i++) if (a[i] !== b[i]) return false;
  return true;
}
