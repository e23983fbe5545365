import assert from "node:assert/strict";
import * as limits from "../../firmware/core/limits.js";
import {
  credentialBytesMax,
  datagramBytesMax,
  hostLimits,
  messageBytesMax,
  phoneLimits,
} from "../../firmware/core/limits.js";
import { hello1PaddedBytes, hello2HeaderBytes, sealBytes } from "../../firmware/wire/frame.js";
import { wideHelloParametersBytes } from "../../firmware/wire/hello-parameters.js";

/** Bytes of a data frame around its plaintext. */
const frameBytes = 22;
/** Bytes a CBOR fragment adds to its part of a message. */
const fragmentHeadBytes = 8;

describe("core/limits: bounds that depend on each other", () => {
  it("every bound is a number above zero, or made of such", () => {
    for (const [name, value] of Object.entries(limits)) {
      if (typeof value === "string") continue;
      const numbers: unknown[] = typeof value === "number" ? [value] : Object.values(value);
      for (const number of numbers) assert.ok(typeof number !== "number" || number >= 0, name);
    }
  });

  it("a hello with the largest credential fits a datagram, three fragments hold the largest message", () => {
    const hello2 = hello2HeaderBytes + credentialBytesMax + wideHelloParametersBytes + 2 * sealBytes;
    assert.ok(hello2 <= datagramBytesMax);
    assert.ok(hello1PaddedBytes <= datagramBytesMax);
    const part = datagramBytesMax - frameBytes - fragmentHeadBytes;
    assert.ok(messageBytesMax <= limits.fragmentsMax * part);
    assert.ok(limits.recordValueBytesMax + credentialBytesMax < datagramBytesMax);
  });

  it("a via has room for every hop, a lookup's answer for every owner of a name", () => {
    assert.equal(limits.viaBytesMax, 2 * limits.hopsMax);
    assertRising(limits.ownersPerNameMax, limits.recordsInAnswerMax);
    assert.equal(limits.claimsMax, limits.ownersPerNameMax);
    assert.equal(limits.serviceEntriesMax, limits.recordsInAnswerMax);
    assert.equal(limits.serviceEntriesMax, 4 * limits.serviceChildEntriesMax);
    assertRising(limits.replicasMax, limits.responsibleMax, limits.siblingsMax);
  });

  it("a phone keeps the generations of all it publishes", () => {
    assert.ok(limits.phoneOverlay.published <= limits.publishedRecordsMax);
  });

  it("a silent death is noticed within 9.5 s, which leaves 5 s to repair it", () => {
    const noticedMs = limits.silenceOfInterval * limits.siblingIntervalMs + limits.pingPatienceMs;
    assert.ok(noticedMs <= 9500);
    assert.ok((limits.pingsMax - 1) * limits.pingSpacingMs < limits.pingPatienceMs);
    assertRising(limits.siblingIntervalMs, limits.otherIntervalMs);
  });

  it("a tunnel is tried while an address may still answer, and both have their time before a node is given up", () => {
    assertRising(limits.handshakeResendMs, limits.slowGreetingMs, limits.handshakeLifetimeMs);
    assert.ok(2 * limits.slowGreetingMs + limits.handshakeLifetimeMs < limits.reachMsMax);
    assertRising(limits.detourTryMs, limits.detourTryMsMax);
  });

  it("all resends of a hello fall into its lifetime", () => {
    let at = 0;
    for (let i = 0; i < limits.handshakeResendsMax; i++) at += limits.handshakeResendMs * 2 ** i;
    assert.ok(at < limits.handshakeLifetimeMs);
    assertRising(limits.halfOpenKeptMs, limits.handshakeLifetimeMs);
  });

  it("tables of links hold what they are asked to", () => {
    for (const preset of [phoneLimits, hostLimits]) {
      assert.ok(preset.events >= 2 * preset.rows);
      assert.ok(preset.rows <= 1024, "a row is 10 bits of a link's handle");
      assert.ok(preset.hellosBurst >= preset.halfOpen);
    }
    assert.ok(phoneLimits.rows >= limits.siblingsMax + 16 + 8);
  });

  it("the jitter ring holds the longest delay twice, and the longest packet", () => {
    const { jitterRingBlocks, jitterDelayFramesMax, jitterDelayFramesMin, jitterDelayFramesInitial } = limits;
    assert.ok(
      jitterRingBlocks >= 2 * jitterDelayFramesMax + limits.rtpPayloadBytesMax / limits.audioBlockSamples,
    );
    assertRising(jitterDelayFramesMin, jitterDelayFramesInitial, jitterDelayFramesMax);
    assert.ok(limits.mediaPacketBytesMax >= 12 + limits.audioFrameSamples + 16);
    assert.equal(limits.audioFrameSamples, (limits.audioSamplesPerSecond * limits.audioFrameMs) / 1000);
  });

  it("a person's patience is longer than the network's, and the callee's longer than the caller's", () => {
    assertRising(limits.sipRingMs, limits.sipRingCalleeMs, limits.ringMsMax);
    assertRising(64 * limits.sipT1Ms, limits.dialMsMax);
    assertRising(limits.handshakeLifetimeMs, limits.reachMsMax);
    assertRising(limits.messageTextBytesMax, limits.sipTextBytesMax);
    assertRising(limits.messageTextBytesMax, limits.lineBytesMax);
    assertRising(limits.messageTextBytesMax - 1, limits.stockTextBytesMax);
    assertRising(limits.sipRingCalleeMs + 64 * limits.sipT1Ms, limits.stockSourceMs);
  });
});

/** Each is more than the one before. */
function assertRising(...values: readonly number[]): void {
  values.slice(1).forEach((value, i) => {
    assert.ok(value > (values[i] ?? 0), `${value} is not above ${values[i] ?? 0}`);
  });
}
