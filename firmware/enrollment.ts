import type { Crypto } from "../hal/crypto.js";
import { notice } from "./console/notice.js";
import type { Settings } from "./console/settings.js";
import type { NoticeView } from "./console/view.js";
import { fromHex, toHex } from "./core/bytes.js";
import { nodeIdWorkBits } from "./core/limits.js";
import { err, ok, type Result } from "./core/result.js";
import { enrolledAdmission, openAdmission, type Admission } from "./identity/admission.js";
import type { CredentialFault } from "./identity/credential.js";
import {
  encodeKeyRing,
  makeKeyRing,
  storedSeed,
  type KeyRing,
  type KeyRingFault,
} from "./identity/key-ring.js";
import { overlayIdOf } from "./identity/overlay-id.js";
import type { Memory } from "./memory.js";
import type { RunningNode } from "./running-node.js";

/** The overlay of a name and an authority's key, "none" for an open one, and whom it admits. */
export function admissionOf(crypto: Crypto, overlay: string, authority = "none"): Admission {
  const key = authority === "none" ? undefined : fromHex(authority);
  const overlayId = overlayIdOf(crypto, overlay, key);
  return key === undefined ? openAdmission(overlayId, nodeIdWorkBits) : enrolledAdmission(overlayId, key, 0);
}

/** Why a device cannot use a credential that it is given. */
export type EnrollmentFault =
  /** In an open overlay every device signs for itself. */
  | "open-overlay"
  /** The device has not made its key yet. */
  | "no-key"
  /** It is for the key of another device. */
  | "other-key"
  | CredentialFault["kind"];

/** The key ring of a device whose 32-byte seed is `seed` by the credential that an authority issued for it. */
export function enroll(
  crypto: Crypto,
  admission: Admission,
  seed: Uint8Array | undefined,
  credential: Uint8Array,
): Result<KeyRing, EnrollmentFault> {
  if (admission.kind === "open") return err("open-overlay");
  if (seed === undefined) return err("no-key");
  const keyRing = makeKeyRing(crypto, admission, seed, credential);
  return keyRing.ok ? ok(keyRing.value) : err(faultOf(keyRing.error));
}

/** The overlay that a phone's settings name. */
export function settingsAdmission(crypto: Crypto, settings: Settings): Admission {
  return admissionOf(crypto, settings.text("overlay"), settings.text("authority"));
}

/** Takes a credential for the overlay that is set, and the name that it gives; without one it shows the phone's key. */
export function enrollHandset(
  crypto: Crypto,
  credential: Uint8Array | undefined,
  memory: Memory,
  on: Pick<RunningNode, "keyRing"> | undefined,
): NoticeView {
  const stored = memory.keyRing && storedSeed(memory.keyRing);
  const seed = on === undefined ? stored : on.keyRing.secretKey.subarray(0, 32);
  if (credential === undefined) return keyNotice(seed && crypto.signKeyPair(seed).publicKey);
  const enrolled = enroll(crypto, settingsAdmission(crypto, memory.settings), seed, credential);
  if (enrolled.ok) {
    memory.saveKeyRing(encodeKeyRing(enrolled.value));
    memory.settings.set("name", enrolled.value.userName);
    memory.saveSettings();
  }
  return enrollmentNotice(enrolled, on !== undefined);
}

/** What a person is told who has a device enrolled. */
export function enrollmentNotice(enrolled: ReturnType<typeof enroll>, isOn: boolean): NoticeView {
  if (!enrolled.ok) return notice("refused", refusals[enrolled.error], { reason: enrolled.error });
  const { userName, nodeId } = enrolled.value;
  const when = isOn ? " It takes effect at the next start." : "";
  return notice("enrolled", `This phone is enrolled as ${userName}.${when}`, {
    name: userName,
    nodeId: toHex(nodeId),
  });
}

/** The key that an authority is to sign for, once the device has one. */
export function keyNotice(publicKey: Uint8Array | undefined): NoticeView {
  if (publicKey === undefined) return notice("refused", refusals["no-key"], { reason: "no-key" });
  const key = toHex(publicKey);
  return notice("key", `The key of this phone, for its authority to sign, is ${key}`, { key });
}

/** What a person is told of a device that its overlay's authority has not enrolled, or whose credential is no good. */
export function notEnrolledText(publicKey: Uint8Array, fault: KeyRingFault | undefined): string {
  const way = "Then it needs the credential: enroll <credential>, or in a host peer's configuration.";
  const key = `The authority has to sign its key, ${toHex(publicKey)}. ${way}`;
  if (fault === undefined || fault.kind === "no-credential") return `This phone is not enrolled. ${key}`;
  if (fault.kind === "malformed") return `The stored key cannot be used: this phone has a new one. ${key}`;
  return `${refusals[faultOf(fault)]} ${key}`;
}

function faultOf(fault: KeyRingFault): EnrollmentFault {
  switch (fault.kind) {
    case "bad-credential":
      return fault.credential.kind;
    case "no-credential":
      return "malformed";
    default:
      return fault.kind;
  }
}

const refusals: { readonly [fault in EnrollmentFault]: string } = {
  "open-overlay": "This overlay enrolls nobody: its authority is to be set first. See: set authority",
  "no-key": "This phone has no key yet: it makes one when it has a name, or an authority.",
  "other-key": "This credential is for the key of another phone. See: enroll",
  malformed: "This is no credential: was it cut?",
  "other-kind": "This credential is signed by its owner, not by an authority.",
  "bad-user-name": "This credential is for a name that nobody can have.",
  "insufficient-work": "This credential is for an open overlay.",
  "bad-signature":
    "This credential is by another authority, or for another overlay. See: set authority, set overlay",
  expired: "This credential has expired.",
  revoked: "This credential is revoked.",
};
