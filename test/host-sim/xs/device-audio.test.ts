import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWav } from "../../../host-sim/audio/wav.js";
import { DeviceRun, needsXsHost, told } from "./device/device-run.js";

const imports = `import AudioIn from "embedded:io/audio/in"; import AudioOut from "pins/audioout";
  import Timer from "timer"; import { tell, thrown } from "tell";\n`;

/** Blocks of 160 samples: the ramp 1, 2, 3 ... in a SharedArrayBuffer, and ways to enqueue them. */
const speaker = (streams = 1): string => `${imports}
  const shared = new SharedArrayBuffer(320 * 8);
  const samples = new Int16Array(shared);
  samples.forEach((_, i) => { samples[i] = i + 1; });
  const out = new AudioOut({ sampleRate: 8000, numChannels: 1, bitsPerSample: 16, streams: ${String(streams)} });
  const play = (block, count = 1, stream = 0) =>
    out.enqueue(stream, AudioOut.RawSamples, shared, 1, block * 160, count * 160);
  const callback = (id, stream = 0) => out.enqueue(stream, AudioOut.Callback, id);
  const end = () => { out.close(); tell("done"); };\n`;

const ramp = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe("host-sim/xs/device: audio", function () {
  let folder: string;

  before(function () {
    needsXsHost(this);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "muster-audio-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs a script with a recording; what it told, and the samples from the first that is not silent to the last. */
  async function recorded(script: string): Promise<{ values: unknown[][]; samples: number[] }> {
    const record = join(folder, "heard.wav");
    const values = await told(script, { options: { record } });
    const wav = readWav(record);
    assert.ok(wav.ok);
    const all = [...wav.value];
    const first = all.findIndex((sample) => sample !== 0);
    return {
      values,
      samples: first < 0 ? [] : all.slice(first, all.findLastIndex((sample) => sample !== 0) + 1),
    };
  }

  it("hears 512 samples at a time, gapless, and counts what waits", async () => {
    const speak = join(folder, "ramp.raw");
    writeFileSync(
      speak,
      Int16Array.from({ length: 4096 }, (_, i) => i),
    );
    const script = `${imports}
      let next = 0, calls = 0;
      const input = new AudioIn({ sampleRate: 8000, channels: 1, bitsPerSample: 16, target: "mine",
        onReadable(count) {
          const heard = new Int16Array(calls === 1 ? this.read(count) : this.read());
          tell(count % 1024, heard.length * 2 === count, heard.every((sample) => sample === next++), this.target);
          if (++calls < 3) return;
          tell(this.read() === undefined);
          this.close();
          tell("done");
        } });
      input.start();`;
    const heard = [0, true, true, "mine"];
    assert.deepEqual(await told(script, { options: { speak } }), [heard, heard, heard, [true]]);
  });

  it("calls again for each block though nothing is read, and never reads more than there is", async () => {
    const script = `${imports}
      let calls = 0, last = 0;
      const input = new AudioIn({ sampleRate: 16000, onReadable(count) {
        tell(count % 1024, count > last);
        last = count;
        if (++calls < 3) return;
        const buffer = new Uint8Array(1000);
        tell(thrown(() => this.read(count + 2)), thrown(() => this.read(new Uint8Array(count + 2))), this.read(buffer));
        tell(thrown(() => this.read(0)), thrown(() => this.read(new Int16Array(4))));
        this.stop();
        tell(this.read() === undefined);
        tell("done");
      } });
      tell(input.read() === undefined);
      input.start();`;
    const size = "invalid size";
    const values = await told(script);
    assert.deepEqual(values, [
      [true],
      [0, true],
      [0, true],
      [0, true],
      [size, size, 1000],
      [size, "TypeError: this is no buffer"],
      [true],
    ]);
  });

  it("opens one microphone, 16 bit mono", async () => {
    const script = `${imports}
      const made = (options) => thrown(() => new AudioIn(options));
      tell(made({ sampleRate: 7999 }), made({ sampleRate: 48001 }), made({ bitsPerSample: 8 }), made({ channels: 2 }));
      tell(made({ audioType: "MP3" }), made({ format: "number" }), made({ onReadable: 5 }));
      const input = new AudioIn({});
      tell(made({}), input.sampleRate, input.channels, input.bitsPerSample, input.audioType, input.format);
      input.close(); input.close();
      tell(thrown(() => input.start()), made({ sampleRate: 11025 }));
      tell("done");`;
    const rate = "RangeError: invalid sample rate";
    assert.deepEqual(await told(script), [
      [rate, rate, "RangeError: invalid bits per sample", "RangeError: invalid number of channels"],
      ["RangeError: invalid audioType", "RangeError: invalid format", "not a function"],
      ["already in use", 8000, 1, 16, "LPCM", "buffer"],
      ["SyntaxError: C: xsGetHostData: invalid", "nothing"],
    ]);
  });

  it("plays entries one after another, sample for sample, and calls back in order", async () => {
    const { values, samples } = await recorded(`${speaker()}
      out.callback = function (id) { tell(id, this === out); if (id === 3) Timer.set(end, 100); };
      play(0); callback(1); play(1, 2); callback(2); callback(3);
      out.start();`);
    assert.deepEqual(values, [
      [1, true],
      [2, true],
      [3, true],
    ]);
    assert.deepEqual(samples, ramp(1, 480));
  });

  it("plays on without a gap while a script takes its time", async function () {
    this.retries(3); // a machine that stands still for 100 ms makes a real gap
    const { samples } = await recorded(`${speaker()}
      let next = 0;
      const more = () => { play((next % 4) * 2, 2); callback(next++); };
      out.callback = (id) => { if (next < 12) more(); else if (id === 11) Timer.set(end, 200); };
      for (let i = 0; i < 4; i++) more();
      out.start();
      Timer.repeat(() => Timer.delay(45), 60);`);
    assert.deepEqual(samples, [...ramp(1, 1280), ...ramp(1, 1280), ...ramp(1, 1280)]);
  });

  it("repeats, starts in the middle, and takes views of bytes", async () => {
    const { samples } = await recorded(`${speaker()}
      out.callback = () => Timer.set(end, 100);
      out.enqueue(0, AudioOut.RawSamples, new Uint8Array(shared, 200, 40), 3);
      out.enqueue(0, AudioOut.RawSamples, shared, 1, 1275);
      callback(1);
      out.start();`);
    assert.deepEqual(samples, [...ramp(101, 20), ...ramp(101, 20), ...ramp(101, 20), ...ramp(1276, 5)]);
  });

  it("scales with Volume and plays Silence", async () => {
    const { samples } = await recorded(`${speaker()}
      out.callback = () => Timer.set(end, 100);
      out.enqueue(0, AudioOut.Volume, 128);
      play(0);
      out.enqueue(0, AudioOut.Volume, 512);
      out.enqueue(0, AudioOut.Silence, 80);
      play(1);
      callback(1);
      out.start();`);
    const halves = ramp(1, 160).map((sample) => sample >> 1);
    const doubles = ramp(161, 160).map((sample) => 2 * sample);
    assert.deepEqual(samples, [...halves.slice(1), ...Array<number>(80).fill(0), ...doubles]);
  });

  it("mixes streams and clips the sum", async () => {
    const { samples } = await recorded(`${speaker(2)}
      samples.fill(20000, 160, 320); samples.fill(-20000, 320, 480);
      out.callbacks = [null, (id) => { if (id === 2) Timer.set(end, 100); }];
      play(0, 3, 0);
      play(0, 3, 1); callback(2, 1);
      out.start();`);
    const clipped = [...Array<number>(160).fill(32767), ...Array<number>(160).fill(-32768)];
    assert.deepEqual(samples, [...ramp(1, 160).map((sample) => 2 * sample), ...clipped]);
  });

  it("plays a square tone until the next sound", async () => {
    const { samples } = await recorded(`${speaker()}
      out.callback = () => Timer.set(end, 100);
      out.enqueue(0, AudioOut.Tone, 1000, Infinity, 5000);
      out.start();
      Timer.set(() => { play(0); callback(1); }, 200);`);
    const tone = samples.slice(0, -160).filter((sample) => sample !== 0); // a busy machine makes a gap
    assert.ok(tone.length > 800 && tone.length < 16000, String(tone.length));
    assert.ok(tone.every((sample, i) => sample === (i % 8 < 4 ? 5000 : -5000)));
    assert.deepEqual(samples.slice(-160), ramp(1, 160));
  });

  it("flushes: callbacks are called at once, and only what is about to be heard still is", async () => {
    const { values, samples } = await recorded(`${speaker()}
      out.callback = (id) => tell(id);
      play(0, 7); callback(1); callback(2);
      out.start();
      tell("flush", out.length(0));
      out.enqueue(0, AudioOut.Flush);
      tell("flushed", out.length(0));
      Timer.set(end, 200);`);
    assert.deepEqual(values, [["flush", 5], [1], [2], ["flushed", 8]]);
    assert.deepEqual(samples, ramp(1, samples.length));
    assert.ok(samples.length < 7 * 160, String(samples.length));
  });

  it("holds eight entries a stream and wants memory that does not move", async () => {
    const script = `${speaker(2)}
      tell(out.length(0), thrown(() => out.length(2)), thrown(() => play(0, 1, 2)));
      tell(thrown(() => out.enqueue(0, AudioOut.RawSamples, new ArrayBuffer(320))));
      tell(thrown(() => out.enqueue(0, AudioOut.RawSamples, shared, 0)), thrown(() => play(8)));
      tell(thrown(() => out.enqueue(0, AudioOut.Samples, shared)), thrown(() => out.enqueue(0, 9, 1)));
      for (let i = 0; i < 8; i++) play(i);
      tell(out.length(0), out.length(1), thrown(() => play(0)), thrown(() => callback(1)), callback(1, 1) === out);
      tell(thrown(() => new AudioOut({ sampleRate: 8000 })));
      out.close(); out.close();
      const made = (options) => thrown(() => new AudioOut(options));
      tell(thrown(() => play(0)), made({}), made({ sampleRate: 8000, numChannels: 2 }));
      tell(made({ sampleRate: 8000, bitsPerSample: 8 }), made({ sampleRate: 8000, streams: 5 }));
      tell("done");`;
    assert.deepEqual(await told(script), [
      [8, "RangeError: invalid stream", "RangeError: invalid stream"],
      ["non-relocatable block required"],
      ["invalid repeat", "buffer too small"],
      ["bad header", "bad kind"],
      [0, 8, "queue full", "queue full", true],
      ["already in use"],
      [
        "SyntaxError: C: xsGetHostData: invalid",
        "RangeError: invalid sample rate",
        "RangeError: bad numChannels",
      ],
      ["RangeError: bad bitsPerSample", "RangeError: bad streamCount"],
    ]);
  });

  it("swallows what a callback throws, as the device does", async () => {
    const run = new DeviceRun(`${speaker()}
      out.callback = (id) => { tell(id); if (id === 1) throw new Error("lost"); };
      out.start();
      callback(1); play(0); callback(2);`);
    assert.deepEqual([await run.next(), await run.next()], [[1], [2]]);
    await run.end();
  });

  it("keeps the samples alive while they are queued", async () => {
    const { samples } = await recorded(`${imports}
      const out = new AudioOut({ sampleRate: 8000, streams: 1 });
      const fill = () => { const s = new SharedArrayBuffer(16000); new Int16Array(s).fill(77); return s; };
      out.callback = () => { out.close(); tell("done"); };
      out.start();
      out.enqueue(0, AudioOut.RawSamples, fill());
      out.enqueue(0, AudioOut.Callback, 1);
      Timer.repeat(() => { const waste = []; for (let i = 0; i < 3000; i++) waste[i % 10] = [i, "x" + i]; }, 20);`);
    assert.ok(samples.length > 7000 && samples.every((sample) => sample === 77));
  });
});
