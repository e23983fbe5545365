import { concatBytes, equalBytes } from "../core/bytes.js";
import { credentialBytesMax } from "../core/limits.js";
import { idBytes, nodeId, type NodeId } from "../core/node-id.js";
import { err, ok, type Result } from "../core/result.js";
import { encodeText } from "../core/text.js";
import { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";
import type { WireError } from "../wire/wire-error.js";
import type { Crypto } from "../../hal/crypto.js";
import { openAdmission, type Admission } from "./admission.js";
import {
  decodeClaims,
  encodeClaims,
  type Claims,
  type EnrolledClaims,
  type OpenClaims,
} from "./credential-claims.js";
import { openNodeId, type NodeIdentity } from "./node-identity.js";
import { validUserName } from "./user-name.js";

export type { Admission } from "./admission.js";

/** Who a node is: a CWT (RFC 8392) in an untagged COSE_Sign1 (RFC 9052 §4.2), read. */
export interface Credential {
  /** As it travels; 131 B for "alice" in an open overlay. */
  readonly bytes: Uint8Array;
  /** First 16 B of its SHA-512; 8 of them stand for it on the wire. */
  readonly hash: Uint8Array;
  readonly userName: string;
  /** The device's Ed25519 key, 32 B. */
  readonly publicKey: Uint8Array;
  readonly nodeId: NodeId;
  /**
   * What tells the user from another of the same name, 32 B. Open overlay: the key that owns the name, which is the
   * device's own or that of the user's first device. Enrolled: made of the name, which is the authority's to give.
   */
  readonly ownerKey: Uint8Array;
  /** Bit string of allowed services; absent: none but the node's own records. */
  readonly services?: number;
  /** Enrolled overlay: what the authority says besides. */
  readonly enrolled?: Pick<EnrolledClaims, "serial" | "expiresAtS" | "issuedAtS">;
}

/** Why a credential is not accepted. */
export interface CredentialFault {
  readonly kind:
    | "malformed"
    /** Whole, but an open one in an enrolled overlay, or the other way round. */
    | "other-kind"
    | "bad-user-name"
    /** Open: the Node-ID's work was not done, or for another overlay. */
    | "insufficient-work"
    /** Not by the authority, not by its owner, or for another overlay. */
    | "bad-signature"
    | "expired"
    | "revoked";
  /** Where it is malformed. */
  readonly wire?: WireError;
}

/** A credential that `identity` signs for itself in an open overlay; `services` where it offers any. */
export function issueOpenCredential(
  crypto: Crypto,
  overlayId: Uint8Array,
  userName: string,
  identity: NodeIdentity & { readonly services?: number },
): Uint8Array {
  const { publicKey, nonce, services } = identity;
  const claims: OpenClaims = {
    kind: "open",
    userName,
    publicKey,
    nonce,
    ...(services === undefined ? {} : { services }),
  };
  return issue(crypto, overlayId, claims, { secretKey: identity.secretKey });
}

/**
 * A credential for a user's further device, whose claims are signed with the secret key of the first (open
 * overlay).
 */
export function issueDeviceCredential(
  crypto: Crypto,
  overlayId: Uint8Array,
  claims: OpenClaims,
  owner: Pick<NodeIdentity, "publicKey" | "secretKey">,
): Uint8Array {
  return issue(crypto, overlayId, claims, { secretKey: owner.secretKey, keyId: owner.publicKey });
}

/**
 * A credential for the user of `owner`, for the device that `credential` is of: same key, same Node-ID, another name
 * and signer. `undefined` where `credential` is none of an open overlay.
 */
export function adoptCredential(
  crypto: Crypto,
  overlayId: Uint8Array,
  { bytes }: Credential,
  owner: Pick<NodeIdentity, "publicKey" | "secretKey"> & { readonly userName: string },
): Uint8Array | undefined {
  const envelope = readEnvelope(bytes, "open");
  const claims = envelope.ok ? decodeClaims("open", envelope.value.payload) : envelope;
  if (!claims.ok || claims.value.kind !== "open") return undefined;
  return issueDeviceCredential(crypto, overlayId, { ...claims.value, userName: owner.userName }, owner);
}

/** A credential that the authority issues. */
export function issueEnrolledCredential(
  crypto: Crypto,
  overlayId: Uint8Array,
  claims: EnrolledClaims,
  authoritySecretKey: Uint8Array,
): Uint8Array {
  return issue(crypto, overlayId, claims, { secretKey: authoritySecretKey });
}

/** Reads and verifies a credential of an open overlay. Costs one signature verification. */
export function verifyCredential(
  crypto: Crypto,
  overlayId: Uint8Array,
  bytes: Uint8Array,
  workBits: number,
): Result<Credential, CredentialFault> {
  return admitCredential(crypto, openAdmission(overlayId, workBits), bytes);
}

/** Reads and verifies a credential of either kind of overlay. Costs one signature verification. */
export function admitCredential(
  crypto: Crypto,
  admission: Admission,
  bytes: Uint8Array,
): Result<Credential, CredentialFault> {
  const read = readCredential(crypto, admission, bytes);
  if (!read.ok) return read;
  return checkCredentialSignature(crypto, admission, read.value) ? read : err({ kind: "bad-signature" });
}

/** Everything but the signature: form, user name, work or validity. No public-key operation. */
export function readCredential(
  crypto: Crypto,
  admission: Admission,
  bytes: Uint8Array,
): Result<Credential, CredentialFault> {
  // Keys, hash, Node-ID and owner are views of one copy: one array for each credential kept.
  const ownerBytes = admission.kind === "open" ? 0 : publicKeyBytes;
  const room = new Uint8Array(bytes.length + hashBytes + idBytes + ownerBytes);
  room.set(bytes);
  const own = room.subarray(0, bytes.length);
  const envelope = readEnvelope(own, admission.kind);
  if (!envelope.ok) return err({ kind: "malformed", wire: envelope.error });
  const claims = readClaims(admission.kind, envelope.value.payload);
  if (!claims.ok) return claims;
  const credential = credentialOf(crypto, admission, claims.value, own);
  if (credential === undefined) return err({ kind: "insufficient-work" });
  const { keyId } = envelope.value;
  if (keyId !== undefined && equalBytes(keyId, credential.publicKey)) return err({ kind: "malformed" });
  const fault = credentialStanding(admission, credential);
  if (fault !== undefined) return err(fault);
  return ok(keyId === undefined ? credential : { ...credential, ownerKey: keyId });
}

function readClaims(kind: Admission["kind"], payload: Uint8Array): Result<Claims, CredentialFault> {
  const claims = decodeClaims(kind, payload);
  if (claims.ok) return validUserName(claims.value.userName) ? claims : err({ kind: "bad-user-name" });
  const isOther = decodeClaims(kind === "open" ? "enrolled" : "open", payload).ok;
  return err({ kind: isOther ? "other-kind" : "malformed", wire: claims.error });
}

/**
 * Whether the signature of a credential that was read is right; one signature verification. In an enrolled overlay it
 * also shows how late it is at least: `admission` takes note.
 */
export function checkCredentialSignature(
  crypto: Crypto,
  admission: Admission,
  credential: Credential,
): boolean {
  const { bytes } = credential;
  const signer = admission.kind === "open" ? credential.ownerKey : admission.authority;
  const envelope = readEnvelope(bytes, admission.kind);
  if (!envelope.ok) return false;
  const { payload, signature } = envelope.value;
  const isGood = crypto.verify(toBeSigned(admission.overlayId, payload), signature, signer);
  if (isGood && admission.kind === "enrolled")
    admission.lowestTimeS = Math.max(admission.lowestTimeS, credential.enrolled?.issuedAtS ?? 0);
  return isGood;
}

/** What has become of a credential since it was verified: expired, revoked; `undefined` while it stands. */
export function credentialStanding(
  admission: Admission,
  credential: Credential,
): CredentialFault | undefined {
  if (admission.kind === "open" || credential.enrolled === undefined) return undefined;
  const { serial, expiresAtS } = credential.enrolled;
  if (serial < admission.serialFloor || admission.revokedSerials.includes(serial)) return { kind: "revoked" };
  return expiresAtS < admission.lowestTimeS ? { kind: "expired" } : undefined;
}

/** First 16 B of the SHA-512 of a credential. */
export function credentialHash(crypto: Crypto, bytes: Uint8Array): Uint8Array {
  return crypto.sha512(bytes).slice(0, hashBytes);
}

interface Envelope {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly keyId?: Uint8Array;
}

const hashBytes = 16;
const signatureBytes = 64;
const publicKeyBytes = 32;
/** COSE header parameter "kid" (RFC 9052 §3.1). */
const keyIdLabel = 4;

/** The encoded protected header, { 1: -19 }: algorithm Ed25519 (RFC 9864). */
function protectedHeader(): Uint8Array {
  return Uint8Array.of(0xa1, 0x01, 0x32);
}

function issue(
  crypto: Crypto,
  overlayId: Uint8Array,
  claims: Claims,
  signer: { readonly secretKey: Uint8Array; readonly keyId?: Uint8Array },
): Uint8Array {
  const payload = encodeClaims(claims);
  const writer = new CborWriter("credential").array(4).bytes(protectedHeader());
  if (signer.keyId === undefined) writer.map(0);
  else writer.map(1).uint(keyIdLabel).bytes(signer.keyId);
  writer.bytes(payload).bytes(crypto.sign(toBeSigned(overlayId, payload), signer.secretKey));
  return writer.finish();
}

/** Sig_structure of RFC 9052 §4.4; the overlay is bound as external data: it costs nothing in the credential. */
function toBeSigned(overlayId: Uint8Array, payload: Uint8Array): Uint8Array {
  const writer = new CborWriter("sig-structure").array(4).text("Signature1").bytes(protectedHeader());
  writer.bytes(concatBytes(encodeText("Muster/1 cred"), overlayId)).bytes(payload);
  return writer.finish();
}

function readEnvelope(bytes: Uint8Array, kind: Admission["kind"]): Result<Envelope, WireError> {
  const reader = new CborReader(bytes, "credential");
  if (bytes.length > credentialBytesMax) reader.fail("length", "too-long", credentialBytesMax);
  reader.array("parts", 4, 4);
  const header = reader.bytes("protected", 3);
  if (!reader.failed && !equalBytes(header, protectedHeader())) reader.fail("protected", "out-of-range");
  const named = reader.map("unprotected", 0, kind === "open" ? 1 : 0) === 1;
  if (named && reader.uint("unprotected/label", 0xffff) !== keyIdLabel)
    reader.fail("unprotected", "unknown-kind");
  const keyId = named ? { keyId: reader.bytes("key-id", publicKeyBytes) } : {};
  const payload = reader.bytes("payload", 1, credentialBytesMax);
  const signature = reader.bytes("signature", signatureBytes);
  return reader.finish({ payload, signature, ...keyId });
}

function credentialOf(
  crypto: Crypto,
  admission: Admission,
  claims: Claims,
  bytes: Uint8Array,
): Credential | undefined {
  const { userName, publicKey, services } = claims;
  const common = {
    bytes,
    hash: placed(bytes, 0, credentialHash(crypto, bytes)),
    userName,
    publicKey,
    ownerKey: publicKey,
    ...(services === undefined ? {} : { services }),
  };
  if (claims.kind === "enrolled") {
    const { serial, expiresAtS, issuedAtS } = claims;
    const id = nodeId(placed(bytes, hashBytes, claims.nodeId));
    const owner = crypto.sha512(encodeText("Muster/1 user"), admission.overlayId, encodeText(userName));
    const ownerKey = placed(bytes, hashBytes + idBytes, owner.subarray(0, publicKeyBytes));
    return { ...common, ownerKey, nodeId: id, enrolled: { serial, expiresAtS, issuedAtS } };
  }
  const workBits = admission.kind === "open" ? admission.workBits : 0;
  const id = openNodeId(crypto, admission.overlayId, claims, workBits);
  return id === undefined ? undefined : { ...common, nodeId: nodeId(placed(bytes, hashBytes, id)) };
}

/** A view of what is written `at` so many bytes behind the credential, into the room that its copy has there. */
function placed(credential: Uint8Array, at: number, value: Uint8Array): Uint8Array {
  const view = new Uint8Array(
    credential.buffer,
    credential.byteOffset + credential.length + at,
    value.length,
  );
  view.set(value);
  return view;
}
