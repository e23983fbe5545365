import assert from "node:assert/strict";
import { Concealment } from "../../../firmware/media/concealment.js";
import { G711 } from "../../../firmware/media/g711.js";
import type { Law } from "../../../firmware/media/g711.js";
import { compareSpeech } from "../../../host-sim/audio/compare.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { seed } from "../../support/seed.js";
import { speechOf } from "../../support/speech.js";

const alice = speechOf("alice");
const bob = speechOf("bob");

function through(law: Law, samples: Int16Array): Int16Array {
  const codec = new G711(law);
  const codes = new Uint8Array(samples.length);
  codec.encode(samples, codes, 0);
  const decoded = new Int16Array(samples.length);
  codec.decode(codes, decoded, 0);
  return decoded;
}

/** `parts` one after the other; a number is so many samples of silence. */
function joined(...parts: readonly (Int16Array | number)[]): Int16Array {
  return Int16Array.from(
    parts.flatMap((part) => (typeof part === "number" ? new Array<number>(part).fill(0) : [...part])),
  );
}

/** The frame whose energy is nearest the mean of all. */
function averageFrame(samples: Int16Array): number {
  const energies: number[] = [];
  for (let at = 0; at + 160 <= samples.length; at += 160) {
    energies.push(samples.subarray(at, at + 160).reduce((sum, sample) => sum + sample * sample, 0));
  }
  const mean = energies.reduce((sum, energy) => sum + energy, 0) / energies.length;
  const distances = energies.map((energy) => Math.abs(energy - mean));
  return distances.indexOf(Math.min(...distances));
}

describe("host-sim/audio/compare", () => {
  it("finds identical recordings identical, wherever they begin", () => {
    for (const lead of [0, 1, 777, 16000]) {
      const { lagSamples, snrDb, heardSamples, speechSamples } = compareSpeech(
        alice,
        joined(lead, alice, 500),
      );
      assert.deepEqual({ lagSamples, snrDb }, { lagSamples: lead, snrDb: 120 });
      assert.ok(heardSamples > speechSamples - 100 && heardSamples <= speechSamples);
    }
  });

  for (const [name, speech] of [
    ["alice", alice],
    ["bob", bob],
  ] as const) {
    it(`gives ${name} through µ-law 37.3 dB, and through A-law about the same`, () => {
      const muLaw = compareSpeech(speech, joined(1234, through("PCMU", speech)));
      assert.ok(Math.abs(muLaw.snrDb - 37.3) < 0.5, `${muLaw.snrDb}`);
      assert.equal(muLaw.lagSamples, 1234);
      const aLaw = compareSpeech(speech, through("PCMA", speech));
      assert.ok(Math.abs(aLaw.snrDb - 37.3) < 0.5, `${aLaw.snrDb}`);
    });

    it(`sees one average frame of ${name} replaced by silence: about 27.5 dB`, () => {
      const heard = through("PCMU", speech);
      const at = 160 * averageFrame(speech);
      heard.fill(0, at, at + 160);
      const { snrDb } = compareSpeech(speech, heard);
      assert.ok(Math.abs(snrDb - 27.5) < 0.7, `${snrDb}`);
    });

    it(`sees 5 % of ${name}'s frames concealed: below 30 dB`, () => {
      const random = new Prng(`${seed}/concealed/${name}`);
      const heard = through("PCMU", speech);
      const concealment = new Concealment();
      for (let at = 0; at + 160 <= heard.length; at += 160) {
        const isLost = random.chance(0.05);
        for (const block of [at, at + 80]) {
          if (isLost) concealment.conceal(heard, block);
          else concealment.hear(heard, block);
        }
      }
      const { snrDb } = compareSpeech(speech, heard);
      assert.ok(snrDb < 30 && snrDb > 8, `${snrDb}`);
    });
  }

  it("does not take one voice for another, noise or silence for either", () => {
    const random = new Prng(`${seed}/noise`);
    const noise = Int16Array.from({ length: alice.length }, () => random.below(8001) - 4000);
    for (const wrong of [bob, noise, new Int16Array(5000), joined(300, Int16Array.of(1), 300)]) {
      assert.ok(compareSpeech(alice, wrong).snrDb < 3);
      assert.ok(compareSpeech(alice, through("PCMU", wrong)).snrDb < 3);
    }
    assert.ok(
      compareSpeech(
        alice,
        alice.map((sample) => -sample),
      ).snrDb < 3,
    );
    assert.deepEqual(compareSpeech(new Int16Array(10), alice).snrDb, 0);
  });

  it("judges the first pass when the sender repeats its speech", () => {
    const damaged = through("PCMU", alice);
    const at = 160 * averageFrame(alice);
    damaged.fill(0, at, at + 160);
    const whole = through("PCMU", alice);
    const first = compareSpeech(alice, joined(800, damaged, whole, whole));
    assert.equal(first.lagSamples, 800);
    assert.ok(first.snrDb < 29);
    assert.ok(compareSpeech(alice, joined(800, whole, damaged)).snrDb > 36);
  });

  it("tells how much was heard when a call ends early or begins late", () => {
    const heard = through("PCMU", alice);
    const early = compareSpeech(alice, joined(400, heard.slice(0, 50_000), 8000));
    assert.ok(early.snrDb > 36);
    assert.ok(Math.abs(early.heardSamples - 50_000) < 200);
    const late = compareSpeech(alice, heard.slice(20_000));
    assert.equal(late.lagSamples, -20_000);
    assert.ok(late.snrDb > 36);
    assert.ok(Math.abs(late.heardSamples - (early.speechSamples - 20_000)) < 200);
  });

  it("counts a beginning that was lost but for its silence as damage", () => {
    const heard = joined(400, through("PCMU", bob));
    heard.fill(0, 400, 400 + 4 * 160);
    const { lagSamples, snrDb } = compareSpeech(bob, heard);
    assert.equal(lagSamples, 400);
    assert.ok(snrDb < 30, `${snrDb}`);
  });

  it("allows the delay to change in a pause, says so, and shows what one lag would give", () => {
    // Alice pauses from frame 139 to 158.
    const heard = through("PCMU", alice);
    const pause = 160 * 150;
    const later = compareSpeech(alice, joined(heard.slice(0, pause), 320, heard.slice(pause)));
    assert.ok(later.snrDb > 36, `${later.snrDb}`);
    assert.equal(later.lagChanges, 1);
    assert.ok(later.fixedLagSnrDb < 10);
    const sooner = compareSpeech(alice, joined(heard.slice(0, pause), heard.slice(pause + 320)));
    assert.ok(sooner.snrDb > 36, `${sooner.snrDb}`);
    assert.equal(sooner.lagChanges, 1);
  });

  it("does not allow it to change while somebody talks", () => {
    const heard = through("PCMU", alice);
    const middle = 160 * 80;
    const { snrDb } = compareSpeech(alice, joined(heard.slice(0, middle), 160, heard.slice(middle)));
    assert.ok(snrDb < 15, `${snrDb}`);
  });
});
