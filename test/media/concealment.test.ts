import assert from "node:assert/strict";
import { Concealment } from "../../firmware/media/concealment.js";
import { speechOf } from "../support/speech.js";

/** Hears all blocks of `samples`, which are whole. */
function hearAll(concealment: Concealment, samples: Int16Array): void {
  for (let at = 0; at + 80 <= samples.length; at += 80) concealment.hear(samples.slice(at, at + 80), 0);
}

function energy(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}

describe("media/concealment", () => {
  it("goes on with a tone at its own pitch", () => {
    for (const hertz of [80, 125, 200, 250]) {
      const tone = Int16Array.from(
        { length: 560 },
        (_, i) => 8000 * Math.sin((2 * Math.PI * hertz * i) / 8000),
      );
      const concealment = new Concealment();
      hearAll(concealment, tone.slice(0, 480));
      const made = new Int16Array(80);
      concealment.conceal(made, 0);
      const error = made.map((sample, i) => sample - (tone[480 + i] ?? 0));
      assert.ok(energy(error) < 0.1 * energy(tone.slice(480)), `${hertz} Hz`);
    }
  });

  it("fades to silence within 100 ms, and stays silent", () => {
    const concealment = new Concealment();
    hearAll(
      concealment,
      Int16Array.from({ length: 480 }, (_, i) => (i % 50 < 25 ? 9000 : -9000)),
    );
    const energies: number[] = [];
    for (let block = 0; block < 14; block++) {
      const made = new Int16Array(80).fill(1);
      concealment.conceal(made, 0);
      energies.push(energy(made));
      assert.equal(concealment.faded, block >= 10);
    }
    for (let block = 1; block < 10; block++) {
      assert.ok((energies[block] ?? 0) < (energies[block - 1] ?? 0), `block ${block} is softer`);
    }
    assert.deepEqual(energies.slice(10), [0, 0, 0, 0]);
  });

  it("makes nothing of nothing, and nothing of a stream that was reset", () => {
    const concealment = new Concealment();
    const made = new Int16Array(80).fill(1);
    concealment.conceal(made, 0);
    assert.deepEqual(made, new Int16Array(80));
    hearAll(concealment, speechOf("alice").slice(8000, 8800));
    concealment.reset();
    concealment.conceal(made.fill(1), 0);
    assert.deepEqual(made, new Int16Array(80));
  });

  it("blends what is heard again over 2 ms, and leaves the rest of it alone", () => {
    const concealment = new Concealment();
    const speech = speechOf("bob").slice(8000, 9600);
    hearAll(concealment, speech.slice(0, 800));
    concealment.conceal(new Int16Array(80), 0);
    const heard = speech.slice(880, 960);
    concealment.hear(heard, 0);
    assert.deepEqual(heard.slice(16), speech.slice(896, 960));
  });

  for (const name of ["alice", "bob"] as const) {
    it(`is nearer to ${name}'s lost frames than silence is, and rarely farther`, () => {
      const speech = speechOf(name);
      let lost = 0;
      let missed = 0;
      let worse = 0;
      let frames = 0;
      for (let at = 800; at + 160 <= speech.length; at += 160) {
        const concealment = new Concealment();
        hearAll(concealment, speech.slice(at - 480, at));
        const made = new Int16Array(160);
        concealment.conceal(made, 0);
        concealment.conceal(made, 80);
        const frame = speech.slice(at, at + 160);
        const error = energy(made.map((sample, i) => sample - (frame[i] ?? 0)));
        lost += energy(frame);
        missed += error;
        if (error > energy(frame)) worse++;
        frames++;
      }
      const gainDb = 10 * Math.log10(lost / missed);
      const worseShare = worse / frames;
      const worsePercent = (100 * worseShare).toFixed(0);
      console.log(
        `      ${name}: ${gainDb.toFixed(2)} dB better than silence; worse for ${worsePercent} % of frames`,
      );
      assert.ok(gainDb > 1.4);
      assert.ok(worseShare < 0.3);
    });
  }
});
