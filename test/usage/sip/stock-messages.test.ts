import assert from "node:assert/strict";
import { Lan, type LanPhone } from "../support/lan.js";
import { header, summary } from "../support/messages.js";
import {
  answerTo,
  baresipAt,
  baresipRequest,
  baresipSdp,
  linphoneAt,
  linphoneRequest,
  linphoneSdp,
  sdpText,
} from "../support/stock-forms.js";

/** Messages in the form in which the phones of Debian send them; what the phones themselves do is test/interop. */
describe("a handset among stock phones", () => {
  let lan: Lan;
  let alice: LanPhone;
  beforeEach(() => {
    lan = new Lan(9);
    alice = lan.phone("alice", "192.0.2.1");
  });
  afterEach(() => {
    lan.act(alice, (agent) => agent.hangUp(lan.now));
    lan.settle();
  });

  /** baresip calls and is answered; the To of the dialog is returned. */
  function answered(): string {
    lan.give(alice, baresipAt, baresipRequest("INVITE", { body: baresipSdp() }));
    lan.answer(alice);
    const ok = lan.sent[lan.sent.length - 1]?.text ?? "";
    assert.equal(summary(ok), "200 INVITE");
    const to = header(ok, "To");
    assert.ok(!alice.events.some((event) => event.kind === "established"), "nothing before the ACK");
    lan.give(alice, baresipAt, baresipRequest("ACK", { to, branch: "ack1" }));
    return to;
  }

  it("takes a call of baresip's, digits and all, and is hung up on", () => {
    const [ringing] = lan.give(alice, baresipAt, baresipRequest("INVITE", { body: baresipSdp() }));
    assert.equal(ringing?.to, "192.0.2.40:5060");
    const to = answered();
    const { media, peer } = lan.last(alice, "established");
    assert.deepEqual(media, {
      remote: { address: "192.0.2.40", port: 18_362 },
      remoteRtcp: { address: "192.0.2.40", port: 18_363 },
      codec: "PCMU",
      payloadType: 0,
      telephoneEventType: 101,
      rtcpMux: false,
      direction: "sendrecv",
    });
    assert.equal(peer, "192.0.2.40:5060");
    assert.equal(lan.last(alice, "incomingCall").from, "sip:100@192.0.2.40");
    const bye = baresipRequest("BYE", { to, branch: "bye", sequence: 61_205 });
    assert.deepEqual(
      lan.give(alice, baresipAt, bye).map(({ text }) => summary(text)),
      ["200 BYE"],
    );
    assert.equal(lan.last(alice, "ended").sentence, "sip:100@192.0.2.40 hung up.");
  });

  it("is held by baresip and taken up again", () => {
    const to = answered();
    for (const [direction, here] of [
      ["sendonly", "recvonly"],
      ["sendrecv", "sendrecv"],
      ["inactive", "inactive"],
    ] as const) {
      const sequence = 61_205 + ["sendonly", "sendrecv", "inactive"].indexOf(direction);
      const branch = `re${sequence}`;
      const body = baresipSdp(direction);
      const [ok] = lan.give(alice, baresipAt, baresipRequest("INVITE", { to, sequence, branch, body }));
      assert.match(ok?.text ?? "", new RegExp(`^SIP/2.0 200 [\\s\\S]*\\r\\na=${here}\\r\\n`));
      lan.give(alice, baresipAt, baresipRequest("ACK", { to, sequence, branch: `${branch}a` }));
      assert.equal(lan.last(alice, "mediaChanged").media.direction, here);
    }
  });

  it("is held in the way of RFC 2543: nothing is sent, and the place of speech is not forgotten", () => {
    const to = answered();
    const body = baresipSdp("sendrecv", "0.0.0.0");
    const held = baresipRequest("INVITE", { to, sequence: 61_205, branch: "old", body });
    const [ok] = lan.give(alice, baresipAt, held);
    assert.match(ok?.text ?? "", /\r\na=recvonly\r\n/);
    const { media } = lan.last(alice, "mediaChanged");
    assert.deepEqual([media.remote.address, media.direction], ["192.0.2.40", "recvonly"]);
    lan.give(alice, baresipAt, baresipRequest("ACK", { to, sequence: 61_205, branch: "olda" }));
    lan.act(alice, (agent) => agent.hold(lan.now, true));
    const offer = lan.sent[lan.sent.length - 1];
    assert.match(
      offer?.text ?? "",
      /^INVITE sip:100-0x5581f0c2a3d0@192.0.2.40:5060 [\s\S]*\r\na=inactive\r\n/,
    );
    lan.give(
      alice,
      baresipAt,
      answerTo(offer?.text ?? "", "200 OK", ["Content-Type: application/sdp"], body),
    );
    assert.equal(lan.last(alice, "mediaChanged").media.direction, "inactive");
  });

  it("takes a call of linphone's: mu-law, the events of 8000 Hz, no picture", () => {
    lan.give(alice, linphoneAt, linphoneRequest("INVITE", { body: linphoneSdp }));
    lan.answer(alice);
    const ok = lan.sent[lan.sent.length - 1]?.text ?? "";
    assert.deepEqual(ok.slice(ok.indexOf("m=")).split("\r\n"), [
      "m=audio 5004 RTP/AVP 0 100",
      "a=rtpmap:0 PCMU/8000",
      "a=rtpmap:100 telephone-event/8000",
      "a=fmtp:100 0-15",
      "a=ptime:20",
      "a=sendrecv",
      "m=video 0 RTP/AVP 96",
      "",
    ]);
    const to = header(ok, "To");
    lan.give(alice, linphoneAt, linphoneRequest("ACK", { to, branch: ".ack" }));
    assert.equal(lan.last(alice, "established").media.telephoneEventType, 100);
  });

  it("is cancelled by linphone", () => {
    lan.give(alice, linphoneAt, linphoneRequest("INVITE", { body: linphoneSdp }));
    const sent = lan.give(alice, linphoneAt, linphoneRequest("CANCEL"));
    assert.deepEqual(
      sent.map(({ text }) => summary(text)),
      ["200 CANCEL", "487 INVITE"],
    );
    assert.equal(lan.last(alice, "ended").outcome, "callerGaveUp");
    lan.give(alice, linphoneAt, linphoneRequest("ACK", { to: header(sent[1]?.text ?? "", "To") }));
  });

  it("gets texts of both, and refuses what is none", () => {
    const texts = [
      [baresipAt, baresipRequest("MESSAGE", { body: "hello", type: "text/plain" }), "sip:100@192.0.2.40"],
      [
        linphoneAt,
        linphoneRequest("MESSAGE", { body: "hello", type: "text/plain;charset=UTF-8" }),
        "sip:desk@192.0.2.50",
      ],
    ] as const;
    for (const [from, text, name] of texts) {
      assert.deepEqual(
        lan.give(alice, from, text).map((sent) => summary(sent.text)),
        ["200 MESSAGE"],
      );
      const { from: told, text: read } = lan.last(alice, "messageReceived");
      assert.deepEqual([told, read], [name, "hello"]);
    }
    const typing = { body: "<isComposing/>", type: "application/im-iscomposing+xml", branch: ".is" };
    const [refused] = lan.give(alice, linphoneAt, linphoneRequest("MESSAGE", { ...typing, sequence: 21 }));
    assert.match(refused?.text ?? "", /^SIP\/2.0 415 [\s\S]*\r\nAccept: text\/plain\r\n/);
  });

  it("calls baresip, which rings and answers from its own Contact", () => {
    lan.dial(alice, "sip:100@192.0.2.40", baresipAt);
    const invite = lan.sent[0]?.text ?? "";
    const own = ["Contact: <sip:100-0x5581f0c2a3d0@192.0.2.40:5062>", "Content-Type: application/sdp"];
    assert.deepEqual(lan.give(alice, baresipAt, answerTo(invite, "100 Trying")), []);
    lan.give(alice, baresipAt, answerTo(invite, "180 Ringing"));
    lan.last(alice, "ringing");
    const [ack] = lan.give(alice, baresipAt, answerTo(invite, "200 OK", own, baresipSdp()));
    assert.equal(ack?.to, "192.0.2.40:5062", "to its Contact");
    assert.match(ack.text, /^ACK sip:100-0x5581f0c2a3d0@192.0.2.40:5062 SIP/);
    assert.equal(lan.last(alice, "established").media.remote.port, 18_362);
  });

  it("asks for a BYE at the address the messages come from where Contact is a name, TCP or missing", () => {
    for (const own of [
      ["Contact: <sip:100@hall.example>"],
      ["Contact: <sip:100@192.0.2.41;transport=tcp>"],
      ["Contact: <sip:100@255.255.255.255>"],
      [],
    ]) {
      lan.dial(alice, "sip:100@192.0.2.40", baresipAt);
      const invite = lan.sent[lan.sent.length - 1]?.text ?? "";
      const answer = answerTo(invite, "200 OK", [...own, "Content-Type: application/sdp"], baresipSdp());
      const [ack] = lan.give(alice, baresipAt, answer);
      assert.equal(ack?.to, "192.0.2.40:5060");
      lan.act(alice, (agent) => agent.hangUp(lan.now));
      const bye = lan.sent[lan.sent.length - 1];
      assert.deepEqual([bye?.to, summary(bye?.text ?? "")], ["192.0.2.40:5060", "BYE"]);
      lan.give(alice, baresipAt, answerTo(bye?.text ?? "", "200 OK"));
    }
  });

  for (const [status, outcome, sentence] of [
    [
      "302 Moved Temporarily",
      "redirected",
      "sip:100@192.0.2.40 is to be called at another address; this phone does not follow.",
    ],
    [
      "401 Unauthorized",
      "passwordWanted",
      "The phone of sip:100@192.0.2.40 wants a password, which this phone does not have.",
    ],
    [
      "407 Proxy Authentication Required",
      "passwordWanted",
      "The phone of sip:100@192.0.2.40 wants a password, which this phone does not have.",
    ],
    ["404 Not Found", "unknownUser", "Nobody here is called sip:100@192.0.2.40."],
    ["408 Request Timeout", "noAnswer", "sip:100@192.0.2.40 does not answer."],
    ["480 Temporarily Unavailable", "noAnswer", "sip:100@192.0.2.40 does not answer."],
    ["486 Busy Here", "busy", "sip:100@192.0.2.40 is busy with another call."],
    ["487 Request Terminated", "noAnswer", "sip:100@192.0.2.40 does not answer."],
    [
      "488 Not Acceptable Here",
      "notAcceptable",
      "The phone of sip:100@192.0.2.40 cannot take what this phone sent.",
    ],
    ["603 Decline", "declined", "sip:100@192.0.2.40 does not want to take the call."],
  ] as const) {
    it(`calls and is told: ${status}`, () => {
      lan.dial(alice, "sip:100@192.0.2.40", baresipAt);
      const [ack] = lan.give(alice, baresipAt, answerTo(lan.sent[0]?.text ?? "", status));
      assert.equal(summary(ack?.text ?? ""), "ACK");
      const told = lan.last(alice, "ended");
      assert.deepEqual([told.outcome, told.sentence], [outcome, sentence]);
    });
  }

  for (const [what, body] of [
    ["encrypted speech only", baresipSdp().replace("RTP/AVP 0", "RTP/SAVP 0")],
    [
      "a picture only",
      sdpText(
        "v=0",
        "o=- 1 1 IN IP4 192.0.2.40",
        "s=-",
        "c=IN IP4 192.0.2.40",
        "t=0 0",
        "m=video 5000 RTP/AVP 96",
      ),
    ],
    [
      "candidates only (RFC 8840)",
      baresipSdp("sendrecv", "0.0.0.0").replace("18362", "9") +
        "a=ice-ufrag:9uB6\r\na=ice-pwd:YH75Fviy6338Vbrhrlp8Yh\r\n",
    ],
    ["no codec of G.711", baresipSdp().replace("RTP/AVP 0 8 101", "RTP/AVP 9 101")],
  ] as const) {
    it(`is offered ${what}: 488, and nothing rings`, () => {
      const [refused] = lan.give(alice, baresipAt, baresipRequest("INVITE", { body }));
      assert.equal(summary(refused?.text ?? ""), "488 INVITE");
      assert.deepEqual(alice.events, []);
      lan.give(alice, baresipAt, baresipRequest("ACK", { to: header(refused?.text ?? "", "To") }));
    });
  }
});
