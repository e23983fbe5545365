import assert from "node:assert/strict";
import { fuzz, shareOf } from "../../host-sim/fuzz/campaign.js";
import { exactly, refused } from "../../host-sim/fuzz/checks.js";
import { Finding, must, pure, type Decoder, type Reader } from "../../host-sim/fuzz/decoder.js";
import { Inputs } from "../../host-sim/fuzz/inputs.js";
import { fuzzTable } from "../../host-sim/fuzz/fuzz-report.js";
import { ok } from "../../firmware/core/result.js";

const example = Uint8Array.from([0x83, 0x01, 0x42, 0x0a, 0x0b, 0x61, 0x78]);

function decoder(feed: Reader["feed"], more: Partial<Decoder> = {}): Decoder {
  return { name: "planted", form: "cbor", examples: () => [example], open: pure(feed), ...more };
}

/** The tool that looks for faults is given faults to find. */
describe("fuzz: the campaign itself", () => {
  it("finds a decoder that throws, and names the input that replays it", () => {
    const planted = decoder((bytes) => {
      if (bytes[0] === 0x84) throw new TypeError("no such array");
      return "accepted";
    });
    const outcome = fuzz(planted, { seed: "7", inputs: 3000 });
    assert.ok(outcome.failed > 0);
    const [first] = outcome.failures;
    assert.ok(first);
    assert.match(first.problem, /^threw TypeError: no such array/);
    assert.match(fuzzTable([outcome]), /npx muster fuzz --decoder planted --seed 7 --input \d+/);
    const again = fuzz(planted, { seed: "7", inputs: 1, first: first.input, last: first.input });
    assert.deepEqual([again.inputs, again.failures], [1, [first]]);
  });

  it("finds a fault that earlier inputs left in a machine, and replays it from where the machine was new", () => {
    const machine = decoder(() => "accepted", {
      inputsPerReader: 50,
      open: () => {
        let count = 0;
        return {
          feed: () => (must(++count !== 30, "the thirtieth"), "accepted"),
          close: () => must(count === 50, "cut"),
        };
      },
    });
    const outcome = fuzz(machine, { seed: "1", inputs: 100 });
    assert.deepEqual(
      outcome.failures.map(({ input, problem }) => [input, problem]),
      [
        [29, "the thirtieth"],
        [79, "the thirtieth"],
      ],
    );
    const again = fuzz(machine, { seed: "1", inputs: 1, first: 79, last: 79 });
    assert.deepEqual(
      again.failures.map(({ input, problem }) => [input, problem]),
      [
        [79, "the thirtieth"],
        [79, "cut"],
      ],
    );
  });

  it("finds bytes that are written otherwise, and errors that point outside", () => {
    const write = (bytes: Uint8Array): Uint8Array => bytes.subarray(1);
    assert.throws(() => exactly(example, ok, write), Finding);
    assert.equal(
      exactly(example, ok, (bytes) => bytes),
      "accepted",
    );
    assert.equal(refused({ kind: "truncated", at: 7, in: "x" }, 7), "truncated");
    for (const error of [
      { kind: "truncated", at: 8, in: "x" },
      { kind: "truncated", at: -1, in: "x" },
      { kind: "truncated", at: 0.5, in: "x" },
      { kind: "", at: 0, in: "x" },
      { kind: "truncated", at: 0, in: "" },
    ]) {
      assert.throws(() => refused(error, 7), Finding, JSON.stringify(error));
    }
  });

  it("one seed gives one run; another gives another; a number its input whatever came before", () => {
    const planted = decoder(() => "accepted");
    const all = (seed: string): string[] => {
      const inputs = new Inputs(planted, seed);
      return Array.from({ length: 200 }, (_, i) => Buffer.from(inputs.input(i)).toString("hex"));
    };
    assert.deepEqual(all("a"), all("a"));
    assert.notDeepEqual(all("a"), all("b"));
    assert.equal(Buffer.from(new Inputs(planted, "a").input(150)).toString("hex"), all("a")[150]);
  });

  it("a decoder that costs more gets fewer inputs, and never none", () => {
    assert.equal(
      shareOf(
        decoder(() => "", { costs: 40 }),
        200_000,
      ),
      5000,
    );
    assert.equal(
      shareOf(
        decoder(() => "", { costs: 40 }),
        1,
      ),
      1,
    );
  });
});
