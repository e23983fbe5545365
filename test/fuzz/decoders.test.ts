import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { shareOf, type Outcome } from "../../host-sim/fuzz/campaign.js";
import { allDecoders } from "../../host-sim/fuzz/decoders.js";
import { seed } from "../support/seed.js";

const inputs = 200_000;
const processes = 2;

/** `muster fuzz`, as it is typed, over all decoders: half of them in each of two processes. */
describe(`fuzz: ${inputs} inputs for every decoder`, () => {
  const outcomes = new Map<string, Outcome>();
  const decoders = allDecoders();

  before(async function () {
    this.timeout(900_000);
    // Text costs most to read: each process gets its part of it.
    const dealt = [...decoders].sort((a, b) => weight(b.form) - weight(a.form)).map(({ name }) => name);
    const hands = Array.from({ length: processes }, (_, hand) =>
      dealt.filter((__, i) => i % processes === hand),
    );
    for (const part of await Promise.all(hands.map(fuzzInProcess))) {
      for (const outcome of part) outcomes.set(outcome.decoder, outcome);
    }
  });

  for (const decoder of decoders) {
    const share = shareOf(decoder, inputs);
    it(`${decoder.name}: ${share} inputs`, () => {
      const outcome = outcomes.get(decoder.name);
      assert.ok(outcome);
      assert.deepEqual(outcome.failures, []);
      assert.equal(outcome.inputs, share);
      assert.ok(outcome.accepted > 0, "nothing was accepted: the examples are no good");
      assert.ok(Object.keys(outcome.refused).length > 0, "nothing was refused: the changes are none");
    });
  }
});

function weight(form: string): number {
  return form === "text" ? 1 : 0;
}

async function fuzzInProcess(names: readonly string[]): Promise<readonly Outcome[]> {
  const cli = fileURLToPath(new URL("../../host-sim/cli.ts", import.meta.url));
  const asked = ["--decoder", names.join(","), "--inputs", `${inputs}`, "--seed", `${seed}`, "--json"];
  const run = promisify(execFile)(process.execPath, ["--import", "tsx", cli, "fuzz", ...asked], {
    maxBuffer: 64 << 20,
  });
  // The status is 1 where there are failures, which are told one by one above.
  const { stdout } = await run.catch((fault: unknown) => fault as { stdout: string });
  return JSON.parse(stdout) as readonly Outcome[];
}
