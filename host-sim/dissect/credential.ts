import { toHex } from "../../firmware/core/bytes.js";
import { isItems, readCborItem, type CborItem } from "./cbor-item.js";
import type { Field } from "./field.js";

/** What a credential says of itself. Nothing here is verified: that takes the overlay it is for. */
export interface CredentialSummary {
  readonly userName: string;
  readonly publicKey: string;
  /** In an enrolled overlay; in an open one it follows from key, nonce and Overlay-ID. */
  readonly nodeId?: string;
  /** Whose signature it bears. */
  readonly signer: string;
  readonly serialOrNonce: string;
  readonly expiresAtS?: number;
  readonly services?: string;
}

/** Reads a COSE_Sign1 with CWT claims (protocol §1), or gives nothing where it is none. */
export function summarizeCredential(bytes: Uint8Array): CredentialSummary | undefined {
  const parts = itemsOf(readItem(bytes));
  const payload = parts?.[2]?.value;
  const claims = payload instanceof Uint8Array ? readItem(payload) : undefined;
  const key = lookUp(lookUp(claims, Claim.confirmation), 1);
  const userName = lookUp(claims, Claim.subject)?.value;
  const publicKey = hexOf(lookUp(key, Key.x));
  if (typeof userName !== "string" || publicKey === undefined) return undefined;
  const nodeId = hexOf(lookUp(key, Key.id));
  return {
    userName,
    publicKey,
    signer: signerOf(nodeId, hexOf(lookUp(parts?.[1], 4)), publicKey),
    serialOrNonce: hexOf(lookUp(claims, Claim.tokenId)) ?? "",
    ...(nodeId !== undefined && { nodeId }),
    ...optionalClaims(claims),
  };
}

/** A credential as one field. */
export function showCredential(item: CborItem): Omit<Field, "name" | "bytes"> {
  if (!(item.value instanceof Uint8Array)) return { value: "no credential" };
  const summary = summarizeCredential(item.value);
  if (summary === undefined) return { value: toHex(item.value) };
  const expiry = summary.expiresAtS === undefined ? "" : `\nexpires ${isoTime(summary.expiresAtS)}`;
  const services = summary.services === undefined ? "" : `\nservices ${summary.services}`;
  const node = summary.nodeId === undefined ? "" : `\nNode-ID ${summary.nodeId}`;
  const number = `${summary.nodeId === undefined ? "nonce" : "serial"} ${summary.serialOrNonce}`;
  const who = `user ${summary.userName}${node}\nkey ${summary.publicKey}`;
  return { value: `${who}\n${number}${expiry}${services}\nsigned by ${summary.signer}` };
}

function optionalClaims(claims: CborItem | undefined): Pick<CredentialSummary, "expiresAtS" | "services"> {
  const expiresAtS = lookUp(claims, Claim.expiration)?.value;
  const services = hexOf(lookUp(claims, Claim.scope));
  return {
    ...(typeof expiresAtS === "number" && { expiresAtS }),
    ...(services !== undefined && { services }),
  };
}

/** CWT claims and COSE_Key parameters. */
const Claim = { subject: 2, expiration: 4, tokenId: 7, confirmation: 8, scope: 9 } as const;
const Key = { id: 2, x: -2 } as const;

function signerOf(nodeId: string | undefined, keyId: string | undefined, publicKey: string): string {
  if (keyId !== undefined) return `the user's first device, key ${keyId}`;
  return nodeId === undefined ? `itself, key ${publicKey}` : "the overlay's authority";
}

function readItem(bytes: Uint8Array): CborItem | undefined {
  const item = readCborItem(bytes);
  return item.ok ? item.value : undefined;
}

function itemsOf(item: CborItem | undefined): readonly CborItem[] | undefined {
  return item !== undefined && isItems(item.value) ? item.value : undefined;
}

function lookUp(map: CborItem | undefined, key: number): CborItem | undefined {
  const value = map?.value;
  if (typeof value !== "object" || value === null || !("pairs" in value)) return undefined;
  return value.pairs.find(([name]) => name.value === key)?.[1];
}

function hexOf(item: CborItem | undefined): string | undefined {
  return item?.value instanceof Uint8Array ? toHex(item.value) : undefined;
}

function isoTime(seconds: number): string {
  return new Date(1000 * seconds).toISOString().slice(0, 10);
}
