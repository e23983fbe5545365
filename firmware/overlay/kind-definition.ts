import type { PolicyName } from "./access-policy.js";

/** What is fixed for the records of one Kind (RFC 6940 §7.4.5). */
export interface KindDefinition {
  readonly kind: number;
  readonly policy: PolicyName;
  /** Largest value, encoded, bytes. */
  readonly valueBytesMax: number;
  /** Longest lifetime, and that of a tombstone, seconds. */
  readonly lifetimeSMax: number;
  /** Entries of one owner at one resource: a user's devices. */
  readonly entriesPerOwnerMax: number;
}

/** A user's devices: dictionary by Node-ID at the hash of the user name; the value is where a device is reached. */
export const registrationKind = 1;

/** The definition of a Kind; `undefined` for one we do not know and therefore do not store. */
export function kindDefinition(kind: number): KindDefinition | undefined {
  return kindDefinitions.find((definition) => definition.kind === kind);
}

const kindDefinitions: readonly KindDefinition[] = [
  {
    kind: registrationKind,
    policy: "USER-NODE-MATCH",
    valueBytesMax: 64,
    lifetimeSMax: 1800,
    entriesPerOwnerMax: 8,
  },
];
