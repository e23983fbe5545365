import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeWav, readWav, WavRecorder, writeWav } from "../../../host-sim/audio/wav.js";
import { BranchShare, mutated } from "../../support/mutation.js";
import { MutationSource } from "../../support/seed.js";
import { speechOf } from "../../support/speech.js";

/** A WAV file laid out by hand, with a chunk before the samples that is to be stepped over. */
function wavBytes(options: {
  format?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  samples?: number;
}): Buffer {
  const { format = 1, channels = 1, rate = 8000, bits = 16, samples = 100 } = options;
  const blockBytes = (channels * bits) / 8;
  const data = Buffer.alloc(samples * blockBytes, 1);
  const head = Buffer.alloc(12 + 24 + 12 + 8);
  head.write("RIFF", 0);
  head.writeUInt32LE(head.length - 8 + data.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(format, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * blockBytes, 28);
  head.writeUInt16LE(blockBytes, 32);
  head.writeUInt16LE(bits, 34);
  head.write("junk", 36);
  head.writeUInt32LE(4, 40);
  head.write("data", 48);
  head.writeUInt32LE(data.length, 52);
  return Buffer.concat([head, data]);
}

describe("host-sim/audio/wav", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "muster-wav-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("reads a file laid out by hand", () => {
    assert.deepEqual(decodeWav(wavBytes({})), { ok: true, value: new Int16Array(100).fill(0x0101) });
  });

  it("names what keeps a file from being speech", () => {
    const stereo = wavBytes({ channels: 2 });
    assert.deepEqual(decodeWav(stereo), { ok: false, error: "not-mono" });
    assert.deepEqual(decodeWav(wavBytes({ rate: 44100 })), { ok: false, error: "not-8000-hz" });
    assert.deepEqual(decodeWav(wavBytes({ bits: 8 })), { ok: false, error: "not-pcm-16" });
    assert.deepEqual(decodeWav(wavBytes({ format: 7, bits: 8 })), { ok: false, error: "not-pcm-16" });
    assert.deepEqual(decodeWav(wavBytes({ samples: 0 })), { ok: false, error: "empty" });
    assert.deepEqual(decodeWav(Buffer.from("no sound at all")), { ok: false, error: "not-wav" });
    assert.deepEqual(decodeWav(new Uint8Array(0)), { ok: false, error: "not-wav" });
    assert.deepEqual(readWav(join(folder, "none.wav")), { ok: false, error: "unreadable" });
  });

  it("gives a value or a name for every mutation of a valid file", () => {
    const source = new MutationSource();
    const share = new BranchShare("host-sim/audio/wav");
    for (let i = 0; i < 2000; i++) {
      const decoded = decodeWav(mutated(wavBytes({ samples: 4 }), source));
      share.count(decoded.ok ? "accepted" : decoded.error);
    }
    share.print();
    for (const branch of ["accepted", "not-wav", "not-pcm-16", "not-mono", "not-8000-hz"]) {
      assert.ok(share.of(branch) > 0, branch);
    }
  });

  it("reads what it writes", () => {
    const path = join(folder, "whole.wav");
    const speech = speechOf("alice");
    writeWav(path, speech);
    assert.deepEqual(readWav(path), { ok: true, value: speech });
  });

  it("records frame by frame, and has all but the last second on the disk at any time", () => {
    const path = join(folder, "recording.wav");
    const speech = speechOf("bob");
    const recorder = new WavRecorder(path);
    const frames = Math.floor(speech.length / 160);
    for (let i = 0; i < frames; i++) {
      assert.equal(recorder.write(speech.subarray(160 * i, 160 * (i + 1))), true);
      if (i !== 130) continue;
      const sofar = readWav(path);
      assert.deepEqual(sofar, { ok: true, value: speech.slice(0, 16000) });
    }
    recorder.close();
    recorder.close();
    assert.equal(recorder.write(speech.subarray(0, 160)), false);
    assert.deepEqual(readWav(path), { ok: true, value: speech.slice(0, 160 * frames) });
    assert.equal(statSync(path).size, 44 + 320 * frames);
    assert.equal(recorder.samples, 160 * frames);
  });

  it("makes an empty recording a WAV file too", () => {
    const path = join(folder, "empty.wav");
    new WavRecorder(path).close();
    assert.deepEqual(decodeWav(readFileSync(path)), { ok: false, error: "empty" });
    writeFileSync(path, "");
    assert.deepEqual(readWav(path), { ok: false, error: "not-wav" });
  });
});
