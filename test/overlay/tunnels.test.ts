import assert from "node:assert/strict";
import { hopsMax, phoneOverlay, tunnelFrameBytesMax } from "../../firmware/core/limits.js";
import { compareDistance, nodeId, type NodeId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { tunnelTo } from "../../firmware/core/tunnel-endpoint.js";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { Outbox } from "../../firmware/overlay/effect.js";
import { Neighbourhood } from "../../firmware/overlay/neighbourhood.js";
import { unseated, type Neighbour } from "../../firmware/overlay/node-table.js";
import { Tunnels } from "../../firmware/overlay/tunnels.js";
import { XorTopology } from "../../firmware/overlay/xor-topology.js";
import { decodeMessage, type TunnelMessage } from "../../firmware/wire/message.js";
import { MutationSource } from "../support/seed.js";
import { endpointOf } from "./puppet.js";
import { keyRingOf } from "./swarm-node.js";

/** A frame that came out of a tunnel. */
interface Tunnelled {
  readonly at: Hop;
  readonly from: Endpoint | undefined;
  readonly frame: Uint8Array;
}

/** A node as far as tunnels go: who is linked to it, by the number of the link. */
class Hop {
  readonly id: NodeId;
  readonly name: string;
  readonly outbox = new Outbox();
  readonly neighbourhood: Neighbourhood;
  readonly tunnels: Tunnels;

  constructor(name: string) {
    this.name = name;
    this.id = keyRingOf(name, name).nodeId;
    this.neighbourhood = new Neighbourhood(this.id, new XorTopology(this.id, 8), 8);
    this.neighbourhood.setStage("peer");
    this.tunnels = new Tunnels(this.neighbourhood, this.outbox, phoneOverlay);
  }

  link(other: Hop, number: number): Neighbour {
    const { credential } = keyRingOf(other.name, other.name);
    const linked = { link: number, credential, endpoint: endpointOf(number) };
    const seating = this.neighbourhood.table.seat(instant(0), linked);
    assert.ok(seating.kind === "seated");
    seating.neighbour.stage = "peer";
    this.neighbourhood.handleChange();
    return seating.neighbour;
  }
}

/** Hops with links between them; what one sends is at the other end at once. */
class Chain {
  readonly hops: readonly Hop[];
  readonly #ends = new Map<number, readonly [Hop, Hop]>();
  /** Messages sent, in order. */
  readonly sent: TunnelMessage[] = [];
  now = instant(1000);

  /** The last is where all lead: every hop is nearer to it than the one before, and linked to that and the next. */
  constructor(length: number) {
    const [last, ...others] = Array.from({ length }, (_, i) => new Hop(`hop${i}`));
    assert.ok(last !== undefined);
    others.sort((a, b) => compareDistance(last.id, b.id, a.id));
    this.hops = [...others, last];
    for (let i = 1; i < length; i++) this.join(this.at(i - 1), this.at(i));
  }

  at(place: number): Hop {
    const hop = this.hops.at(place);
    assert.ok(hop !== undefined);
    return hop;
  }

  join(a: Hop, b: Hop): number {
    const number = this.#ends.size + 1;
    this.#ends.set(number, [a, b]);
    a.link(b, number);
    b.link(a, number);
    return number;
  }

  cut(number: number): void {
    for (const hop of this.#ends.get(number) ?? []) {
      hop.neighbourhood.table.remove(number);
      hop.neighbourhood.handleChange();
    }
  }

  /** Carries messages until there are no more; returns what came out of tunnels. */
  settle(): Tunnelled[] {
    const out: Tunnelled[] = [];
    while (this.hops.some((hop) => this.#takeAll(hop, out)));
    return out;
  }

  /** Whether a hop had anything to say. */
  #takeAll(hop: Hop, out: Tunnelled[]): boolean {
    let any = false;
    for (let effect = hop.outbox.poll(); effect !== undefined; effect = hop.outbox.poll()) {
      any = true;
      if (effect.kind === "tunnelled") out.push({ at: hop, from: effect.from, frame: effect.frame });
      else if (effect.kind === "send") this.#deliver(hop, effect.link, effect.message);
    }
    return any;
  }

  #deliver(from: Hop, link: number, bytes: Uint8Array): void {
    assert.ok(bytes.length <= 1178, "it fits a datagram of the link");
    const to = this.#ends.get(link)?.find((end) => end !== from);
    const message = decodeMessage(bytes);
    assert.ok(message.ok && (message.value.type === "tunnel" || message.value.type === "tunnelBack"));
    this.sent.push(message.value);
    const neighbour = to?.neighbourhood.table.byLink(link);
    if (to !== undefined && neighbour !== undefined) to.tunnels.handle(this.now, neighbour, message.value);
  }
}

const frameOf = (fill: number, length = 40): Uint8Array => new Uint8Array(length).fill(fill);

describe("overlay: tunnels", () => {
  it("carries a frame over several hops, and another back the same way, without anybody keeping anything", () => {
    const chain = new Chain(5);
    const [first, last] = [chain.at(0), chain.at(-1)];
    first.tunnels.send(tunnelTo(last.id), frameOf(1, tunnelFrameBytesMax));
    const [there] = chain.settle();
    assert.ok(there?.from !== undefined && there.at === last);
    assert.deepEqual(there.frame, frameOf(1, tunnelFrameBytesMax));
    assert.deepEqual(
      chain.sent.map((message) => message.type === "tunnel" && [message.hops, message.via.length]),
      [0, 1, 2, 3].map((hop) => [hopsMax - hop, 2 * hop]),
    );
    last.tunnels.send(there.from, frameOf(2));
    const [back, ...more] = chain.settle();
    assert.deepEqual([back?.at, back?.from, back?.frame, more.length], [first, undefined, frameOf(2), 0]);
    assert.deepEqual(
      chain.hops.map(({ tunnels }) => tunnels.counts.passedOn),
      [0, 2, 2, 2, 0],
    );
  });

  it("hands over to who is linked, at whatever stage it is and however far", () => {
    const chain = new Chain(3);
    const [first, middle, last] = [chain.at(0), chain.at(1), chain.at(2)];
    const row = middle.neighbourhood.table.byNodeId(last.id);
    assert.ok(row !== undefined);
    row.stage = "joining";
    middle.neighbourhood.handleChange();
    first.tunnels.send(tunnelTo(last.id), frameOf(3));
    assert.equal(chain.settle()[0]?.at, last);
    last.tunnels.send(tunnelTo(first.id), frameOf(4));
    assert.equal(chain.settle()[0]?.at, first);
  });

  it("goes by way of a node on purpose, as to a client by its peer", () => {
    const chain = new Chain(4);
    const [first, second, third, last] = [chain.at(0), chain.at(1), chain.at(2), chain.at(3)];
    last.tunnels.send(tunnelTo(second.id, first.id), frameOf(5));
    const [there] = chain.settle();
    assert.ok(there?.from !== undefined && there.at === first);
    first.tunnels.send(there.from, frameOf(6));
    assert.deepEqual(chain.settle()[0]?.at, last);
    third.tunnels.send(tunnelTo(third.id, first.id), frameOf(7));
    assert.equal(chain.settle()[0]?.at, first, "by oneself is no detour");
  });

  it("who begins may be the nearest and not linked: another neighbour goes on", () => {
    const chain = new Chain(4);
    const [first, second, third, last] = [chain.at(0), chain.at(1), chain.at(2), chain.at(3)];
    chain.join(first, third);
    chain.cut(3);
    chain.join(second, last);
    third.tunnels.send(tunnelTo(last.id), frameOf(8));
    assert.equal(chain.settle()[0]?.at, last);
    first.tunnels.send(tunnelTo(last.id), frameOf(9));
    assert.equal(chain.settle().length, 0, "the nearest of the others passes nothing back");
    assert.equal(third.tunnels.counts.dropped, 1);
    first.tunnels.send(tunnelTo(second.id, last.id), frameOf(9));
    assert.equal(chain.settle()[0]?.at, last, "by who knows it there is a way");
  });

  it("what has no way is dropped and counted: nobody there, a way back that is gone, no tunnel at all", () => {
    const chain = new Chain(3);
    const [first, middle, last] = [chain.at(0), chain.at(1), chain.at(2)];
    first.tunnels.send(tunnelTo(last.id), frameOf(1));
    const [there] = chain.settle();
    assert.ok(there?.from !== undefined);
    chain.cut(1);
    last.tunnels.send(there.from, frameOf(2));
    first.tunnels.send(tunnelTo(last.id), frameOf(2));
    middle.tunnels.send(tunnelTo(nodeId(new Uint8Array(16))), frameOf(2));
    first.tunnels.send(endpointOf(1), frameOf(2));
    assert.deepEqual(chain.settle(), []);
    assert.equal(middle.tunnels.counts.dropped, 1, "its handle names nobody any more");
    assert.equal(first.tunnels.counts.dropped, 1, "it has no neighbour");
  });

  it("of one neighbour a share is passed on, of all together a sum; one's own have no bound", () => {
    const chain = new Chain(3);
    const [first, middle, last] = [chain.at(0), chain.at(1), chain.at(2)];
    const flood = (hop: Hop, to: Hop, frames: number): number => {
      for (let i = 0; i < frames; i++) hop.tunnels.send(tunnelTo(to.id), frameOf(i));
      return chain.settle().length;
    };
    const perSecond = phoneOverlay.tunnelFramesPerSecond;
    assert.equal(flood(first, last, 120), perSecond, "two seconds of its half");
    assert.equal(flood(last, first, 120), perSecond, "the other has its own");
    assert.equal(flood(first, middle, 120), 120, "who is meant itself has other bounds");
    chain.now = instant(chain.now + 1000);
    assert.equal(flood(first, last, 120), perSecond / 2);
    chain.now = instant(chain.now + 60_000);
    assert.equal(flood(first, last, 120), perSecond);
  });

  it("a guest brings no tunnels", () => {
    const chain = new Chain(2);
    const hop = chain.at(0);
    const { credential } = keyRingOf("guest", "guest");
    const guest = unseated(chain.now, { link: 77, credential, endpoint: endpointOf(77) });
    const via = new Uint8Array(0);
    hop.tunnels.handle(chain.now, guest, {
      type: "tunnel",
      hops: 3,
      destination: { first: hop.id },
      via,
      frame: via,
    });
    hop.tunnels.handle(chain.now, guest, { type: "tunnelBack", via, frame: frameOf(1) });
    assert.deepEqual(chain.settle(), []);
    assert.equal(hop.tunnels.counts.dropped, 2);
  });

  it("whatever comes, no more than one message goes out for it, and it ends", () => {
    const chain = new Chain(5);
    const middle = chain.at(2);
    const from = middle.neighbourhood.table.all[0];
    assert.ok(from !== undefined);
    const source = new MutationSource();
    const bytes = (length: number): Uint8Array => new Uint8Array(length).map(() => source.below(256));
    const anyId = (): NodeId => chain.hops[source.below(5)]?.id ?? nodeId(bytes(16));
    for (let i = 0; i < 300; i++) {
      chain.now = instant(chain.now + 100);
      const via = bytes(2 * source.below(17));
      const first = source.below(4) === 0 ? nodeId(bytes(16)) : anyId();
      const destination = source.below(2) === 0 ? { first } : { first, client: anyId() };
      const frame = frameOf(i);
      const tunnel: TunnelMessage = { type: "tunnel", hops: source.below(17), destination, via, frame };
      chain.sent.length = 0;
      middle.tunnels.handle(
        chain.now,
        from,
        source.below(2) === 0 ? tunnel : { type: "tunnelBack", via, frame },
      );
      const out = chain.settle();
      assert.ok(out.length + chain.sent.length <= hopsMax + 1, `${out.length} + ${chain.sent.length}`);
      assert.ok(out.length <= 1);
    }
  });
});
