import assert from "node:assert/strict";
import { present } from "../../firmware/core/assert.js";
import { searchLinksMax } from "../../firmware/core/limits.js";
import { sameId } from "../../firmware/core/node-id.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { endpointOf, type PuppetStage } from "./puppet.js";
import {
  connects,
  fetched,
  kind,
  linkWhenWanted,
  play,
  resource,
  surrounded,
  wanted,
  type Asked,
} from "./surrounded.js";
import { keyRingOf } from "./swarm-node.js";

const none = new Uint8Array(0);

describe("overlay: a lookup in doubt", () => {
  it("goes by another way, then to the nearest that are named, over links opened for it", () => {
    const { stage, puppets, hidden } = surrounded(3);
    const usual = present(puppets.at(-1), "the nearest puppet");
    stage.said.length = 0;
    stage.overlay.fetch(stage.now, { resource, kind });
    const named = (): readonly KeyRing[] => [hidden];
    const first = play(stage, 400, { named });
    const [routed, ...others] = first;
    assert.ok(routed?.type === "fetch" && routed.hops > 0);
    assert.equal(routed.link, puppets.length, "the nearest is asked first");
    const detours = others.filter(({ hops }) => hops > 0);
    assert.deepEqual(detours.map(({ type }) => type).sort(), ["fetch", "find"]);
    for (const detour of detours) {
      assert.notEqual(detour.link, routed.link);
      assert.deepEqual(detour.avoid, [usual.nodeId.slice(0, 4)]);
    }
    assert.ok(linkWhenWanted(stage, hidden, 50));
    const later = play(stage, 400, { named, found: ({ link }) => link === 50 });
    assert.ok(later.some(({ link, type, hops }) => link === 50 && type === "fetch" && hops === 0));
    const outcome = present(fetched(stage), "an end").outcome;
    assert.ok(outcome.status === "found" && sameId(outcome.records[0]?.key ?? none, wanted.nodeId));
  });

  it("a node that is no neighbour is asked all the same: its link is a guest's", () => {
    const { stage, hidden } = surrounded(4, 4);
    stage.said.length = 0;
    stage.overlay.fetch(stage.now, { resource, kind });
    play(stage, 600, { named: () => [hidden] });
    const endpoint = endpointOf(100);
    stage.overlay.handleLinkUp(stage.now, { link: 50, credential: hidden.credential, endpoint });
    stage.say(50, { type: "update", configSequence: 0, stage: "unseated", contacts: [] });
    assert.ok(
      stage.overlay.describe(stage.now).neighbours.every(({ nodeId }) => !sameId(nodeId, hidden.nodeId)),
    );
    play(stage, 600, { named: () => [hidden], found: ({ link }) => link === 50 });
    assert.equal(present(fetched(stage), "an end").outcome.status, "found");
  });

  it("is bounded in links and in time, whoever names ever nearer nodes", () => {
    const { stage } = surrounded(3);
    let made = 0;
    const nearer = ({ destination }: Asked): KeyRing[] => {
      const named: KeyRing[] = [];
      while (sameId(destination.first, resource) && named.length < 4)
        named.push(keyRingOf(`named${made}`, `named${made++}`));
      return named;
    };
    stage.said.length = 0;
    const startedAt = stage.now;
    stage.overlay.fetch(stage.now, { resource, kind });
    play(stage, 12_000, { named: nearer });
    assert.equal(present(fetched(stage), "an end").outcome.status, "not-found");
    const wants = connects(stage).filter(({ nodeId }) => nodeId !== undefined);
    assert.ok(wants.length > 0 && wants.length <= searchLinksMax, `${wants.length} links`);
    assert.equal(stage.overlay.describe(stage.now).counts["requestsUnderWay"], 0);
    assert.ok(stage.now - startedAt <= 12_200);
  });

  it("another owner than the expected one is asked about again, and shown if nobody says otherwise", () => {
    const { stage } = surrounded(3);
    stage.said.length = 0;
    stage.overlay.fetch(stage.now, { resource, kind, owner: stage.keyRing.credential.ownerKey });
    const requests = play(stage, 2_000, { found: () => true });
    assert.ok(requests.filter(({ type, hops }) => type === "fetch" && hops === 0).length >= 3);
    assert.equal(present(fetched(stage), "an end").outcome.status, "found");
    stage.said.length = 0;
    stage.overlay.fetch(stage.now, { resource, kind, owner: wanted.credential.ownerKey });
    assert.equal(play(stage, 2_000, { found: () => true }).length, 1, "as expected: no doubt");
  });

  it("where a node is: asked by another way, and of the nearest, until somebody names it", () => {
    const { stage, puppets } = surrounded(3);
    const target = keyRingOf("far", "far").nodeId;
    stage.said.length = 0;
    const request = stage.overlay.locate(stage.now, target);
    const far = keyRingOf("far", "far");
    const [farthest] = puppets;
    play(stage, 1_000, { named: ({ link, hops }) => (link === 1 && hops === 0 ? [far] : [farthest ?? far]) });
    const found = stage.effects.findLast((effect) => effect.kind === "findFinished");
    assert.ok(found?.kind === "findFinished" && found.request === request);
    assert.ok(found.contacts.some(({ nodeId }) => sameId(nodeId, target)));
  });
});

describe("overlay: whether our own record is where it belongs", () => {
  const mine = resource;

  /** Our registration is stored, as the nearest puppet says; what is asked in the next seconds. */
  function published(named: (hidden: KeyRing) => readonly KeyRing[]): {
    stage: PuppetStage;
    hidden: KeyRing;
    requests: Asked[];
  } {
    const { stage, hidden } = surrounded(3);
    stage.said.length = 0;
    const key = stage.keyRing.nodeId;
    stage.overlay.publish(stage.now, {
      resource: mine,
      kind,
      key,
      value: Uint8Array.of(0x80),
      lifetimeS: 1800,
    });
    return { stage, hidden, requests: play(stage, 9_000, { named: () => named(hidden) }) };
  }

  it("is asked by another way after the first Store; all of the nearest that lack it get it directly", () => {
    const { stage, hidden, requests } = published((far) => [far]);
    const [store, find] = requests;
    assert.ok(store?.type === "store" && find?.type === "find");
    assert.notEqual(find.link, store.link);
    assert.ok(linkWhenWanted(stage, hidden, 50));
    const later = play(stage, 3_000, { named: () => [hidden] });
    const direct = later.find(({ link, type }) => link === 50 && type === "store");
    assert.ok(direct?.type === "store" && direct.hops === 0);
    assert.deepEqual(direct.record, store.record, "the same signed bytes");
    const given = later.filter(({ type, hops }) => type === "store" && hops === 0);
    assert.equal(given.length, 3, "one that only says that it has stored it is not enough");
    assert.equal(stage.overlay.describe(stage.now).counts["ownCopiesMissing"], 1);
  });

  it("and again at each fourth refresh, once more where the nearest lacked it and then said it was stored", () => {
    const { stage } = published(() => []);
    let checks = 0;
    let stores = 0;
    let given = 0;
    for (let minute = 0; minute < 90; minute++) {
      for (const { type, hops } of play(stage, 60_000, {})) {
        if (type === "fetch" && hops === 0) checks++;
        if (type === "store" && hops > 0) stores++;
        if (type === "store" && hops === 0) given++;
      }
    }
    console.log(
      `      in 90 min: ${stores} Stores, ${checks} direct questions for our own record, given ${given} times`,
    );
    assert.ok(stores >= 8 && stores <= 14, "the refreshes, and one where none of the nearest had it");
    assert.ok(
      checks >= 4 && checks <= 500,
      "three nodes at each of two refreshes; while they are known to lie all",
    );
    assert.ok(given <= checks, "each time to those that lack it");
  });
});
