import assert from "node:assert/strict";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { isTunnel, tunnelTo } from "../../firmware/core/tunnel-endpoint.js";
import { endpointOf, PuppetStage } from "./puppet.js";
import { keyRingOf } from "./swarm-node.js";

const namer = keyRingOf("namer", "namer");
const far = keyRingOf("far", "far");
/** Of another LAN than the subject and the namer. */
const farEndpoint = endpointOf(0x700);
const tunnel = tunnelTo(namer.nodeId, far.nodeId);

/** The subject hears of a node by a neighbour, and two seconds later has greeted it where? */
function named(endpoint: Endpoint): { stage: PuppetStage; greeted: () => readonly Endpoint[] } {
  const stage = new PuppetStage();
  stage.begin();
  stage.link(1, namer);
  stage.run(5000);
  stage.effects.length = 0;
  const contact = { nodeId: far.nodeId, endpoint, flags: 1 };
  stage.say(1, { type: "update", configSequence: 0, stage: "peer", contacts: [contact] });
  const greeted = (): readonly Endpoint[] =>
    stage.effects.flatMap((effect) => (effect.kind === "connect" ? [effect.endpoint] : []));
  return { stage, greeted };
}

/** Until the subject has greeted so many times. */
function until(greetings: number, { stage, greeted }: ReturnType<typeof named>): void {
  for (let waited = 0; greeted().length < greetings; waited++) {
    assert.ok(waited < 200, `${greeted().length} greetings`);
    stage.run(100);
  }
}

/** Takes what it wants done: whatever somebody says, that is asked for. */
function listen(stage: PuppetStage): void {
  stage.say(1, { type: "update", configSequence: 0, stage: "peer", contacts: [] });
}

describe("overlay: introductions", () => {
  it("who does not answer outside the LAN is greeted by way of who named it, with where it may be", () => {
    const all = named(farEndpoint);
    until(2, all);
    assert.deepEqual(all.greeted(), [farEndpoint, tunnel]);
    const last = all.stage.effects.findLast(({ kind }) => kind === "connect");
    assert.ok(last?.kind === "connect");
    assert.deepEqual([last.direct, last.nodeId], [farEndpoint, far.nodeId]);
    all.stage.overlay.handleConnectFailed(all.stage.now, farEndpoint, "no-answer");
    all.stage.run(500);
    assert.equal(all.greeted().length, 2, "that greeting is over, the other goes on");
    all.stage.overlay.handleConnectFailed(all.stage.now, tunnel, "no-answer");
    all.stage.run(60_000);
    assert.equal(all.greeted().length, 2, "both ways have been tried long enough");
  });

  it("where somebody else answers, as at a private address of another LAN, the tunnel is taken at once", () => {
    const all = named(farEndpoint);
    until(1, all);
    all.stage.overlay.handleConnectFailed(all.stage.now, farEndpoint, "wrong-node");
    listen(all.stage);
    assert.deepEqual(all.greeted(), [farEndpoint, tunnel]);
  });

  it("on the own LAN there is nothing between", () => {
    const near = endpointOf(9);
    const all = named(near);
    until(2, all);
    assert.deepEqual(all.greeted(), [near, near]);
  });

  it("a link in a tunnel is no neighbour's; out of it, it is, at both ends at once or one after the other", () => {
    const { stage } = named(farEndpoint);
    const neighbours = (): number => stage.overlay.describe(stage.now).neighbours.length;
    stage.overlay.handleLinkUp(stage.now, { link: 2, credential: far.credential, endpoint: tunnel });
    stage.say(2, { type: "update", configSequence: 0, stage: "peer", contacts: [] });
    assert.equal(neighbours(), 1);
    const told = stage.said.length;
    stage.overlay.handleMoved(stage.now, { link: 2, endpoint: farEndpoint });
    stage.run(100);
    assert.equal(neighbours(), 2);
    assert.ok(stage.said.slice(told).some(({ link, message }) => link === 2 && message.type === "update"));
    const roamed = endpointOf(0x900);
    stage.overlay.handleMoved(stage.now, { link: 2, endpoint: roamed });
    const { endpoint } =
      stage.overlay.describe(stage.now).neighbours.find(({ userName }) => userName === "far") ?? {};
    assert.deepEqual(endpoint, roamed, "others are told where it is now");
  });

  it("others are told where they see this node, not its own address behind a NAT; the links, both", () => {
    const stage = new PuppetStage();
    stage.begin();
    const seen: Endpoint = { address: "203.0.113.5", port: 5000 };
    const places = (): readonly (Endpoint | undefined)[][] =>
      stage.effects.flatMap((effect) => (effect.kind === "setPlace" ? [[effect.local, effect.seen]] : []));
    assert.deepEqual(places(), [[endpointOf(0), undefined]]);
    ["a", "b"].forEach((name, i) => {
      const endpoint = endpointOf(256 * (i + 1));
      const { credential } = keyRingOf(name, name);
      stage.overlay.handleLinkUp(stage.now, { link: i + 1, credential, endpoint, ownEndpoint: seen });
    });
    stage.run(10);
    assert.deepEqual(places().at(-1), [endpointOf(0), seen]);
    stage.say(1, {
      type: "find",
      hops: 0,
      transaction: 9,
      destination: { first: stage.keyRing.nodeId },
      via: new Uint8Array(0),
      count: 3,
    });
    const answer = stage.said.at(-1)?.message;
    assert.ok(answer?.type === "findAnswer");
    const own = answer.contacts.find(({ nodeId }) =>
      nodeId.every((byte, i) => byte === stage.keyRing.nodeId[i]),
    );
    assert.deepEqual(own?.endpoint, seen);
    assert.ok(answer.contacts.every(({ endpoint }) => !isTunnel(endpoint)));
    stage.overlay.setLocal(endpointOf(5));
    listen(stage);
    assert.deepEqual(places().at(-1), [endpointOf(5), undefined], "elsewhere all begins anew");
  });
});
