import { equalBytes, toHex } from "../core/bytes.js";
import type { NodeId } from "../core/node-id.js";

/** One device that says it belongs to a name: from a verified record and credential. */
export interface NameClaim {
  readonly nodeId: NodeId;
  /** Ed25519 key that owns the name for this device: its own, or that of the user's first device. 32 B. */
  readonly ownerKey: Uint8Array;
  /** For how long the storing peers have held this owner's claim, seconds. */
  readonly heldS: number;
}

/** All claims of one owner: the devices of one person, or of one impostor. */
export interface NameOwner {
  readonly ownerKey: Uint8Array;
  /** The longest any storing peer has held a claim of this owner, seconds. */
  readonly heldS: number;
  readonly claims: readonly NameClaim[];
}

/** Whom a name means (protocol §1). */
export type NameDecision =
  /** The owner that was pinned by an earlier call is there: call him, whoever else claims the name. */
  | { readonly kind: "pinned"; readonly owner: NameOwner }
  /** One claim and no pin: call, and pin. */
  | { readonly kind: "sole"; readonly owner: NameOwner }
  /** Several claims and no pin: the person chooses. Longest held first. */
  | { readonly kind: "contested"; readonly owners: readonly NameOwner[] }
  /** The pinned owner is not there, others are: never a silent switch. */
  | { readonly kind: "pinMismatch"; readonly owners: readonly NameOwner[] }
  | { readonly kind: "unknown" };

/**
 * Decides whom `userName` means: pinned key > sole claim > ask the person. `pinnedKey` is the owner key of the
 * first call.
 */
export function decideName(claims: readonly NameClaim[], pinnedKey: Uint8Array | undefined): NameDecision {
  const owners = ownersOf(claims);
  const [first] = owners;
  if (first === undefined) return { kind: "unknown" };
  if (pinnedKey !== undefined) {
    const owner = owners.find((each) => equalBytes(each.ownerKey, pinnedKey));
    if (owner !== undefined) return { kind: "pinned", owner };
    return { kind: "pinMismatch", owners };
  }
  if (owners.length === 1) return { kind: "sole", owner: first };
  return { kind: "contested", owners };
}

function ownersOf(claims: readonly NameClaim[]): readonly NameOwner[] {
  const byKey = new Map<string, NameClaim[]>();
  for (const claim of claims) {
    const key = toHex(claim.ownerKey);
    const same = byKey.get(key) ?? [];
    if (!same.some((each) => equalBytes(each.nodeId, claim.nodeId))) same.push(claim);
    byKey.set(key, same);
  }
  const owners: NameOwner[] = [];
  for (const [, same] of byKey) {
    const [first] = same;
    if (first === undefined) continue;
    const heldS = same.reduce((longest, each) => Math.max(longest, each.heldS), 0);
    owners.push({ ownerKey: first.ownerKey, heldS, claims: same });
  }
  return owners.sort((a, b) => b.heldS - a.heldS);
}
