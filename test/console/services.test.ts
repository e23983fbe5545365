import assert from "node:assert/strict";
import { parseCommand } from "../../firmware/console/command.js";
import { faultSentence } from "../../firmware/console/console-fault.js";
import { renderText } from "../../firmware/console/text-view.js";

describe("console/services", () => {
  it("reads what is sought and what is offered", () => {
    const cases = [
      ["find-service stun", { kind: "findService", service: "stun" }],
      ["find-service STUN", { kind: "findService", service: "stun" }],
      ["find-service gateway +49301234", { kind: "findService", service: "gateway", number: "+49301234" }],
      ["find-service gateway 110", { kind: "findService", service: "gateway", number: "110" }],
      ["offer", { kind: "offers" }],
      ["offer gateway 3", { kind: "offer", service: "gateway", capacity: 3 }],
      ["offer gateway 0", { kind: "offer", service: "gateway", capacity: 0 }],
    ] as const;
    for (const [line, value] of cases) assert.deepEqual(parseCommand(line), { ok: true, value });
  });

  it("says what is wrong with a line", () => {
    const cases = [
      ["find-service", /needs <service>/],
      ["find-service a_b", /"a_b".*up to 16 of a-z, 0-9 and -/],
      ["find-service seventeen-letters", /up to 16/],
      ["find-service gateway 030-1", /"030-1".*up to 15 digits/],
      ["find-service gateway +", /up to 15 digits/],
      ["find-service gateway 1 2", /"2".*too much/],
      ["offer stun", /needs <capacity>/],
      ["offer stun 65536", /from 0 to 65535/],
      ["offer stun 3 4", /"4".*too much/],
    ] as const;
    for (const [line, sentence] of cases) {
      const read = parseCommand(line);
      assert.match(read.ok ? "" : faultSentence(read.error), sentence);
    }
  });

  it("shows who offers a service, and what is offered here", () => {
    const nodeId = "a3f1".padEnd(32, "0");
    const tower = { name: "tower", nodeId, capacity: 100, policy: "anyone", address: "192.0.2.7:3478" };
    const mast = { name: "mast", nodeId, capacity: 2, policy: "domain" };
    assert.deepEqual(renderText({ event: "services", service: "stun", providers: [tower, mast] }), [
      "stun   id     users  in use  away  for     where",
      "tower  …a3f1  100    0 %     -     anyone  192.0.2.7:3478",
      "mast   …a3f1  2      0 %     -     domain  over a link",
    ]);
    const paths = [
      { prefix: "+49", cost: 12 },
      { prefix: "0", cost: 0 },
    ];
    const door = { ...mast, name: "door", load: 128, rttMs: 7, paths };
    assert.deepEqual(renderText({ event: "services", service: "gateway", providers: [door] }), [
      "gateway  id     users  in use  away  for     where",
      "door     …a3f1  2      50 %    7 ms  domain  over a link, to +49 for 12, 0 for 0",
    ]);
    assert.deepEqual(renderText({ event: "services", service: "stun", providers: [] }), [
      "Nobody offers stun.",
    ]);
    assert.deepEqual(renderText({ event: "services", service: "stun", providers: [], fault: "timed-out" }), [
      "stun could not be sought: timed-out.",
    ]);
    const offers = [
      { service: "stun", capacity: 100, policy: "anyone", address: "192.0.2.7:3478", levels: [2, 1] },
      { service: "turn", capacity: 3, policy: "anyone", levels: [] },
      { service: "gateway", capacity: 3, policy: "anyone", paths, levels: [0] },
    ];
    assert.deepEqual(renderText({ event: "offers", offers }), [
      "service  users  for     where                                levels",
      "stun     100    anyone  192.0.2.7:3478                       2, 1",
      "turn     3      anyone  over a link                          not yet",
      "gateway  3      anyone  over a link, to +49 for 12, 0 for 0  0",
    ]);
    assert.match(renderText({ event: "offers", offers: [] })[0] ?? "", /No services/);
  });
});
