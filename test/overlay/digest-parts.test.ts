import assert from "node:assert/strict";
import { digestEntriesMax, digestPartsMax } from "../../firmware/core/limits.js";
import { digestParts, shortOf, speaksFor } from "../../firmware/overlay/digest-parts.js";
import type { DigestEntry } from "../../firmware/wire/kinds/neighbours.js";
import { TestRandom } from "../identity/fixtures.js";
import { MutationSource, seed } from "../support/seed.js";

function entryOf(short: number, generation = 7): DigestEntry {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setUint32(0, short);
  return { short: new Uint8Array(bytes.buffer), generation };
}

/** Entries of `count` records, their shorts all different. */
function entriesOf(source: MutationSource, count: number): DigestEntry[] {
  const shorts = new Set<number>();
  while (shorts.size < count) shorts.add(source.below(0x100000000));
  return [...shorts].map((short) => entryOf(short));
}

describe(`overlay: digests of many records (seed ${seed})`, () => {
  const random = new TestRandom("digest");
  const source = new MutationSource(seed);

  it("fewer than fit one message go in one, which speaks for everything", () => {
    for (const count of [0, 1, digestEntriesMax - 1]) {
      const entries = entriesOf(source, count);
      const parts = digestParts(entries, random);
      assert.deepEqual(parts, [entries]);
      for (let n = 0; n < 20; n++) assert.ok(speaksFor(parts[0] ?? [], source.below(0x100000000)));
    }
  });

  for (const count of [64, 65, 126, 127, 200, 500]) {
    it(`${count}: every record is named, and whatever the sender lacks is spoken for`, () => {
      const entries = entriesOf(source, count);
      const parts = digestParts(entries, random);
      const named = new Set(parts.flat().map(shortOf));
      assert.equal(named.size, count);
      for (const part of parts) assert.equal(part.length, digestEntriesMax);
      for (const part of parts) for (const entry of part) assert.ok(speaksFor(part, shortOf(entry)));
      for (let n = 0; n < 300; n++) {
        const short = source.below(0x100000000);
        assert.ok(named.has(short) || parts.some((part) => speaksFor(part, short)));
      }
    });

    it(`${count}: what the sender has is never taken for missing, whichever messages are lost`, () => {
      const entries = entriesOf(source, count);
      for (const part of digestParts(entries, random)) {
        for (const entry of entries) {
          const isNamed = part.some((other) => shortOf(other) === shortOf(entry));
          assert.equal(speaksFor(part, shortOf(entry)), isNamed);
        }
      }
    });
  }

  it("of very many some go each time, and all within a few times", () => {
    const entries = entriesOf(source, 1_500);
    const named = new Set<number>();
    let times = 0;
    while (named.size < entries.length && times < 60) {
      const parts = digestParts(entries, random);
      assert.equal(parts.length, digestPartsMax);
      for (const entry of parts.flat()) named.add(shortOf(entry));
      times++;
    }
    assert.equal(named.size, entries.length, `after ${times} times`);
  });
});
