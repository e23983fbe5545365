import assert from "node:assert/strict";
import { audioFrameSamples } from "../../../firmware/core/limits.js";
import { monotonicEpochMs } from "../../../hal/node/clock.js";
import { SampleAudio, type Recording } from "../../../hal/node/sample-audio.js";
import { UdpPort } from "../../../hal/node/udp-port.js";
import { testPort, until } from "./until.js";

const ramp = (count: number): Int16Array => Int16Array.from({ length: count }, (_, i) => (i % 1000) + 1);

/** Holds the process up, as a garbage collection or a busy machine does. */
function stall(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe("SampleAudio", function () {
  this.timeout(20_000);
  it("gives the microphone's frames in order, then silence, and records what is written in its place", async () => {
    const heard: number[] = [];
    const recordings: Recording[] = [];
    const audio: SampleAudio = new SampleAudio({
      microphone: ramp(400),
      onFrame: () => {
        const frame = audio.read();
        assert.equal(audio.read(), undefined);
        assert.equal(frame?.length, audioFrameSamples);
        heard.push(frame[0] ?? 0);
        if (heard.length !== 2) audio.write(frame);
        frame.fill(7);
      },
      onRecording: (recording) => recordings.push(recording),
    });
    const before = monotonicEpochMs();
    audio.start();
    const after = monotonicEpochMs();
    audio.start();
    await until("five frames", () => heard.length >= 5);
    audio.stop();
    audio.stop();
    assert.deepEqual(heard.slice(0, 5), [1, 161, 321, 0, 0]);
    assert.equal(recordings.length, 1);
    const { samples, statistics, microphoneEpochMs, recordingEpochMs } = recordings[0] as Recording;
    assert.ok(microphoneEpochMs >= before && microphoneEpochMs <= after);
    assert.equal(recordingEpochMs - microphoneEpochMs, 20);
    assert.equal(samples.length, audioFrameSamples * heard.length);
    const expected = new Int16Array(samples.length);
    expected.set(ramp(400));
    expected.fill(0, 160, 320);
    assert.deepEqual(samples, expected);
    assert.equal(statistics.frames, heard.length);
    assert.equal(statistics.silent, 1);
  });

  it("repeats the microphone's samples when asked to, and starts anew each time", async () => {
    let frames: number[] = [];
    const audio: SampleAudio = new SampleAudio({
      microphone: ramp(100),
      loop: true,
      onFrame: () => frames.push(audio.read()?.[0] ?? 0),
    });
    for (let round = 0; round < 2; round++) {
      frames = [];
      audio.start();
      await until("three frames", () => frames.length >= 3);
      audio.stop();
      assert.deepEqual(frames.slice(0, 3), [1, 61, 21]);
    }
  });

  it("catches up after a stall in order, with what arrived meanwhile read before the late frames", async () => {
    const log: string[] = [];
    const port: UdpPort = new UdpPort({ address: "127.77.1.1", port: testPort }, () => {
      for (let read = port.read(); read !== undefined; read = port.read())
        log.push(`datagram ${read.bytes[0]}`);
    });
    let frames = 0;
    const audio: SampleAudio = new SampleAudio({
      onFrame: () => {
        log.push(`frame ${frames}`);
        if (frames++ === 1) {
          for (let i = 0; i < 6; i++)
            port.send({ address: "127.77.1.1", port: testPort + 1 }, Uint8Array.of(i));
          for (let i = 0; i < 6; i++) sender.send(port.local, Uint8Array.of(i));
          stall(130);
        }
      },
      onRecording: (recording) => log.push(String(recording.statistics.late)),
    });
    const sender = new UdpPort({ address: "127.77.1.2", port: testPort }, () => undefined);
    audio.start();
    await until("ten frames", () => frames >= 10);
    audio.stop();
    port.close();
    sender.close();
    const position = (what: string): number => log.indexOf(what);
    for (let i = 0; i < 6; i++) assert.ok(position(`datagram ${i}`) < position("frame 2"), log.join(", "));
    for (let i = 1; i < 10; i++)
      assert.ok(position(`frame ${i - 1}`) < position(`frame ${i}`), log.join(", "));
    assert.ok(Number(log.at(-1)) >= 5, log.at(-1));
  });

  it("does not drift: frames keep to the grid of the start, so a late one is followed by short gaps", async () => {
    const times: number[] = [];
    let startedAt = 0;
    const audio = new SampleAudio({
      onFrame: () => {
        times.push(monotonicEpochMs() - startedAt);
        if (times.length % 4 === 1) stall(33);
      },
    });
    startedAt = monotonicEpochMs();
    audio.start();
    await until("16 frames", () => times.length >= 16);
    audio.stop();
    for (const [n, time] of times.entries())
      assert.ok(time >= 20 * (n + 1), `frame ${n} at ${time}: before its time`);
    // A schedule relative to the last frame would have no gap below 20 ms, and would drift by each delay.
    const gaps = times.map((time, n) => time - (times[n - 1] ?? -Infinity));
    assert.ok(gaps.filter((gap) => gap < 19).length >= 3, gaps.map((gap) => gap.toFixed(1)).join(" "));
  });

  it("gives up what was missed in a long sleep, and keeps the recording in step", async () => {
    let frames = 0;
    const recordings: Recording[] = [];
    const audio = new SampleAudio({
      onFrame: () => {
        if (frames++ === 0) stall(1500);
      },
      onRecording: (recording) => recordings.push(recording),
    });
    audio.start();
    await until("the frames after the sleep", () => frames >= 60);
    audio.stop();
    const { samples, statistics } = recordings[0] as Recording;
    assert.ok(statistics.skipped >= 20, `${statistics.skipped}`);
    assert.equal(samples.length, 160 * (statistics.frames + statistics.skipped));
  });
});
