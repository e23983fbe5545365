import assert from "node:assert/strict";
import { nodesPerAddressMax, phoneOverlay, siblingsMax } from "../../firmware/core/limits.js";
import { compareDistance, sharedBits } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { exceedsAddressLimit, sharesLan } from "../../firmware/overlay/address-limit.js";
import { Neighbourhood } from "../../firmware/overlay/neighbourhood.js";
import { XorTopology } from "../../firmware/overlay/xor-topology.js";
import { endpointOf, PuppetStage } from "./puppet.js";
import { keyRingOf } from "./swarm-node.js";

const self = keyRingOf("subject", "subject");
const others = new Array<undefined>(24)
  .fill(undefined)
  .map((_, n) => keyRingOf(`other${n}`, `other${n}`))
  .sort((a, b) => compareDistance(self.nodeId, b.nodeId, a.nodeId));
const far = { address: "203.0.113.9", port: 6084 };

/** Offers each node in turn, the farthest first, at an address of its own choice; who was given a row. */
function seated(own: string | undefined, addressOf: (n: number) => string): readonly (typeof self)[] {
  const topology = new XorTopology(self.nodeId, phoneOverlay.neighbours);
  const neighbourhood = new Neighbourhood(self.nodeId, topology, phoneOverlay.neighbours);
  if (own !== undefined) neighbourhood.local = { address: own, port: 6084 };
  return others.filter(({ credential }, n) => {
    const endpoint = { address: addressOf(n), port: 6084 + n };
    if (exceedsAddressLimit(neighbourhood, credential.nodeId, endpoint)) return false;
    neighbourhood.table.seat(instant(0), { link: n, credential, endpoint });
    return true;
  });
}

describe("overlay: many Node-IDs at one address", () => {
  it("two are taken into each bucket, and two among the siblings", () => {
    const taken = seated("192.0.2.1", () => far.address);
    const buckets = new Map<number, number>();
    for (const { nodeId } of taken) {
      const bucket = sharedBits(self.nodeId, nodeId);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
    assert.ok(taken.length < others.length / 2);
    assert.equal(Math.max(...buckets.values()), nodesPerAddressMax);
    const honest = seated("192.0.2.1", (n) => (n % 2 === 0 ? far.address : `198.51.100.${n}`));
    const nearest = honest.slice(-siblingsMax);
    const ofAttacker = nearest.filter((ring) => others.indexOf(ring) % 2 === 0);
    assert.equal(honest.filter((ring) => others.indexOf(ring) % 2 === 1).length, others.length / 2);
    assert.ok(ofAttacker.length <= nodesPerAddressMax, `${ofAttacker.length} of the nearest`);
  });

  it("as many as there are on the own LAN, and at addresses of their own", () => {
    assert.equal(seated("203.0.113.200", () => far.address).length, others.length);
    assert.equal(seated("192.0.2.1", (n) => `203.0.113.${n}`).length, others.length);
  });

  it("whether the own address is known or not", () => {
    assert.ok(seated(undefined, () => far.address).length < others.length / 2);
  });

  it("a node that is linked already gets its new link", () => {
    const stage = new PuppetStage();
    stage.begin();
    const linkUp = (link: number, { credential }: typeof self): void =>
      stage.overlay.handleLinkUp(stage.now, { link, credential, endpoint: far });
    const sameBucket = others.filter(({ nodeId }) => sharedBits(stage.keyRing.nodeId, nodeId) === 0);
    assert.ok(sameBucket.length > nodesPerAddressMax);
    sameBucket.forEach((ring, at) => linkUp(at + 1, ring));
    const linked = (): number => stage.overlay.describe(stage.now).neighbours.length;
    const before = linked();
    assert.ok(before < sameBucket.length);
    linkUp(90, sameBucket[0] ?? self);
    assert.equal(linked(), before);
  });

  it("a LAN is told by 24 bits, of IPv6 by 64", () => {
    assert.ok(sharesLan("192.168.1.7", "192.168.1.200"));
    assert.ok(!sharesLan("192.168.1.7", "192.168.2.7"));
    assert.ok(sharesLan("2001:db8::7", "2001:db8::1:7"));
    assert.ok(!sharesLan("2001:db8::7", "2001:db8:0:1::7"));
    assert.ok(!sharesLan("192.168.1.7", "2001:db8::7"));
    assert.ok(!sharesLan("tunnel-to-00", endpointOf(1).address));
  });
});
