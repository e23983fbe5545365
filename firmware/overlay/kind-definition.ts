import {
  fullNameBytesMax,
  registrationBytesMax,
  serviceEntriesMax,
  serviceLifetimeS,
} from "../core/limits.js";
import type { PolicyName } from "./access-policy.js";
import type { DataModel } from "./data-model.js";

/** What is fixed for the records of one Kind (RFC 6940 §7.4.5). All nodes of an overlay have the same Kinds. */
export interface KindDefinition {
  readonly kind: number;
  /** For a person: "registration". */
  readonly name: string;
  readonly model: DataModel;
  readonly policy: PolicyName;
  /** Largest value, encoded, bytes. */
  readonly valueBytesMax: number;
  /** Longest lifetime, and that of a tombstone, seconds. */
  readonly lifetimeSMax: number;
  /** Entries of one owner at one resource, removed ones included: a user's devices. */
  readonly entriesPerOwnerMax: number;
  /** Entries at one resource in all, removed ones not included. */
  readonly entriesMax: number;
}

/** A user's devices: dictionary by Node-ID at the hash of the user name; the value is where a device is reached. */
export const registrationKind = 1;

/** Who offers a service: dictionary by Node-ID at a node of the service's tree (`service-tree.ts`). */
export const serviceKind = 2;

/** Sealed messages for a node that is away: four of each writer, at the hash of the receiver's Node-ID. */
export const inboxKind = 3;

/** The Kinds that every node stores. */
export const shippedKinds: readonly KindDefinition[] = [
  {
    kind: registrationKind,
    name: "registration",
    model: "dictionary",
    policy: "USER-NODE-MATCH",
    // Before the bytes of the full name stands how many there are.
    valueBytesMax: registrationBytesMax + 2 + fullNameBytesMax,
    lifetimeSMax: 1800,
    entriesPerOwnerMax: 8,
    entriesMax: 32,
  },
  {
    kind: inboxKind,
    name: "inbox",
    model: "dictionary",
    policy: "WRITER-MATCH",
    valueBytesMax: 512,
    lifetimeSMax: 259_200,
    entriesPerOwnerMax: 4,
    entriesMax: 32,
  },
  {
    kind: serviceKind,
    name: "service",
    model: "dictionary",
    policy: "SERVICE-NODE-MATCH",
    valueBytesMax: 84,
    lifetimeSMax: serviceLifetimeS,
    entriesPerOwnerMax: 4,
    entriesMax: serviceEntriesMax,
  },
];

/** The definition of a Kind; `undefined` for one we do not know and therefore do not store. */
export function kindDefinition(kinds: readonly KindDefinition[], kind: number): KindDefinition | undefined {
  return kinds.find((definition) => definition.kind === kind);
}
