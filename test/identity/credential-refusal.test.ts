import assert from "node:assert/strict";
import { encode } from "cbor2";
import { credentialBytesMax } from "../../firmware/core/limits.js";
import { openAdmission, type Admission } from "../../firmware/identity/admission.js";
import { admitCredential, issueOpenCredential, type Credential } from "../../firmware/identity/credential.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource } from "../support/seed.js";
import {
  enrolledAdmission,
  enrolledCredential,
  flipped,
  openIdentity,
  openOverlay,
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

describe("credential refusals", () => {
  it("refuses user names that are none, however they are signed", () => {
    for (const name of [
      "Alice",
      "al ice",
      "a".repeat(33),
      "alice@",
      "@home",
      "alice@Home",
      "alice@a..b",
      "ålice",
    ]) {
      assert.equal(refused(open, renamed(name)), "bad-user-name", name);
    }
    accepted(open, renamed("a.b+c_d-9@home.example"));
  });

  it("every bit flipped, and 3000 other changes, are refused with a named fault", () => {
    for (const { admission, bytes } of [
      { admission: open, bytes: ofAlice(0x1f) },
      { admission: enrolledAdmission(), bytes: enrolledCredential("alice") },
    ]) {
      const shares = new BranchShare(`credential, ${admission.kind}`);
      for (let bit = 0; bit < 8 * bytes.length; bit++) shares.count(refused(admission, flipped(bytes, bit)));
      const source = new MutationSource();
      for (let i = 0; i < 3000; i++) {
        const mutant = mutated(bytes, source);
        if (Buffer.compare(mutant, bytes) !== 0) shares.count(refused(admission, mutant));
      }
      shares.print();
      assert.ok(shares.of("bad-signature") > 500);
      assert.ok(shares.of("malformed") > 500);
    }
  }).timeout(30_000);

  it("anything at all is answered, never thrown at", () => {
    const source = new MutationSource();
    for (let i = 0; i < 2000; i++) {
      const bytes = Uint8Array.from({ length: source.below(credentialBytesMax + 20) }, () =>
        source.below(256),
      );
      assert.equal(refused(open, bytes), "malformed");
    }
    assert.equal(refused(open, new Uint8Array(credentialBytesMax + 1)), "malformed");
  }).timeout(30_000);
});

/** A credential for any text as user name, rightly signed, made without our encoder. */
function renamed(name: string): Uint8Array {
  const identity = openIdentity("n");
  const claims = new Map<number, unknown>([
    [2, name],
    [7, identity.nonce],
    [
      8,
      new Map([
        [
          1,
          new Map<number, unknown>([
            [1, 1],
            [-1, 6],
            [-2, identity.publicKey],
          ]),
        ],
      ]),
    ],
  ]);
  const header = encode(new Map([[1, -19]]));
  const external = new Uint8Array(Buffer.concat([Buffer.from("Muster/1 cred"), openOverlay]));
  const payload = encode(claims);
  const signature = sodium.sign(encode(["Signature1", header, external, payload]), identity.secretKey);
  return encode([header, new Map(), payload, signature]);
}
