import assert from "node:assert/strict";
import { decodeALaw, decodeMuLaw, G711 } from "../../firmware/media/g711.js";
import type { Law } from "../../firmware/media/g711.js";

/**
 * The tables of ITU-T G.711 (1a, 2a), built here from their segments: decision and output values in units of the
 * law's own scale (µ-law 14 bit, A-law 13 bit), independent of the arithmetic under test.
 */
function muLawOutputs(): number[] {
  const positive: number[] = [];
  let start = 0;
  for (let segment = 0; segment < 8; segment++) {
    const step = 2 ** (segment + 1);
    for (let place = 0; place < 16; place++) {
      // The very first interval is half as wide and its output is 0.
      if (segment === 0) positive.push(2 * place);
      else positive.push(start + step * place + step / 2);
    }
    start = segment === 0 ? 31 : start + 16 * step;
  }
  return positive.map((value) => 4 * value);
}

function aLawOutputs(): number[] {
  const positive: number[] = [];
  let start = 0;
  for (let segment = 0; segment < 8; segment++) {
    const step = 2 * 2 ** Math.max(0, segment - 1);
    for (let place = 0; place < 16; place++) positive.push(start + step * place + step / 2);
    start += 16 * step;
  }
  return positive.map((value) => 8 * value);
}

/** The output value of each of the 256 codes as transmitted. */
function outputsOf(law: Law): number[] {
  const outputs = new Array<number>(256).fill(0);
  (law === "PCMU" ? muLawOutputs() : aLawOutputs()).forEach((value, rank) => {
    // µ-law: all bits inverted; A-law: even bits inverted, and a set sign bit is positive.
    const plus = law === "PCMU" ? 0xff - rank : (0x80 | rank) ^ 0x55;
    const minus = law === "PCMU" ? 0x7f - rank : rank ^ 0x55;
    outputs[plus] = value;
    outputs[minus] = -value;
  });
  return outputs;
}

describe("media/g711", () => {
  it("decodes every code to the value of the ITU tables", () => {
    const muLaw = outputsOf("PCMU");
    const aLaw = outputsOf("PCMA");
    for (let code = 0; code < 256; code++) {
      assert.equal(decodeMuLaw(code) + 0, (muLaw[code] ?? 0) + 0, `µ-law ${code}`);
      assert.equal(decodeALaw(code), aLaw[code], `A-law ${code}`);
    }
    // Anchors that every table of the two laws shows.
    assert.equal(decodeMuLaw(0x00), -32124);
    assert.equal(decodeMuLaw(0x80), 32124);
    assert.equal(decodeMuLaw(0xff), 0);
    assert.equal(decodeALaw(0x55 ^ 0xff), 32256);
    assert.equal(decodeALaw(0x55), -8);
  });

  for (const law of ["PCMU", "PCMA"] as const) {
    it(`${law}: encodes each of the 65536 samples within one step of the nearest output`, () => {
      const codec = new G711(law);
      const outputs = outputsOf(law);
      const ascending = [...new Set(outputs.map((value) => value + 0))].sort((a, b) => a - b);
      const samples = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
      const codes = new Uint8Array(65536);
      const decoded = new Int16Array(65536);
      codec.encode(samples, codes, 0);
      codec.decode(codes, decoded, 0);
      let nearest = 0;
      let exact = 0;
      samples.forEach((sample, i) => {
        while (
          Math.abs((ascending[nearest + 1] ?? Infinity) - sample) <
          Math.abs((ascending[nearest] ?? 0) - sample)
        ) {
          nearest++;
        }
        const rank = ascending.indexOf(decoded[i] ?? 0);
        assert.ok(Math.abs(rank - nearest) <= 1, `${sample} became ${decoded[i]}`);
        if (rank === nearest) exact++;
      });
      console.log(`      ${law}: ${((100 * exact) / 65536).toFixed(2)} % of samples take the nearest output`);
      assert.ok(exact > 0.97 * 65536);
    });

    it(`${law}: an output value encodes to a code of the same value`, () => {
      const codec = new G711(law);
      const outputs = Int16Array.from(outputsOf(law));
      const codes = new Uint8Array(256);
      const again = new Int16Array(256);
      codec.encode(outputs, codes, 0);
      codec.decode(codes, again, 0);
      assert.deepEqual(again, outputs);
    });
  }

  it("writes where it is told to and nowhere else", () => {
    const codec = new G711("PCMU");
    const target = new Uint8Array(8).fill(1);
    codec.encode(Int16Array.of(0, 0), target, 3);
    assert.deepEqual(target, Uint8Array.of(1, 1, 1, 0xff, 0xff, 1, 1, 1));
    const samples = new Int16Array(5).fill(1);
    codec.decode(Uint8Array.of(0x80), samples, 2);
    assert.deepEqual(samples, Int16Array.of(1, 1, 32124, 1, 1));
  });
});
