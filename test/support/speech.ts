import assert from "node:assert/strict";
import { fileBytes } from "./file.js";

/** Recorded speech, 8000 samples a second: `test/vectors/speech/<name>.wav`. */
export function speechOf(name: "alice" | "bob"): Int16Array {
  return pcmOf(fileBytes(`test/vectors/speech/${name}.wav`));
}

/** The samples of a WAV file of 16 bit, whose data follow its 44 bytes of header. */
function pcmOf(file: Uint8Array): Int16Array {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  assert.equal(view.getUint32(36), 0x64617461, "a header of 44 bytes, then data");
  const samples = new Int16Array(view.getUint32(40, true) / 2);
  for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(44 + 2 * i, true);
  return samples;
}
