import assert from "node:assert/strict";
import { reachMsMax, slowGreetingMs } from "../../firmware/core/limits.js";
import { nodeId, type NodeId } from "../../firmware/core/node-id.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import { tunnelTo } from "../../firmware/core/tunnel-endpoint.js";
import { Reach, type ReachEffect, type Sought } from "../../firmware/reach.js";

const idOf = (fill: number): NodeId => nodeId(new Uint8Array(16).fill(fill));
const bob = idOf(1);
const carol = idOf(2);
const dave = idOf(3);
const here = { address: "192.0.2.1", port: 6084 };
const there = { address: "192.0.2.2", port: 6084 };
const start = instant(1000);
const slow = instant(start + slowGreetingMs);

/** Bob is sought; each step says what came of it. */
class Search {
  readonly reach = new Reach();
  #finds = 0;

  constructor(how: { readonly hearsay?: boolean; readonly sought?: Partial<Sought> } = {}) {
    if (how.hearsay === true) this.reach.noteContact(start, { nodeId: bob, endpoint: here });
    this.reach.seek(start, { nodeId: bob, ...how.sought }, Uint8Array.of(7));
  }

  /** What is wanted done, and that Finds get their numbers. */
  done(): Partial<ReachEffect>[] {
    const effects: Partial<ReachEffect>[] = [];
    for (let effect = this.reach.pollEffect(); effect !== undefined; effect = this.reach.pollEffect()) {
      if (effect.kind === "find") this.reach.noteFind(bob, ++this.#finds);
      effects.push(effect);
    }
    return effects;
  }

  found(now: Instant, endpoint: typeof here | undefined): Partial<ReachEffect>[] {
    const contacts = endpoint === undefined ? [] : [{ nodeId: bob, endpoint }];
    this.reach.handleFound(now, { request: this.#finds, contacts, namedBy: carol });
    return this.done();
  }

  failed(now: Instant, endpoint: typeof here, reason = "no-answer"): Partial<ReachEffect>[] {
    this.reach.handleConnectFailed(now, bob, { endpoint, reason });
    return this.done();
  }

  passed(now: Instant): Partial<ReachEffect>[] {
    this.reach.handleTimeout(now);
    return this.done();
  }
}

const asked = { kind: "find", nodeId: bob, peer: undefined };
const greeted = (endpoint: typeof here): Partial<ReachEffect> => ({ kind: "connect", endpoint, nodeId: bob });
const tunnelled = (by: NodeId, direct: typeof here): Partial<ReachEffect> => ({
  ...greeted(tunnelTo(by, bob)),
  direct,
});
const lost = { kind: "unreachable", nodeId: bob, reason: "no-answer" };

describe("reach: a node that is not linked", () => {
  it("is greeted where the overlay says, then through a tunnel by who said so, then given up", () => {
    const search = new Search();
    assert.deepEqual(search.done(), [asked]);
    assert.deepEqual(search.found(start, here), [greeted(here)]);
    assert.deepEqual(search.failed(start, here), [tunnelled(carol, here)]);
    assert.deepEqual(search.failed(start, here), [], "that is known");
    assert.deepEqual(search.failed(start, tunnelTo(carol, bob)), [lost]);
    assert.deepEqual(search.reach.occupancy().sought, 0);
  });

  it("does not answer soon: a tunnel is tried beside, and what was kept goes by whichever comes up", () => {
    const search = new Search();
    search.done();
    search.found(start, here);
    assert.equal(search.reach.pollTimeout()?.at, slow);
    assert.deepEqual(search.passed(slow), [tunnelled(carol, here)]);
    assert.deepEqual(search.reach.handleLinkUp(bob), [Uint8Array.of(7)]);
    assert.deepEqual(search.failed(slow, here), []);
  });

  it("does not answer soon where hearsay has it: the overlay is asked, which knows better or the same", () => {
    for (const place of [here, there]) {
      const search = new Search({ hearsay: true });
      assert.deepEqual(search.done(), [greeted(here)]);
      assert.deepEqual(search.passed(slow), [asked]);
      assert.deepEqual(search.passed(slow), [], "once");
      assert.deepEqual(search.found(slow, place), [place === here ? tunnelled(carol, here) : greeted(there)]);
    }
  });

  it("is greeted where a lookup has it, whatever older hearsay says; the overlay is asked where that is wrong", () => {
    const search = new Search({ hearsay: true, sought: { place: there, ways: [dave] } });
    assert.deepEqual(search.done(), [greeted(there)]);
    assert.deepEqual(search.failed(start, there), [{ ...asked, peer: dave }]);
    assert.deepEqual(search.found(start, here), [greeted(here)]);
  });

  it("is not where hearsay has it: the overlay is asked at once", () => {
    const search = new Search({ hearsay: true });
    search.done();
    assert.deepEqual(search.failed(start, here, "wrong-node"), [asked]);
    assert.deepEqual(search.failed(start, here), [], "the answer is awaited");
    assert.deepEqual(search.found(start, there), [greeted(there)]);
  });

  it("is not known to the overlay: it may still answer where hearsay has it, else there is nobody", () => {
    const waiting = new Search({ hearsay: true });
    waiting.done();
    waiting.passed(slow);
    assert.deepEqual(waiting.found(slow, undefined), []);
    assert.deepEqual(waiting.reach.handleLinkUp(bob), [Uint8Array.of(7)]);
    const unknown = new Search();
    unknown.done();
    assert.deepEqual(unknown.found(start, undefined), [{ ...lost, reason: "unknown-place" }]);
  });

  it("had no room for a link: it is asked for and greeted again, not tunnelled to", () => {
    const search = new Search();
    search.done();
    search.found(start, here);
    assert.deepEqual(search.failed(start, here, "refused"), []);
    const again = search.reach.pollTimeout()?.at ?? start;
    assert.deepEqual(search.passed(again), [asked]);
    assert.deepEqual(search.found(again, here), [greeted(here)]);
  });

  it("is a client: each of its peers is asked, and the tunnel goes by the one that knew", () => {
    const search = new Search({ sought: { ways: [carol, dave] } });
    assert.deepEqual(search.done(), [{ ...asked, peer: carol }]);
    assert.deepEqual(search.found(start, undefined), [{ ...asked, peer: dave }]);
    assert.deepEqual(search.found(start, here), [greeted(here)]);
    assert.deepEqual(search.failed(start, here), [tunnelled(dave, here)]);
  });

  it("what SIP repeats meanwhile is kept once", () => {
    const { reach } = new Search();
    for (const text of [7, 8, 7, 8]) reach.seek(start, { nodeId: bob }, Uint8Array.of(text));
    assert.deepEqual(reach.handleLinkUp(bob), [Uint8Array.of(7), Uint8Array.of(8)]);
  });

  it("is sought for so long and no longer", () => {
    const search = new Search();
    search.done();
    search.found(start, here);
    search.passed(slow);
    assert.deepEqual(search.passed(instant(start + reachMsMax)), [lost]);
    assert.equal(search.reach.pollTimeout(), undefined);
  });
});
