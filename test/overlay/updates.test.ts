import assert from "node:assert/strict";
import { contactsInMessageMax, meshMax, phoneOverlay } from "../../firmware/core/limits.js";
import { compareDistance } from "../../firmware/core/node-id.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import { Outbox } from "../../firmware/overlay/effect.js";
import { Neighbourhood } from "../../firmware/overlay/neighbourhood.js";
import type { Neighbour } from "../../firmware/overlay/node-table.js";
import { Updates } from "../../firmware/overlay/updates.js";
import { XorTopology } from "../../firmware/overlay/xor-topology.js";
import { TestRandom } from "../identity/fixtures.js";
import { endpointOf } from "./puppet.js";
import type { Stage } from "../../firmware/wire/kinds/neighbours.js";
import { keyRingOf } from "./swarm-node.js";

/** The updates of one node, and its neighbours. */
class Teller {
  readonly neighbourhood: Neighbourhood;
  readonly updates: Updates;
  readonly outbox = new Outbox();
  now: Instant = instant(1_000);

  constructor(neighbours: number) {
    const { nodeId } = keyRingOf("subject", "subject");
    const rows = phoneOverlay.neighbours;
    this.neighbourhood = new Neighbourhood(nodeId, new XorTopology(nodeId, rows), rows);
    this.updates = new Updates(this.neighbourhood, this.outbox, {
      random: new TestRandom("subject"),
      configSequence: 0,
    });
    for (let n = 0; n < neighbours; n++) this.hear(this.link(n), "peer");
  }

  /** A neighbour says its stage. */
  hear(from: Neighbour, stage: Stage): void {
    from.stage = stage;
    this.neighbourhood.handleChange();
    this.updates.handleUpdate(this.now, from, []);
  }

  /** Neighbours other than `newcomer` that are told something in the next seconds. */
  toldOf(newcomer: Neighbour): Set<number> {
    const told = this.run(2_000).flatMap(({ links }) => links);
    return new Set(told.filter((link) => link !== newcomer.link));
  }

  /** Whether this node is among the four nearest to a newcomer, of all that have linked it. */
  isNearTo(newcomer: Neighbour): boolean {
    const { table, self } = this.neighbourhood;
    const others = table.all.filter((each) => each !== newcomer);
    const nearer = others.filter(({ nodeId }) => compareDistance(newcomer.nodeId, nodeId, self) < 0);
    return nearer.length < 4;
  }

  link(number: number): Neighbour {
    const { credential } = keyRingOf(`other${number}`, `other${number}`);
    const linked = { link: number, credential, endpoint: endpointOf(number) };
    const seating = this.neighbourhood.table.seat(this.now, linked);
    assert.ok(seating.kind === "seated");
    this.neighbourhood.handleChange();
    this.updates.handleLinkUp(this.now, seating.neighbour);
    return seating.neighbour;
  }

  /** Lets it tell what it has to; the links told at each waking. */
  run(durationMs: number): { readonly at: Instant; readonly links: readonly number[] }[] {
    const wakings = [];
    const end = instant(this.now + durationMs);
    for (let next = this.updates.pollTimeout(); next !== undefined && next.at <= end;) {
      this.now = next.at;
      this.updates.handleTimeout(this.now);
      const links: number[] = [];
      for (let effect = this.outbox.poll(); effect !== undefined; effect = this.outbox.poll())
        if (effect.kind === "send") links.push(effect.link);
      wakings.push({ at: this.now, links });
      next = this.updates.pollTimeout();
    }
    this.now = end;
    return wakings;
  }

  /** Neighbours that have this one among the eight nearest to them. */
  near({ nodeId: of }: Neighbour): Neighbour[] {
    const { all } = this.neighbourhood.table;
    return all.filter((neighbour) => {
      const others = all.filter((each) => each !== neighbour);
      others.sort((a, b) => compareDistance(neighbour.nodeId, a.nodeId, b.nodeId));
      return others.slice(0, contactsInMessageMax).some(({ nodeId }) => nodeId === of);
    });
  }

  get waiting(): Neighbour[] {
    return this.neighbourhood.table.all.filter(({ tellAt }) => tellAt !== undefined);
  }
}

describe("overlay: updates", () => {
  it("in a mesh all hear of a newcomer, in few wakings", () => {
    const teller = new Teller(20);
    teller.run(60_000);
    const newcomer = teller.link(20);
    teller.hear(newcomer, "peer");
    const [first, ...later] = teller.run(60_000);
    assert.deepEqual(first?.links, [newcomer.link], "at once");
    const news = later.filter(({ at }) => at <= first.at + 2_000);
    const told = news.flatMap(({ links }) => links).filter((link) => link !== newcomer.link);
    assert.equal(new Set(told).size, 20);
    assert.ok(news.length <= 8, `${news.length} wakings`);
  });

  it("who joins is announced by those nearest to it, once", () => {
    const counts = { told: 0, silent: 0 };
    for (let number = 30; number < 50; number++) {
      const teller = new Teller(12);
      teller.run(60_000);
      const newcomer = teller.link(number);
      const told = teller.toldOf(newcomer).size;
      assert.equal(told, teller.isNearTo(newcomer) ? 12 : 0);
      for (const stage of ["filling", "peer"] as const) {
        teller.hear(newcomer, stage);
        assert.equal(teller.toldOf(newcomer).size, 0, stage);
      }
      counts[told > 0 ? "told" : "silent"]++;
    }
    assert.ok(counts.told > 0 && counts.silent > 0, JSON.stringify(counts));
  });

  it("who is named by a neighbour knows that one, too: a link has two ends", () => {
    const teller = new Teller(2);
    teller.run(60_000);
    const [one, other] = teller.neighbourhood.table.all;
    assert.ok(one !== undefined && other !== undefined);
    const renewed = teller.link(7);
    const { nodeId, endpoint } = one;
    teller.updates.handleUpdate(teller.now, renewed, [{ nodeId, endpoint, flags: 1 }]);
    teller.hear(renewed, "peer");
    assert.deepEqual(teller.toldOf(renewed), new Set([other.link]));
  });

  it("in a crowd those hear of it that have use for it, and nobody wakes for the others", () => {
    const teller = new Teller(meshMax - 1);
    teller.neighbourhood.table.remove(0);
    for (const n of [40, 41]) if (teller.neighbourhood.table.all.length < meshMax) teller.link(n);
    teller.neighbourhood.handleHeard();
    assert.ok(teller.neighbourhood.isCrowded);
    teller.run(60_000);
    teller.neighbourhood.table.remove(5);
    teller.neighbourhood.handleChange();
    const newcomer = teller.link(50);
    teller.hear(newcomer, "peer");
    const expected = new Set([newcomer, ...teller.near(newcomer)]);
    assert.ok(expected.size < meshMax / 2, `${expected.size} of ${meshMax}`);
    assert.deepEqual(new Set(teller.waiting), expected);
  });

  it("in a crowd who is gone makes a difference to those it was near", () => {
    const teller = new Teller(meshMax);
    teller.neighbourhood.handleHeard();
    teller.run(60_000);
    const [gone] = teller.neighbourhood.table.all;
    assert.ok(gone !== undefined);
    const expected = teller.near(gone);
    teller.neighbourhood.table.remove(gone.link);
    teller.neighbourhood.handleChange();
    teller.updates.handleLinkDown(teller.now, gone);
    assert.ok(expected.length > 0 && expected.length < meshMax);
    assert.deepEqual(teller.waiting, expected);
  });

  it("a stage is said three times, and then nothing where there is no news", () => {
    const teller = new Teller(1);
    assert.equal(teller.run(60_000).flatMap(({ links }) => links).length, 3);
    teller.neighbourhood.setStage("peer");
    teller.updates.handleStageChange(teller.now);
    assert.equal(teller.run(60_000).flatMap(({ links }) => links).length, 3);
    assert.equal(teller.updates.pollTimeout(), undefined);
  });
});
