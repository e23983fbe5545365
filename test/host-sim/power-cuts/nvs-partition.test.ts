import assert from "node:assert/strict";
import { entriesPerPage, NvsPartition } from "../../../host-sim/power-cuts/nvs-partition.js";
import { MutationSource, seed } from "../../support/seed.js";

const pages = 3;
const keys = ["a", "b", "c", "d"];

interface Written {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Writes of lengths that fill two pages again and again. */
function someWrites(count: number): Written[] {
  const source = new MutationSource();
  return Array.from({ length: count }, (_, n) => ({
    key: keys[source.below(keys.length)] ?? "a",
    value: new Uint8Array(source.below(900)).fill(n),
  }));
}

/** A partition after these writes. */
function partitionWith(writes: readonly Written[]): NvsPartition {
  const flash = new NvsPartition(pages);
  for (const { key, value } of writes) flash.open().write(key, value);
  return flash;
}

function read(flash: NvsPartition, key: string): Uint8Array | undefined {
  const bytes = flash.open().read(key);
  return bytes === undefined ? undefined : new Uint8Array(bytes);
}

describe(`NVS as a model (seed ${seed})`, function () {
  this.timeout(60_000);

  it("keeps the last value of each key while pages are filled, copied and erased", () => {
    const flash = new NvsPartition(pages);
    const latest = new Map<string, Uint8Array>();
    for (const { key, value } of someWrites(300)) {
      flash.open().write(key, value);
      latest.set(key, value);
      for (const one of keys) assert.deepEqual(read(flash, one), latest.get(one));
    }
    assert.ok(Math.min(...flash.erases) > 5, "all pages take their turn");
    assert.ok(Math.max(...flash.erases) - Math.min(...flash.erases) < 10, flash.erases.join());
    flash.open().delete("a");
    assert.equal(read(flash, "a"), undefined);
  });

  it("says that there is no room, and keeps the old value", () => {
    const flash = new NvsPartition(pages);
    const page = new Uint8Array(32 * (entriesPerPage - 2)).fill(1);
    flash.open().write("a", page);
    assert.throws(() => {
      for (const key of ["b", "c"]) flash.open().write(key, page);
    }, /NOT_ENOUGH_SPACE/);
    flash.restart();
    assert.deepEqual(read(flash, "a"), page);
  });

  it("power cut at every step, with pages copied and not: old or new, and all else as it was", () => {
    const writes = someWrites(48);
    let erasing = 0;
    writes.forEach((write, n) => {
      const before = writes.slice(0, n);
      const reference = partitionWith(before);
      const old = new Map(keys.map((key) => [key, read(reference, key)]));
      const [steps, erases] = [reference.steps, reference.erases.reduce((sum, one) => sum + one)];
      reference.open().write(write.key, write.value);
      if (reference.erases.reduce((sum, one) => sum + one) > erases) erasing++;
      for (let step = steps; step < reference.steps; step++) {
        const flash = partitionWith(before);
        flash.cutAt(step);
        assert.throws(() => flash.open().write(write.key, write.value));
        flash.restart();
        for (const key of keys) {
          const now = read(flash, key);
          const isNew = key === write.key && now !== undefined && Buffer.compare(now, write.value) === 0;
          if (!isNew) assert.deepEqual(now, old.get(key), `write ${n} of ${write.key}, step ${step}: ${key}`);
        }
        flash.open().write(write.key, write.value);
        assert.deepEqual(read(flash, write.key), write.value, "and it can be written again");
      }
    });
    assert.ok(erasing > 3, `only ${erasing} writes made room`);
  });
});
