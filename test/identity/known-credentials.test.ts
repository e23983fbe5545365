import assert from "node:assert/strict";
import type { Credential } from "../../firmware/identity/credential.js";
import { KnownCredentials } from "../../firmware/identity/known-credentials.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { MutationSource, seed } from "../support/seed.js";
import { openSide, seedOf } from "./fixtures.js";

const template = openSide("alice").keyRing.credential;

function credential(name: string): Credential {
  return { ...template, hash: seedOf(name).slice(0, 16) };
}

describe("known credentials", () => {
  it("are found by the first 8 B of their hash", () => {
    const known = new KnownCredentials(2);
    const one = credential("one");
    known.remember({ credential: one, knowsUs: false });
    assert.equal(known.find(one.hash)?.credential, one);
    assert.equal(known.find(one.hash.slice(0, 8))?.credential, one);
    assert.equal(known.find(credential("two").hash), undefined);
  });

  it("never are more than the capacity; the one not used for longest goes", () => {
    const known = new KnownCredentials(3);
    const [a, b, c, d] = ["a", "b", "c", "d"].map(credential) as [
      Credential,
      Credential,
      Credential,
      Credential,
    ];
    for (const each of [a, b, c]) known.remember({ credential: each, knowsUs: true });
    known.find(a.hash);
    known.remember({ credential: d, knowsUs: false });
    assert.equal(known.size, 3);
    assert.equal(known.find(b.hash), undefined);
    assert.ok(known.find(a.hash) && known.find(c.hash) && known.find(d.hash));
    for (let i = 0; i < 100; i++) known.remember({ credential: credential(`${i}`), knowsUs: false });
    assert.equal(known.size, 3);
  });

  it("keep what is known already, unless it is another credential with the same 8 B", () => {
    const known = new KnownCredentials(3);
    const one = credential("one");
    known.remember({ credential: one, agreementKey: seedOf("key"), knowsUs: true });
    known.remember({ credential: one, knowsUs: false });
    assert.deepEqual(known.find(one.hash), { credential: one, agreementKey: seedOf("key"), knowsUs: true });
    known.noteKnowsUs(one.hash, false);
    assert.equal(known.find(one.hash)?.knowsUs, false);
    const twin = { ...one, hash: Uint8Array.from([...one.hash.slice(0, 8), ...seedOf("twin").slice(0, 8)]) };
    known.remember({ credential: twin, knowsUs: false });
    assert.deepEqual(known.find(one.hash), { credential: twin, knowsUs: false });
    assert.equal(known.size, 1);
  });

  it("are forgotten", () => {
    const known = new KnownCredentials(3);
    known.remember({ credential: credential("one"), knowsUs: true });
    known.forget(credential("one").hash);
    known.noteKnowsUs(credential("one").hash, true);
    assert.equal(known.size, 0);
  });

  it("are the same in the small table of a phone and in the large one of a host", () => {
    const [small, large] = [new KnownCredentials(32), new KnownCredentials(33)];
    const source = new MutationSource(seed);
    for (let round = 0; round < 2000; round++) {
      const one = {
        ...credential(`${source.below(30)}`),
        nodeId: nodeId(seedOf(`${source.below(9)}`).slice(0, 16)),
      };
      const what = source.below(5);
      const found = [small, large].map((known) => {
        if (what === 0) known.remember({ credential: one, knowsUs: round % 2 === 0 });
        else if (what === 1) known.noteKnowsUs(one.hash, round % 2 === 0);
        else if (what === 2) known.forget(one.hash);
        return what === 3 ? known.findNode(one.nodeId) : known.find(one.hash);
      });
      assert.deepEqual(found[0], found[1], `round ${round}`);
      assert.equal(small.size, large.size);
    }
  });
});
