import assert from "node:assert/strict";
import { instant } from "../../firmware/core/time.js";
import type { Digit } from "../../firmware/media/dtmf.js";
import { compareSpeech } from "../../host-sim/audio/compare.js";
import type { SpeechComparison } from "../../host-sim/audio/compare.js";
import { seed } from "../support/seed.js";
import { speechOf } from "../support/speech.js";
import { idealPath, runCall, session } from "./virtual-call.js";
import type { CallOptions, CallResult, Path, Stall } from "./virtual-call.js";

const alice = speechOf("alice");
const bob = speechOf("bob");

/** A call, and how well each heard the other, judged when it is asked for. */
interface Judged extends CallResult {
  readonly toA: SpeechComparison;
  readonly toB: SpeechComparison;
}

/** A call in which Alice (a) and Bob (b) both talk all the time, over the given path. */
function call(name: string, path: Partial<Path>, more: Partial<CallOptions> = {}, seconds = 13): Judged {
  const result = runCall(
    {
      name,
      a: session(`${name}/a`),
      b: session(`${name}/b`),
      speechA: alice,
      speechB: bob,
      path: { ...idealPath, ...path },
      ...more,
    },
    seconds,
  );
  const judged = (who: string, spoken: Int16Array, heard: Int16Array): SpeechComparison => {
    const side = compareSpeech(spoken, heard);
    console.log(
      `      ${name} (seed ${seed}): ${who} hears ${side.snrDb.toFixed(1)} dB at ${side.lagSamples / 8} ms`,
    );
    return side;
  };
  let [toA, toB]: (SpeechComparison | undefined)[] = [];
  return {
    ...result,
    get toA() {
      return (toA ??= judged("Alice", more.speechB ?? bob, result.heardByA));
    },
    get toB() {
      return (toB ??= judged("Bob", more.speechA ?? alice, result.heardByB));
    },
  };
}

function reversed(samples: Int16Array): Int16Array {
  return samples.slice().reverse();
}

/** Stalls of one length, once a second, of a and b in turn. */
function stalls(forMs: number): Stall[] {
  return Array.from({ length: 12 }, (_, i) => ({ host: i % 2 === 0 ? "b" : "a", at: 1000 * i + 310, forMs }));
}

function assertUnharmed({ toA, toB, a, b }: Judged): void {
  for (const side of [toA, toB]) {
    assert.ok(side.snrDb >= 36, `${side.snrDb} dB`);
    assert.equal(side.lagChanges, 0);
    assert.ok(side.heardSamples > side.speechSamples - 160);
  }
  for (const { concealedFrames, late } of [a, b]) {
    assert.deepEqual({ concealedFrames, late }, { concealedFrames: 0, late: 0 });
  }
}

describe("media: the quality of voice", () => {
  it("loses nothing on an ideal path, from the first frame to the last, 80 to 100 ms late", () => {
    const result = call("ideal", {});
    assertUnharmed(result);
    assert.equal(result.b.lost, 0);
    for (const { lagSamples } of [result.toA, result.toB]) assert.ok(lagSamples >= 640 && lagSamples <= 840);
  });

  for (const jitterMs of [10, 20, 30, 60]) {
    it(`loses nothing under ${jitterMs} ms of jitter, and conceals nothing`, () => {
      assertUnharmed(call(`jitter ${jitterMs} ms`, { jitterMs }));
    });
  }

  it("loses nothing when either host stalls for 60 ms each second, or both do", () => {
    assertUnharmed(call("stalls", {}, { stalls: stalls(60) }));
    const both = stalls(60).flatMap((stall): Stall[] => [stall, { ...stall, host: "a", at: stall.at + 500 }]);
    assertUnharmed(call("stalls of both", { jitterMs: 10 }, { stalls: both }));
  });

  it("loses nothing when the very first packets are held up by a stall", () => {
    for (const host of ["a", "b"] as const) {
      for (const at of [0, 10, 15, 30, 60]) {
        const speech = { speechA: alice.slice(0, 16_000), speechB: bob.slice(0, 16_000) };
        const stalls: Stall[] = [{ host, at, forMs: 60 }];
        assertUnharmed(call(`stall of ${host} at ${at} ms`, {}, { stalls, ...speech }, 3));
      }
    }
  });

  it("plays nothing twice when every third packet is doubled", () => {
    const result = call("duplicates", { jitterMs: 20, duplicateShare: 0.33 });
    assertUnharmed(result);
    assert.ok(result.b.duplicate > 100);
    assert.equal(result.b.lost, 0);
  });

  for (const lossShare of [0.01, 0.05, 0.1]) {
    it(`conceals what a path loses, ${100 * lossShare} %, and counts it`, () => {
      const { a, b, toA, toB, lostToA, lostToB } = call(`loss ${100 * lossShare} %`, { lossShare });
      for (const [side, lost] of [
        [a, lostToA],
        [b, lostToB],
      ] as const) {
        // Lost reports, and losses at the very end of the call, are not concealed frames.
        assert.ok(Math.abs(side.concealedFrames - lost) <= 3, `${side.concealedFrames} for ${lost}`);
        assert.ok(Math.abs(side.lost - lost) <= 3);
        assert.equal(side.late, 0);
      }
      for (const { snrDb, lagChanges } of [toA, toB]) {
        // One lost packet in a hundred may by chance fall in pauses only.
        if (lossShare >= 0.05) assert.ok(snrDb < 30 && snrDb > 8, `${snrDb}`);
        assert.equal(lagChanges, 0);
      }
      const remote = b.remote;
      assert.ok(remote !== undefined && Math.abs(remote.packetsLost - a.lost) < 40);
    });
  }

  it("keeps delay within its bounds and recovers after a stall of half a second", () => {
    const { b, toB } = call("long stall", {}, { stalls: [{ host: "a", at: 3000, forMs: 500 }] });
    assert.ok(b.concealedFrames > 0 && b.concealedFrames <= 30);
    assert.ok(b.playoutDelayMs <= 220);
    assert.ok(toB.heardSamples > toB.speechSamples - 160);
  });

  for (const slowPpm of [2000, -2000]) {
    it(`keeps up with a sound clock ${slowPpm} millionths slow, changing delay in pauses only`, () => {
      // Nearly a minute that never repeats itself, so that it has one place only.
      const long = joined(alice, bob, reversed(alice), reversed(bob));
      const { b, toB } = call(`drift ${slowPpm}`, { jitterMs: 10 }, { slowPpm, speechA: long }, 46);
      assert.deepEqual({ concealed: b.concealedFrames, late: b.late }, { concealed: 0, late: 0 });
      assert.ok(slowPpm > 0 ? b.removedFrames >= 1 : b.insertedFrames >= 1);
      assert.equal(toB.lagChanges > 0, true);
      assert.ok(toB.snrDb > 36, `${toB.snrDb}`);
      assert.ok(b.playoutDelayMs <= 220);
    });
  }

  it("brings each digit across once, in order, whatever a path of 20 % loss does to it", () => {
    const digits = Array.from("0123456789*#ABCD") as Digit[];
    for (const lossShare of [0, 0.05, 0.2]) {
      const a = session(`digits ${lossShare}/a`);
      const at = (ms: number): void => {
        if (ms % 500 === 250 && ms < 8000) a.sendDigit(instant(ms), digits[(ms - 250) / 500] ?? "0");
      };
      const { b, eventsB } = call(
        `digits ${lossShare}`,
        { lossShare, jitterMs: 20, duplicateShare: 0.1 },
        { a, at },
        10,
      );
      assert.deepEqual(
        eventsB.flatMap((event) => (event.kind === "digitHeard" ? [event.digit] : [])),
        digits,
      );
      if (lossShare === 0) assert.equal(b.concealedFrames, 0, "events in place of speech are no losses");
    }
  });

  it("knows its round trip after the first reports", () => {
    const { a, b } = call("round trip", { delayMs: 40 });
    for (const { roundTripMs } of [a, b]) {
      assert.ok(roundTripMs !== undefined && Math.abs(roundTripMs - 80) < 5, `${roundTripMs}`);
    }
  });
});

function joined(...parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
