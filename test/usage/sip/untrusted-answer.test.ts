import assert from "node:assert/strict";
import { type Phone, Switchboard } from "../support/switchboard.js";

describe("answers that are not to be trusted", () => {
  let board: Switchboard;
  let alice: Phone;
  beforeEach(() => {
    board = new Switchboard(6);
    alice = board.phone("alice");
  });
  afterEach(() => {
    board.settle();
  });

  it("a node with another name answers the call: it is told off, and the person is told", () => {
    const mallory = board.phone("mallory");
    board.dial(alice, "bob", mallory);
    const invite = new TextDecoder().decode(board.sent[0]);
    const headers = invite.split("\r\n\r\n")[0] ?? "";
    const answer = headers
      .replace(/^[^\r]*/, "SIP/2.0 200 OK")
      .replace(/\r\nTo: [^\r]*/, "$&;tag=m")
      .replace(/\r\nContent-(Length|Type): [^\r]*/g, "");
    board.filter = (line): boolean => !line.startsWith("alice>mallory BYE");
    board.inject(
      alice,
      { nodeKey: mallory.nodeKey, userName: "mallory" },
      new TextEncoder().encode(`${answer}\r\n\r\n`),
    );
    assert.equal(board.last(alice, "ended").outcome, "impostor");
    assert.deepEqual(board.log.slice(1), ["alice>mallory ACK", "alice>mallory BYE"]);
  });

  it("a third node answers in the called one's stead: not heard", () => {
    const bob = board.phone("bob");
    board.filter = (): boolean => false;
    board.dial(alice, "bob", bob);
    const answer = new TextDecoder().decode(board.sent[0]).replace(/^[^\r]*/, "SIP/2.0 603 Decline");
    board.inject(alice, { nodeKey: "66", userName: "bob" }, new TextEncoder().encode(answer));
    assert.ok(alice.agent.busy);
    board.inject(alice, { nodeKey: bob.nodeKey, userName: "bob" }, new TextEncoder().encode(answer));
    assert.equal(board.last(alice, "ended").outcome, "declined");
  });

  it("an answer without speech in it: acknowledged, ended, and the person is told", () => {
    const bob = board.phone("bob");
    board.dial(alice, "bob", bob);
    const invite = new TextDecoder().decode(board.sent[0]);
    const answer = invite
      .replace(/^[^\r]*/, "SIP/2.0 200 OK")
      .replace(/\r\nTo: [^\r]*/, "$&;tag=m")
      .replace("m=audio 6084", "m=audio 0000");
    board.filter = (line): boolean => !line.startsWith("alice");
    board.inject(alice, { nodeKey: bob.nodeKey, userName: "bob" }, new TextEncoder().encode(answer));
    assert.deepEqual(
      [board.last(alice, "ended").outcome, board.last(alice, "ended").status],
      ["notAcceptable", 488],
    );
    assert.deepEqual(board.log.slice(1), ["alice>bob ACK", "alice>bob BYE"]);
    assert.ok(!alice.agent.busy);
  });

  for (const [status, outcome] of [
    [302, "redirected"],
    [401, "passwordWanted"],
    [407, "passwordWanted"],
    [408, "noAnswer"],
    [484, "unknownUser"],
    [486, "busy"],
    [487, "noAnswer"],
    [500, "failed"],
    [504, "unreachable"],
    [603, "declined"],
    [403, "forbidden"],
    [404, "unknownUser"],
    [480, "noAnswer"],
    [488, "notAcceptable"],
    [503, "unreachable"],
    [600, "busy"],
  ] as const) {
    it(`${status} is ${outcome}`, () => {
      const bob = board.phone("bob");
      board.filter = (): boolean => false;
      board.dial(alice, "bob", bob);
      const invite = new TextDecoder().decode(board.sent[0]).split("\r\n\r\n")[0] ?? "";
      const answer = invite
        .replace(/^[^\r]*/, `SIP/2.0 ${status} x`)
        .replace(/\r\nContent-(Length|Type): [^\r]*/g, "");
      board.inject(
        alice,
        { nodeKey: bob.nodeKey, userName: "bob" },
        new TextEncoder().encode(`${answer}\r\n\r\n`),
      );
      assert.deepEqual(
        [board.last(alice, "ended").outcome, board.last(alice, "ended").status],
        [outcome, status],
      );
      assert.match(board.last(alice, "ended").sentence, /bob.*\.$/);
    });
  }
});
