import assert from "node:assert/strict";
import { flipEverything } from "../../../host-sim/power-cuts/flips.js";
import { FragileDisk } from "../../../host-sim/power-cuts/fragile-disk.js";
import { cutFiles, cutInMedia } from "../../../host-sim/power-cuts/media.js";
import { cutScenario, makeCast, writesOf, type Cast } from "../../../host-sim/power-cuts/power-cuts.js";
import { scenarios } from "../../../host-sim/power-cuts/scenarios.js";
import { allItems, itemOf, storedState, unlikeOldAndNew } from "../../../host-sim/power-cuts/stored-state.js";
import { rounds, seed } from "../../support/seed.js";

describe(`power cuts (seed ${seed})`, function () {
  this.timeout(300_000);
  let cast: Cast;
  before(() => {
    cast = makeCast(seed);
  });

  it("every item is written in some scenario, and a message writes nothing", () => {
    const written = new Set(
      scenarios.flatMap((scenario) => writesOf(cast, scenario)).map(({ key }) => itemOf(key)),
    );
    assert.deepEqual([...written].sort(), [...allItems].sort());
    const messages = scenarios.find(({ name }) => name === "messages");
    assert.ok(messages !== undefined);
    assert.deepEqual(
      writesOf(cast, messages).map(({ key }) => itemOf(key)),
      ["boot-count", "records"],
      "what a start writes, and no more",
    );
  });

  for (const scenario of scenarios) {
    it(`${scenario.name}: cut at every write, the phone starts with old or new, and can be called`, () => {
      const result = cutScenario(cast, scenario);
      assert.deepEqual(result.failures, []);
      assert.ok(result.writes > 0 && result.cutPoints > 9 * result.writes);
      assert.equal(result.booted, result.cutPoints);
      assert.ok(result.reported >= 8 * result.writes, "what is torn is told");
      console.log(`      ${result.writes} writes, ${result.cutPoints} cut points, ${result.booted} booted`);
    });

    it(`${scenario.name}: each write cut at every byte, every call of a disk, every step of NVS`, () => {
      const media = cutInMedia(writesOf(cast, scenario));
      assert.deepEqual(media.failures, []);
      assert.ok(media.bytes > 0 && media.disk > media.flash && media.flash > 0);
    });
  }

  it("every bit flipped, every length cut, of everything stored: noticed, told, the last good state used", () => {
    for (const result of flipEverything(cast, Math.ceil(8 / rounds(1)), () => undefined)) {
      assert.deepEqual(result.failures, []);
      assert.equal(result.flips, 8 * result.bytes);
      assert.equal(result.noticed, result.flips + result.cuts);
      assert.equal(result.booted, result.starts);
    }
  });
});

describe("what judges power cuts", () => {
  const key = "settings";
  const cast = makeCast("judged");
  // The last but one write: the last is the second copy of the same.
  const write =
    writesOf(cast, scenarios.find(({ name }) => name === "settings changed") ?? failed()).at(-2) ?? failed();

  it("finds a disk that says it has synced and has not", () => {
    class LyingDisk extends FragileDisk {
      override sync(): void {
        // The disk has a cache, and no capacitor.
      }
    }
    assert.deepEqual(cutFiles(write).failures, []);
    const lied = cutFiles(write, (contents) => new LyingDisk(contents));
    assert.match(lied.failures.join("\n"), /damaged/);
  });

  it("finds a state that is neither old nor new, and another item that is gone", () => {
    const old = storedState(write.before);
    const written = storedState(new Map([...write.before, [write.key, write.value]]));
    assert.equal(unlikeOldAndNew(old, write.key, { old, written }), undefined);
    assert.equal(unlikeOldAndNew(written, write.key, { old, written }), undefined);
    const without = storedState(new Map([...write.before].filter(([one]) => itemOf(one) !== "contacts")));
    assert.match(unlikeOldAndNew(without, write.key, { old, written }) ?? "", /^contacts is gone, it was /);
    assert.match(unlikeOldAndNew(written, "contacts", { old, written }) ?? "", new RegExp(`^${key} is `));
  });
});

function failed(): never {
  throw new Error("there is no such scenario, or write");
}
