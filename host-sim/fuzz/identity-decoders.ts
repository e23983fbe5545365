import { nodeIdWorkBits } from "../../firmware/core/limits.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { openAdmission, type EnrolledAdmission } from "../../firmware/identity/admission.js";
import {
  admitCredential,
  issueDeviceCredential,
  issueEnrolledCredential,
  type Admission,
} from "../../firmware/identity/credential.js";
import {
  decodeClaims,
  encodeClaims,
  type Claims,
  type OpenClaims,
} from "../../firmware/identity/credential-claims.js";
import { decodeAdoption, encodeAdoption } from "../../firmware/identity/adoption.js";
import { decodeKeyRing, encodeKeyRing, storedSeed } from "../../firmware/identity/key-ring.js";
import { CookieJar } from "../../firmware/link/cookie.js";
import { Prng } from "../virtual/prng.js";
import { exactly, mustEqual, refused } from "./checks.js";
import { must, pure, type Decoder } from "./decoder.js";
import { goldenBytes } from "./golden-bytes.js";
import { crypto, identityOf, keyRingOf, overlayId, peerAt, seedOf } from "./fuzz-nodes.js";

/** Credentials, what they claim, the stored key ring, cookies: all but the first with the crypto that ships on a PC. */
export function identityDecoders(): readonly Decoder[] {
  return [
    {
      name: "claims/open",
      form: "cbor",
      examples: () => [openClaims(), { ...openClaims(), services: 0x1f }].map(encodeClaims),
      open: pure((bytes) => exactly(bytes, (given) => decodeClaims("open", given), encodeClaims)),
    },
    {
      name: "claims/enrolled",
      form: "cbor",
      examples: () => [enrolledClaims, { ...enrolledClaims, services: 3 }].map(encodeClaims),
      open: pure((bytes) => exactly(bytes, (given) => decodeClaims("enrolled", given), encodeClaims)),
    },
    { name: "credential", form: "cbor", examples: credentials, open: pure(admit) },
    {
      name: "adoption",
      form: "cbor",
      examples: () => ["adoption-request", "adoption-grant", "adoption-refusal"].flatMap(goldenBytes),
      open: pure((bytes) => exactly(bytes, decodeAdoption, encodeAdoption)),
    },
    {
      name: "key-ring",
      form: "cbor",
      examples: () => ["alice", "bob"].map(keyRingOf).map(encodeKeyRing),
      open: pure(readRing),
    },
    { name: "cookie", form: "binary", examples: cookies, open: pure(takeCookie) },
  ];
}

const open = openAdmission(overlayId, nodeIdWorkBits);
const authority = crypto.signKeyPair(seedOf("authority"));
const enrolled: EnrolledAdmission = {
  kind: "enrolled",
  overlayId,
  authority: authority.publicKey,
  lowestTimeS: 1_765_000_000,
  serialFloor: 2,
  revokedSerials: [400],
};

const enrolledClaims = {
  kind: "enrolled",
  userName: "carol",
  publicKey: crypto.signKeyPair(seedOf("carol")).publicKey,
  nodeId: nodeId(seedOf("carol's id").slice(0, 16)),
  serial: 300,
  expiresAtS: 1_797_000_000,
  issuedAtS: 1_765_000_000,
} as const satisfies Claims;

function openClaims(): OpenClaims {
  const { publicKey, nonce } = identityOf("alice");
  return { kind: "open", userName: "alice", publicKey, nonce };
}

function credentials(): readonly Uint8Array[] {
  const owner = crypto.signKeyPair(seedOf("first device"));
  return [
    keyRingOf("alice").credential.bytes,
    keyRingOf("bob").credential.bytes,
    issueDeviceCredential(crypto, overlayId, openClaims(), owner),
    issueEnrolledCredential(crypto, overlayId, enrolledClaims, authority.secretKey),
    issueEnrolledCredential(crypto, overlayId, { ...enrolledClaims, serial: 1 }, authority.secretKey),
  ];
}

/** No credential but those that were issued is admitted, to either kind of overlay. */
function admit(bytes: Uint8Array): string {
  const ofOpen = admitAs(open, bytes);
  const ofEnrolled = admitAs(enrolled, bytes);
  const verdicts = [ofOpen, ofEnrolled];
  if (!verdicts.includes("accepted")) return ofOpen === "malformed" ? ofEnrolled : ofOpen;
  must(
    issued().some((each) => Buffer.compare(each, bytes) === 0),
    "a credential that nobody issued is admitted",
  );
  return "accepted";
}

let issuedOnce: readonly Uint8Array[] | undefined;

function issued(): readonly Uint8Array[] {
  issuedOnce ??= credentials();
  return issuedOnce;
}

function admitAs(admission: Admission, bytes: Uint8Array): string {
  const credential = admitCredential(crypto, admission, bytes);
  if (credential.ok) {
    mustEqual(credential.value.bytes, bytes, "kept");
    return "accepted";
  }
  const { kind, wire } = credential.error;
  if (wire !== undefined) refused(wire, bytes.length);
  return kind;
}

function readRing(bytes: Uint8Array): string {
  const ring = decodeKeyRing(crypto, open, bytes);
  if (ring.ok) {
    mustEqual(encodeKeyRing(ring.value), bytes, "written again");
    return "accepted";
  }
  const { error } = ring;
  if (error.kind === "malformed") refused(error.wire, bytes.length);
  const seed = storedSeed(bytes);
  must(
    (seed === undefined) === (error.kind === "malformed"),
    "the seed is there, or is not, against the parts",
  );
  return error.kind;
}

const jar = new CookieJar(crypto, new Prng("cookies"));

function cookies(): readonly Uint8Array[] {
  return [jar.bake(instant(0), peerAt)];
}

function takeCookie(bytes: Uint8Array): string {
  const accepted = jar.accepts(instant(1), peerAt, bytes);
  if (!accepted) return "no-cookie";
  mustEqual(bytes, jar.bake(instant(1), peerAt), "accepted");
  return "accepted";
}
