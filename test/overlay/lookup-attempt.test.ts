import assert from "node:assert/strict";
import { present } from "../../firmware/core/assert.js";
import type { PuppetStage } from "./puppet.js";
import { fetched, kind, play, resource, surrounded, type Asked } from "./surrounded.js";

const links = 6;

/** The node with six neighbours nearer the resource, by link; the nearest is on link 6. */
function begun(): ReturnType<typeof surrounded> {
  const situation = surrounded(links);
  situation.stage.said.length = 0;
  return situation;
}

/** Looks up while some lie; how long it took, how it ended, and what was asked. */
function lookUp(
  stage: PuppetStage,
  say: Parameters<typeof play>[2],
): { tookMs: number; status: string | undefined; asked: Asked[] } {
  const ends = stage.effects.filter((effect) => effect.kind === "fetchFinished").length;
  const startedAt = stage.now;
  stage.overlay.fetch(stage.now, { resource, kind });
  const asked: Asked[] = [];
  const isOver = (): boolean =>
    stage.effects.filter((effect) => effect.kind === "fetchFinished").length > ends;
  while (!isOver() && stage.now - startedAt < 12_000) asked.push(...play(stage, 20, say));
  const tookMs = stage.now - startedAt;
  // What nobody waits for any more runs out.
  play(stage, 5_000, say);
  return { tookMs, status: fetched(stage)?.outcome.status, asked };
}

const denies = { found: ({ link }: Asked): boolean => link !== links };
const swallows = { ...denies, swallowed: ({ link }: Asked): boolean => link === links };

describe("overlay: one attempt of a lookup among liars", () => {
  it("a way on which nothing comes back is not waited for until the end-to-end timer", () => {
    const { stage } = begun();
    const { tookMs, status, asked } = lookUp(stage, swallows);
    assert.equal(status, "found");
    assert.ok(tookMs < 2_000, `${tookMs} ms`);
    assert.equal(asked[0]?.link, links);
    const { counts } = stage.overlay.describe(stage.now);
    assert.equal(counts["lookupsRetried"], 0, "what is over is not tried again");
    assert.equal(counts["requestsUnderWay"], 0);
  });

  it("a denial is answered by another way at once; who denies is asked no more by who has found it out", () => {
    const { stage, puppets } = begun();
    const first = lookUp(stage, denies);
    assert.ok(first.status === "found" && first.tookMs < 500, `${first.status} after ${first.tookMs} ms`);
    assert.equal(first.asked[0]?.link, links);
    lookUp(stage, denies);
    const later = lookUp(stage, denies);
    assert.equal(later.status, "found");
    assert.ok(later.asked.every(({ link }) => link !== links));
    const liar = present(puppets.at(-1), "the nearest puppet");
    assert.deepEqual(later.asked[0]?.avoid, [liar.nodeId.slice(0, 4)]);
    assert.equal(stage.overlay.describe(stage.now).counts["suspects"], 1);
  });

  it("after contradictions several ways are taken from the start, and one after lookups without", () => {
    const { stage } = begun();
    const usual = lookUp(stage, { found: () => true });
    assert.equal(usual.asked.length, 1, "one question by one way");
    for (let n = 0; n < 3; n++) lookUp(stage, denies);
    const wary = lookUp(stage, { found: () => true });
    const ways = wary.asked.filter(({ type, hops }) => type === "fetch" && hops > 0);
    assert.equal(new Set(ways.map(({ link }) => link)).size, 3);
    for (let n = 0; n < 16; n++) lookUp(stage, { found: () => true });
    assert.equal(lookUp(stage, { found: () => true }).asked.length, 1);
  });
});
