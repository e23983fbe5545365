import assert from "node:assert/strict";
import { G711 } from "../../../firmware/media/g711.js";
import { suiteMachine } from "./native-machine.js";

const allSamples = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
const allCodes = Uint8Array.from({ length: 256 }, (_, i) => i);

describe("hal/moddable/native: muster/g711", () => {
  const machine = suiteMachine();

  for (const law of ["PCMU", "PCMA"] as const) {
    it(`${law}: each of the 65536 samples and 256 codes becomes what firmware/media makes of it`, () => {
      const codec = new G711(law);
      for (let at = 0; at < 65536; at += 4096) {
        const samples = allSamples.slice(at, at + 4096);
        const expected = new Uint8Array(4096);
        codec.encode(samples, expected, 0);
        const { values } = machine.call("codec.encode", law, samples, new Uint8Array(4096), 0);
        assert.deepEqual(values[2], expected, `from ${at - 32768}`);
      }
      const expected = new Int16Array(256);
      codec.decode(allCodes, expected, 0);
      assert.deepEqual(
        machine.call("codec.decode", law, allCodes, new Int16Array(256), 0).values[2],
        expected,
      );
    }).timeout(30_000);
  }

  it("writes where it is told to and nowhere else", () => {
    const encoded = machine.call("codec.encode", "PCMU", Int16Array.of(0, 0), new Uint8Array(8).fill(1), 3);
    assert.deepEqual(encoded.values[2], Uint8Array.of(1, 1, 1, 0xff, 0xff, 1, 1, 1));
    const decoded = machine.call("codec.decode", "PCMU", Uint8Array.of(0x80), new Int16Array(5).fill(1), 2);
    assert.deepEqual(decoded.values[2], Int16Array.of(1, 1, 32124, 1, 1));
    const end = machine.call("codec.decode", "PCMA", Uint8Array.of(0x2a), new Int16Array(2), 1);
    assert.deepEqual(end.values[2], Int16Array.of(0, -32256));
  });

  it("refuses what does not fit, another law, and what holds no samples", () => {
    const [samples, bytes] = [new Int16Array(4), new Uint8Array(4)];
    const wrong: [string, unknown[], RegExp][] = [
      ["g711.encode", [0, samples, bytes, 1], /RangeError.* 4 bytes from 1 on do not fit into 4/],
      ["g711.encode", [0, samples, bytes, -1], /RangeError/],
      ["g711.encode", [0, samples, bytes, 5], /RangeError/],
      ["g711.encode", [2, samples, bytes, 0], /RangeError/],
      ["g711.encode", [0, new Uint8Array(4), bytes, 0], /TypeError/],
      ["g711.encode", [0, 7, bytes, 0], /TypeError/],
      ["g711.encode", [0, samples, samples, 0], /TypeError/],
      ["g711.decode", [0, bytes, samples, 1], /RangeError.* 4 samples from 1 on do not fit into 4/],
      ["g711.decode", [-1, bytes, samples, 0], /RangeError/],
      ["g711.decode", [0, bytes, samples, 2 ** 40], /RangeError/],
      ["g711.decode", [0, samples, samples, 0], /TypeError/],
    ];
    for (const [name, values, error] of wrong) {
      assert.throws(() => machine.call(name, ...values), error, JSON.stringify(values));
    }
  });
});
