import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { decode, encode } from "cbor2";
import { issueOpenCredential } from "../../firmware/identity/credential.js";
import {
  authorityKeys,
  enrolledCredential,
  enrolledOverlay,
  openIdentity,
  openOverlay,
  sodium,
} from "./fixtures.js";

/** Ed25519 of Node, for a raw 32-byte key. */
function nodeVerifies(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]);
  return verify(null, message, createPublicKey({ key: der, format: "der", type: "spki" }), signature);
}

/** What cbor2, which knows nothing of us, finds in a credential, and the bytes whose signature it carries. */
function crossRead(
  bytes: Uint8Array,
  overlayId: Uint8Array,
): {
  claims: Map<number, unknown>;
  toBeSigned: Uint8Array;
  signature: Uint8Array;
} {
  const parts = decode<Uint8Array[]>(bytes, { preferMap: true });
  const [header, payload, signature] = [
    parts[0] as Uint8Array,
    parts[2] as Uint8Array,
    parts[3] as Uint8Array,
  ];
  assert.deepEqual(decode(header, { preferMap: true }), new Map([[1, -19]]));
  const external = new Uint8Array(Buffer.concat([Buffer.from("Muster/1 cred"), overlayId]));
  const toBeSigned = encode(["Signature1", header, external, payload]);
  return {
    claims: decode<Map<number, unknown>>(payload, { preferMap: true }),
    toBeSigned,
    signature,
  };
}

describe("credential, read by others", () => {
  it("cbor2 and Node's Ed25519 read and verify it too", () => {
    const identity = openIdentity("alice");
    const { claims, toBeSigned, signature } = crossRead(
      issueOpenCredential(sodium, openOverlay, "alice", { ...identity, services: 7 }),
      openOverlay,
    );
    assert.equal(claims.get(2), "alice");
    assert.deepEqual(claims.get(7), identity.nonce);
    assert.deepEqual(claims.get(9), Uint8Array.of(7));
    const key = (claims.get(8) as Map<number, Map<number, unknown>>).get(1);
    assert.deepEqual(
      key,
      new Map<number, unknown>([
        [1, 1],
        [-1, 6],
        [-2, identity.publicKey],
      ]),
    );
    assert.ok(nodeVerifies(identity.publicKey, toBeSigned, signature));
    const enrolled = crossRead(enrolledCredential("alice"), enrolledOverlay);
    assert.equal(enrolled.claims.get(4), 1_797_000_000);
    assert.ok(nodeVerifies(authorityKeys.publicKey, enrolled.toBeSigned, enrolled.signature));
  });
});
