import assert from "node:assert/strict";
import { makeXsProgram } from "../../host-sim/xs/build.js";
import { needsDebian } from "../support/debian.js";
import { CaseRun } from "./case-run.js";
import { cases, slowCases } from "./cases.js";
import type { InteropCase } from "./interop-case.js";
import { namespacesOf } from "./lan.js";
import { needsLan } from "./needs-lan.js";

const pairings = (["baresip", "linphone"] as const).flatMap((stock) =>
  (["node", "xs"] as const).map((engine) => ({ stock, engine })),
);
/** An end to waiting, no figure of a test. Compiling the engine is in it. */
const waitMsMax = 300_000;

/**
 * Our handset, on Node and on XS, with the ordinary SIP phones of Debian. `it` is the stock phone, `we` are the
 * handset. The pairings run beside each other from the start; each test waits for its own outcome.
 */
describe("interop/stock phones", function () {
  this.timeout(waitMsMax);
  const runs = new Map<string, CaseRun>();

  before(function () {
    needsDebian(this, "iproute2", "tcpdump", "baresip-core", "linphone-cli", "gcc", "make", "libsodium-dev");
    needsLan(this);
    makeXsProgram("host");
    for (const pairing of pairings) {
      for (const list of [...slowCases, cases]) {
        const run = new CaseRun({ ...pairing, cases: list, company: list === cases });
        for (const each of list) runs.set(keyOf(pairing, each), run);
      }
    }
  });

  for (const pairing of pairings) {
    describe(`${pairing.stock} and the handset on ${pairing.engine}`, () => {
      for (const each of [...cases, ...slowCases.flat()]) {
        it(each.title, () => runs.get(keyOf(pairing, each))?.outcome(each));
      }
    });
  }

  after(async () => {
    await Promise.all([...runs.values()].map((run) => run.finished()));
    assert.deepEqual(namespacesOf(process.pid), []);
  });
});

function keyOf({ stock, engine }: { stock: string; engine: string }, { title }: InteropCase): string {
  return `${stock} ${engine} ${title}`;
}
