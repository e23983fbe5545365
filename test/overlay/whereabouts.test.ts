import assert from "node:assert/strict";
import { contactsInMessageMax, hostOverlay, phoneOverlay } from "../../firmware/core/limits.js";
import { idBytes, idKey, nodeId } from "../../firmware/core/node-id.js";
import { randomBytes } from "../../firmware/core/random.js";
import { instant } from "../../firmware/core/time.js";
import { Outbox } from "../../firmware/overlay/effect.js";
import { isClient, Neighbourhood } from "../../firmware/overlay/neighbourhood.js";
import { Requests } from "../../firmware/overlay/request.js";
import { Whereabouts } from "../../firmware/overlay/whereabouts.js";
import { XorTopology } from "../../firmware/overlay/xor-topology.js";
import type { Contact } from "../../firmware/wire/kinds/contact.js";
import { TestRandom } from "../identity/fixtures.js";
import { seed } from "../support/seed.js";
import { keyRingOf } from "./swarm-node.js";

const self = keyRingOf("subject", "subject");
const random = new TestRandom(`whereabouts ${seed}`);

/** A host with so many clients and so many peers besides; whom each client is told of when it asks for others. */
function told(clients: number, peers: number): Map<string, readonly Contact[]> {
  const topology = new XorTopology(self.nodeId, phoneOverlay.neighbours);
  const { neighbours } = phoneOverlay;
  const neighbourhood = new Neighbourhood(self.nodeId, topology, neighbours, hostOverlay.clients);
  neighbourhood.endpoint = { address: "192.0.2.1", port: 6084 };
  neighbourhood.setStage("peer");
  const linked = (link: number): Parameters<typeof neighbourhood.clients.seat>[1] => ({
    link,
    credential: { ...self.credential, nodeId: nodeId(randomBytes(random, idBytes)) },
    endpoint: { address: `198.51.100.${link}`, port: 6084 },
  });
  for (let n = 1; n <= peers; n++) {
    const seating = neighbourhood.table.seat(instant(0), linked(n));
    if (seating.kind === "seated") seating.neighbour.stage = "peer";
  }
  for (let n = 1; n <= clients; n++) neighbourhood.clients.seat(instant(0), linked(100 + n));
  neighbourhood.handleChange();
  const whereabouts = new Whereabouts({
    neighbourhood,
    requests: new Requests(random),
    outbox: new Outbox(),
  });
  const request = { type: "find", hops: 0, transaction: 1, via: new Uint8Array(0), count: 8 } as const;
  const answers = neighbourhood.clients.all.map((client) => {
    const answer = whereabouts.answer({ ...request, destination: { first: client.nodeId } }, client);
    return [idKey(client.nodeId), answer?.contacts ?? []] as const;
  });
  return new Map(answers);
}

describe("overlay: what a peer tells its clients of others", () => {
  it("its few peers first, then other clients of its own, as clients; never itself, and no more than asked", () => {
    for (const peers of [0, 2, 6]) {
      for (const [client, contacts] of told(40, peers)) {
        assert.equal(contacts.length, contactsInMessageMax);
        assert.ok(contacts.slice(0, peers + 1).every(({ flags }) => !isClient(flags)));
        assert.ok(contacts.slice(peers + 1).every(({ flags }) => isClient(flags)));
        const keys = contacts.map((contact) => idKey(contact.nodeId));
        assert.equal(new Set([client, ...keys]).size, keys.length + 1);
      }
    }
  });

  it("peers alone where there are enough", () => {
    for (const contacts of told(5, 12).values()) assert.ok(contacts.every(({ flags }) => !isClient(flags)));
  });

  it("nobody, of whom none is there", () => {
    assert.deepEqual(
      [...told(1, 0).values()].map((contacts) => contacts.map((contact) => idKey(contact.nodeId))),
      [[idKey(self.nodeId)]],
    );
  });

  for (const peers of [0, 6])
    it(`beside ${peers} peers, so that all clients can find each other when the peers have gone`, () => {
      const known = told(60, peers);
      const knows = (one: string, other: string): boolean =>
        known.get(one)?.some((contact) => idKey(contact.nodeId) === other) === true;
      const reached = new Set([...known.keys()].slice(0, 1));
      for (const one of reached)
        for (const other of known.keys()) if (knows(one, other) || knows(other, one)) reached.add(other);
      assert.equal(reached.size, 60);
    });
});
