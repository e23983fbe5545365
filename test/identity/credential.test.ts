import assert from "node:assert/strict";
import { decode, encode } from "cbor2";
import { concatBytes } from "../../firmware/core/bytes.js";
import { encodeText } from "../../firmware/core/text.js";
import { openAdmission, type Admission } from "../../firmware/identity/admission.js";
import {
  admitCredential,
  credentialStanding,
  issueDeviceCredential,
  issueEnrolledCredential,
  issueOpenCredential,
  verifyCredential,
  type Credential,
} from "../../firmware/identity/credential.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { TweetNaClCrypto } from "../../hal/portable/tweetnacl-crypto.js";
import { fileJson } from "../support/file.js";
import { sha512 } from "../support/sha512.js";
import {
  enrolledAdmission,
  enrolledCredential,
  enrolledOverlay,
  openIdentity,
  openOverlay,
  seedOf,
  sodium,
  testWorkBits,
} from "./fixtures.js";

const open = openAdmission(openOverlay, testWorkBits);

function accepted(admission: Admission, bytes: Uint8Array): Credential {
  const result = admitCredential(sodium, admission, bytes);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function refused(admission: Admission, bytes: Uint8Array): string {
  const result = admitCredential(sodium, admission, bytes);
  assert.ok(!result.ok);
  return result.error.kind;
}

function ofAlice(services?: number): Uint8Array {
  const identity = { ...openIdentity("alice"), ...(services === undefined ? {} : { services }) };
  return issueOpenCredential(sodium, openOverlay, "alice", identity);
}

describe("credential", () => {
  it("open: 131 B for alice, 134 with services, one more for each letter", () => {
    assert.equal(ofAlice().length, 131);
    assert.equal(ofAlice(0x1f).length, 134);
    const longer = issueOpenCredential(sodium, openOverlay, "alicea", openIdentity("alicea"));
    assert.equal(longer.length, 132);
  });

  it("enrolled: 162 B for alice", () => {
    assert.equal(enrolledCredential("alice").length, 162);
  });

  it("is read as it was written", () => {
    const identity = openIdentity("alice");
    const credential = accepted(open, ofAlice(0x1f));
    assert.equal(credential.userName, "alice");
    assert.deepEqual(credential.nodeId, identity.nodeId);
    assert.deepEqual(credential.publicKey, identity.publicKey);
    assert.deepEqual(credential.ownerKey, identity.publicKey);
    assert.equal(credential.services, 0x1f);
    assert.deepEqual(credential.hash, sha512(credential.bytes).slice(0, 16));
    assert.equal(accepted(open, ofAlice()).services, undefined);
    const enrolled = accepted(enrolledAdmission(), enrolledCredential("alice"));
    assert.deepEqual(enrolled.enrolled, { serial: 300, expiresAtS: 1_797_000_000, issuedAtS: 1_765_000_000 });
    assert.deepEqual(enrolled.nodeId, seedOf("id of alice").slice(0, 16));
    const owner = sha512(concatBytes(encodeText("Muster/1 user"), enrolledOverlay, encodeText("alice")));
    assert.deepEqual(enrolled.ownerKey, owner.slice(0, 32));
  });

  it("enrolled: shows how late it is at least once its signature was found good", () => {
    const admission = enrolledAdmission({ lowestTimeS: 0 });
    const forged = enrolledCredential("alice");
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    assert.equal(refused(admission, forged), "bad-signature");
    assert.equal(admission.lowestTimeS, 0);
    accepted(admission, enrolledCredential("alice"));
    assert.equal(admission.lowestTimeS, 1_765_000_000);
    const later = enrolledAdmission({ lowestTimeS: 1_790_000_000 });
    accepted(later, enrolledCredential("alice"));
    assert.equal(later.lowestTimeS, 1_790_000_000, "it never goes back");
  });

  it("the COSE example with Ed25519 has the structure we sign", () => {
    const example = fileJson("test/vectors/cose/eddsa-sig-01.json") as {
      input: { sign0: { key: { x_hex: string } } };
      intermediates: { ToBeSign_hex: string };
      output: { cbor: string };
    };
    const tagged = decode<{ contents: Uint8Array[] }>(
      new Uint8Array(Buffer.from(example.output.cbor, "hex")),
    );
    const [header, , payload, signature] = tagged.contents;
    const toBeSigned = encode(["Signature1", header, new Uint8Array(0), payload]);
    assert.equal(Buffer.from(toBeSigned).toString("hex"), example.intermediates.ToBeSign_hex.toLowerCase());
    const key = new Uint8Array(Buffer.from(example.input.sign0.key.x_hex, "hex"));
    for (const crypto of [sodium, new TweetNaClCrypto()]) {
      assert.ok(crypto.verify(toBeSigned, signature ?? new Uint8Array(), key));
    }
    assert.equal(
      refused(open, new Uint8Array(Buffer.from(example.output.cbor, "hex"))),
      "malformed",
      "tagged, alg -8",
    );
  });

  it("is bound to its overlay: name and authority", () => {
    const bytes = ofAlice();
    const elsewhere = openAdmission(overlayIdOf(sodium, "office.example2"), 0);
    assert.equal(refused(elsewhere, bytes), "bad-signature");
    assert.equal(
      refused(enrolledAdmission({ overlayId: openOverlay }), enrolledCredential("alice")),
      "bad-signature",
    );
    assert.equal(
      refused(enrolledAdmission(), bytes),
      "other-kind",
      "an open credential in an enrolled overlay",
    );
    assert.equal(refused(open, enrolledCredential("alice")), "other-kind", "and the reverse");
  });

  it("needs its Node-ID's work", () => {
    const identity = openIdentity("alice", openOverlay, 6);
    const bytes = issueOpenCredential(sodium, openOverlay, "alice", identity);
    assert.ok(verifyCredential(sodium, openOverlay, bytes, 6).ok);
    const result = verifyCredential(sodium, openOverlay, bytes, 40);
    assert.ok(!result.ok && result.error.kind === "insufficient-work");
  });

  it("a user's second device is vouched for by the first; one level, no chain", () => {
    const first = openIdentity("alice");
    const second = openIdentity("alice's desk");
    const claims = {
      kind: "open" as const,
      userName: "alice",
      publicKey: second.publicKey,
      nonce: second.nonce,
    };
    const bytes = issueDeviceCredential(sodium, openOverlay, claims, first);
    assert.equal(bytes.length, 131 + 35);
    const credential = accepted(open, bytes);
    assert.deepEqual(credential.ownerKey, first.publicKey);
    assert.deepEqual(credential.publicKey, second.publicKey);
    assert.deepEqual(credential.nodeId, second.nodeId);
    const itself = issueDeviceCredential(sodium, openOverlay, claims, second);
    assert.equal(refused(open, itself), "malformed", "its own key as owner has a shorter form");
    const forged = issueDeviceCredential(sodium, openOverlay, claims, {
      ...first,
      secretKey: second.secretKey,
    });
    assert.equal(refused(open, forged), "bad-signature");
  });

  it("expires and is revoked by what the authority has said, not by a clock", () => {
    const bytes = enrolledCredential("alice");
    assert.equal(refused(enrolledAdmission({ lowestTimeS: 1_797_000_001 }), bytes), "expired");
    assert.equal(refused(enrolledAdmission({ serialFloor: 301 }), bytes), "revoked");
    assert.equal(refused(enrolledAdmission({ revokedSerials: [299, 300] }), bytes), "revoked");
    accepted(enrolledAdmission({ lowestTimeS: 0 }), bytes);
    const credential = accepted(enrolledAdmission({ lowestTimeS: 1_797_000_000, serialFloor: 300 }), bytes);
    assert.equal(credentialStanding(enrolledAdmission({ serialFloor: 301 }), credential)?.kind, "revoked");
    assert.equal(credentialStanding(enrolledAdmission(), credential), undefined);
  });

  it("another authority's signature is none", () => {
    const other = sodium.signKeyPair(seedOf("another authority"));
    const claims = {
      kind: "enrolled" as const,
      userName: "alice",
      publicKey: sodium.signKeyPair(seedOf("alice")).publicKey,
      nodeId: openIdentity("alice").nodeId,
      serial: 1,
      expiresAtS: 1_797_000_000,
      issuedAtS: 1,
    };
    assert.equal(
      refused(enrolledAdmission(), issueEnrolledCredential(sodium, enrolledOverlay, claims, other.secretKey)),
      "bad-signature",
    );
  });

  it("a small-order key signs nothing, though tweetnacl alone would accept it", () => {
    const identity = openIdentity("x");
    for (const point of [1, 0]) {
      const publicKey = new Uint8Array(32);
      publicKey[0] = point;
      const bytes = issueOpenCredential(sodium, openOverlay, "alice", { ...identity, publicKey });
      const forged = Uint8Array.from(bytes);
      forged.set(publicKey, bytes.length - 64);
      forged.fill(0, bytes.length - 32);
      for (const crypto of [sodium, new TweetNaClCrypto()]) {
        const result = verifyCredential(crypto, openOverlay, forged, 0);
        assert.ok(!result.ok && result.error.kind === "bad-signature");
      }
    }
  });
});
