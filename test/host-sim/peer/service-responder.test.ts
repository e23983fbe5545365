import assert from "node:assert/strict";
import { instant } from "../../../firmware/core/time.js";
import {
  decodeDnsMessage,
  encodeDnsMessage,
  type DnsMessage,
  type DnsQuestion,
  type DnsRecord,
} from "../../../firmware/wire/dns-message.js";
import { instancesIn, multicastDns, serviceName } from "../../../firmware/wire/service-instance.js";
import { ServiceResponder } from "../../../host-sim/peer/service-responder.js";

const instance = {
  label: "0123456789abcdef",
  overlayId: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  endpoint: { address: "192.0.2.7", port: 6084 },
};
const asker = { address: "192.0.2.9", port: 6084 };
const member = { address: "192.0.2.9", port: multicastDns.port };
const pointers: DnsQuestion = { name: serviceName, type: "PTR", wantsUnicast: false };

function message(questions: readonly DnsQuestion[], known: readonly DnsRecord[] = [], id = 0): Uint8Array {
  return encodeDnsMessage({ id, isAnswer: false, questions, answers: known, additional: [] });
}

function read(bytes: Uint8Array | undefined): DnsMessage {
  const decoded = decodeDnsMessage(bytes ?? new Uint8Array(0));
  assert.ok(decoded.ok);
  return decoded.value;
}

describe("host-sim/peer/service-responder", () => {
  it("a one-shot question is answered to its asker alone, with its number, the question and all there is", () => {
    const reply = new ServiceResponder(instance).handleMessage(
      instant(0),
      asker,
      message([pointers], [], 77),
    );
    assert.deepEqual(reply?.to, asker);
    const answer = read(reply.bytes);
    assert.deepEqual([answer.id, answer.isAnswer, answer.questions], [77, true, [pointers]]);
    assert.deepEqual(instancesIn(answer), [instance]);
    for (const { ttlS, isWhole } of [...answer.answers, ...answer.additional])
      assert.deepEqual([ttlS, isWhole], [10, false], "for who keeps nothing");
  });

  it("who is on the group is answered on the group, or alone where that is wanted", () => {
    const responder = new ServiceResponder(instance);
    const reply = responder.handleMessage(instant(0), member, message([pointers]));
    assert.deepEqual(reply?.to, multicastDns);
    const answer = read(reply.bytes);
    assert.deepEqual([answer.id, answer.questions], [0, []]);
    assert.deepEqual(instancesIn(answer), [instance]);
    const alone = responder.handleMessage(instant(0), member, message([{ ...pointers, wantsUnicast: true }]));
    assert.deepEqual(alone?.to, member);
  });

  it("each of its names is answered to, and which services there are; others are not", () => {
    const responder = new ServiceResponder(instance);
    const name = [instance.label, ...serviceName];
    const typesOf = (question: Omit<DnsQuestion, "wantsUnicast">): string[] => {
      const asked = message([{ ...question, wantsUnicast: false }]);
      const reply = responder.handleMessage(instant(0), asker, asked);
      return reply === undefined ? [] : read(reply.bytes).answers.map(({ type }) => type);
    };
    assert.deepEqual(typesOf({ name, type: "SRV" }), ["SRV"]);
    assert.deepEqual(typesOf({ name, type: "TXT" }), ["TXT"]);
    assert.deepEqual(typesOf({ name }), ["SRV", "TXT"]);
    assert.deepEqual(typesOf({ name: [`muster-${instance.label}`, "LOCAL"], type: "A" }), ["A"]);
    assert.deepEqual(typesOf({ name: ["_services", "_dns-sd", "_udp", "local"], type: "PTR" }), ["PTR"]);
    assert.deepEqual(typesOf({ name: serviceName, type: "A" }), []);
    assert.deepEqual(typesOf({ name: ["_http", "_tcp", "local"], type: "PTR" }), []);
  });

  it("what the asker knows already is not said again, until that is half over", () => {
    const responder = new ServiceResponder(instance);
    const [pointer] = read(responder.announcement(false).bytes).answers;
    assert.ok(pointer !== undefined);
    const known = (ttlS: number): Uint8Array => message([pointers], [{ ...pointer, ttlS }]);
    assert.equal(responder.handleMessage(instant(0), member, known(60)), undefined);
    assert.ok(responder.handleMessage(instant(0), member, known(59)) !== undefined);
    const other = { ...pointer, target: ["another", ...serviceName] } as DnsRecord;
    assert.ok(responder.handleMessage(instant(0), member, message([pointers], [other])) !== undefined);
  });

  it("answers of others, and what is no message, are not answered", () => {
    const responder = new ServiceResponder(instance);
    const { bytes } = responder.announcement(false);
    assert.equal(responder.handleMessage(instant(0), member, bytes), undefined);
    assert.equal(responder.handleMessage(instant(0), asker, Uint8Array.of(1, 2, 3)), undefined);
  });

  it("a flood of questions draws 50 answers, then 20 a second; on the group 2, then one a second", () => {
    const responder = new ServiceResponder(instance);
    const answered = (from: typeof asker, atMs: number): number => {
      let count = 0;
      for (let n = 0; n < 200; n++)
        if (responder.handleMessage(instant(atMs), from, message([pointers])) !== undefined) count++;
      return count;
    };
    assert.deepEqual([answered(asker, 0), answered(asker, 1000)], [50, 20]);
    assert.deepEqual([answered(member, 0), answered(member, 1000)], [2, 1]);
  });

  it("it announces itself, and that it is gone", () => {
    const responder = new ServiceResponder(instance);
    const here = responder.announcement(false);
    assert.deepEqual(here.to, multicastDns);
    assert.deepEqual(instancesIn(read(here.bytes)), [instance]);
    const gone = read(responder.announcement(true).bytes);
    assert.ok(gone.answers.every(({ ttlS }) => ttlS === 0) && gone.answers.length === 4);
    assert.deepEqual(instancesIn(gone), []);
  });
});
