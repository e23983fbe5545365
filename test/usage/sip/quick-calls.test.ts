import assert from "node:assert/strict";
import { sipFinishedMax } from "../../../firmware/core/limits.js";
import { type Phone, Switchboard } from "../support/switchboard.js";

const periodMs = 2000;
const calls = 16;
/** The last one's INVITE and its BYE or CANCEL are there beside those that are over. */
const leftMax = sipFinishedMax + 2;

type Way = (board: Switchboard, caller: Phone, callee: Phone) => void;

const answered = (who: "caller" | "callee"): Way => {
  return (board, caller, callee) => {
    board.dial(caller, callee.name, callee);
    board.run(100);
    board.act(callee, (agent, now) => agent.answer(now, callee.media));
    board.run(300);
    board.act(who === "caller" ? caller : callee, (agent, now) => agent.hangUp(now));
  };
};
const ways: Readonly<Record<string, Way>> = {
  "hung up by the caller": answered("caller"),
  "hung up by the callee": answered("callee"),
  cancelled: (board, caller, callee) => {
    board.dial(caller, callee.name, callee);
    board.run(300);
    board.act(caller, (agent, now) => agent.hangUp(now));
  },
  declined: (board, caller, callee) => {
    board.dial(caller, callee.name, callee);
    board.run(300);
    board.act(callee, (agent, now) => agent.hangUp(now));
  },
};

describe("calls in quick succession", () => {
  for (const [name, way] of Object.entries(ways)) {
    it(`${name}, every 2 s, to seven phones: what is over leaves a few transactions and no call`, () => {
      const board = new Switchboard(3);
      const alice = board.phone("alice");
      const others = ["bob", "carol", "dora", "erik", "fred", "gina", "hans"].map((each) =>
        board.phone(each),
      );
      for (let count = 0; count < calls; count++) {
        const other = others[count % others.length] ?? alice;
        const pair: readonly [Phone, Phone] = count % 2 === 0 ? [alice, other] : [other, alice];
        const until = board.now + periodMs;
        way(board, ...pair);
        board.run(until - board.now);
        for (const phone of pair) {
          assert.equal(board.last(phone, "ended").kind, "ended");
          const { transactions, incoming, outgoing, sessions, requests } = phone.agent.describe();
          assert.ok(transactions <= leftMax, `${transactions} transactions after ${count + 1} calls`);
          assert.deepEqual([incoming, outgoing, sessions, requests], [0, 0, 0, 0]);
        }
      }
      board.settle();
    });
  }

  it("a BYE that comes again is answered as before, to the last byte, though only its tag is kept", () => {
    const board = new Switchboard(4);
    const [alice, bob] = [board.phone("alice"), board.phone("bob")];
    answered("caller")(board, alice, bob);
    board.run(100);
    const isOf = (bytes: Uint8Array, head: string): boolean =>
      String.fromCharCode(...bytes).startsWith(head) && /CSeq: \d+ BYE/.test(String.fromCharCode(...bytes));
    const bye = board.sent.find((bytes) => isOf(bytes, "BYE"));
    const answer = board.sent.findLast((bytes) => isOf(bytes, "SIP/2.0 200"));
    assert.ok(bye !== undefined && answer !== undefined);
    const count = board.sent.length;
    board.inject(bob, { nodeKey: alice.nodeKey, userName: "alice" }, bye);
    assert.deepEqual(board.sent.slice(count), [answer]);
  });
});
