import assert from "node:assert/strict";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { hostLimits, phoneLimits } from "../../firmware/core/limits.js";
import { encodeFrame } from "../../firmware/wire/frame.js";
import { encodeMessage } from "../../firmware/wire/message.js";
import { MutationSource, seed } from "../support/seed.js";
import {
  endpointOf,
  eventsOf,
  idOf,
  linkedNames,
  linkedPair,
  linkTo,
  TestNetwork,
  type TestNode,
} from "./network.js";

const sip = (text: string): Uint8Array =>
  encodeMessage({ type: "sip", text: new TextEncoder().encode(text) });

/** A hello1 with a random key, as an attacker makes it without any computing. */
function forgedHello1(
  source: MutationSource,
  more: { hint?: boolean; cookie?: boolean; length?: number } = {},
): Uint8Array {
  const random = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => source.below(256));
  const fixed = 36 + (more.hint === true ? 8 : 0) + (more.cookie === true ? 16 : 0);
  return encodeFrame({
    type: "hello1",
    initiatorIndex: 1 + source.below(0xfffffe),
    ephemeral: random(32),
    ...(more.hint === true ? { hint: random(8) } : {}),
    ...(more.cookie === true ? { cookie: random(16) } : {}),
    paddingBytes: Math.max(0, (more.length ?? 84) - fixed),
  });
}

/** Bytes each address sent to `node`, and bytes that went there. */
function ledger(network: TestNetwork, node: TestNode): Map<string, { came: number; went: number }> {
  const accounts = new Map<string, { came: number; went: number }>();
  const account = (address: string): { came: number; went: number } => {
    const found = accounts.get(address) ?? { came: 0, went: 0 };
    accounts.set(address, found);
    return found;
  };
  network.tap = ({ from, to, bytes }) => {
    if (from === node.endpoint) account(to.address).went += bytes.length;
    return bytes;
  };
  const inject = network.inject.bind(network);
  network.inject = (datagram, afterMs): void => {
    if (datagram.to === node.endpoint) account(datagram.from.address).came += datagram.bytes.length;
    inject(datagram, afterMs);
  };
  return accounts;
}

function source(number: number): Endpoint {
  return {
    address: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
    port: 1024 + (number % 60_000),
  };
}

describe("link/links: hostile input", () => {
  it("sends to an unproven address at most three times what came from there, whatever came", () => {
    const network = new TestNetwork();
    const victim = network.add("victim", { limits: { ...hostLimits, sources: 64, halfOpen: 8 } });
    const accounts = ledger(network, victim);
    const random = new MutationSource();
    for (let i = 0; i < 3000; i++) {
      const kind = random.below(6);
      const length = 36 + random.below(100);
      const bytes =
        kind === 0
          ? Uint8Array.from({ length: 1 + random.below(60) }, (_, at) =>
              at === 0 ? 192 + random.below(32) : random.below(256),
            )
          : forgedHello1(random, { hint: kind === 1, cookie: kind === 2, length });
      const from = source(random.below(40));
      network.inject({ from, to: victim.endpoint, bytes });
      if (random.below(4) === 0) network.inject({ from, to: victim.endpoint, bytes });
      network.run(random.below(20));
    }
    network.run(5000);
    let answered = 0;
    for (const [address, { came, went }] of accounts) {
      assert.ok(went <= 3 * came, `seed ${seed}: ${went} B to ${address} for ${came} B`);
      if (went > 0) answered++;
    }
    const went = [...accounts.values()].reduce((sum, account) => sum + account.went, 0);
    const came = [...accounts.values()].reduce((sum, account) => sum + account.came, 0);
    console.log(
      `      spoofed sources (seed ${seed}): ${came} B in, ${went} B out, ${answered} of ${accounts.size} answered`,
    );
    assert.ok(answered > 10, "the test has reached the answers");
  });

  it("keeps its tables, its links and its answers to honest callers in a flood of 10 000 hellos a second", () => {
    const network = new TestNetwork();
    const victim = network.add("victim");
    const friend = network.add("friend");
    friend.links.connect(network.now, { endpoint: victim.endpoint });
    network.run(300);
    const random = new MutationSource();
    let fullest = { indexes: 0, halfOpen: 0 };
    let number = 0;
    const caller = network.add("caller");
    for (let ms = 0; ms < 4000; ms += 10) {
      for (let i = 0; i < 100; i++) {
        network.inject({ from: source(number++), to: victim.endpoint, bytes: forgedHello1(random) }, i / 10);
      }
      if (ms === 1000) caller.links.connect(network.now, { endpoint: victim.endpoint });
      if (ms % 100 === 0) victim.links.send(network.now, linkTo(victim, friend), sip("still here"));
      network.run(10);
      const { indexes, halfOpen } = victim.links.occupancy();
      fullest = {
        indexes: Math.max(fullest.indexes, indexes),
        halfOpen: Math.max(fullest.halfOpen, halfOpen),
      };
    }
    network.run(3000);
    console.log(
      `      flood: ${number} hellos, at most ${fullest.halfOpen} half-open,`,
      `${fullest.indexes} indexes, ${victim.turns} turns`,
    );
    assert.ok(fullest.halfOpen <= phoneLimits.halfOpen);
    assert.ok(fullest.indexes <= 1 + 1 + phoneLimits.halfOpen);
    assert.ok(victim.turns < 1000, "computing is bounded by the rate, not by the flood");
    assert.equal(eventsOf(friend, "messageArrived").length, 40);
    assert.equal(eventsOf(victim, "linkDown").length, 0);
  });

  it("lets an honest caller in by a cookie while hellos without one are refused", () => {
    const network = new TestNetwork();
    const victim = network.add("victim");
    const random = new MutationSource();
    const caller = network.add("caller");
    for (let ms = 0; ms < 3000; ms += 50) {
      network.inject({ from: source(ms), to: victim.endpoint, bytes: forgedHello1(random) });
      if (ms === 1000) caller.links.connect(network.now, { endpoint: victim.endpoint });
      network.run(50);
    }
    assert.deepEqual(linkedNames(caller), ["victim"]);
    const cookies = network.sent.filter(({ to, bytes }) => to === caller.endpoint && bytes[0] === 0xd0);
    assert.ok(cookies.length >= 1, "by a cookie");
  });

  it("accepts a cookie for 2 to 4 minutes, from its address only", () => {
    for (const [waitMs, from, accepted] of [
      [100, 7, true],
      [119_000, 7, true],
      [200_000, 7, true],
      [300_000, 7, false],
      [100, 8, false],
    ] as const) {
      const network = new TestNetwork();
      const victim = network.add("victim");
      victim.links.setBusy(true);
      const random = new MutationSource();
      const sender = endpointOf(from === 7 ? 70 : 80);
      network.inject({ from: endpointOf(70), to: victim.endpoint, bytes: forgedHello1(random) });
      network.run(20);
      const cookie = network.sent.find(({ bytes }) => bytes[0] === 0xd0)?.bytes.slice(4);
      assert.equal(cookie?.length, 16);
      network.run(waitMs);
      network.sent.length = 0;
      const hello = encodeFrame({
        type: "hello1",
        initiatorIndex: 9,
        ephemeral: new Uint8Array(32).fill(9),
        cookie,
        paddingBytes: 0,
      });
      network.inject({ from: sender, to: victim.endpoint, bytes: hello });
      network.run(20);
      const answer = network.sent[0]?.bytes[0];
      assert.equal(answer, accepted ? 0xc8 : 0xd0, `after ${waitMs} ms from ${sender.address}`);
    }
  });

  it("answers in a call only hellos with a hint or a cookie, and still lets others in by one", () => {
    const network = new TestNetwork();
    const bob = network.add("bob");
    bob.links.setBusy(true);
    const knows = network.add("knows");
    const stranger = network.add("stranger");
    knows.links.connect(network.now, {
      endpoint: bob.endpoint,
      nodeId: idOf(bob),
      credential: bob.side.keyRing.credential,
    });
    network.run(400);
    assert.ok(
      network.sent.every(({ bytes }) => bytes[0] !== 0xd0),
      "hinted: no cookie",
    );
    stranger.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(400);
    assert.equal(network.sent.filter(({ bytes }) => bytes[0] === 0xd0).length, 1);
    assert.deepEqual(linkedNames(bob), ["knows", "stranger"]);
  });

  it("does not answer at all without the right hint when it is quiet", () => {
    const network = new TestNetwork();
    const bob = network.add("bob", { quiet: true });
    const knows = network.add("knows");
    const stranger = network.add("stranger");
    stranger.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(4000);
    assert.equal(network.sent.filter(({ from }) => from === bob.endpoint).length, 0);
    knows.links.connect(network.now, {
      endpoint: bob.endpoint,
      nodeId: idOf(bob),
      credential: bob.side.keyRing.credential,
    });
    network.run(400);
    assert.deepEqual(linkedNames(bob), ["knows"]);
  });

  it("is not kept from its own call by a hello1 forged in the callee's name", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    let forged = false;
    network.tap = ({ from, bytes }) => {
      if (from === alice.endpoint && bytes[0] === 0xc0 && !forged) {
        forged = true;
        const greatest = encodeFrame({
          type: "hello1",
          initiatorIndex: 5,
          ephemeral: new Uint8Array(32).fill(0xff),
          paddingBytes: 48,
        });
        network.inject({ from: bob.endpoint, to: alice.endpoint, bytes: greatest });
        return undefined;
      }
      return bytes;
    };
    alice.links.connect(network.now, { endpoint: bob.endpoint, nodeId: idOf(bob) });
    network.run(2500);
    assert.deepEqual(linkedNames(alice), ["bob"]);
  });

  it("computes on a bounded number of bad hello3s of one handshake, then gives it up", () => {
    const network = new TestNetwork();
    const alice = network.add("alice");
    const bob = network.add("bob");
    network.tap = ({ from, to, bytes }) => {
      if (from !== alice.endpoint || bytes[0] !== 0xca) return bytes;
      const changed = bytes.slice();
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      for (let n = 0; n < 40; n++) network.inject({ from, to, bytes: changed }, 5 + 10 * n);
      return undefined;
    };
    alice.links.connect(network.now, { endpoint: bob.endpoint });
    network.run(600);
    assert.equal(bob.links.drops().get("handshake-failed"), 8);
    assert.equal(bob.links.occupancy().halfOpen, 0);
    assert.ok(bob.turns <= 3 + 8 * 4, `${bob.turns} turns`);
  });

  it("takes any bytes at all", () => {
    const { network, alice, bob } = linkedPair();
    const random = new MutationSource();
    for (let i = 0; i < 20_000; i++) {
      const length = random.below(80);
      const bytes = Uint8Array.from({ length }, (_, at) =>
        at === 0 ? 192 + random.below(32) : random.below(256),
      );
      bob.links.handleFrame(network.now, alice.endpoint, bytes);
    }
    while (bob.links.pollTransmit() !== undefined);
    bob.links.handleFrame(network.now, alice.endpoint, new Uint8Array(0));
    network.run(5000);
    alice.links.send(network.now, linkTo(alice, bob), sip("hello"));
    network.run(50);
    assert.equal(eventsOf(bob, "messageArrived").length, 1);
  });
});
