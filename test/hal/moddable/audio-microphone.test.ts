import assert from "node:assert/strict";
import { audioBench as bench, play, stall } from "./audio-bench.js";

describe("DeviceAudio: microphone", () => {
  const burst = (from: number, samples = 512): number[] =>
    Array.from({ length: samples }, (_, n) => (from + n) % 30_000);

  it("gives frames in order out of bursts of 512 samples, and nothing twice", () => {
    const made = bench();
    made.audio.start();
    for (let n = 0; n < 100; n++) {
      if (n % 16 === 4 || n % 16 === 7 || n % 16 === 10 || n % 16 === 13 || n % 16 === 0) {
        const spoken = Math.floor(n / 16) * 5 + [0, 4, 7, 10, 13].indexOf(n % 16);
        made.sound.speak(burst(spoken * 512));
      }
      play(made, 1);
    }
    const heard = made.frames.filter((frame) => frame !== undefined);
    assert.ok(heard.length >= 95, `${heard.length} of ${made.frames.length}`);
    assert.deepEqual(
      heard,
      heard.map((_, n) => (160 * n) % 30_000),
    );
  });

  it("there is no frame before the first burst, nor beyond what was heard", () => {
    const made = bench();
    made.audio.start();
    play(made, 5);
    assert.equal(made.frames.filter((frame) => frame !== undefined).length, 0);
    made.sound.speak(burst(1));
    play(made, 8);
    assert.deepEqual(
      made.frames.filter((frame) => frame !== undefined),
      [1, 161, 321],
    );
  });

  it("speech that waits for too long is thrown away, so that the delay does not grow", () => {
    const made = bench();
    made.audio.start();
    for (let n = 0; n < 8; n++) made.sound.speak(burst(512 * n));
    play(made, 4);
    assert.ok(made.sound.unread <= 512 + 2 * 160, `${made.sound.unread} samples wait`);
  });

  it("brings a board of 16,000 Hz to frames of 8000 Hz", () => {
    const made = bench({ rate: 16_000 });
    made.audio.start();
    for (let n = 0; n < 30; n++) {
      made.sound.speak(burst(320 * n, 320));
      play(made, 1);
    }
    const heard = made.frames.filter((frame) => frame !== undefined);
    assert.ok(heard.length >= 25);
    assert.deepEqual(
      heard,
      heard.map((_, n) => 320 * n),
    );
  });

  it("after a stall all that was heard is given, in order", () => {
    const made = bench();
    made.audio.start();
    play(made, 10);
    made.sound.speak(burst(0, 2000));
    stall(made, 240);
    const heard = made.frames.filter((frame) => frame !== undefined);
    assert.deepEqual(
      heard.slice(0, 11),
      Array.from({ length: 11 }, (_, n) => 160 * n),
    );
  });
});

describe("DeviceAudio on a board that lacks something", () => {
  it("without sound a frame is due each 20 ms, on a grid that does not drift; what is read is silence", () => {
    const made = bench({ hasSound: false });
    made.audio.start();
    made.time.run(1000);
    assert.deepEqual(made.frames, new Array(50).fill(0));
    made.time.stall(130);
    made.time.run(870);
    assert.equal(made.frames.length, 100);
    made.audio.stop();
    made.time.run(1000);
    assert.equal(made.frames.length, 100);
  });

  it("without sound a long sleep is not relived either", () => {
    const made = bench({ hasSound: false });
    made.audio.start();
    made.time.stall(60_000);
    made.time.run(1000);
    assert.ok(made.frames.length <= 102, `${made.frames.length}`);
  });

  it("a loudspeaker that cannot be had is reported; the microphone is heard all the same", () => {
    const made = bench();
    made.sound.mixerRefusal = "can't create output";
    made.audio.start();
    assert.deepEqual(made.told.traces, ["muster: starting the loudspeaker: Error: can't create output\n"]);
    made.sound.speak(Array.from({ length: 512 }, (_, n) => n + 1));
    made.time.run(60);
    assert.deepEqual(made.frames, [1, 161, 321]);
  });

  it("a microphone that cannot be had is reported; the other side hears silence", () => {
    const made = bench();
    made.sound.microphoneRefusal = "pdm already in use by audioout";
    made.audio.start();
    play(made, 10);
    assert.equal(made.told.traces.length, 1);
    assert.ok(made.frames.length > 5 && made.frames.every((frame) => frame === 0));
  });
});
