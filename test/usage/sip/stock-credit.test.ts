import assert from "node:assert/strict";
import { Lan, type LanPhone } from "../support/lan.js";
import { header, summary } from "../support/messages.js";
import { baresipAt, baresipRequest, baresipSdp, sipText } from "../support/stock-forms.js";

/** To an address nobody has proved to be at go three bytes for each that came, repetitions included. */
describe("what plain SIP sends to where nobody may be", () => {
  let lan: Lan;
  let alice: LanPhone;
  beforeEach(() => {
    lan = new Lan(13);
    alice = lan.phone("alice", "192.0.2.1");
  });

  function bytesTo(address: string): number {
    let bytes = 0;
    for (const { to, text } of lan.sent) if (to.startsWith(`${address}:`)) bytes += text.length;
    return bytes;
  }

  it("a forged INVITE that is answered: no speech, nothing to its Contact, no BYE", () => {
    const invite = baresipRequest("INVITE", { body: baresipSdp() }).replace(
      "Contact: <sip:100-0x5581f0c2a3d0@192.0.2.40:5060>",
      "Contact: <sip:victim@203.0.113.7:5060>",
    );
    lan.give(alice, baresipAt, invite);
    lan.answer(alice);
    lan.run(200_000);
    assert.ok(bytesTo("192.0.2.40") <= 3 * invite.length, `${bytesTo("192.0.2.40")} for ${invite.length}`);
    assert.ok(
      lan.log.filter((line) => line.endsWith("200 INVITE")).length >= 2,
      "repeated while there is credit",
    );
    assert.equal(bytesTo("203.0.113.7"), 0);
    assert.ok(!lan.log.some((line) => line.endsWith("BYE")));
    assert.deepEqual(
      alice.events.map((event) => event.kind),
      ["incomingCall", "ended"],
    );
    assert.equal(lan.last(alice, "ended").outcome, "connectionLost");
    lan.settle();
  });

  it("an ACK without our tag proves nothing", () => {
    lan.give(alice, baresipAt, baresipRequest("INVITE", { body: baresipSdp() }));
    lan.answer(alice);
    lan.give(alice, baresipAt, baresipRequest("ACK", { to: "<sip:alice@192.0.2.1>;tag=guess", branch: "g" }));
    lan.run(200_000);
    assert.ok(!alice.events.some((event) => event.kind === "established"));
    lan.settle();
  });

  it("with our tag in its ACK the phone is there, and gets what it is owed whatever that takes", () => {
    lan.give(alice, baresipAt, baresipRequest("INVITE", { body: baresipSdp() }));
    lan.answer(alice);
    const to = header(lan.sent[lan.sent.length - 1]?.text ?? "", "To");
    lan.give(alice, baresipAt, baresipRequest("ACK", { to, branch: "ack" }));
    lan.last(alice, "established");
    const spent = bytesTo("192.0.2.40");
    const body = baresipSdp("inactive");
    const held = baresipRequest("INVITE", { to, branch: "hold", sequence: 61_205, body });
    lan.give(alice, baresipAt, held);
    lan.run(31_000);
    assert.ok(bytesTo("192.0.2.40") - spent > 3 * held.length, "its 200 goes out until the ACK is here");
    lan.run(200_000);
    lan.settle();
  });

  it("our own INVITE has room for 180 and three times 200: two of them may get lost", () => {
    const caller = lan.phone("bob", "192.0.2.41");
    lan.dial(caller, "alice", { address: "192.0.2.99", port: 5060 });
    const invite = lan.sent[0]?.text ?? "";
    lan.give(alice, baresipAt, invite);
    lan.answer(alice);
    lan.run(200_000);
    const answers = lan.sent.filter(
      ({ text }) => text.startsWith("SIP/2.0 200") && header(text, "CSeq") === "1 INVITE",
    );
    assert.equal(answers.length, 3);
    assert.ok(bytesTo("192.0.2.40") <= 3 * invite.length);
  });

  it("a caller whose INVITE came twice has twice the credit", () => {
    const invite = baresipRequest("INVITE", { body: baresipSdp() });
    lan.give(alice, baresipAt, invite);
    lan.give(alice, baresipAt, invite);
    lan.answer(alice);
    lan.run(200_000);
    const bytes = bytesTo("192.0.2.40");
    assert.ok(bytes > 3 * invite.length && bytes <= 6 * invite.length, `${bytes} for ${invite.length}`);
    lan.settle();
  });

  it("whatever is asked from a thousand forged addresses, none gets more than three times its bytes", () => {
    const came = new Map<string, number>();
    const methods = [
      "OPTIONS",
      "INVITE",
      "MESSAGE",
      "REGISTER",
      "BYE",
      "CANCEL",
      "HELLO",
      "SUBSCRIBE",
      "invite",
    ];
    for (let i = 0; i < 2000; i++) {
      const address = `198.51.100.${i % 250}`;
      const method = methods[i % methods.length] ?? "";
      const lines = [
        `${method} sip:alice@192.0.2.1 SIP/2.0`,
        `Via: SIP/2.0/UDP ${address};branch=z9hG4bK${i}`,
        `From: <sip:1@x>;tag=${i}`,
        "To: sip:alice@192.0.2.1",
        `Call-ID: ${i}`,
        i % 11 === 0 ? "CSeq: no number" : `CSeq: 1 ${method}`,
      ];
      const text = sipText(lines);
      came.set(address, (came.get(address) ?? 0) + text.length);
      lan.give(alice, { address, port: 5060 }, text);
      lan.run(7);
    }
    lan.run(200_000);
    let most = 0;
    for (const [address, bytes] of came) most = Math.max(most, bytesTo(address) / bytes);
    assert.ok(most <= 3, `${most}`);
    assert.ok(most > 1, "and answered they were");
    const all = [...came.values()].reduce((sum, bytes) => sum + bytes, 0);
    console.log(`      ${all} bytes came, ${lan.sent.reduce((sum, each) => sum + each.text.length, 0)} went`);
    lan.settle();
  });

  it("a flood from everywhere does not cost the caller who waits his answer", () => {
    lan.give(alice, baresipAt, baresipRequest("INVITE", { body: baresipSdp() }));
    for (let i = 0; i < 300; i++) {
      const lines = [
        "OPTIONS sip:alice@192.0.2.1 SIP/2.0",
        `Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK${i}`,
        "From: <sip:1@x>;tag=1",
        "To: sip:alice@192.0.2.1",
        `Call-ID: ${i}`,
        "CSeq: 1 OPTIONS",
      ];
      lan.give(alice, { address: `198.51.100.${i % 250}`, port: 5060 }, sipText(lines));
      assert.ok(alice.agent.describe().transactions <= 10);
    }
    lan.answer(alice);
    const ok = lan.sent[lan.sent.length - 1];
    assert.deepEqual([ok?.to, summary(ok?.text ?? "")], ["192.0.2.40:5060", "200 INVITE"]);
    const to = header(ok?.text ?? "", "To");
    lan.give(alice, baresipAt, baresipRequest("ACK", { to, branch: "ack" }));
    lan.last(alice, "established");
    lan.act(alice, (agent) => agent.hangUp(lan.now));
    lan.settle();
  });

  it("who ends a call in the dialog it rings in has proven to be there", () => {
    const invite = baresipRequest("INVITE", { body: baresipSdp() });
    const [ringing] = lan.give(alice, baresipAt, invite);
    const to = header(ringing?.text ?? "", "To");
    const sent = lan.give(alice, baresipAt, baresipRequest("BYE", { to, branch: "b", sequence: 61_205 }));
    assert.deepEqual(
      sent.map(({ text }) => summary(text)),
      ["200 BYE", "487 INVITE"],
    );
    lan.run(33_000);
    assert.equal(lan.log.filter((line) => line.endsWith("487 INVITE")).length, 11, "all of timer G's");
    lan.settle();
  });
});
