import { idBytes, nodeId, type NodeId } from "../core/node-id.js";
import { userDomainCharsMax, userNameCharsMax } from "../core/limits.js";
import type { Result } from "../core/result.js";
import { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";
import type { WireError } from "../wire/wire-error.js";
import { workNonceBytes } from "./node-identity.js";

/** Claims of a credential that signs for itself or is signed by its user's first device (RFC 8392; README.md). */
export interface OpenClaims {
  readonly kind: "open";
  readonly userName: string;
  /** Ed25519, 32 B. */
  readonly publicKey: Uint8Array;
  /** Proof of work, 4 B. */
  readonly nonce: Uint8Array;
  /** Bit string of allowed services, up to 32 bits. */
  readonly services?: number;
}

/** Claims of a credential that an authority signs. */
export interface EnrolledClaims {
  readonly kind: "enrolled";
  readonly userName: string;
  readonly publicKey: Uint8Array;
  /** Drawn at random by the authority. */
  readonly nodeId: NodeId;
  /** 1 .. 2^32-1, counted by the authority. */
  readonly serial: number;
  /** Seconds since 1970. */
  readonly expiresAtS: number;
  readonly issuedAtS: number;
  readonly services?: number;
}

export type Claims = OpenClaims | EnrolledClaims;

/** The CWT claims set, deterministic: 43 B and the user name in an open credential without services. */
export function encodeClaims(claims: Claims): Uint8Array {
  const enrolled = claims.kind === "enrolled";
  const pairs = (enrolled ? 5 : 3) + (claims.services === undefined ? 0 : 1);
  const writer = new CborWriter(enrolled ? "enrolled-claims" : "open-claims").map(pairs);
  writer.uint(Claim.subject).text(claims.userName);
  if (enrolled)
    writer.uint(Claim.expiration).uint(claims.expiresAtS).uint(Claim.issuedAt).uint(claims.issuedAtS);
  writer.uint(Claim.tokenId).bytes(enrolled ? shortestBytes(claims.serial) : claims.nonce);
  writer.uint(Claim.confirmation).map(1).uint(1);
  writer
    .map(enrolled ? 4 : 3)
    .uint(Key.type)
    .uint(octetKeyPair);
  if (enrolled) writer.uint(Key.id).bytes(claims.nodeId);
  writer.int(Key.curve).uint(curveEd25519).int(Key.x).bytes(claims.publicKey);
  if (claims.services !== undefined) writer.uint(Claim.scope).bytes(shortestBytes(claims.services));
  return writer.finish();
}

/** Reads claims of the kind that the overlay admits; nothing else may be among them. */
export function decodeClaims(kind: Claims["kind"], bytes: Uint8Array): Result<Claims, WireError> {
  const reader = new CborReader(bytes, kind === "open" ? "open-claims" : "enrolled-claims");
  return reader.finish<Claims>(kind === "open" ? readOpen(reader) : readEnrolled(reader));
}

/** CWT claims (IANA "CBOR Web Token Claims"). */
const Claim = { subject: 2, expiration: 4, issuedAt: 6, tokenId: 7, confirmation: 8, scope: 9 } as const;
/** COSE_Key parameters (RFC 9053 §7). */
const Key = { type: 1, id: 2, curve: -1, x: -2 } as const;
const octetKeyPair = 1;
const curveEd25519 = 6;
const publicKeyBytes = 32;
const userNameBytesMax = userNameCharsMax + 1 + userDomainCharsMax;

function readOpen(reader: CborReader): OpenClaims {
  const pairs = reader.map("claims", 3, 4);
  const userName = readUserName(reader);
  label(reader, Claim.tokenId);
  const nonce = reader.bytes("nonce", workNonceBytes).slice();
  openKey(reader, 3);
  const publicKey = readPublicKey(reader);
  const services = pairs === 4 ? readServices(reader) : {};
  return { kind: "open", userName, nonce, publicKey, ...services };
}

function readEnrolled(reader: CborReader): EnrolledClaims {
  const pairs = reader.map("claims", 5, 6);
  const userName = readUserName(reader);
  label(reader, Claim.expiration);
  const expiresAtS = reader.uint("expiration", 0xffffffff);
  label(reader, Claim.issuedAt);
  const issuedAtS = reader.uint("issued-at", 0xffffffff);
  label(reader, Claim.tokenId);
  const serial = readShortest(reader, "serial");
  openKey(reader, 4);
  label(reader, Key.id);
  const id = nodeId(reader.bytes("node-id", idBytes).slice());
  const publicKey = readPublicKey(reader);
  const services = pairs === 6 ? readServices(reader) : {};
  return { kind: "enrolled", userName, expiresAtS, issuedAtS, serial, nodeId: id, publicKey, ...services };
}

function readUserName(reader: CborReader): string {
  label(reader, Claim.subject);
  return reader.text("user-name", 1, userNameBytesMax);
}

/** `8: { 1: { 1: 1, …`: the confirmation key up to its type, with `pairs` parameters (RFC 8747 §3.2). */
function openKey(reader: CborReader, pairs: number): void {
  label(reader, Claim.confirmation);
  reader.map("confirmation", 1, 1);
  exactly(reader, "confirmation/method", 1);
  reader.map("key", pairs, pairs);
  label(reader, Key.type);
  exactly(reader, "key/type", octetKeyPair);
}

function readPublicKey(reader: CborReader): Uint8Array {
  label(reader, Key.curve);
  exactly(reader, "key/curve", curveEd25519);
  label(reader, Key.x);
  return reader.bytes("key/x", publicKeyBytes);
}

function readServices(reader: CborReader): { services: number } {
  label(reader, Claim.scope);
  return { services: readShortest(reader, "scope") };
}

/** A map key that must come next. */
function label(reader: CborReader, expected: number): void {
  const at = reader.offset;
  if (reader.int("label", -0x10000, 0x10000) !== expected) reader.fail("label", "key-order", at);
}

function exactly(reader: CborReader, field: string, expected: number): void {
  const at = reader.offset;
  if (reader.uint(field, 0xffff) !== expected) reader.fail(field, "out-of-range", at);
}

/** A number as the fewest bytes, big-endian, at least one. */
function shortestBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256))
    bytes.unshift(rest % 256);
  return Uint8Array.from(bytes);
}

/** The number that `shortestBytes` wrote in 1 .. 4 bytes. */
function readShortest(reader: CborReader, field: string): number {
  const at = reader.offset;
  const bytes = reader.bytes(field, 1, 4);
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return bytes.length > 1 && bytes[0] === 0 ? reader.fail(field, "not-shortest", at) : value;
}
