import assert from "node:assert/strict";
import { present } from "../../firmware/core/assert.js";
import { requestsMax, viaBytesMax } from "../../firmware/core/limits.js";
import { resourceId, type ResourceId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { NodeTable, type Neighbour } from "../../firmware/overlay/node-table.js";
import { recordBytes, RecordStore, type StoredRecord } from "../../firmware/overlay/record-store.js";
import { Requests } from "../../firmware/overlay/request.js";
import { Trickle } from "../../firmware/overlay/trickle.js";
import { popHandle, pushHandle } from "../../firmware/overlay/via.js";
import { XorTopology } from "../../firmware/overlay/xor-topology.js";
import { sodium, TestRandom } from "../identity/fixtures.js";
import { endpointOf, registrationOf } from "./puppet.js";
import { keyRingOf, resourceOf } from "./swarm-node.js";

function neighbourOf(table: NodeTable, name: string, link: number): Neighbour {
  const { credential } = keyRingOf(name, name);
  const seating = table.seat(instant(0), { link, credential, endpoint: endpointOf(link) });
  assert.ok(seating.kind === "seated");
  return seating.neighbour;
}

describe("overlay: rows and handles", () => {
  it("a handle names the node that had the row when it was made, and no other after it", () => {
    const table = new NodeTable(2);
    const first = neighbourOf(table, "one", 1);
    const { handle } = first;
    assert.equal(table.byHandle(handle), first);
    table.remove(1);
    assert.equal(table.byHandle(handle), undefined);
    const second = neighbourOf(table, "two", 2);
    assert.equal(second.row, first.row);
    assert.equal(table.byHandle(handle), undefined);
    assert.equal(table.byHandle(0xffff), undefined);
  });

  it("a full table refuses; a node linked again keeps its row", () => {
    const table = new NodeTable(1);
    const one = neighbourOf(table, "one", 1);
    const { credential } = keyRingOf("two", "two");
    assert.equal(table.seat(instant(0), { link: 2, credential, endpoint: endpointOf(2) }).kind, "full");
    const again = table.seat(instant(0), { link: 3, credential: one.credential, endpoint: endpointOf(3) });
    assert.ok(again.kind === "renewed" && again.formerLink === 1);
    assert.equal(table.byLink(1), undefined);
    assert.equal(table.byLink(3), one);
  });

  it("handles are pushed and popped in order, up to the bound", () => {
    let via: Uint8Array = new Uint8Array(0);
    for (let n = 0; n < viaBytesMax / 2; n++) via = present(pushHandle(via, 0xff00 + n), "room for a handle");
    assert.equal(pushHandle(via, 1), undefined, "full");
    for (let n = viaBytesMax / 2 - 1; n >= 0; n--) {
      const popped = present(popHandle(via), "a handle");
      assert.equal(popped.handle, 0xff00 + n);
      via = popped.rest;
    }
    assert.equal(popHandle(via), undefined);
  });
});

describe("overlay: requests from end to end", () => {
  const target = resourceId(new Uint8Array(16));
  const inquiry = { asker: "trace", reference: 1, target, question: { type: "find", count: 1 } } as const;

  it("tries again after 2 s by another hop with the same transaction, then gives up at 4 s", () => {
    const requests = new Requests(new TestRandom("requests"));
    const to = neighbourOf(new NodeTable(2), "one", 1);
    assert.ok(requests.ask(instant(0), inquiry));
    const first = requests.pollAttempt();
    assert.ok(first !== undefined && first.request.avoid === undefined);
    requests.handleDeparture(instant(0), first.transaction, { kind: "sent", to });
    requests.handleTimeout(instant(2_000));
    const second = requests.pollAttempt();
    assert.equal(second?.transaction, first.transaction);
    assert.deepEqual(second.request.avoid, [to.nodeId.slice(0, 4)]);
    requests.handleTimeout(instant(4_000));
    assert.equal(requests.pollOutcome()?.result.kind, "timedOut");
    assert.equal(requests.size, 0);
  });

  it("a direct question is answered by whom it was put to, in kind, or not at all", () => {
    const requests = new Requests(new TestRandom("requests"));
    const table = new NodeTable(2);
    const asked = neighbourOf(table, "one", 1);
    const other = neighbourOf(table, "two", 2);
    requests.ask(instant(0), { ...inquiry, direct: asked });
    const attempt = requests.pollAttempt();
    assert.ok(attempt !== undefined);
    assert.equal(attempt.request.hops, 0);
    const via = new Uint8Array(0);
    const { transaction } = attempt;
    requests.handleAnswer(
      instant(1),
      { type: "findAnswer", transaction, via, status: "ok", contacts: [] },
      other,
    );
    requests.handleAnswer(instant(1), { type: "storeAnswer", transaction, via, status: "ok" }, asked);
    assert.equal(requests.strayAnswers, 2);
    assert.equal(requests.pollOutcome(), undefined);
    requests.handleAnswer(
      instant(1),
      { type: "findAnswer", transaction, via, status: "ok", contacts: [] },
      asked,
    );
    assert.equal(requests.pollOutcome()?.result.kind, "answered");
  });

  it("without a way it tries once more soon, and then says so", () => {
    const requests = new Requests(new TestRandom("requests"));
    requests.ask(instant(0), inquiry);
    const transaction = present(requests.pollAttempt(), "an attempt").transaction;
    requests.handleStranded(instant(400), transaction);
    assert.equal(requests.pollOutcome(), undefined);
    requests.handleTimeout(present(requests.pollTimeout(), "a deadline").at);
    assert.equal(requests.pollAttempt()?.transaction, transaction);
    const via = new Uint8Array(0);
    requests.handleAnswer(
      instant(900),
      { type: "errorAnswer", transaction, via, status: "no-route" },
      undefined,
    );
    assert.equal(requests.pollOutcome()?.result.kind, "noRoute");
  });

  it("sixteen at most", () => {
    const requests = new Requests(new TestRandom("requests"));
    const taken = Array.from({ length: 20 }, () => requests.ask(instant(0), inquiry));
    assert.equal(taken.filter(Boolean).length, requestsMax);
  });
});

describe("overlay: rates", () => {
  it("Trickle doubles its interval, is silent when three others spoke, and begins again with news", () => {
    const limits = { intervalMsMin: 500, intervalMsMax: 32_000, redundancy: 3 };
    const trickle = new Trickle(limits, new TestRandom("trickle"), instant(0), 700);
    const sentAt: number[] = [];
    for (let now = 0; now < 200_000; now += 10) if (trickle.handleTimeout(instant(now))) sentAt.push(now);
    assert.equal(sentAt[0], 700);
    const pauses = sentAt.slice(1).map((at, n) => at - (sentAt[n] ?? 0));
    assert.ok(
      pauses.slice(-3).every((pause) => pause >= 16_000 && pause <= 48_000),
      pauses.join(),
    );
    trickle.reset(instant(200_000));
    const next = trickle.pollTimeout().at;
    assert.ok(next >= 200_250 && next <= 200_500);
    for (let n = 0; n < 3; n++) trickle.handleConsistent();
    assert.equal(trickle.handleTimeout(instant(200_500)), false, "superfluous");
  });
});

describe("overlay: room for records", () => {
  const alice = keyRingOf("alice", "alice");
  const topology = new XorTopology(alice.nodeId, 32);
  const table = new NodeTable(3);
  const holders = ["one", "two", "three"].map((name, link) => neighbourOf(table, name, link));

  /** A store that is full with one record, which three others hold, so many of them nearer to it than alice is. */
  function full(nearer: number): { store: RecordStore; stored: StoredRecord } {
    const record = registrationOf(alice);
    const isNearer = (resource: ResourceId, { nodeId }: Neighbour): boolean =>
      topology.order(resource, nodeId, alice.nodeId) < 0;
    const names = Array.from({ length: 50 }, (_, n) => resourceOf(`name${n}`));
    const resource = names.find((name) => holders.filter((one) => isNearer(name, one)).length === nearer);
    assert.ok(resource !== undefined);
    const store = new RecordStore(sodium, { topology, self: alice.nodeId }, recordBytes(record));
    const owner = alice.credential;
    const deposit = { resource, kind: 1, record, owner, remainingS: 60, through: undefined };
    const stored = store.put(instant(0), deposit);
    stored.holders = holders;
    return { store, stored };
  }

  it("of all who hold a record the three nearest keep it, though each knows of three others", () => {
    assert.deepEqual(full(3).store.evictionFor(10)?.length, 1);
    for (const nearer of [0, 1, 2]) assert.equal(full(nearer).store.evictionFor(10), undefined);
  });

  it("what a new generation replaces is not given up for it as well: the store would outgrow its bound", () => {
    const { store, stored } = full(3);
    assert.deepEqual(store.evictionFor(0, stored), []);
    assert.deepEqual(store.evictionFor(10), [stored], "for another record it may go");
    assert.equal(store.evictionFor(10, stored), undefined);
  });
});
