import assert from "node:assert/strict";
import { G711 } from "../../firmware/media/g711.js";
import { JitterBuffer } from "../../firmware/media/jitter-buffer.js";
import type { Placement } from "../../firmware/media/jitter-buffer.js";
import type { Standing } from "../../firmware/media/reception.js";

/** Loud: 160 samples of a square wave as high as 1000 + 100 * number, so that a frame can be recognised. */
function loud(number: number): Int16Array {
  return Int16Array.from({ length: 160 }, (_, i) => (i % 20 < 10 ? 1 : -1) * (1000 + 100 * (number % 100)));
}

/** A buffer, the packets put into it, and the frames taken out, for one µ-law stream. */
class Bench {
  readonly buffer: JitterBuffer;
  readonly #codec = new G711("PCMU");
  #newest = -1;
  readonly #origin: number;

  constructor(origin = 0) {
    this.#origin = origin;
    this.buffer = new JitterBuffer(this.#codec);
  }

  /** Puts frame `number` (20 ms each), loud or quiet. */
  put(number: number, samples: Int16Array = loud(number)): Placement {
    const codes = new Uint8Array(samples.length);
    this.#codec.encode(samples, codes, 0);
    const standing: Standing =
      number < this.#newest ? "behind" : this.#newest < 0 || number === this.#newest + 1 ? "next" : "ahead";
    this.#newest = Math.max(this.#newest, number);
    return this.buffer.put((this.#origin + 160 * number) >>> 0, standing, codes);
  }

  take(): Int16Array {
    const frame = new Int16Array(160);
    this.buffer.take(frame);
    return frame;
  }

  /** The number of the loud frame taken, -1 for silence, undefined for anything else. */
  takeNumber(): number | undefined {
    const frame = this.take();
    if (frame.every((sample) => sample === 0)) return -1;
    for (let number = 0; number < 100; number++) {
      const distance = frame.reduce((sum, sample, i) => sum + Math.abs(sample - (loud(number)[i] ?? 0)), 0);
      if (distance < 160 * 45) return number;
    }
    return undefined;
  }
}

const quiet = new Int16Array(160);

describe("media/jitter-buffer", () => {
  it("plays silence before the first packet, and the first packet at the fifth tick after it came", () => {
    const bench = new Bench();
    assert.equal(bench.takeNumber(), -1);
    const played: (number | undefined)[] = [];
    for (let tick = 0; tick < 8; tick++) {
      bench.put(tick);
      played.push(bench.takeNumber());
    }
    assert.deepEqual(played, [-1, -1, -1, -1, 0, 1, 2, 3]);
    assert.equal(bench.buffer.counts().concealedFrames, 0);
  });

  it("puts packets in order by their timestamps, across the wrap", () => {
    const bench = new Bench(0xffffffff - 400);
    for (const number of [0, 2, 1, 4, 3]) assert.equal(bench.put(number), "held");
    const played = Array.from({ length: 9 }, () => bench.takeNumber());
    assert.deepEqual(played, [-1, -1, -1, -1, 0, 1, 2, 3, 4]);
  });

  it("plays a packet that overtook the first one", () => {
    const bench = new Bench();
    bench.put(1);
    bench.put(0);
    assert.deepEqual(
      Array.from({ length: 5 }, () => bench.takeNumber()),
      [-1, -1, -1, 0, 1],
    );
  });

  it("takes packets of 10 and 30 ms as well", () => {
    const codec = new G711("PCMU");
    for (const samples of [80, 240, 480]) {
      const buffer = new JitterBuffer(codec);
      const stream = Int16Array.from({ length: 4800 }, (_, i) => Math.round(9000 * Math.sin(i / 7)));
      const codes = new Uint8Array(4800);
      codec.encode(stream, codes, 0);
      const decoded = new Int16Array(4800);
      codec.decode(codes, decoded, 0);
      const heard: number[] = [];
      let sent = 0;
      for (let tick = 0; tick < 30; tick++) {
        for (; sent + samples <= 160 * (tick + 4) && sent < 4800; sent += samples) {
          buffer.put(sent, "next", codes.subarray(sent, sent + samples));
        }
        const frame = new Int16Array(160);
        buffer.take(frame);
        heard.push(...frame);
      }
      assert.deepEqual(heard.slice(640), [...decoded.slice(0, heard.length - 640)], `${samples} samples`);
    }
  });

  it("makes up for what is missing and counts it once it knows that the stream goes on", () => {
    const bench = new Bench();
    for (let number = 0; number < 5; number++) bench.put(number);
    for (let tick = 0; tick < 9; tick++) bench.take();
    assert.notDeepEqual(bench.take(), new Int16Array(160), "made up from frame 4");
    assert.equal(bench.buffer.counts().concealedFrames, 0, "it may have ended");
    bench.put(8);
    assert.equal(bench.buffer.counts().concealedFrames, 1);
    bench.take();
    assert.equal(bench.buffer.counts().concealedFrames, 2);
  });

  it("does not take the end of a stream, or a silence the sender chose, for losses", () => {
    const bench = new Bench();
    for (let number = 0; number < 5; number++) bench.put(number);
    for (let tick = 0; tick < 60; tick++) bench.take();
    assert.equal(bench.buffer.counts().concealedFrames, 0);
    // The next in number, a second later in time: nothing was sent between.
    bench.buffer.put(160 * 60, "next", new Uint8Array(160));
    for (let tick = 0; tick < 20; tick++) bench.take();
    assert.equal(bench.buffer.counts().concealedFrames, 0);
  });

  it("plays silence in place of events, without counting a loss", () => {
    const bench = new Bench();
    for (let number = 0; number < 3; number++) bench.put(number);
    bench.buffer.putSilence(160 * 3, 320);
    bench.put(5);
    const played = Array.from({ length: 10 }, () => bench.takeNumber());
    assert.deepEqual(played.slice(4, 9), [0, 1, 2, -1, -1]);
    assert.equal(bench.buffer.counts().concealedFrames, 0);
    bench.buffer.putSilence(0x80000000, 0xffff);
    bench.buffer.putSilence(160 * 1000, 0xffff);
    bench.put(6);
    assert.equal(bench.buffer.counts().concealedFrames, 0);
  });

  it("answers a late packet with more delay, but only once the talker pauses", () => {
    const bench = new Bench();
    let number = 0;
    for (; number < 6; number++) {
      bench.put(number);
      bench.take();
    }
    // Four frames are held: after seven ticks frame 6 comes two ticks late, and everything after it likewise.
    for (let tick = 0; tick < 7; tick++) bench.take();
    assert.equal(bench.put(6), "late");
    assert.equal(bench.buffer.counts().insertedFrames, 0);
    for (number = 7; number < 20; number++) {
      bench.put(number);
      bench.put(number + 3);
      bench.take();
    }
    assert.equal(bench.buffer.counts().insertedFrames, 0, "a loud talker is not interrupted");
    for (; number < 60; number++) {
      bench.put(number + 3, quiet);
      bench.take();
    }
    assert.ok(bench.buffer.counts().insertedFrames >= 1);
    assert.ok(bench.buffer.counts().delayMs <= 220);
  });

  it("finds its way back when everything comes 300 ms later from some moment on", () => {
    const bench = new Bench();
    const lateTicks = 15;
    for (let tick = 0; tick < 200; tick++) {
      if (tick < 50) bench.put(tick);
      else if (tick >= 50 + lateTicks) bench.put(tick - lateTicks);
      bench.take();
    }
    const before = bench.buffer.counts().concealedFrames;
    for (let tick = 200; tick < 300; tick++) {
      assert.equal(bench.put(tick - lateTicks), "held");
      bench.take();
    }
    assert.equal(bench.buffer.counts().concealedFrames, before);
  });

  it("shrinks by half of what was never needed, after 30 s and in a pause, down to three frames", () => {
    const bench = new Bench();
    // Five frames came at once before the loudspeaker ran: nine frames of delay, of which the first packet had four.
    let number = 0;
    for (; number < 5; number++) bench.put(number, quiet);
    const delays: number[] = [];
    let before: Int16Array = quiet;
    for (let tick = 0; tick < 12_000; tick++, number++) {
      bench.put(number, tick % 100 < 50 ? loud(number) : quiet);
      const { removedFrames } = bench.buffer.counts();
      const frame = bench.take();
      if (tick === 1490) assert.equal(removedFrames, 0);
      if (bench.buffer.counts().removedFrames > removedFrames) {
        assert.ok(before.every((sample) => sample === 0));
      }
      before = frame;
      if (tick % 2000 === 1999) delays.push(bench.buffer.counts().delayMs / 20);
    }
    assert.deepEqual(delays, [8, 5, 4, 3, 3, 3]);
    assert.equal(bench.buffer.counts().concealedFrames, 0);
  });

  it("keeps only the usual delay of what waited while nobody listened", () => {
    const bench = new Bench();
    for (let number = 0; number < 15; number++) bench.put(number);
    assert.equal(bench.takeNumber(), 11);
  });

  it("begins anew when the sender's timestamps do", () => {
    const bench = new Bench();
    for (let number = 0; number < 10; number++) {
      bench.put(number);
      bench.take();
    }
    const codes = new Uint8Array(160);
    assert.equal(bench.buffer.put(2_000_000_000, "next", codes), "resynchronised");
    assert.equal(bench.buffer.put(2_000_000_160, "next", codes), "held");
    // Old packets are just late; they do not bring the old stream back.
    assert.equal(bench.buffer.put(160 * 10, "behind", codes), "late");
    assert.equal(bench.buffer.put(2_000_000_320, "next", codes), "held");
  });

  it("stays within its ring however far ahead packets are", () => {
    const bench = new Bench();
    const placements = new Set<Placement>();
    for (let number = 0; number < 1000; number++) placements.add(bench.put(number));
    assert.deepEqual([...placements].sort(), ["held", "resynchronised"]);
    assert.ok(bench.buffer.counts().delayMs <= 400);
  });
});
