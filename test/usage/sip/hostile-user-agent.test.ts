import assert from "node:assert/strict";
import { instant } from "../../../firmware/core/time.js";
import { octetBytes, octetText } from "../../../firmware/wire/sip/octets.js";
import { OverlayLine } from "../../../firmware/usage/sip/overlay-line.js";
import { UserAgent } from "../../../firmware/usage/sip/user-agent.js";
import { rounds, seed } from "../../support/seed.js";
import { Chance } from "../support/chance.js";
import { Switchboard } from "../support/switchboard.js";

/** Whatever a linked node sends, in any order: no throw, bounded state, and all of it gone two minutes later. */
describe("a user agent among hostile nodes", () => {
  it(`messages of real calls, mutated and replayed, from MUSTER_SEED=${seed}`, function () {
    this.timeout(60_000);
    const victim = new Victim();
    const chance = new Chance(seed + 7);
    const corpus = recorded();
    const turns = rounds(6000);
    for (let i = 0; i < turns; i++) {
      victim.now += chance.below(50);
      if (chance.below(20) === 0) act(victim.agent, chance, victim.now);
      const from = chance.percent(80) ? "bob" : chance.pick(["carol", "mallory"]);
      victim.receive(from, mutate(chance.pick(corpus), chance));
    }
    victim.rest();
    const rows = [...victim.sent].sort((a, b) => b[1] - a[1]).map(([what, count]) => `${what} ${count}`);
    console.log(`      answers: ${rows.join(", ")}; transactions at most ${victim.transactionsMost}`);
    const { unreadable, lastError, ...left } = victim.agent.describe();
    assert.deepEqual(left, { transactions: 0, outgoing: 0, incoming: 0, sessions: 0, requests: 0 });
    assert.ok(unreadable > 0 && lastError !== undefined);
    for (const status of ["180", "200", "400", "403", "404", "481", "486", "501"]) {
      assert.ok(victim.sent.has(status), `nothing was answered ${status}`);
    }
  });
});

/** A phone that takes what comes, and counts what it says. */
class Victim {
  readonly agent = new UserAgent({
    line: new OverlayLine(
      { userName: "alice", overlayName: "home.example", nodeKey: "aa".repeat(16) },
      new Chance(1),
    ),
    random: new Chance(1),
  });
  readonly sent = new Map<string, number>();
  now = 0;
  transactionsMost = 0;

  receive(from: string, bytes: Uint8Array): void {
    this.agent.handleMessage(instant(this.now), { nodeKey: from, userName: from }, bytes, false);
    const deadline = this.agent.pollTimeout();
    if (deadline !== undefined && deadline.at <= this.now) this.agent.handleTimeout(instant(this.now));
    const { transactions, sessions, outgoing } = this.agent.describe();
    this.transactionsMost = Math.max(this.transactionsMost, transactions);
    assert.ok(transactions <= 24 && sessions <= 6 && outgoing <= 24, JSON.stringify(this.agent.describe()));
    this.#drain();
  }

  /** Hangs up, and lets two minutes pass. */
  rest(): void {
    this.agent.hangUp(instant(this.now));
    const until = this.now + 120_000;
    for (
      let next = this.agent.pollTimeout();
      next !== undefined && next.at <= until;
      next = this.agent.pollTimeout()
    ) {
      this.agent.handleTimeout(next.at);
      this.#drain();
    }
  }

  #drain(): void {
    for (let out = this.agent.pollTransmit(); out !== undefined; out = this.agent.pollTransmit()) {
      const text = octetText(out.bytes);
      const what = text.startsWith("SIP/2.0 ") ? text.slice(8, 11) : "request";
      this.sent.set(what, (this.sent.get(what) ?? 0) + 1);
    }
    while (this.agent.pollEvent() !== undefined);
  }
}

/** All messages of a few ordinary calls between alice and bob. */
function recorded(): readonly Uint8Array[] {
  const board = new Switchboard(8);
  const alice = board.phone("alice");
  const bob = board.phone("bob");
  for (const [from, to] of [
    [bob, alice],
    [alice, bob],
  ] as const) {
    board.dial(from, to.name, to);
    board.run(50);
    to.agent.answer(board.now, to.media);
    board.drain();
    board.run(50);
    from.agent.hold(board.now, true);
    from.agent.message(board.now, to.name, [to.nodeKey], "hi");
    board.drain();
    board.run(50);
    to.agent.hangUp(board.now);
    board.drain();
    board.run(50);
    board.dial(from, to.name, to);
    board.run(50);
    from.agent.hangUp(board.now);
    from.agent.options(board.now, to.name, to.nodeKey);
    board.drain();
    board.run(50);
  }
  return board.sent;
}

function act(agent: UserAgent, chance: Chance, now: number): void {
  const at = instant(now);
  switch (chance.below(5)) {
    case 0:
      agent.answer(at, { address: "192.0.2.1", port: 6084 });
      break;
    case 1:
      agent.hangUp(at);
      break;
    case 2:
      agent.invite(at, "bob", [{ nodeKey: "bob", media: { address: "192.0.2.1", port: 6084 } }]);
      break;
    case 3:
      agent.hold(at, true);
      break;
    default:
      agent.handlePeerUnreachable(at, "bob");
  }
}

function mutate(bytes: Uint8Array, chance: Chance): Uint8Array {
  let text = octetText(bytes);
  if (chance.percent(50)) text = text.replace(/branch=z9hG4bK\w{4}/, `branch=z9hG4bK${chance.below(9999)}`);
  if (chance.percent(20)) text = text.replace(/CSeq: \d+/, `CSeq: ${chance.below(20)}`);
  if (chance.percent(10)) text = text.replace(/;tag=\w+/, `;tag=${chance.below(9)}`);
  if (chance.percent(10)) {
    const method = chance.pick(["INVITE", "BYE", "ACK", "NOPE", "INFO"]);
    text = text.replace(/^[A-Z]+ /, `${method} `).replace(/(\r\nCSeq: \d+) [A-Z]+/, `$1 ${method}`);
  }
  if (chance.percent(10)) text = text.replace(/Call-ID: \w+/, `Call-ID: ${chance.below(5)}`);
  if (chance.percent(5)) text = text.replace("sip:alice@", "sip:zoe@");
  const edits = chance.percent(30) ? 1 + chance.below(2) : 0;
  for (let edit = 0; edit < edits; edit++) {
    const at = chance.below(text.length);
    text = text.slice(0, at) + String.fromCharCode(chance.below(256)) + text.slice(at + chance.below(4));
  }
  return octetBytes(text);
}
