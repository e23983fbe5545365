import assert from "node:assert/strict";
import type { NodeId } from "../../firmware/core/node-id.js";
import { issueOpenCredential } from "../../firmware/identity/credential.js";
import { type HandshakeFault, type HandshakeSide } from "../../firmware/identity/handshake.js";
import { Initiator } from "../../firmware/identity/initiator.js";
import { makeKeyRing } from "../../firmware/identity/key-ring.js";
import { KnownCredentials } from "../../firmware/identity/known-credentials.js";
import { Responder } from "../../firmware/identity/responder.js";
import { enrolledSide, openIdentity, openOverlay, openSide, seedOf, sodium } from "./fixtures.js";
import { initiatorSays, responderSays, drive, present, run, upToHello3 } from "./handshake-course.js";

describe("handshake refusals", () => {
  it("no outcome for the node itself, another node than sought, or a credential of another overlay", () => {
    const [left, right] = [openSide("alice"), openSide("bobby")];
    const faults = (
      side: HandshakeSide,
      other: HandshakeSide,
      sought?: NodeId,
    ): HandshakeFault | undefined => {
      const initiator = new Initiator(side, { index: 1, sought });
      drive(initiator);
      const responder = new Responder(other, {
        index: 2,
        hello1: present(initiator.hello1),
        parameters: responderSays,
      });
      drive(responder);
      initiator.handleHello2(present(responder.hello2), initiatorSays);
      const { failed } = drive(initiator);
      assert.equal(initiator.outcome === undefined, failed !== undefined);
      return failed;
    };
    assert.equal(faults(left, left), "own-node");
    assert.equal(faults(left, right, left.keyRing.nodeId), "wrong-node");
    assert.equal(faults(left, right, right.keyRing.nodeId), undefined);
    assert.equal(faults(left, enrolledSide("bobby")), "credential-not-authentic");
  });

  it("a credential whose signature or work is wrong is refused on both sides", () => {
    const good = openSide("alice");
    const identity = openIdentity("mallory");
    const wrong = issueOpenCredential(sodium, openOverlay, "alice", {
      ...identity,
      secretKey: sodium.signKeyPair(seedOf("someone else")).secretKey,
    });
    const bad = { ...openSide("mallory"), known: new KnownCredentials(1) };
    const forged = Object.create(bad.keyRing, {
      credential: { value: { ...bad.keyRing.credential, bytes: wrong } },
      agreementSecret: { value: bad.keyRing.agreementSecret },
      secretKey: { value: bad.keyRing.secretKey },
      nodeId: { value: bad.keyRing.nodeId },
    }) as HandshakeSide["keyRing"];
    const forger = { ...bad, keyRing: forged };
    const initiator = new Initiator(good, { index: 1 });
    drive(initiator);
    const responder = new Responder(forger, {
      index: 2,
      hello1: present(initiator.hello1),
      parameters: responderSays,
    });
    drive(responder);
    initiator.handleHello2(present(responder.hello2), initiatorSays);
    assert.deepEqual(drive(initiator).failed, { credential: { kind: "bad-signature" } });
    const other = upToHello3(forger, good);
    other.responder.handleHello3(present(other.initiator.hello3));
    assert.deepEqual(drive(other.responder).failed, { credential: { kind: "bad-signature" } });
    assert.equal(good.known.size, 0, "nothing unproven is remembered");
  });

  it("a forged credential is verified even where a known one shares the 8 B of its hash", () => {
    const [good, friend, forger] = [openSide("alice"), openSide("bobby"), openSide("mallory")];
    const identity = { ...openIdentity("mallory"), secretKey: sodium.signKeyPair(seedOf("x")).secretKey };
    const bytes = issueOpenCredential(sodium, openOverlay, "bobby", identity);
    const hash = sodium.sha512(bytes).slice(0, 16);
    const twin = { ...friend.keyRing.credential, hash };
    const agreementKey = sodium.scalarMultBase(forger.keyRing.agreementSecret);
    good.known.remember({ credential: twin, agreementKey, knowsUs: false });
    const forged = Object.create(forger.keyRing, {
      credential: { value: { ...forger.keyRing.credential, bytes, hash } },
      agreementSecret: { value: forger.keyRing.agreementSecret },
      nodeId: { value: forger.keyRing.nodeId },
    }) as HandshakeSide["keyRing"];
    const { initiator, responder } = upToHello3({ ...forger, keyRing: forged }, good);
    responder.handleHello3(present(initiator.hello3));
    assert.deepEqual(drive(responder).failed, { credential: { kind: "bad-signature" } });
  });

  it("someone else's credential is of no use without its key", () => {
    const [good, victim, thief] = [openSide("alice"), openSide("bobby"), openSide("mallory")];
    const stolen = Object.create(thief.keyRing, {
      credential: { value: victim.keyRing.credential },
      agreementSecret: { value: thief.keyRing.agreementSecret },
      nodeId: { value: victim.keyRing.nodeId },
    }) as HandshakeSide["keyRing"];
    const { initiator, responder } = upToHello3({ ...thief, keyRing: stolen }, good);
    responder.handleHello3(present(initiator.hello3));
    assert.equal(drive(responder).failed, "not-authentic");
    assert.equal(responder.outcome, undefined);
    assert.equal(good.known.size, 0);
  });

  it("a bad hello2 or hello3 spoils nothing: the good one that follows completes", () => {
    const [left, right] = [openSide("alice"), openSide("bobby")];
    const initiator = new Initiator(left, { index: 1 });
    drive(initiator);
    const responder = new Responder(right, {
      index: 2,
      hello1: present(initiator.hello1),
      parameters: responderSays,
    });
    drive(responder);
    const hello2 = present(responder.hello2);
    const bad2 = Uint8Array.from(hello2);
    bad2[200] = (bad2[200] ?? 0) ^ 1;
    initiator.handleHello2(bad2, initiatorSays);
    assert.equal(drive(initiator).failed, "not-authentic");
    initiator.handleHello2(hello2, initiatorSays);
    assert.equal(drive(initiator).failed, undefined);
    const bad3 = present(initiator.hello3).slice();
    bad3[170] = (bad3[170] ?? 0) ^ 1;
    responder.handleHello3(bad3);
    assert.equal(drive(responder).failed, "not-authentic");
    responder.handleHello3(present(initiator.hello3));
    assert.equal(drive(responder).failed, undefined);
    assert.deepEqual(present(responder.outcome).receiveKey, present(initiator.outcome).sendKey);
  });

  it("a low-order ephemeral key is refused on both sides", () => {
    const [left, right] = [openSide("alice"), openSide("bobby")];
    const initiator = new Initiator(left, { index: 1 });
    drive(initiator);
    const hello1 = present(initiator.hello1).slice();
    hello1.fill(0, 4, 36);
    const responder = new Responder(right, { index: 2, hello1, parameters: responderSays });
    assert.equal(drive(responder).failed, "low-order-key");
    assert.equal(drive(responder).failed, undefined, "and it is over");
    assert.equal(responder.hello2, undefined);
    const honest = new Responder(right, {
      index: 2,
      hello1: present(initiator.hello1),
      parameters: responderSays,
    });
    drive(honest);
    const hello2 = present(honest.hello2).slice();
    hello2.fill(0, 7, 39);
    initiator.handleHello2(hello2, initiatorSays);
    assert.equal(drive(initiator).failed, "low-order-key");
  });

  it("a known credential that was revoked since is refused in the short form", () => {
    const [left, right] = [enrolledSide("alice"), enrolledSide("bobby")];
    run(left, right).initiator.confirm();
    const known = present(left.known.find(right.keyRing.credential.hash));
    assert.ok(right.admission.kind === "enrolled");
    const stricter = { ...right, admission: { ...right.admission, revokedSerials: [300] } };
    const { initiator, responder } = upToHello3(left, stricter, { known });
    responder.handleHello3(present(initiator.hello3));
    assert.deepEqual(drive(responder).failed, { credential: { kind: "revoked" } });
  });

  it("a machine that was wiped does nothing", () => {
    const left = openSide("alice");
    const initiator = new Initiator(left, { index: 1 });
    initiator.wipe();
    assert.equal(initiator.advance(), "done");
    assert.equal(initiator.hello1, undefined);
    const again = new Initiator(left, { index: 1 });
    drive(again);
    const responder = new Responder(openSide("bobby"), {
      index: 2,
      hello1: present(again.hello1),
      parameters: responderSays,
    });
    responder.wipe();
    assert.equal(responder.advance(), "done");
    assert.equal(responder.hello2, undefined);
  });

  it("a key ring whose credential is for another key is refused", () => {
    const alice = openSide("alice");
    const other = makeKeyRing(sodium, alice.admission, seedOf("bobby"), alice.keyRing.credential.bytes);
    assert.deepEqual(other, { ok: false, error: { kind: "other-key" } });
  });
});
