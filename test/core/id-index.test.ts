import assert from "node:assert/strict";
import fc from "fast-check";
import { IdIndex, indexFor } from "../../firmware/core/id-index.js";
import { sameId } from "../../firmware/core/node-id.js";
import { seeded } from "../support/seed.js";

/** What stands in the index; only its identifier is looked at. */
interface Named {
  readonly id: Uint8Array;
}

/** Identifiers of which many share their first 4 bytes, as those of somebody who works for it do. */
const ids = fc.tuple(fc.nat(2), fc.nat(2)).map(([prefix, rest]) => {
  const id = new Uint8Array(16);
  id[3] = prefix;
  id[15] = rest;
  return id;
});
const steps = fc.array(fc.tuple(ids, fc.nat(3)), { maxLength: 60 });

describe("core/id-index", () => {
  it("finds what was added last under an identifier and is there still, as a plain list does", () => {
    fc.assert(
      fc.property(steps, (of) => {
        const index = new IdIndex<Named>(({ id }) => id, sameId);
        let list: readonly Named[] = [];
        for (const [id, what] of of) {
          const there = list.find((one) => sameId(one.id, id));
          if (what > 0) {
            const value = { id };
            list = [...list, value];
            index.add(value);
          } else {
            list = list.filter((one) => one !== there);
            index.remove(there ?? { id });
          }
          assert.equal(
            index.find(id),
            list.findLast((one) => sameId(one.id, id)),
          );
        }
        for (const { id } of list)
          assert.equal(
            index.find(id),
            list.findLast((one) => sameId(one.id, id)),
          );
      }),
      seeded(300),
    );
  });

  it("is not there for the tables of a chip", () => {
    assert.equal(
      indexFor<Named>(24, ({ id }) => id),
      undefined,
    );
    assert.ok(indexFor<Named>(510, ({ id }) => id));
  });
});
