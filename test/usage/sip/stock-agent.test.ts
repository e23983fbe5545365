import assert from "node:assert/strict";
import { Lan, type LanPhone, mediaOf, uriOf } from "../support/lan.js";
import { header } from "../support/messages.js";
import { rough } from "../support/lossy-network.js";

/** Two handsets that speak plain SIP with each other: what stock phones see of this one. */
describe("a call over plain SIP", () => {
  let lan: Lan;
  let alice: LanPhone;
  let bob: LanPhone;
  beforeEach(() => {
    lan = new Lan(5);
    alice = lan.phone("alice", "192.0.2.1");
    bob = lan.phone("bob", "192.0.2.2");
  });
  afterEach(() => {
    for (const phone of [alice, bob]) lan.act(phone, (agent) => agent.hangUp(lan.now));
    lan.settle();
  });

  function ending(phone: LanPhone): [string, number, string] {
    const { outcome, status, sentence } = lan.last(phone, "ended");
    return [outcome, status, sentence];
  }

  it("rings, is answered, and speech flows between two ports for RTP and two for RTCP", () => {
    const call = lan.dial(alice, "sip:bob@192.0.2.2", bob.at);
    lan.run(100);
    assert.deepEqual(alice.events, [{ kind: "ringing", call, peer: "192.0.2.2:5060" }]);
    const { from, peer } = lan.last(bob, "incomingCall");
    assert.deepEqual([from, peer], ["sip:alice@192.0.2.1", "192.0.2.1:5060"]);
    lan.answer(bob);
    lan.run(100);
    const common = {
      codec: "PCMU",
      payloadType: 0,
      telephoneEventType: 101,
      rtcpMux: false,
      direction: "sendrecv",
    };
    for (const [phone, other] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      const { media, peer: told } = lan.last(phone, "established");
      const remote = mediaOf(other);
      assert.deepEqual(media, { remote, remoteRtcp: { ...remote, port: 5005 }, ...common });
      assert.equal(told, `${other.at.address}:5060`);
    }
    lan.act(bob, (agent) => agent.hangUp(lan.now));
    lan.run(100);
    assert.deepEqual(ending(alice), ["remoteHungUp", 200, "sip:bob@192.0.2.2 hung up."]);
    assert.deepEqual(lan.log, [
      "alice>192.0.2.2:5060 INVITE",
      "bob>192.0.2.1:5060 180 INVITE",
      "bob>192.0.2.1:5060 200 INVITE",
      "alice>192.0.2.2:5060 ACK",
      "bob>192.0.2.1:5060 BYE",
      "alice>192.0.2.2:5060 200 BYE",
    ]);
  });

  it("writes what RFC 3261 wants: rport, an address in Contact, no port in From and To, no mux", () => {
    lan.roam(bob, { address: "192.0.2.2", port: 5070 });
    lan.dial(alice, "sip:bob@192.0.2.2:5070", bob.at);
    lan.run(100);
    const [invite, ringing] = lan.sent.map(({ text }) => text);
    assert.match(invite ?? "", /^INVITE sip:bob@192\.0\.2\.2:5070 SIP\/2\.0\r\n/);
    assert.match(
      header(invite ?? "", "Via"),
      /^SIP\/2\.0\/UDP 192\.0\.2\.1:5060;branch=z9hG4bK[0-9a-f]{16};rport$/,
    );
    assert.match(header(invite ?? "", "From"), /^<sip:alice@192\.0\.2\.1>;tag=[0-9a-f]{16}$/);
    assert.equal(header(invite ?? "", "To"), "<sip:bob@192.0.2.2>");
    assert.equal(header(invite ?? "", "Contact"), "<sip:alice@192.0.2.1:5060>");
    assert.equal(header(invite ?? "", "Max-Forwards"), "70");
    assert.equal(header(invite ?? "", "Allow"), "INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE");
    assert.ok(!(invite ?? "").includes("rtcp-mux"));
    assert.match(header(ringing ?? "", "Via"), /;rport=5060;received=192\.0\.2\.1$/);
    assert.equal(header(ringing ?? "", "Contact"), "<sip:bob@192.0.2.2:5070>");
    assert.equal(lan.last(bob, "incomingCall").from, "sip:alice@192.0.2.1");
  });

  for (const [as, status, outcome, sentence] of [
    ["busy", 486, "busy", "sip:bob@192.0.2.2 is busy with another call."],
    ["decline", 603, "declined", "sip:bob@192.0.2.2 does not want to take the call."],
  ] as const) {
    it(`is refused with ${status}`, () => {
      lan.dial(alice, uriOf(bob), bob.at);
      lan.run(100);
      lan.act(bob, (agent) => agent.decline(lan.now, as));
      lan.run(100);
      assert.deepEqual(ending(alice), [outcome, status, sentence]);
    });
  }

  it("meets a phone that is in a call of the overlay: 486 at once, and its person is told", () => {
    bob.engaged = true;
    lan.dial(alice, uriOf(bob), bob.at);
    lan.run(100);
    assert.deepEqual(ending(alice), ["busy", 486, "sip:bob@192.0.2.2 is busy with another call."]);
    const turnedAway = { kind: "callerTurnedAway", from: "sip:alice@192.0.2.1", peer: "192.0.2.1:5060" };
    assert.deepEqual(bob.events, [turnedAway]);
    assert.equal(bob.agent.busy, false);
  });

  it("is cancelled while it rings", () => {
    lan.dial(alice, uriOf(bob), bob.at);
    lan.run(100);
    lan.act(alice, (agent) => agent.hangUp(lan.now));
    lan.run(100);
    assert.equal(ending(alice)[0], "cancelled");
    assert.deepEqual(ending(bob), [
      "callerGaveUp",
      487,
      "sip:alice@192.0.2.1 stopped calling before you answered.",
    ]);
  });

  it("is not answered in 60 s", () => {
    lan.dial(alice, uriOf(bob), bob.at);
    lan.run(60_100);
    assert.deepEqual(ending(alice), ["noAnswer", 487, "sip:bob@192.0.2.2 does not answer."]);
    assert.equal(ending(bob)[0], "callerGaveUp");
  });

  it("is answered after 50 s of ringing: the credit of the INVITE is kept so long", () => {
    lan.dial(alice, uriOf(bob), bob.at);
    lan.run(50_000);
    lan.answer(bob);
    lan.run(100);
    lan.last(bob, "established");
  });

  it("meets nobody at all: unreachable after 32 s", () => {
    lan.dial(alice, "sip:100@192.0.2.77", { address: "192.0.2.77", port: 5060 });
    lan.run(33_000);
    assert.deepEqual(ending(alice).slice(0, 2), ["unreachable", 408]);
  });

  it("is taken whatever is lost, doubled or late, and leaves nothing behind", () => {
    lan.faults = rough;
    let established = 0;
    for (let round = 0; round < 12; round++) {
      lan.dial(alice, uriOf(bob), bob.at);
      lan.run(4000);
      lan.answer(bob);
      lan.run(12_000);
      established += alice.events.some((event) => event.kind === "established") ? 1 : 0;
      for (const phone of [alice, bob]) lan.act(phone, (agent) => agent.hangUp(lan.now));
      lan.settle();
      alice.events.length = 0;
      bob.events.length = 0;
    }
    assert.ok(established >= 10, `${established} of 12`);
  });

  it("carries a text each way, and refuses one that would not fit a datagram", () => {
    const target = "192.0.2.2:5060";
    const text = "x".repeat(800);
    lan.act(alice, (agent) => agent.message(lan.now, uriOf(bob), [target], text));
    lan.run(100);
    assert.deepEqual(lan.last(bob, "messageReceived"), {
      kind: "messageReceived",
      from: "sip:alice@192.0.2.1",
      peer: "192.0.2.1:5060",
      text,
    });
    assert.equal(lan.last(alice, "messageDelivered").peer, target);
    assert.ok(
      lan.sent.every((datagram) => datagram.text.length <= 1300),
      "RFC 3261 §18.1.1",
    );
    assert.equal(alice.agent.message(lan.now, uriOf(bob), [target], `${text}x`), undefined);
  });

  it("answers OPTIONS in and outside a call", () => {
    lan.act(alice, (agent) => agent.options(lan.now, uriOf(bob), "192.0.2.2:5060"));
    lan.run(100);
    const { status, allow } = lan.last(alice, "optionsAnswered");
    assert.equal(status, 200);
    assert.ok(allow.includes("MESSAGE"));
    lan.connect(alice, bob);
    lan.act(alice, (agent) => agent.options(lan.now, uriOf(bob), "192.0.2.2:5060"));
    lan.run(100);
    assert.equal(lan.last(alice, "optionsFailed").status, 486, "as an INVITE would be answered (§11.2)");
  });

  it("asks for another user than the phone has: 404", () => {
    lan.dial(alice, "sip:carol@192.0.2.2", bob.at);
    lan.run(100);
    assert.deepEqual(ending(alice), ["unknownUser", 404, "Nobody here is called sip:carol@192.0.2.2."]);
  });

  it("asks for an address alone: whoever is there", () => {
    lan.dial(alice, "sip:192.0.2.2", bob.at);
    lan.run(100);
    lan.last(bob, "incomingCall");
  });
});
