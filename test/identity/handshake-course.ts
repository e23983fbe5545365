import assert from "node:assert/strict";
import {
  type Advance,
  type HandshakeFault,
  type HandshakeOutcome,
  type HandshakeSide,
} from "../../firmware/identity/handshake.js";
import { Initiator, type InitiatorOptions } from "../../firmware/identity/initiator.js";
import { Responder } from "../../firmware/identity/responder.js";
import { openData, sealData } from "../../firmware/identity/seal.js";
import { decodeFrame } from "../../firmware/wire/frame.js";
import { TweetNaClCrypto } from "../../hal/portable/tweetnacl-crypto.js";
import type { Crypto } from "../../hal/crypto.js";
import { sodium } from "./fixtures.js";

export const atInitiator = { address: "192.168.1.23", port: 6084 };
export const atResponder = { address: "192.168.1.24", port: 6084 };
export const initiatorSays = { configSequence: 7, flags: 0x25, endpoint: atResponder };
export const responderSays = { configSequence: 8, flags: 1, endpoint: atInitiator };

/** Calls `advance` until it has no more to do; how often, and the fault if there was one. */
export function drive(machine: { advance(): Advance }): { turns: number; failed?: HandshakeFault } {
  for (let turns = 1; turns < 20; turns++) {
    const came = machine.advance();
    if (came === "done") return { turns };
    if (came !== "more") return { turns, failed: came.failed };
  }
  throw new Error("the machine does not end");
}

export function present<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

export interface Run {
  readonly initiator: Initiator;
  readonly responder: Responder;
  readonly sizes: readonly number[];
}

/** A whole handshake in which nothing goes wrong. */
export function run(left: HandshakeSide, right: HandshakeSide, options: Partial<InitiatorOptions> = {}): Run {
  const { initiator, responder } = upToHello3(left, right, options);
  responder.handleHello3(present(initiator.hello3));
  assert.deepEqual(drive(responder).failed, undefined);
  const sizes = [initiator.hello1, responder.hello2, initiator.hello3].map(
    (flight) => present(flight).length,
  );
  return { initiator, responder, sizes };
}

export function upToHello3(
  left: HandshakeSide,
  right: HandshakeSide,
  options: Partial<InitiatorOptions> = {},
): { initiator: Initiator; responder: Responder } {
  const initiator = new Initiator(left, { index: 0x010203, ...options });
  assert.equal(drive(initiator).failed, undefined);
  const hello1 = present(initiator.hello1);
  const responder = new Responder(right, { index: 0xa0b0c0, hello1, parameters: responderSays });
  assert.equal(drive(responder).failed, undefined);
  initiator.handleHello2(present(responder.hello2), initiatorSays);
  assert.equal(drive(initiator).failed, undefined);
  return { initiator, responder };
}

/** What both sides must agree on, and that what one seals the other opens. */
export function checkOutcomes(
  initiator: Initiator,
  responder: Responder,
  left: HandshakeSide,
  right: HandshakeSide,
): void {
  const atLeft = present(initiator.outcome);
  const atRight = present(responder.outcome);
  assert.deepEqual(atLeft.sendKey, atRight.receiveKey);
  assert.deepEqual(atLeft.receiveKey, atRight.sendKey);
  assert.notDeepEqual(atLeft.sendKey, atLeft.receiveKey);
  assert.deepEqual(atLeft.channelBinding, atRight.channelBinding);
  assert.equal(atLeft.channelBinding.length, 64);
  assert.deepEqual(atLeft.remote.bytes, right.keyRing.credential.bytes);
  assert.deepEqual(atRight.remote.bytes, left.keyRing.credential.bytes);
  assert.deepEqual(atLeft.parameters, responderSays);
  assert.deepEqual(atRight.parameters, initiatorSays);
  assert.deepEqual([atLeft.remoteIndex, atRight.remoteIndex], [0xa0b0c0, 0x010203]);
  assert.deepEqual(atLeft.remoteAgreementKey, sodium.scalarMultBase(right.keyRing.agreementSecret));
  assert.deepEqual(atRight.remoteAgreementKey, sodium.scalarMultBase(left.keyRing.agreementSecret));
  checkData(atLeft, atRight);
}

export function checkData(from: HandshakeOutcome, to: HandshakeOutcome): void {
  const place = { index: from.remoteIndex, counter: 0 };
  const frame = decodeFrame(sealData(sodium, from.sendKey, place, Uint8Array.of(1, 2, 3)));
  assert.ok(frame.ok && frame.value.type === "data");
  assert.deepEqual(openData(sodium, to.receiveKey, place, frame.value.sealed), Uint8Array.of(1, 2, 3));
}

/** Counts the public-key operations. */
export class CountingCrypto extends TweetNaClCrypto {
  publicKeyOperations = 0;
  override verify(...given: Parameters<Crypto["verify"]>): boolean {
    this.publicKeyOperations++;
    return sodium.verify(...given);
  }
  override scalarMultBase(secret: Uint8Array): Uint8Array {
    this.publicKeyOperations++;
    return sodium.scalarMultBase(secret);
  }
  override scalarMult(secret: Uint8Array, key: Uint8Array): Uint8Array | undefined {
    this.publicKeyOperations++;
    return sodium.scalarMult(secret, key);
  }
  override convertPublicKey(key: Uint8Array): Uint8Array | undefined {
    this.publicKeyOperations++;
    return sodium.convertPublicKey(key);
  }
}
