import assert from "node:assert/strict";
import { Lan, type LanPhone, mediaOf } from "../support/lan.js";
import { header, summary } from "../support/messages.js";

/** Hold, codec and address of a call over plain SIP. */
describe("changes of a call over plain SIP", () => {
  let lan: Lan;
  let alice: LanPhone;
  let bob: LanPhone;
  beforeEach(() => {
    lan = new Lan(7);
    alice = lan.phone("alice", "192.0.2.1");
    bob = lan.phone("bob", "192.0.2.2");
    lan.connect(alice, bob);
  });
  afterEach(() => {
    lan.act(bob, (agent) => agent.hangUp(lan.now));
    lan.settle();
  });

  function directions(): string[] {
    return [alice, bob].map((phone) => lan.last(phone, "mediaChanged").media.direction);
  }

  function change(phone: LanPhone, what: "hold" | "resume" | "PCMA" | "PCMU"): void {
    lan.act(phone, (agent) => {
      if (what === "hold" || what === "resume") agent.hold(lan.now, what === "hold");
      else agent.recode(lan.now, what);
    });
    lan.run(100);
  }

  it("is held by one, by both, and taken up again", () => {
    change(alice, "hold");
    assert.deepEqual(directions(), ["sendonly", "recvonly"]);
    change(bob, "hold");
    assert.deepEqual(directions(), ["inactive", "inactive"]);
    change(alice, "resume");
    assert.deepEqual(directions(), ["recvonly", "sendonly"]);
    change(bob, "resume");
    assert.deepEqual(directions(), ["sendrecv", "sendrecv"]);
  });

  it("goes on in A-law and back in mu-law", () => {
    for (const codec of ["PCMA", "PCMU"] as const) {
      change(bob, codec);
      assert.equal(lan.last(alice, "mediaChanged").media.codec, codec);
      assert.equal(lan.last(bob, "mediaChanged").media.codec, codec);
    }
  });

  it("meets the other side's change: 491, and both come to pass (RFC 3261 §14.1)", () => {
    alice.agent.hold(lan.now, true);
    bob.agent.recode(lan.now, "PCMA");
    lan.drain();
    lan.run(10_000);
    assert.ok(lan.log.some((line) => line.endsWith("491 INVITE")));
    assert.deepEqual(directions(), ["sendonly", "recvonly"]);
    assert.equal(lan.last(alice, "mediaChanged").media.codec, "PCMA");
  });

  it("follows a phone to another address, and the BYE goes there", () => {
    const elsewhere = { address: "198.51.100.9", port: 5060 };
    lan.roam(alice, elsewhere);
    lan.act(alice, (agent) => agent.move(lan.now, mediaOf(alice)));
    lan.run(100);
    const invite = lan.sent.filter(({ text }) => text.startsWith("INVITE ")).pop()?.text ?? "";
    assert.equal(header(invite, "Contact"), "<sip:alice@198.51.100.9:5060>");
    assert.match(header(invite, "Via"), /198\.51\.100\.9:5060/);
    assert.match(header(invite, "From"), /^<sip:alice@192\.0\.2\.1>;tag=/, "who it is stays (§12.2.1.1)");
    const { media, peer } = lan.last(bob, "mediaChanged");
    assert.deepEqual(media.remote, mediaOf(alice));
    assert.equal(media.remoteRtcp?.address, "198.51.100.9");
    assert.equal(peer, "198.51.100.9:5060");
    lan.act(bob, (agent) => agent.hangUp(lan.now));
    assert.equal(lan.log.pop(), "bob>198.51.100.9:5060 BYE");
    lan.run(100);
    assert.equal(lan.last(alice, "ended").outcome, "remoteHungUp");
  });

  it("is lost when a change is never answered, or answered 481", () => {
    lan.filter = ({ from, text }): boolean => from !== "bob" || summary(text) !== "200 INVITE";
    change(alice, "hold");
    lan.run(64_000);
    assert.equal(lan.last(alice, "ended").outcome, "connectionLost");
    assert.equal(lan.last(bob, "ended").outcome, "remoteHungUp");
  });
});
