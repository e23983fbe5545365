import assert from "node:assert/strict";
import { present } from "../../firmware/core/assert.js";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { tunnelTo } from "../../firmware/core/tunnel-endpoint.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { settled, at } from "./situations.js";
import { endpointOf, PuppetStage, registrationOf } from "./puppet.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

const kind = 1;
const owner = keyRingOf("owner", "owner");
const asker = keyRingOf("asker", "asker");

/** A node that holds the registration of its neighbour on 1; the one on 2 asks. */
function holding(): PuppetStage {
  const stage = new PuppetStage();
  stage.begin();
  stage.link(1, owner);
  stage.link(2, asker);
  const parts = { resource: resourceOf("owner"), kind, record: registrationOf(owner) };
  assert.equal(stage.store(1, parts).status, "ok");
  return stage;
}

/** Where the answer says that the owner of the only record is. */
function placeSaid(stage: PuppetStage, user: string, wantCredentials = true): Endpoint | undefined {
  const destination = { first: resourceOf(user) };
  const via = new Uint8Array(0);
  stage.said.length = 0;
  stage.say(2, { type: "fetch", hops: 0, transaction: 9, destination, via, kind, wantCredentials });
  const answer = present(stage.said.at(-1), "an answer").message;
  assert.ok(answer.type === "fetchAnswer" && answer.records.length === 1);
  return answer.records[0]?.place;
}

describe("overlay: where the owner of a record is", () => {
  it("is said by who is linked to it, to who wants to reach it", () => {
    const stage = holding();
    assert.deepEqual(placeSaid(stage, "owner"), endpointOf(1));
    assert.equal(placeSaid(stage, "owner", false), undefined, "not to who only compares");
  });

  it("is not said once the link is gone, nor of who never was linked", () => {
    const stage = holding();
    stage.overlay.handleLinkDown(stage.now, 1, "silent");
    assert.equal(placeSaid(stage, "owner"), undefined);
    const absent = keyRingOf("absent", "absent");
    const parts = { resource: resourceOf("absent"), kind, record: registrationOf(absent) };
    assert.equal(stage.store(2, { ...parts, credential: absent.credential.bytes }).status, "ok");
    assert.equal(placeSaid(stage, "absent"), undefined);
  });

  it("is said of this node itself, by its own address", () => {
    const stage = holding();
    const { nodeId } = stage.keyRing;
    const resource = resourceOf("subject");
    const value = Uint8Array.of(0x80);
    stage.overlay.publish(stage.now, { resource, kind, key: nodeId, value, lifetimeS: 1800 });
    stage.run(1_000);
    const record = registrationOf(stage.keyRing, { generation: 0x80001 });
    stage.store(2, { resource, kind, record, credential: stage.keyRing.credential.bytes });
    assert.deepEqual(placeSaid(stage, "subject"), endpointOf(0));
  });

  it("comes with what a lookup has found", () => {
    const { swarm, nodes } = settled(6);
    for (const sought of nodes) {
      const seeker = at(nodes, nodes.indexOf(sought) - 1);
      const { outcome } = swarm.fetch(seeker, sought.userName);
      assert.ok(outcome.status === "found");
      assert.deepEqual(outcome.records[0]?.place, sought.endpoint);
    }
  });
});

describe("overlay: a client that is linked through a tunnel", () => {
  /** What a peer says to one that asks, on a link over this path, to be its client. */
  function answerTo(keyRing: KeyRing, endpoint: Endpoint): string | undefined {
    const stage = new PuppetStage();
    stage.begin();
    stage.overlay.handleLinkUp(stage.now, { link: 7, credential: keyRing.credential, endpoint, flags: 4 });
    stage.say(7, { type: "update", configSequence: 0, stage: "client", contacts: [] });
    const said = stage.said.findLast(({ link, message }) => link === 7 && message.type === "update");
    assert.ok(said?.message.type === "update");
    return said.message.stage;
  }

  it("is not served: others are to be told where clients are", () => {
    assert.equal(answerTo(asker, endpointOf(7)), "peer");
    assert.equal(answerTo(asker, tunnelTo(owner.nodeId, asker.nodeId)), "unseated");
  });
});
