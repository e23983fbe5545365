import assert from "node:assert/strict";
import fc from "fast-check";
import { instant } from "../../firmware/core/time.js";
import { Role } from "../../firmware/overlay/role.js";
import type { RoleChoice, RoleOrder } from "../../firmware/overlay/role-state.js";
import { TestRandom } from "../identity/fixtures.js";
import { seeded } from "../support/seed.js";

/** A role machine on a clock of its own: what it orders, with the second it does so in. */
class Watched {
  readonly role: Role;
  readonly orders: { readonly order: RoleOrder; readonly atS: number }[] = [];
  nowMs = 0;
  #inviting = 0;
  #attached = 0;

  constructor(seed: number, isHost = false) {
    this.role = new Role(new TestRandom(`role ${seed}`), isHost);
  }

  get now(): ReturnType<typeof instant> {
    return instant(this.nowMs);
  }

  /** Switched on, and run for some seconds. */
  start(choice: RoleChoice = "auto", seconds = 0): this {
    this.role.setChoice(this.now, choice);
    this.role.start(this.now);
    return this.run(seconds);
  }

  run(seconds: number): this {
    const end = this.nowMs + 1000 * seconds;
    for (;;) {
      this.#take();
      const next = this.role.pollTimeout();
      if (next === undefined || next.at > end) break;
      assert.ok(next.at >= this.nowMs, "no deadline is in the past");
      this.nowMs = next.at;
      this.role.handleTimeout(this.now);
    }
    this.nowMs = end;
    return this;
  }

  /** Others count on it from now on. */
  joined(): this {
    this.role.handleJoined(this.now);
    return this.#tell();
  }

  untilAsking(): this {
    while (this.role.pollTimeout()?.reason !== "role: asking") this.run(1);
    return this;
  }

  inviting(count: number): this {
    this.#inviting = count;
    return this.#tell();
  }

  attached(count: number): this {
    this.#attached = count;
    return this.#tell();
  }

  /** The asked peer says yes, and the handover is done at once. */
  granted(): this {
    this.role.handleGrant();
    this.role.handleDemoted(this.now);
    return this;
  }

  names(): RoleOrder[] {
    this.#take();
    return this.orders.map(({ order }) => order);
  }

  #tell(): this {
    this.role.handleNeighbours(this.now, this.#inviting, this.#attached);
    return this;
  }

  #take(): void {
    for (let order = this.role.pollOrder(); order !== undefined; order = this.role.pollOrder())
      this.orders.push({ order, atS: this.nowMs / 1000 });
  }
}

/** A client of two hosts. */
function served(seed: number): Watched {
  return new Watched(seed).start().inviting(2).attached(1);
}

/** A peer that has taken over from two hosts that are back since. */
function returned(seed: number): Watched {
  return served(seed).run(10).inviting(0).attached(0).run(2).inviting(2);
}

const anySeed = fc.integer({ min: 1, max: 1_000_000 });

describe("overlay: the role of a node", () => {
  it("is a peer's after one to four seconds when no host is linked, and nothing is ordered", () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const node = new Watched(seed).start("auto", 0.999);
        assert.ok(node.role.isDeciding);
        node.run(3.002);
        assert.ok(!node.role.isDeciding);
        assert.deepEqual([node.names(), node.role.reason], [[], "no-hosts"]);
        assert.equal(node.role.pollTimeout(), undefined, "and nothing wakes it any more");
      }),
      seeded(50),
    );
  });

  it("is a client's as soon as one host is linked", () => {
    const node = new Watched(1).start("auto", 0.5).inviting(1);
    assert.deepEqual([node.names(), node.role.reason], [["attach"], "served"]);
    node.attached(1).run(3600);
    assert.deepEqual(node.names(), ["attach"]);
  });

  it("is a client's yet if two hosts are linked later, as long as nobody counts on the node", () => {
    const early = new Watched(1).start("auto", 4.1).inviting(1);
    assert.deepEqual([early.names(), early.role.reason], [[], "no-hosts"], "one is too few by then");
    early.inviting(2).attached(1).joined().run(3600);
    assert.deepEqual([early.names(), early.role.reason], [["attach"], "served"]);
    const late = new Watched(1).start("auto", 4.1).joined().inviting(2).run(59);
    assert.deepEqual([late.names(), late.role.reason], [[], "waiting"]);
    const told = new Watched(1).start("auto", 4.1);
    told.role.setChoice(told.now, "client");
    assert.deepEqual([told.run(1).names(), told.role.reason], [["attach"], "set"]);
  });

  it("waits for hosts it has only heard of, but not for ever", () => {
    const node = new Watched(2).start();
    for (let tenths = 0; tenths < 75; tenths++) {
      node.role.handleHint(node.now);
      node.run(0.1);
      assert.ok(node.role.isDeciding, "somebody is said to be there");
    }
    node.role.handleHint(node.now);
    node.run(0.6);
    assert.equal(node.role.reason, "no-hosts", "who forges beacons cannot keep it from being a peer");
  });

  it("becomes a peer's when no host takes it", () => {
    const node = new Watched(3).start().inviting(1).run(6);
    assert.deepEqual([node.names(), node.role.reason], [["attach", "promote"], "no-hosts"]);
  });

  it("is taken over within two seconds when all who served it are gone", () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const node = served(seed).run(30).attached(2).run(30).attached(1).run(30);
        assert.deepEqual(node.names(), ["attach"]);
        node.inviting(0).attached(0).run(2);
        assert.deepEqual([node.names(), node.role.reason], [["attach", "takeOver"], "hosts-lost"]);
      }),
      seeded(50),
    );
  });

  it("is not taken over when somebody serves it in time", () => {
    const late = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) =>
      served(seed).run(30).inviting(0).attached(0).run(0.2),
    );
    const saved = late.filter((node) => !node.names().includes("takeOver"));
    assert.ok(saved.length >= 4);
    for (const node of saved) assert.ok(!node.inviting(1).attached(1).run(50).names().includes("takeOver"));
  });

  it("is given up only when two hosts have been there for a minute, and by leave of one", () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const node = new Watched(seed)
          .start("auto", 5)
          .joined()
          .inviting(1)
          .run(600)
          .inviting(2)
          .run(59)
          .inviting(1)
          .run(600);
        assert.deepEqual(node.names(), []);
        node.inviting(2).run(180);
        const [asked] = node.orders;
        assert.ok(asked?.order === "ask" && asked.atS >= 1264 + 60);
        assert.equal(node.role.reason, "waiting");
        node.run(100);
        assert.ok(!node.names().includes("demote"), "silence is a no");
        node.untilAsking();
        assert.deepEqual(node.granted().attached(1).names().slice(-2), ["ask", "demote"]);
        assert.equal(node.role.reason, "served");
      }),
      seeded(20),
    );
  });

  it("does not swing: five minutes after taking over at first, twice as long each time", () => {
    const changes: number[] = [];
    const node = served(7).run(10);
    for (let round = 0; round < 5; round++) {
      const lostAt = node.nowMs;
      node.inviting(0).attached(0).run(3).inviting(2);
      node.untilAsking();
      changes.push((node.nowMs - lostAt) / 1000);
      node.granted().attached(2).run(5);
    }
    [300, 600, 1200, 2400, 4800].forEach((least, at) => {
      const seconds = changes[at] ?? 0;
      assert.ok(seconds >= least && seconds <= least + 130, `change ${at} after ${seconds} s`);
    });
  });

  it("is not given up by all at the same time", () => {
    const asked = Array.from({ length: 50 }, (_, seed) => {
      return (
        returned(seed + 1)
          .run(600)
          .orders.find(({ order }) => order === "ask")?.atS ?? 0
      );
    });
    const spread = Math.max(...asked) - Math.min(...asked);
    assert.ok(spread > 90 && spread <= 125, `spread over ${spread} s`);
  });

  it("is what somebody sets, at once where it can be", () => {
    const client = served(4).run(10);
    client.role.setChoice(client.now, "peer");
    assert.deepEqual([client.names(), client.role.reason], [["attach", "promote"], "set"]);
    client.run(3600).inviting(3).run(3600);
    assert.equal(client.names().length, 2, "it stays one");
    client.role.setChoice(client.now, "client");
    client.untilAsking();
    assert.ok(client.nowMs <= 7_221_000);
    assert.equal(client.names().at(-1), "ask", "a peer asks soon, whatever was before");
    client.granted().attached(1);
    assert.equal(client.role.reason, "set");
  });

  it("hidden by its NAT, is a client whatever is set, and a peer where nobody serves it", () => {
    const node = new Watched(9).start("peer", 4);
    node.role.handleHidden(node.now, true);
    node.untilAsking().granted().attached(1).run(3600);
    assert.deepEqual([node.names(), node.role.reason], [["ask", "demote"], "hidden"]);
    node.role.setChoice(node.now, "auto");
    node.role.setChoice(node.now, "peer");
    assert.equal(node.run(60).role.reason, "hidden");
    node.attached(0).run(10);
    assert.equal(node.names().at(-1), "takeOver");
    node.untilAsking().granted().attached(1);
    node.role.handleHidden(node.now, false);
    assert.deepEqual([node.names().at(-1), node.run(3600).role.reason], ["promote", "set"]);
    const host = new Watched(10, true).start("auto", 4);
    host.role.handleHidden(host.now, true);
    assert.deepEqual([host.run(3600).names(), host.role.reason], [[], "host"]);
  });

  it("set to client, waits for whoever takes it; alone it must be a peer", () => {
    const node = new Watched(5).start("client", 4);
    assert.deepEqual(node.names(), ["attach"], "no host is needed for that");
    node.run(6);
    assert.deepEqual(node.names().slice(0, 2), ["attach", "promote"]);
  });

  it("set to client, is taken over by others where that can be", () => {
    const node = new Watched(6).start("client", 4).attached(1).run(10).attached(0).run(3.9);
    assert.ok(!node.names().includes("takeOver"), "others do it first");
    node.run(4.2);
    assert.ok(node.names().includes("takeOver"), "nobody has");
    assert.equal(node.untilAsking().granted().attached(1).role.reason, "set");
  });

  it("of a client that only phones serve is given up soon", () => {
    const node = new Watched(8).start("client", 4).attached(1).run(10);
    node.role.setChoice(node.now, "auto");
    node.run(1.9);
    assert.deepEqual(node.names(), ["attach"]);
    node.run(6.2);
    assert.deepEqual(node.names(), ["attach", "takeOver"]);
  });

  it("of a host is peer whatever is set, and nothing is decided once it leaves", () => {
    const host = new Watched(9, true).start("client", 10).inviting(5).run(600);
    assert.deepEqual([host.names(), host.role.reason], [[], "host"]);
    const gone = served(10);
    gone.names();
    gone.role.stop();
    gone.attached(0).inviting(0).run(600);
    assert.deepEqual(gone.names(), ["attach"]);
  });
});
