import { createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, sign } from "node:crypto";
import { encode } from "cbor2";
import sodium from "sodium-native";
import nacl from "tweetnacl";

/**
 * The handshake once more, straight down, from firmware/identity/README.md: over Node's X25519, Ed25519 and
 * hashes, tweetnacl's secretbox, libsodium's conversion and npm cbor2. It imports nothing of the firmware.
 */

export interface ReferenceNode {
  readonly userName: string;
  readonly seed: Buffer;
  /** Proof of work, 4 B. */
  readonly nonce: Buffer;
  readonly services: number;
  readonly index: Buffer;
  readonly ephemeralSecret: Buffer;
  /** Encoded parameters. */
  readonly parameters: Buffer;
}

export interface ReferenceOptions {
  readonly overlayName: string;
  readonly initiator: ReferenceNode;
  readonly responder: ReferenceNode;
  /** The initiator has the responder's credential, so hello1 has a hint and hello2 is short. */
  readonly hinted: boolean;
  /** The responder knows the initiator's credential: hello3 is short. */
  readonly shortHello3: boolean;
  readonly cookie?: Buffer;
}

/** Every value of a handshake that somebody might want to compare, in hexadecimal, in the order it comes up. */
export type Transcript = Record<string, string>;

// The transcript is one sequence and reads best as one.
// eslint-disable-next-line max-lines-per-function -- see above
export function referenceHandshake(options: ReferenceOptions): Transcript {
  const { initiator, responder } = options;
  const out: Transcript = {};
  const put = (name: string, value: Uint8Array): Buffer => {
    out[name] = Buffer.from(value).toString("hex");
    return Buffer.from(value);
  };

  const overlayId = put("overlay-id", sha512("Muster/1 overlay", options.overlayName).subarray(0, 8));
  const credentialI = put("credential-i", credential(overlayId, initiator));
  const credentialR = put("credential-r", credential(overlayId, responder));
  put("node-id-i", nodeId(overlayId, initiator));
  put("node-id-r", nodeId(overlayId, responder));
  const sI = xSecret(initiator.seed);
  const sR = xSecret(responder.seed);
  const SI = put("static-i", xPublic(sI));
  const SR = put("static-r", xPublic(sR));
  if (!SI.equals(converted(initiator.seed)) || !SR.equals(converted(responder.seed)))
    throw new Error("conversion");
  const eI = initiator.ephemeralSecret;
  const eR = responder.ephemeralSecret;
  const EI = put("ephemeral-i", xPublic(eI));
  const ER = put("ephemeral-r", xPublic(eR));

  let h = put("h 0", sha512("Muster/1 XX X25519 XSalsa20-Poly1305 SHA-512", overlayId));
  let ck = h;
  const mix = (bytes: Uint8Array): void => {
    h = sha512(h, bytes);
  };
  const key = (name: string, secret: Buffer, publicKey: Buffer): void => {
    ck = put(`ck ${name}`, hmac(ck, 1, agree(secret, publicKey)));
  };
  const seal = (name: string, plaintext: Uint8Array): Buffer => {
    const k = put(`key of ${name}`, hmac(ck, 2, h).subarray(0, 32));
    const sealed = put(name, nacl.secretbox(plaintext, new Uint8Array(24), k));
    mix(sealed);
    return sealed;
  };

  const hint = options.hinted
    ? sha512(EI, sha512(credentialR).subarray(0, 16)).subarray(0, 8)
    : Buffer.alloc(0);
  const cookie = options.cookie ?? Buffer.alloc(0);
  const first = 0xc0 + (options.hinted ? 1 : 0) + (options.cookie ? 2 : 0);
  const unpadded = Buffer.concat([Buffer.of(first), initiator.index, EI, hint, cookie]);
  const padding = options.hinted ? 0 : 84 - unpadded.length;
  mix(put("hello1", Buffer.concat([unpadded, Buffer.alloc(padding)])));
  put("h 1", h);

  const first2 = options.hinted ? 0xc9 : 0xc8;
  const header2 = Buffer.concat([Buffer.of(first2), initiator.index, responder.index, ER]);
  mix(header2);
  key("ee", eR, EI);
  const held2 = options.hinted ? sha512(credentialR).subarray(0, 8) : credentialR;
  const sealedR = seal("sealed credential or hash r", held2);
  key("es", sR, EI);
  const sealedParametersR = seal("sealed parameters r", responder.parameters);
  put("hello2", Buffer.concat([header2, sealedR, sealedParametersR]));
  put("h 2", h);
  put("key of unknown-credential", hmac(ck, 5, h).subarray(0, 32));

  const header3 = Buffer.concat([Buffer.of(options.shortHello3 ? 0xcb : 0xca), responder.index]);
  mix(header3);
  const held3 = options.shortHello3 ? sha512(credentialI).subarray(0, 8) : credentialI;
  const sealedI = seal("sealed credential or hash i", held3);
  key("se", sI, ER);
  const sealedParametersI = seal("sealed parameters i", initiator.parameters);
  put("hello3", Buffer.concat([header3, sealedI, sealedParametersI]));
  put("key i-r", hmac(ck, 3, h).subarray(0, 32));
  put("key r-i", hmac(ck, 4, h).subarray(0, 32));
  put("channel binding", h);
  return out;
}

function nodeId(overlayId: Buffer, node: ReferenceNode): Buffer {
  return sha512("Muster/1 node", overlayId, edPublic(node.seed), node.nonce).subarray(0, 16);
}

/** COSE_Sign1, untagged (RFC 9052), of CWT claims (RFC 8392). */
function credential(overlayId: Buffer, node: ReferenceNode): Buffer {
  const coseKey = new Map<number, unknown>([
    [1, 1],
    [-1, 6],
    [-2, edPublic(node.seed)],
  ]);
  const claims = cbor(
    new Map<number, unknown>([
      [2, node.userName],
      [7, node.nonce],
      [8, new Map([[1, coseKey]])],
      [9, Buffer.of(node.services)],
    ]),
  );
  const header = cbor(new Map([[1, -19]]));
  const external = Buffer.concat([Buffer.from("Muster/1 cred"), overlayId]);
  const signature = sign(null, cbor(["Signature1", header, external, claims]), edPrivate(node.seed));
  return cbor([header, new Map(), claims, signature]);
}

function cbor(value: unknown): Buffer {
  return Buffer.from(encode(withoutBuffers(value)));
}

/** cbor2 takes a Buffer for an object with a toJSON; a Uint8Array it writes as a byte string. */
function withoutBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(withoutBuffers);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, withoutBuffers(item)]));
  return value;
}

function sha512(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash("sha512");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function hmac(key: Buffer, label: number, input: Uint8Array): Buffer {
  return createHmac("sha512", key).update(Buffer.of(label)).update(input).digest();
}

function edPrivate(seed: Buffer): ReturnType<typeof createPrivateKey> {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

function edPublic(seed: Buffer): Buffer {
  return createPublicKey(edPrivate(seed)).export({ format: "der", type: "spki" }).subarray(-32);
}

/** The X25519 secret of an Ed25519 seed: the scalar of RFC 8032 §5.1.5. */
function xSecret(seed: Buffer): Buffer {
  const scalar = sha512(seed).subarray(0, 32);
  scalar[0] = (scalar[0] ?? 0) & 248;
  scalar[31] = ((scalar[31] ?? 0) & 127) | 64;
  return scalar;
}

/** What a peer that knows the Ed25519 public key only computes. */
function converted(seed: Buffer): Buffer {
  const out = Buffer.alloc(32);
  sodium.crypto_sign_ed25519_pk_to_curve25519(out, edPublic(seed));
  return out;
}

function xPrivate(secret: Buffer): ReturnType<typeof createPrivateKey> {
  const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), secret]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

function xPublic(secret: Buffer): Buffer {
  return createPublicKey(xPrivate(secret)).export({ format: "der", type: "spki" }).subarray(-32);
}

function agree(secret: Buffer, publicKey: Buffer): Buffer {
  const der = Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), publicKey]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  return diffieHellman({ privateKey: xPrivate(secret), publicKey: key });
}
