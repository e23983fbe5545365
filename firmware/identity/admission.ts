import { none } from "../core/none.js";

/** Which credentials an overlay accepts. */
export type Admission = OpenAdmission | EnrolledAdmission;

/** Open overlay: whoever has done the work and signs for itself. */
export interface OpenAdmission {
  readonly kind: "open";
  readonly overlayId: Uint8Array;
  /** Leading zero bits that a Node-ID's hash must have after the ID. */
  readonly workBits: number;
}

/** Enrolled overlay: whom the authority has signed. */
export interface EnrolledAdmission {
  readonly kind: "enrolled";
  readonly overlayId: Uint8Array;
  /** The authority's Ed25519 key, 32 B. */
  readonly authority: Uint8Array;
  /**
   * Lower bound of the time, seconds since 1970: the greatest that the authority's signature has shown. No clock: each
   * credential of it that is verified may raise it.
   */
  lowestTimeS: number;
  /** Serials below it are dead. */
  readonly serialFloor: number;
  /** Serials from the floor on that are revoked. */
  readonly revokedSerials: readonly number[];
}

/** The admission of an open overlay. */
export function openAdmission(overlayId: Uint8Array, workBits: number): OpenAdmission {
  return { kind: "open", overlayId, workBits };
}

/** The admission of an enrolled overlay by its authority's key, as a node has it before it meets others. */
export function enrolledAdmission(
  overlayId: Uint8Array,
  authority: Uint8Array,
  lowestTimeS: number,
): EnrolledAdmission {
  return { kind: "enrolled", overlayId, authority, lowestTimeS, serialFloor: 0, revokedSerials: none };
}
