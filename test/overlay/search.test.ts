import assert from "node:assert/strict";
import { compareDistance, nodeId, sameId, type NodeId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { Guests } from "../../firmware/overlay/guests.js";
import { Neighbourhood } from "../../firmware/overlay/neighbourhood.js";
import { Requests } from "../../firmware/overlay/request.js";
import { Search, type SearchStep } from "../../firmware/overlay/search.js";
import { XorTopology } from "../../firmware/overlay/xor-topology.js";
import type { Contact } from "../../firmware/wire/kinds/contact.js";
import { TestRandom } from "../identity/fixtures.js";
import { endpointOf } from "./puppet.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

const now = instant(0);
const self = keyRingOf("subject", "subject");
const target = resourceOf("wanted");
const linked = new Array<undefined>(4)
  .fill(undefined)
  .map((_, n) => keyRingOf(`linked${n}`, `linked${n}`))
  .sort((a, b) => compareDistance(target, a.nodeId, b.nodeId));
const liar = keyRingOf("liar", "liar").nodeId;
const honest = keyRingOf("honest", "honest").nodeId;

/** A search that begins with four linked peers. */
function begun(width: number): Search {
  const neighbourhood = new Neighbourhood(self.nodeId, new XorTopology(self.nodeId, 32), 32);
  linked.forEach(({ credential }, n) => {
    neighbourhood.table.seat(now, { link: n + 1, credential, endpoint: endpointOf(n + 1) });
  });
  for (const neighbour of neighbourhood.table.all) neighbour.stage = "peer";
  neighbourhood.handleChange();
  return new Search(
    { neighbourhood, guests: new Guests(), requests: new Requests(new TestRandom("requests")) },
    target,
    width,
    true,
  );
}

/** Nodes that do not exist, nearer the target than any that does. */
function madeUp(count: number, from: number): Contact[] {
  return new Array<undefined>(count).fill(undefined).map((_, n) => {
    const id = Uint8Array.from(target);
    id[15] = (id[15] ?? 0) ^ (from + n);
    return { nodeId: nodeId(id), endpoint: endpointOf(100 + from + n), flags: 1 };
  });
}

function stepsOf(search: Search): SearchStep[] {
  const steps: SearchStep[] = [];
  for (let step = search.next(now); step !== undefined; step = search.next(now)) steps.push(step);
  return steps;
}

function asked(steps: readonly SearchStep[]): NodeId[] {
  return steps.flatMap((step) => (step.kind === "ask" ? [step.neighbour.nodeId] : []));
}

function endpointsOf(steps: readonly SearchStep[]): Contact["endpoint"][] {
  return steps.flatMap((step) => (step.kind === "link" ? [step.contact.endpoint] : []));
}

describe("overlay: a search among nodes of which some do not exist", () => {
  it("those that are linked are asked, however many nearer ones are named", () => {
    const [nearest] = linked;
    const search = begun(4);
    search.handleNamed(madeUp(8, 1), liar);
    search.handleNamed(madeUp(8, 20), liar);
    const steps = stepsOf(search);
    assert.ok(nearest !== undefined);
    assert.equal(endpointsOf(steps).length, 1, "one tip of one node at a time");
    assert.ok(asked(steps).some((id) => sameId(id, nearest.nodeId)));
  });

  it("who has named a node that does not answer is believed after the others", () => {
    const search = begun(5);
    search.handleNamed(madeUp(6, 1), liar);
    const [first] = endpointsOf(stepsOf(search));
    assert.ok(first !== undefined);
    search.handleConnectFailed(now, first, "no-answer");
    const real = madeUp(1, 40);
    search.handleNamed(real, honest);
    const next = endpointsOf(stepsOf(search));
    assert.deepEqual(next[0], real[0]?.endpoint);
  });

  it("a link that found no room just now is no reason for doubt", () => {
    const search = begun(5);
    search.handleNamed(madeUp(1, 1), honest);
    const [first] = endpointsOf(stepsOf(search));
    assert.ok(first !== undefined);
    search.handleConnectFailed(now, first, "refused");
    const later = instant(60_000);
    search.handleTimeout(later);
    const step = search.next(later);
    assert.ok(step?.kind === "link");
    assert.deepEqual(step.contact.endpoint, first);
  });

  it("of those named at one address two are sought", () => {
    const search = begun(5);
    const address = "203.0.113.9";
    const named = madeUp(5, 1).map((each, n) => ({ ...each, endpoint: { address, port: 7000 + n } }));
    search.handleNamed(named, liar);
    let links = 0;
    for (let attempt = 0; attempt < 5; attempt++) {
      for (const endpoint of endpointsOf(stepsOf(search))) {
        links++;
        search.handleConnectFailed(now, endpoint, "no-answer");
      }
    }
    assert.equal(links, 2);
  });
});
