import assert from "node:assert/strict";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { serviceAddressesMax } from "../../firmware/core/limits.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { ServiceQuery } from "../../firmware/overlay/service-query.js";
import { decodeDnsMessage, encodeDnsMessage, type DnsMessage } from "../../firmware/wire/dns-message.js";
import { instanceRecords } from "../../firmware/wire/service-instance.js";
import { openOverlay } from "../identity/fixtures.js";
import { endpointOf } from "./puppet.js";

const own = endpointOf(0);
const self = nodeId(new Uint8Array(16).fill(255));

/** A query that has just put its question, and that question. */
function asked(): { query: ServiceQuery; question: DnsMessage; at: number } {
  const query = new ServiceQuery(instant(0), openOverlay, self);
  const { at } = query.pollTimeout();
  const question = questionOf(query.handleTimeout(at));
  return { query, question, at };
}

function questionOf(bytes: Uint8Array | undefined): DnsMessage {
  const read = decodeDnsMessage(bytes ?? new Uint8Array(0));
  assert.ok(read.ok);
  return read.value;
}

/** An answer that names a peer at each of these endpoints. */
function answer(id: number, endpoints: readonly Endpoint[], overlayId = openOverlay): Uint8Array {
  const all = endpoints.map((endpoint, n) => instanceRecords({ label: `peer${n}`, overlayId, endpoint }, 10));
  const answers = all.map(({ pointer }) => pointer);
  const additional = all.flatMap(({ details }) => details);
  return encodeDnsMessage({ id, isAnswer: true, questions: [], answers, additional });
}

function numbered(count: number): Endpoint[] {
  return Array.from(new Array(count).keys(), (n) => endpointOf(n + 1));
}

describe("overlay/service-query", () => {
  it("asks soon, then ever more seldom, for pointers to its service", () => {
    const query = new ServiceQuery(instant(0), openOverlay, self);
    const moments: number[] = [];
    const numbers: number[] = [];
    while (moments.length < 9) {
      const { at } = query.pollTimeout();
      assert.equal(query.handleTimeout(instant(at - 1)), undefined, "not before its time");
      const { id, isAnswer, questions } = questionOf(query.handleTimeout(at));
      assert.deepEqual(questions, [{ name: ["_muster", "_udp", "local"], type: "PTR", wantsUnicast: false }]);
      assert.deepEqual([id >> 8, isAnswer], [13, false]);
      moments.push(at);
      numbers.push(id & 255);
    }
    assert.equal(moments[0], 119, "the last of all");
    assert.deepEqual(numbers, [255, 0, 1, 2, 3, 4, 5, 6, 7]);
    const pauses = moments.slice(1).map((at, n) => at - (moments[n] ?? 0));
    assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 32_000, 32_000]);
  });

  it("an answer to the question leads to its addresses, the own one left out", () => {
    const { query, question } = asked();
    assert.deepEqual(query.handleAnswer(answer(question.id, [own, endpointOf(1)]), own), [endpointOf(1)]);
    assert.ok(!query.hearsForeign);
  });

  it("what answers another question, or none, or is broken, is not heard", () => {
    const { query, question } = asked();
    const good = answer(question.id, numbered(1));
    assert.deepEqual(query.handleAnswer(answer(question.id ^ 1, numbered(1)), own), []);
    assert.deepEqual(query.handleAnswer(encodeDnsMessage({ ...question }), own), [], "a question");
    for (let length = 0; length < good.length; length++)
      assert.deepEqual(query.handleAnswer(good.subarray(0, length), own), []);
    assert.equal(query.handleAnswer(good, own).length, 1);
  });

  it("before the first question nothing is heard", () => {
    const query = new ServiceQuery(instant(0), openOverlay, self);
    assert.deepEqual(query.handleAnswer(answer(0, numbered(1)), own), []);
  });

  it(`however many answers come, ${serviceAddressesMax} addresses are taken for each question`, () => {
    const { query, question } = asked();
    let taken = 0;
    for (let n = 0; n < 5; n++) taken += query.handleAnswer(answer(question.id, numbered(3)), own).length;
    assert.equal(taken, serviceAddressesMax);
    const next = questionOf(query.handleTimeout(query.pollTimeout().at));
    assert.equal(query.handleAnswer(answer(next.id, numbered(3)), own).length, 3);
  });

  it("peers of other overlays are told from none, and cost nothing", () => {
    const { query, question } = asked();
    assert.deepEqual(query.handleAnswer(answer(question.id, numbered(5), new Uint8Array(8)), own), []);
    assert.ok(query.hearsForeign);
    assert.equal(query.handleAnswer(answer(question.id, numbered(1)), own).length, 1);
  });

  it("an instance of which not all is said, or that is gone, is none", () => {
    const { query, question } = asked();
    const { pointer, details } = instanceRecords(
      { label: "peer", overlayId: openOverlay, endpoint: endpointOf(1) },
      10,
    );
    const said = (answers: DnsMessage["answers"], additional: DnsMessage["additional"]): number =>
      query.handleAnswer(
        encodeDnsMessage({ id: question.id, isAnswer: true, questions: [], answers, additional }),
        own,
      ).length;
    for (const missing of details)
      assert.equal(
        said(
          [pointer],
          details.filter((one) => one !== missing),
        ),
        0,
      );
    assert.equal(said([{ ...pointer, ttlS: 0 }], details), 0);
    assert.equal(said([pointer], details), 1);
  });
});
