import assert from "node:assert/strict";
import { stream } from "../crypto-points.js";
import { suiteMachine } from "./native-machine.js";

const bytes = (count: number): Uint8Array => new Uint8Array(count);

/** Each native with arguments of the sizes it wants; a list is a list of parts. Which of them are its caller's own. */
const natives: readonly {
  name: string;
  sizes: readonly (number | readonly number[])[];
  own: readonly number[];
}[] = [
  { name: "sha512", sizes: [64, [3, 0, 5]], own: [0] },
  { name: "hmacSha512", sizes: [64, 10, [3, 0, 5]], own: [0] },
  { name: "signKeyPair", sizes: [64, 32], own: [0, 1] },
  { name: "sign", sizes: [64, 7, 64], own: [0, 2] },
  { name: "verify", sizes: [7, 64, 32], own: [] },
  { name: "scalarMultBase", sizes: [32, 32], own: [0, 1] },
  { name: "scalarMult", sizes: [32, 32, 32], own: [0, 1] },
  { name: "convertPublicKey", sizes: [32, 32], own: [0] },
  { name: "convertSecretKey", sizes: [32, 64], own: [0, 1] },
  { name: "secretboxSeal", sizes: [23, 7, 24, 32], own: [0, 2, 3] },
  { name: "secretboxOpen", sizes: [7, 23, 24, 32], own: [0, 2, 3] },
];

describe("hal/moddable/native: muster/sodium", () => {
  const machine = suiteMachine();

  for (const { name, sizes, own } of natives) {
    const values = (): unknown[] =>
      sizes.map((size) => (typeof size === "number" ? bytes(size) : size.map((part) => bytes(part))));

    it(`${name}: takes the sizes it wants, refuses others of our own, and what is no array of bytes`, () => {
      machine.call(`sodium.${name}`, ...values());
      for (const at of own) {
        const size = Number(sizes[at]);
        for (const wrong of [0, size - 1, size + 1, 2 * size]) {
          const changed = values().with(at, bytes(wrong));
          assert.throws(
            () => machine.call(`sodium.${name}`, ...changed),
            /RangeError.*argument/,
            `${at}: ${wrong}`,
          );
        }
      }
      sizes.forEach((_, at) => {
        for (const wrong of [7, "text", new Int16Array(32), [7]]) {
          const changed = values().with(at, wrong);
          assert.throws(
            () => machine.call(`sodium.${name}`, ...changed),
            /TypeError/,
            `${at}: ${String(wrong)}`,
          );
        }
      });
      assert.throws(() => machine.call(`sodium.${name}`, ...values().slice(0, -1)), /Error/);
    });

    it(`${name}: changes its target and nothing else`, () => {
      const given = values().map((value, i) =>
        Array.isArray(value) ? value.map((part) => stream(`${i}`, (part as Uint8Array).length)) : value,
      );
      const { values: after } = machine.call(`sodium.${name}`, ...given);
      assert.deepEqual(after.slice(name === "verify" ? 0 : 1), given.slice(name === "verify" ? 0 : 1));
    });
  }

  it("a box that does not open leaves its target as it was", () => {
    const target = stream("target", 7);
    const { result, values } = machine.call("sodium.secretboxOpen", target, bytes(23), bytes(24), bytes(32));
    assert.equal(result, false);
    assert.deepEqual(values[0], target);
    assert.equal(
      machine.call("sodium.secretboxOpen", bytes(0), bytes(15), bytes(24), bytes(32)).result,
      false,
    );
  });

  it("hashes what does not fit into one read, in a thousand parts", () => {
    const whole = stream("long", 20_000);
    const parts = Array.from({ length: 1000 }, (_, i) => whole.subarray(20 * i, 20 * i + 20));
    const [first, second] = [
      machine.call("sodium.sha512", bytes(64), parts),
      machine.call("sodium.sha512", bytes(64), [whole]),
    ];
    assert.deepEqual(first.values[0], second.values[0]);
  });
});
