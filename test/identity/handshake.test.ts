import assert from "node:assert/strict";
import { toHex } from "../../firmware/core/bytes.js";
import {
  answersShort,
  hello1LeastBytes,
  hello2Bytes,
  type Advance,
} from "../../firmware/identity/handshake.js";
import { Initiator } from "../../firmware/identity/initiator.js";
import { Responder } from "../../firmware/identity/responder.js";
import { decodeFrame, type Hello1 } from "../../firmware/wire/frame.js";
import { TweetNaClCrypto } from "../../hal/portable/tweetnacl-crypto.js";
import { enrolledSide, openSide, seedOf, sodium } from "./fixtures.js";
import {
  initiatorSays,
  responderSays,
  drive,
  present,
  run,
  upToHello3,
  checkOutcomes,
  CountingCrypto,
} from "./handshake-course.js";

describe("handshake", () => {
  it("cold, open overlay: 84, 216, 181 B", () => {
    const [left, right] = [openSide("alice", 0x1f), openSide("bobby", 0x1f)];
    const { initiator, responder, sizes } = run(left, right);
    assert.deepEqual(sizes, [84, 216, 181]);
    checkOutcomes(initiator, responder, left, right);
  });

  it("cold, enrolled overlay: 84, 244, 209 B", () => {
    const [left, right] = [enrolledSide("alice"), enrolledSide("bobby")];
    const { initiator, responder, sizes } = run(left, right);
    assert.deepEqual(sizes, [84, 244, 209]);
    checkOutcomes(initiator, responder, left, right);
  });

  it("a call, the callee's credential known from the lookup: 44, 90, 209 B", () => {
    const [left, right] = [enrolledSide("alice"), enrolledSide("bobby")];
    const known = { credential: right.keyRing.credential, knowsUs: false };
    const { initiator, responder, sizes } = run(left, right, { known });
    assert.deepEqual(sizes, [44, 90, 209]);
    checkOutcomes(initiator, responder, left, right);
  });

  it("both known: 44, 90, 55 B, and without verifying or converting anything", () => {
    const [left, right] = [enrolledSide("alice"), enrolledSide("bobby")];
    run(left, right).initiator.confirm();
    const known = present(left.known.find(right.keyRing.credential.hash));
    assert.equal(known.knowsUs, true);
    const crypto = new CountingCrypto();
    const { initiator, responder, sizes } = run({ ...left, crypto }, { ...right, crypto }, { known });
    assert.deepEqual(sizes, [44, 90, 55]);
    checkOutcomes(initiator, responder, left, right);
    assert.equal(crypto.publicKeyOperations, 8, "per side: one key generation, three X25519");
  });

  it("who answered a handshake may open the next one short", () => {
    const [left, right] = [openSide("alice"), openSide("bobby")];
    run(left, right).initiator.confirm();
    const known = present(right.known.find(left.keyRing.credential.hash));
    const { initiator, responder, sizes } = run(right, left, { known });
    assert.deepEqual(sizes, [44, 90, 55]);
    assert.deepEqual(present(initiator.outcome).sendKey, present(responder.outcome).receiveKey);
  });

  it("does at most one public-key operation per turn", () => {
    const crypto = new CountingCrypto();
    const [left, right] = [openSide("alice", 1, crypto), openSide("bobby", 1, crypto)];
    let most = 0;
    const count = (machine: { advance(): Advance }): void => {
      for (let came: Advance = "more"; came === "more";) {
        const before = crypto.publicKeyOperations;
        came = machine.advance();
        most = Math.max(most, crypto.publicKeyOperations - before);
        assert.ok(came === "more" || came === "done");
      }
    };
    const initiator = new Initiator(left, { index: 1 });
    count(initiator);
    const responder = new Responder(right, {
      index: 2,
      hello1: present(initiator.hello1),
      parameters: responderSays,
    });
    count(responder);
    initiator.handleHello2(present(responder.hello2), initiatorSays);
    count(initiator);
    responder.handleHello3(present(initiator.hello3));
    count(responder);
    assert.ok(responder.outcome);
    assert.equal(most, 1);
    assert.equal(
      crypto.publicKeyOperations,
      12,
      "per side: key generation, three X25519, verification, conversion",
    );
  });

  it("the responder that forgot us says so, and the full form follows", () => {
    const [left, right] = [openSide("alice"), openSide("bobby")];
    run(left, right).initiator.confirm();
    right.known.forget(left.keyRing.credential.hash);
    const known = present(left.known.find(right.keyRing.credential.hash));
    const { initiator, responder } = upToHello3(left, right, { known });
    const short = present(initiator.hello3);
    const shortKeys = present(initiator.outcome);
    assert.equal(short.length, 55);
    responder.handleHello3(short);
    assert.equal(drive(responder).failed, "unknown-credential");
    assert.deepEqual(present(responder.unknownCredentialKey), present(initiator.unknownCredentialKey));
    assert.equal(initiator.restateHello3(), true);
    assert.equal(present(initiator.hello3).length, 55 + left.keyRing.credential.bytes.length - 8);
    assert.notDeepEqual(present(initiator.outcome).sendKey, shortKeys.sendKey);
    responder.handleHello3(present(initiator.hello3));
    assert.equal(drive(responder).failed, undefined);
    checkOutcomes(initiator, responder, left, right);
    assert.equal(initiator.restateHello3(), false, "only once");
  });

  it("a cookie is carried, and is part of the transcript", () => {
    const [left, right] = [openSide("alice"), openSide("bobby")];
    const cookie = seedOf("cookie").slice(0, 16);
    const { initiator, responder, sizes } = run(left, right, { cookie });
    assert.equal(sizes[0], 84, "the cookie stands where the padding would");
    const frame = decodeFrame(present(initiator.hello1));
    assert.ok(frame.ok && frame.value.type === "hello1");
    assert.deepEqual(frame.value.cookie, cookie);
    checkOutcomes(initiator, responder, left, right);
  });

  it("a hint is known to who it is for, and answered in full by anyone else", () => {
    const [left, right, third] = [openSide("alice"), openSide("bobby"), openSide("carol")];
    const known = { credential: right.keyRing.credential, knowsUs: true };
    const initiator = new Initiator(left, { index: 1, known });
    drive(initiator);
    const frame = decodeFrame(present(initiator.hello1));
    assert.ok(frame.ok && frame.value.type === "hello1");
    assert.equal(answersShort(right, frame.value), true);
    assert.equal(answersShort(third, frame.value), false);
    assert.equal(answersShort(right, { ...frame.value, ephemeral: seedOf("other") } satisfies Hello1), false);
    const { sizes } = run(left, third, { known });
    assert.equal(sizes[1], hello2Bytes(third.keyRing, false, false));
  });

  it("the length of a hello2 is known beforehand; padding is a third of it at least", () => {
    const right = openSide("a-very-long-user-name.of.32chars");
    const { sizes } = run(openSide("alice"), right);
    assert.equal(sizes[1], hello2Bytes(right.keyRing, false, false));
    assert.equal(hello1LeastBytes(openSide("alice").keyRing, false), 84);
    const longest = openSide(`${"a".repeat(32)}@${"b".repeat(63)}`, 0x7fffffff);
    assert.ok(3 * hello1LeastBytes(longest.keyRing, true) >= hello2Bytes(longest.keyRing, false, true));
  });

  it("both implementations of Crypto make the same bytes", () => {
    const flights = [sodium, new TweetNaClCrypto()].map((crypto) => {
      const { initiator, responder } = run(openSide("alice", 1, crypto), openSide("bobby", 1, crypto));
      return [
        initiator.hello1,
        responder.hello2,
        initiator.hello3,
        present(responder.outcome).channelBinding,
      ].map((bytes) => toHex(present(bytes)));
    });
    assert.deepEqual(flights[0], flights[1]);
  });
});
