import { credentialBytesMax } from "../core/limits.js";
import { randomBytes, type Random } from "../core/random.js";
import type { Result } from "../core/result.js";
import { encodeText } from "../core/text.js";
import { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";
import type { WireError } from "../wire/wire-error.js";
import type { Crypto } from "../../hal/crypto.js";

/**
 * What two phones of one person say to each other so that the first signs the other's credential (protocol §1). Both
 * know a code that the person reads from one and types on the other, and each proves that it does.
 */
export type AdoptionMessage =
  /** "I want to be one of yours." */
  | { readonly kind: "request"; readonly proof: Uint8Array }
  /** "Be one": the credential that is signed for it. */
  | { readonly kind: "grant"; readonly proof: Uint8Array; readonly credential: Uint8Array }
  | { readonly kind: "refusal"; readonly reason: AdoptionRefusal };

/** Why a phone adopts none: nobody told it to, or the code is another. */
export type AdoptionRefusal = "closed" | "wrong-code";

/** The two phones, by their Ed25519 keys, which their link has proven; and the overlay. */
export interface AdoptionParties {
  readonly overlayId: Uint8Array;
  /** Of the phone that adopts: the name's owner key, 32 B. */
  readonly owner: Uint8Array;
  /** Of the phone to be adopted, 32 B. */
  readonly device: Uint8Array;
}

/** Characters of a code: 50 bits, which nobody tries out in the minutes it is good for. */
export const adoptionCodeChars = 10;

/** A code drawn at random: digits and lower-case letters but i, l, o, u. */
export function makeAdoptionCode(random: Random): string {
  let code = "";
  for (const byte of randomBytes(random, adoptionCodeChars)) code += alphabet.charAt(byte & 31);
  return code;
}

/** The code as it is kept, of what a person typed: o is zero, i and l are one, dashes nothing; `undefined`: no code. */
export function readAdoptionCode(typed: string): string | undefined {
  const code = typed.toLowerCase().replace(/-/g, "").replace(/o/g, "0").replace(/[il]/g, "1");
  const isCode = code.length === adoptionCodeChars && [...code].every((each) => alphabet.includes(each));
  return isCode ? code : undefined;
}

/** The code as it is shown: two groups of five. */
export function shownAdoptionCode(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}

/** Proof of the phone to be adopted that it knows the code, 16 B. */
export function requestProof(crypto: Crypto, code: string, parties: AdoptionParties): Uint8Array {
  return proofOf(crypto, code, parties, Uint8Array.of(1));
}

/** Proof of the phone that adopts that it knows the code, over the credential it has signed, 16 B. */
export function grantProof(
  crypto: Crypto,
  code: string,
  parties: AdoptionParties,
  credential: Uint8Array,
): Uint8Array {
  return proofOf(crypto, code, parties, Uint8Array.of(2), credential);
}

/** As the body of a SIP MESSAGE. */
export function encodeAdoption(message: AdoptionMessage): Uint8Array {
  const writer = new CborWriter(`adoption-${message.kind}`);
  switch (message.kind) {
    case "request":
      return writer.array(2).uint(Tag.request).bytes(message.proof).finish();
    case "grant":
      return writer.array(3).uint(Tag.grant).bytes(message.proof).bytes(message.credential).finish();
    case "refusal":
      return writer.array(2).uint(Tag.refusal).uint(reasons.indexOf(message.reason)).finish();
  }
}

/** The message in the body of a SIP MESSAGE; copies nothing. */
export function decodeAdoption(bytes: Uint8Array): Result<AdoptionMessage, WireError> {
  const reader = new CborReader(bytes, "adoption");
  const items = reader.array("parts", 2, 3);
  const tag = reader.uint("tag", Tag.refusal);
  if (items !== (tag === Tag.grant ? 3 : 2)) reader.fail("parts", "wrong-length", 0);
  if (tag === Tag.refusal) {
    const reason = reasons[reader.uint("reason", reasons.length - 1)] ?? "closed";
    return reader.finish<AdoptionMessage>({ kind: "refusal", reason });
  }
  const proof = reader.bytes("proof", proofBytes);
  if (tag === Tag.request) return reader.finish<AdoptionMessage>({ kind: "request", proof });
  const credential = reader.bytes("credential", 1, credentialBytesMax);
  return reader.finish<AdoptionMessage>({ kind: "grant", proof, credential });
}

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const proofBytes = 16;
const Tag = { request: 0, grant: 1, refusal: 2 } as const;
const reasons: readonly AdoptionRefusal[] = ["closed", "wrong-code"];

function proofOf(
  crypto: Crypto,
  code: string,
  { overlayId, owner, device }: AdoptionParties,
  ...what: readonly Uint8Array[]
): Uint8Array {
  const key = encodeText(`Muster/1 adopt${code}`);
  return crypto.hmacSha512(key, overlayId, owner, device, ...what).slice(0, proofBytes);
}
