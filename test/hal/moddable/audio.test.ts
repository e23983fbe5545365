import assert from "node:assert/strict";
import { audioBench as bench, heardFrames, play, stall } from "./audio-bench.js";
import { FakeSound } from "./sound-stand-in.js";

describe("DeviceAudio: loudspeaker", () => {
  it("plays what is written, frame by frame, after the silence the hardware swallows", () => {
    const made = bench();
    made.audio.start();
    play(made, 20);
    const heard = heardFrames(made.sound);
    const first = heard.indexOf(1);
    assert.ok(first >= 3 && first <= 6, heard.join(" "));
    assert.deepEqual(
      heard.slice(first),
      heard.slice(first).map((_, n) => n + 1),
    );
    assert.equal(made.sound.starts, 1);
    assert.deepEqual(made.told.traces, []);
  });

  it("asks for one frame for each that is played: nothing piles up, nothing runs dry", () => {
    const made = bench();
    made.audio.start();
    play(made, 500);
    assert.ok(Math.abs(made.frames.length - 500) <= 3, `${made.frames.length}`);
    assert.ok(made.sound.queued <= 5);
    assert.equal(made.sound.starts, 1);
  });

  it("what is not written in time is silence", () => {
    const made = bench();
    const { onFrame } = made;
    made.audio.start();
    play(made, 10);
    made.onFrame = (): void => void made.frames.push(undefined);
    play(made, 2);
    made.onFrame = onFrame;
    play(made, 10);
    const heard = heardFrames(made.sound).filter((_, n) => n > 6);
    assert.equal(heard.filter((value) => value === 0).length, 2);
  });

  for (const rate of [16_000, 24_000, 11_025]) {
    it(`brings frames to a board of ${rate} Hz`, () => {
      const block = Math.floor(rate / 50);
      const made = bench({ rate, sound: new FakeSound(block) });
      made.audio.start();
      play(made, 60);
      assert.equal(made.sound.mixerOptions?.sampleRate, rate);
      const heard = new Set(made.sound.heard);
      for (let frame = 1; frame <= 40; frame++) assert.ok(heard.has(frame), `frame ${frame}`);
      assert.deepEqual(made.told.traces, []);
    });
  }

  it("stops with what is queued, and starts anew with the same mixer", () => {
    const made = bench();
    for (let call = 1; call <= 3; call++) {
      made.audio.start();
      made.audio.start();
      play(made, 10);
      made.audio.stop();
      made.audio.stop();
      const { length } = made.frames;
      play(made, 10);
      assert.equal(made.frames.length, length);
      assert.equal(made.sound.queued, 0);
    }
    assert.deepEqual([made.sound.mixers, made.sound.microphonesClosed], [1, 3]);
  });

  it("may be stopped from inside a frame", () => {
    const made = bench();
    const { onFrame } = made;
    made.onFrame = (): void => {
      onFrame();
      if (made.frames.length === 5) made.audio.stop();
    };
    made.audio.start();
    play(made, 20);
    assert.equal(made.frames.length, 5);
    assert.equal(made.sound.queued, 0);
  });

  it("an exception of the firmware is a fault, and the audio clock goes on", () => {
    const made = bench();
    made.audio.start();
    play(made, 5);
    const { onFrame } = made;
    made.onFrame = (): void => {
      throw new TypeError("broken");
    };
    play(made, 2);
    made.onFrame = onFrame;
    const { length } = made.frames;
    play(made, 10);
    assert.ok(made.frames.length >= length + 8, `${made.frames.length - length} of 10`);
    assert.equal(made.told.guard.count, 2);
  });
});

describe("DeviceAudio: after a stall", () => {
  it("a short one is bridged by what is queued: no frame is lost, none added", () => {
    const made = bench();
    made.audio.start();
    play(made, 10);
    const { length } = made.frames;
    stall(made, 39);
    made.time.stall(1);
    play(made, 10);
    assert.equal(made.frames.length - length, 11);
    assert.equal(made.sound.starts, 1);
    const heard = heardFrames(made.sound).slice(6);
    assert.deepEqual(
      heard,
      heard.map((_, n) => n + (heard[0] ?? 0)),
    );
  });

  for (const milliseconds of [60, 100, 135, 300, 700]) {
    it(`of ${milliseconds} ms: every missed frame is made up for, and the delay is what it was`, () => {
      const made = bench();
      made.audio.start();
      play(made, 50);
      const { length } = made.frames;
      stall(made, milliseconds);
      play(made, 20);
      const expected = Math.floor(milliseconds / 20) + 20;
      assert.ok(Math.abs(made.frames.length - length - expected) <= 3, `${made.frames.length - length}`);
      const heard = heardFrames(made.sound);
      // The frame heard last is as old as it was before the stall: those that came too late were not played.
      assert.ok(made.frames.length - (heard.at(-1) ?? 0) <= 7, `${made.frames.length} ${heard.join(" ")}`);
    });
  }

  it("the frames come after what arrived meanwhile, not inside the call back", () => {
    const made = bench();
    made.audio.start();
    play(made, 10);
    const { length } = made.frames;
    for (let n = 0; n < 10; n++) {
      made.time.stall(20);
      made.sound.block();
    }
    made.sound.deliver();
    assert.equal(made.frames.length, length);
    made.time.run(0);
    assert.ok(made.frames.length >= length + 9);
  });

  it("a long sleep is not relived", () => {
    const made = bench();
    made.audio.start();
    play(made, 10);
    const { length } = made.frames;
    stall(made, 60_000);
    assert.ok(made.frames.length - length <= 52, `${made.frames.length - length}`);
    play(made, 10);
    assert.ok(made.frames.length - length <= 64, `${made.frames.length - length}`);
    assert.ok(made.frames.length - (heardFrames(made.sound).at(-1) ?? 0) <= 7);
  });

  it("stopping before the frames are made up for ends it", () => {
    const made = bench();
    made.audio.start();
    play(made, 10);
    made.time.stall(200);
    for (let n = 0; n < 10; n++) made.sound.block();
    made.sound.deliver();
    made.audio.stop();
    const { length } = made.frames;
    made.time.run(1000);
    assert.equal(made.frames.length, length);
  });
});
