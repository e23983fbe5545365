import assert from "node:assert/strict";
import { serviceEntriesMax, serviceLookupsMax, servicesOfferedMax } from "../../firmware/core/limits.js";
import { serviceKind } from "../../firmware/overlay/kind-definition.js";
import { ServiceLookups, type SeekingNode, type ServiceFound } from "../../firmware/service-lookups.js";
import { ServiceOffers, type OfferingNode, type Offer } from "../../firmware/service-offers.js";
import { openOverlay, sodium, TestRandom } from "../identity/fixtures.js";
import { holdersOf } from "../overlay/checks.js";
import { at, settled } from "../overlay/situations.js";
import type { Swarm } from "../overlay/swarm.js";
import type { SwarmNode } from "../overlay/swarm-node.js";

const stun: Offer = {
  service: "stun",
  capacity: 100,
  policy: "anyone",
  endpoint: { address: "192.0.2.7", port: 3478 },
};

/** A node of a swarm that offers and seeks services: what a host peer does with its node. */
class ServiceNode {
  readonly offers: ServiceOffers;
  readonly lookups: ServiceLookups;
  readonly found: ServiceFound[] = [];
  readonly node: SwarmNode;
  readonly #swarm: Swarm;
  readonly #access: OfferingNode;
  #seen = 0;

  constructor(swarm: Swarm, node: SwarmNode) {
    const options = {
      crypto: sodium,
      random: new TestRandom(`services ${node.name}`),
      overlayId: openOverlay,
    };
    this.#swarm = swarm;
    this.node = node;
    this.offers = new ServiceOffers(options, node.keyRing.nodeId);
    this.lookups = new ServiceLookups(options);
    const { overlay } = node;
    this.#access = {
      fetch: (now, sought) => this.#on(() => overlay.fetch(now, sought)),
      publish: (now, publication) => this.#on(() => void overlay.publish(now, publication)),
      unpublish: (now, address) => this.#on(() => overlay.unpublish(now, address)),
      describeOverlay: (now) => overlay.describe(now),
      describeLinks: () => [],
    };
  }

  get seeking(): SeekingNode {
    return this.#access;
  }

  /** Hands on what has ended since it was last called, and does what is due. */
  advance(): void {
    const { now } = this.#swarm;
    for (; this.#seen < this.node.effects.length; this.#seen++) {
      const effect = this.node.effects[this.#seen];
      if (effect?.kind !== "fetchFinished" || this.offers.handleFetched(now, this.#access, effect)) continue;
      const found = this.lookups.handleFetched(now, this.#access, effect);
      if (found !== undefined) this.found.push(found);
    }
    this.offers.handleTimeout(now, this.#access);
  }

  withdraw(service: string): boolean {
    return this.offers.withdraw(this.#swarm.now, this.#access, service);
  }

  #on<T>(call: () => T): T {
    let result: T | undefined;
    this.#swarm.touch(this.node, () => {
      result = call();
    });
    return result as T;
  }
}

function run(swarm: Swarm, nodes: readonly ServiceNode[], seconds: number): void {
  for (let step = 0; step < 10 * seconds; step++) {
    for (const node of nodes) node.advance();
    swarm.run(100);
  }
}

/** What one node finds of a service. */
function seek(swarm: Swarm, seeker: ServiceNode, service: string): ServiceFound {
  const before = seeker.found.length;
  assert.ok(seeker.lookups.find(swarm.now, seeker.seeking, service));
  for (let step = 0; step < 150 && seeker.found.length === before; step++) run(swarm, [seeker], 0.1);
  const found = seeker.found.at(-1);
  assert.ok(found !== undefined && seeker.found.length === before + 1, "seeking a service ends");
  return found;
}

/** The second of some nodes offers a service to the others; the first seeks it. */
function offered(
  swarm: Swarm,
  nodes: readonly SwarmNode[],
): { seeker: ServiceNode; provider: ServiceNode; others: readonly SwarmNode[] } {
  const [seeker, provider] = [new ServiceNode(swarm, at(nodes, 0)), new ServiceNode(swarm, at(nodes, 1))];
  assert.ok(provider.offers.offer(swarm.now, stun));
  run(swarm, [provider], 4);
  assert.equal(seek(swarm, seeker, "stun").providers.length, 1);
  return { seeker, provider, others: nodes.filter((node) => node !== provider.node) };
}

/** Who holds an entry of a provider. */
function entriesOf(swarm: Swarm, nodes: readonly SwarmNode[], { node }: ServiceNode): string[] {
  const isEntry = ({ kind, userName }: { readonly kind: number; readonly userName: string }): boolean =>
    kind === serviceKind && userName === node.userName;
  return nodes
    .filter(({ overlay }) => overlay.describe(swarm.now).held.some(isEntry))
    .map(({ name }) => name);
}

describe("services", () => {
  it("are offered by some and found by all, each provider about as often as the others", () => {
    const { swarm, nodes } = settled(6);
    const all = nodes.map((node) => new ServiceNode(swarm, node));
    const providers = all.slice(0, 3);
    for (const { offers } of providers) assert.ok(offers.offer(swarm.now, stun));
    run(swarm, all, 4);
    for (const { offers, node } of providers) {
      const levels = offers.all[0]?.levels ?? [];
      assert.equal(levels[0], 1, "6 peers: one level below the root");
      const stored = node.overlay.describe(swarm.now).published.filter(({ kind }) => kind === serviceKind);
      assert.deepEqual([stored.length, stored.every(({ isStored }) => isStored)], [levels.length, true]);
    }
    const picked = new Map<string, number>();
    for (const seeker of all) {
      for (let n = 0; n < 2; n++) {
        const { providers: list, fault } = seek(swarm, seeker, "stun");
        const [first] = list;
        assert.ok(first !== undefined, fault);
        const { capacity, policy, endpoint } = first;
        assert.deepEqual({ service: "stun", capacity, policy, endpoint }, stun);
        const name = first.credential.userName;
        picked.set(name, (picked.get(name) ?? 0) + 1);
      }
    }
    assert.deepEqual([...picked.keys()].sort(), providers.map(({ node }) => node.userName).sort());
    for (const [name, times] of picked) assert.ok(times <= 9, `${name} ${times} of 12 times`);
  });

  it("one that nobody offers is not found; nor one that was taken back, or has no capacity left", () => {
    const { swarm, nodes } = settled(5);
    const [seeker, provider] = [at(nodes, 0), at(nodes, 1)].map((node) => new ServiceNode(swarm, node));
    assert.ok(seeker !== undefined && provider !== undefined);
    assert.deepEqual(seek(swarm, seeker, "stun"), { service: "stun", providers: [] });
    assert.ok(provider.offers.offer(swarm.now, stun));
    run(swarm, [provider], 2);
    assert.equal(seek(swarm, seeker, "stun").providers.length, 1);
    assert.ok(provider.offers.offer(swarm.now, { ...stun, capacity: 0 }));
    run(swarm, [provider], 2);
    assert.equal(seek(swarm, seeker, "stun").providers.length, 0);
    assert.ok(provider.offers.offer(swarm.now, { ...stun, capacity: 7 }));
    run(swarm, [provider], 2);
    assert.equal(seek(swarm, seeker, "stun").providers[0]?.capacity, 7);
    assert.ok(provider.withdraw("stun") && !provider.withdraw("stun"));
    run(swarm, [provider], 2);
    assert.deepEqual(seek(swarm, seeker, "stun"), { service: "stun", providers: [] });
  });

  it("one whose provider has fallen silent is offered no more, though its lifetime lasts; names are kept", () => {
    const { swarm, nodes } = settled(5);
    const { seeker, provider, others } = offered(swarm, nodes);
    assert.ok(entriesOf(swarm, others, provider).length > 0);
    swarm.kill(provider.node);
    assert.ok(
      swarm.runUntil(() => entriesOf(swarm, others, provider).length === 0, 10_000),
      "all have noticed",
    );
    swarm.run(150_000);
    assert.deepEqual(entriesOf(swarm, others, provider), [], "no digest brings it back");
    assert.deepEqual(seek(swarm, seeker, "stun"), { service: "stun", providers: [] });
    assert.ok(holdersOf(others, provider.node).length >= 3, "its user may be back");
  });

  it("one whose provider was cut off is found again when it is back", () => {
    const { swarm, nodes } = settled(5);
    const { seeker, provider, others } = offered(swarm, nodes);
    swarm.links.reaches = (a, b) => (a === provider.node) === (b === provider.node);
    for (const other of others) swarm.links.cut(provider.node, other);
    swarm.run(20_000);
    assert.deepEqual(entriesOf(swarm, others, provider), []);
    swarm.links.reaches = () => true;
    assert.ok(
      swarm.runUntil(() => entriesOf(swarm, others, provider).length > 0, 60_000),
      "it is stored again, long before its refresh",
    );
    assert.equal(seek(swarm, seeker, "stun").providers.length, 1);
  });

  it("of many providers a node of the tree has as many as an answer holds, and all are found", () => {
    const { swarm, nodes } = settled(9);
    const all = nodes.map((node) => new ServiceNode(swarm, node));
    for (const { offers } of all) offers.offer(swarm.now, { ...stun, service: "turn" });
    run(swarm, all, 4);
    const held = new Map<string, Set<string>>();
    for (const { overlay } of nodes)
      for (const { kind, resource, userName } of overlay.describe(swarm.now).held) {
        if (kind !== serviceKind) continue;
        held.set(String(resource), (held.get(String(resource)) ?? new Set()).add(userName));
      }
    for (const names of held.values())
      assert.ok(names.size <= serviceEntriesMax, `${names.size} at one place`);
    const found = new Set<string>();
    for (let n = 0; n < 2; n++)
      for (const seeker of all.slice(0, 5))
        for (const { credential } of seek(swarm, seeker, "turn").providers) found.add(credential.userName);
    assert.ok(found.size >= 8, `${found.size} of 9 providers were found`);
  });

  it("offers and lookups at one time are bounded", () => {
    const { swarm, nodes } = settled(2);
    const one = new ServiceNode(swarm, at(nodes, 0));
    for (let n = 0; n < servicesOfferedMax; n++)
      assert.ok(one.offers.offer(swarm.now, { ...stun, service: `s${n}` }));
    assert.ok(!one.offers.offer(swarm.now, stun));
    assert.ok(
      one.offers.offer(swarm.now, { ...stun, service: "s0", capacity: 1 }),
      "one that is there may change",
    );
    for (let n = 0; n < serviceLookupsMax; n++) assert.ok(one.lookups.find(swarm.now, one.seeking, "stun"));
    assert.ok(!one.lookups.find(swarm.now, one.seeking, "stun"));
  });
});
