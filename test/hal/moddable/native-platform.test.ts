import assert from "node:assert/strict";
import { toHex } from "../../../firmware/core/bytes.js";
import { suiteMachine } from "./native-machine.js";

describe("hal/moddable/native: muster/entropy and muster/memory", () => {
  const machine = suiteMachine();

  it("fills all of an array, and never twice the same", () => {
    const seen = new Set<string>();
    const ones = new Array<number>(8).fill(0);
    for (let i = 0; i < 200; i++) {
      const filled = machine.call("fill", new Uint8Array(32)).values[0] as Uint8Array;
      seen.add(toHex(filled));
      filled.forEach((byte) =>
        ones.forEach((_, bit) => (ones[bit] = (ones[bit] ?? 0) + ((byte >> bit) & 1))),
      );
    }
    assert.equal(seen.size, 200);
    // 6400 throws of a coin: 3200 give or take 40; nine times that does not happen.
    ones.forEach((count, bit) => assert.ok(Math.abs(count - 3200) < 360, `bit ${bit}: ${count}`));
  });

  it("hardwareRandom gives back the array it filled; an empty one is no mistake", () => {
    const { result, values } = machine.call("random.fill", new Uint8Array(16));
    assert.equal(result, true);
    assert.notDeepEqual(values[0], new Uint8Array(16));
    assert.equal(machine.call("random.fill", new Uint8Array(0)).result, true);
    assert.throws(() => machine.call("fill", 7), /TypeError/);
  });

  it("says what is in use after a collection: garbage does not count, what is kept does", () => {
    const use = (): { liveBytes: number; peakBytes: number; arenaBytes: number } =>
      machine.call("use").result as ReturnType<typeof use>;
    use();
    const before = use();
    machine.call("sodium.sha512", new Uint8Array(64), [new Uint8Array(30_000)]);
    const after = use();
    console.log(`      live ${before.liveBytes} B, peak ${after.peakBytes} B`);
    assert.ok(Math.abs(after.liveBytes - before.liveBytes) < 2000, `${before.liveBytes}, ${after.liveBytes}`);
    assert.ok(before.liveBytes > 1000 && after.peakBytes >= after.liveBytes + 30_000);
    for (let i = 0; i < 20; i++) machine.call("resampler.new", 8000, 16_000);
    const kept = use().liveBytes - after.liveBytes;
    assert.ok(kept > 20 * 280 && kept < 20 * 700, `20 resamplers take ${kept} B`);
  });

  it("counts instructions, or says that nobody does", () => {
    const first = Number(machine.call("instructions").result);
    const second = Number(machine.call("instructions").result);
    assert.ok(Number.isSafeInteger(first) && (second > first || first === 0), `${first}, ${second}`);
  });
});
