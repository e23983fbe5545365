import type { Crypto } from "../../hal/crypto.js";
import {
  serviceChildEntriesMax,
  serviceEntriesMax,
  serviceLevelsMax,
  servicePeersPerPlace,
} from "../core/limits.js";
import { sameId, sharedBits, type ResourceId } from "../core/node-id.js";
import { encodeText } from "../core/text.js";
import type { Credential } from "../identity/credential.js";
import { resourceIdOf } from "../identity/resource-id.js";
import { decodeServiceEntry } from "./service-entry.js";

/**
 * The tree over which the providers of a service are spread (ReDiR, RFC 7374 §3, with branching 4): at level n there
 * are 4^n tree nodes, and each stands for the Node-IDs that begin with its 2n bits. Each is a resource of its own, so
 * that no name of a service makes one node of the overlay hold all providers and be asked by everybody.
 */

/** Where the providers whose Node-IDs begin like `id` stand at a level, 16 B. */
export function serviceResource(
  crypto: Crypto,
  overlayId: Uint8Array,
  service: string,
  { level, id }: { readonly level: number; readonly id: Uint8Array },
): ResourceId {
  const index = treeIndex(id, level);
  const name = encodeText(service);
  const bytes = new Uint8Array(name.length + 4);
  bytes.set(name);
  bytes[name.length + 1] = level;
  bytes[name.length + 2] = index >>> 8;
  bytes[name.length + 3] = index & 0xff;
  return resourceIdOf(crypto, overlayId, "service", bytes);
}

/** The level at which providers and those who seek one begin, in an overlay of so many peers. */
export function startLevel(peers: number): number {
  let level = 0;
  for (let places = servicePeersPerPlace; places < peers && level < serviceLevelsMax; places *= 4) level++;
  return level;
}

/**
 * Whether there is a place for a provider among those that a tree node lists; who has one keeps it. A tree node lists
 * as many as fit into one answer: at the level where the provider begins whoever came first, above it the first few of
 * each quarter of its interval (RFC 7374 §4.3 has the lowest and the highest of them).
 */
export function hasPlace(
  keys: readonly Uint8Array[],
  self: Uint8Array,
  { level, isFirst }: { readonly level: number; readonly isFirst: boolean },
): boolean {
  if (keys.some((key) => sameId(key, self))) return true;
  if (isFirst || keys.length >= serviceEntriesMax) return keys.length < serviceEntriesMax;
  const beside = keys.filter((key) => sharedBits(key, self) >= 2 * (level + 1));
  return beside.length < serviceChildEntriesMax;
}

/**
 * Whether a provider may store this value at a resource: at the tree node of its level that its own Node-ID lies in,
 * and in an enrolled overlay only what its credential's scope allows. A tombstone names no service: the key, the
 * provider's own, is all there is to check, and it harms nobody else's.
 */
export function mayOffer(
  crypto: Crypto,
  overlayId: Uint8Array,
  record: { readonly resource: Uint8Array; readonly value: Uint8Array | null },
  provider: Credential,
): boolean {
  if (record.value === null) return true;
  const entry = decodeServiceEntry(record.value);
  if (!entry.ok || !isInScope(entry.value.service, provider)) return false;
  const { service, level } = entry.value;
  const place = serviceResource(crypto, overlayId, service, { level, id: provider.nodeId });
  return sameId(place, record.resource);
}

/** Whether a credential allows its owner to offer a service; in an open overlay everybody may offer everything. */
export function isInScope(service: string, { enrolled, services = 0 }: Credential): boolean {
  if (enrolled === undefined) return true;
  const bit = scopedServices.indexOf(service);
  return bit >= 0 && ((services >>> bit) & 1) === 1;
}

/** The first `2 · level` bits of an identifier, 16 at most. */
function treeIndex(id: Uint8Array, level: number): number {
  const bits = (((id[0] ?? 0) << 8) | (id[1] ?? 0)) >>> 0;
  return bits >>> (16 - 2 * level);
}

/** Services by the number of their bit in a credential's scope. */
const scopedServices: readonly string[] = [
  "bootstrap",
  "stun",
  "turn",
  "proxy",
  "registrar",
  "gateway",
  "voicemail",
];
