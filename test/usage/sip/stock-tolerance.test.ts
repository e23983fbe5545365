import assert from "node:assert/strict";
import { Lan, type LanPhone } from "../support/lan.js";
import { header, summary } from "../support/messages.js";
import { sdpText, sipText } from "../support/stock-forms.js";

/** What old, careless and far phones send, and where answers go (RFC 3261 §18.2, RFC 3581). */
describe("plain SIP that is not as it should be", () => {
  const phone = { address: "192.0.2.60", port: 5060 };
  const body = sdpText(
    "v=0",
    "o=- 1 1 IN IP4 192.0.2.60",
    "s=-",
    "c=IN IP4 192.0.2.60",
    "t=0 0",
    "m=audio 4000 RTP/AVP 0",
  );
  let lan: Lan;
  let alice: LanPhone;
  beforeEach(() => {
    lan = new Lan(11);
    alice = lan.phone("alice", "192.0.2.1");
  });
  afterEach(() => {
    lan.act(alice, (agent) => agent.hangUp(lan.now));
    lan.settle();
  });

  /** A phone of RFC 2543: no tag, no branch, compact names, no Contact, no Max-Forwards. */
  const old = (method: string, to: string, sequence = 1): string =>
    sipText(
      [
        `${method} sip:alice@192.0.2.1   SIP/2.0`,
        "v:  SIP / 2.0 / udp   192.0.2.60",
        "f:sip:100@192.0.2.60",
        `t : ${to}`,
        "i:77@192.0.2.60",
        `cseq:   ${sequence}    ${method}`,
        "X-Anything: at all",
        ...(method === "INVITE" ? ["c: APPLICATION/sdp"] : []),
      ],
      method === "INVITE" ? body : "",
    );

  it("takes a whole call of a phone of RFC 2543", () => {
    const [ringing] = lan.give(alice, phone, old("INVITE", "sip:alice@192.0.2.1"));
    assert.equal(summary(ringing?.text ?? ""), "180 INVITE");
    assert.deepEqual(
      lan.give(alice, phone, old("INVITE", "sip:alice@192.0.2.1")).map(({ text }) => text),
      [ringing?.text],
    );
    lan.answer(alice);
    const to = header(lan.sent[lan.sent.length - 1]?.text ?? "", "To");
    lan.give(alice, phone, old("ACK", to));
    assert.equal(lan.last(alice, "established").media.remote.port, 4000);
    assert.equal(lan.last(alice, "incomingCall").from, "sip:100@192.0.2.60");
    lan.act(alice, (agent) => agent.hold(lan.now, true));
    const offer = lan.sent[lan.sent.length - 1];
    assert.equal(offer?.to, "192.0.2.60:5060");
    assert.match(offer.text, /^INVITE sip:100@192.0.2.60 SIP/, "its From stands for the Contact it lacks");
    lan.give(alice, phone, old("BYE", to, 2));
    assert.equal(lan.last(alice, "ended").outcome, "remoteHungUp");
    lan.run(40_000);
  });

  it("passes over what keeps a NAT open, and over what is too long or has too many parts", () => {
    for (const text of [
      "",
      "\r\n",
      "\r\n\r\n",
      "\0\0\0\0",
      "hello",
      "x".repeat(4097),
      old("INVITE", "<sip:a@b>;x".padEnd(400, ";x")),
    ]) {
      assert.deepEqual(lan.give(alice, phone, text), []);
    }
    assert.equal(alice.agent.describe().unreadable, 0);
    assert.equal(alice.agent.describe().transactions, 0);
  });

  const options = (uri: string, via: string, more: readonly string[] = []): string =>
    sipText([
      `OPTIONS ${uri} SIP/2.0`,
      `Via: ${via}`,
      "From: <sip:100@pbx.example>;tag=1",
      `To: <${uri}>`,
      "Call-ID: 5b1e",
      "CSeq: 1 OPTIONS",
      ...more,
    ]);

  for (const [what, via, answered] of [
    [
      "with rport",
      "SIP/2.0/UDP 10.0.0.9:5060;rport;branch=z9hG4bKa",
      "SIP/2.0/UDP 10.0.0.9:5060;rport=61000;branch=z9hG4bKa;received=203.0.113.4",
    ],
    [
      "without it",
      "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKb",
      "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKb;received=203.0.113.4",
    ],
    [
      "from where Via says",
      "SIP/2.0/UDP 203.0.113.4;branch=z9hG4bKc",
      "SIP/2.0/UDP 203.0.113.4;branch=z9hG4bKc",
    ],
    [
      "that wants its answer elsewhere",
      "SIP/2.0/UDP 203.0.113.4;maddr=192.0.2.99;received=192.0.2.98;branch=z9hG4bKd",
      "SIP/2.0/UDP 203.0.113.4;maddr=192.0.2.99;received=203.0.113.4;branch=z9hG4bKd",
    ],
    [
      "over two hops",
      "SIP/2.0/UDP pbx.example;branch=z9hG4bKe;rport, SIP/2.0/TCP 10.9.9.9;branch=z9hG4bKf",
      "SIP/2.0/UDP pbx.example;branch=z9hG4bKe;rport=61000;received=203.0.113.4",
    ],
  ] as const) {
    it(`answers a request ${what} to where it came from`, () => {
      const sent = lan.give(
        alice,
        { address: "203.0.113.4", port: 61_000 },
        options("sip:alice@192.0.2.1", via),
      );
      assert.deepEqual(
        sent.map(({ to }) => to),
        ["203.0.113.4:61000"],
      );
      assert.match(sent[0]?.text ?? "", /^SIP\/2.0 200 /);
      assert.equal(header(sent[0]?.text ?? "", "Via"), answered);
      assert.equal(header(sent[0]?.text ?? "", "Allow"), "INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE");
      assert.match(sent[0]?.text ?? "", /\r\nSupported: \r\n/);
    });
  }

  it("notes the source even on what cannot be read but for its Via: 400", () => {
    const bad = options(
      "sip:alice@192.0.2.1",
      "SIP/2.0/UDP 10.0.0.9;rport;branch=z9hG4bKa, SIP/2.0/UDP x;branch=1",
    );
    const [refused] = lan.give(
      alice,
      { address: "203.0.113.4", port: 61_000 },
      bad.replace("CSeq: 1", "CSeq: one"),
    );
    assert.match(refused?.text ?? "", /^SIP\/2.0 400 /);
    assert.equal(
      header(refused?.text ?? "", "Via"),
      "SIP/2.0/UDP 10.0.0.9;rport=61000;branch=z9hG4bKa;received=203.0.113.4, SIP/2.0/UDP x;branch=1",
    );
  });

  for (const [uri, status] of [
    ["sip:192.0.2.1", "200"],
    ["sip:alice@192.0.2.1:5060;transport=udp", "200"],
    ["sip:alice@alice.local", "200"],
    ["sip:ALICE@192.0.2.1", "404"],
    ["sip:100@192.0.2.1", "404"],
    ["sips:alice@192.0.2.1", "416"],
    ["tel:+15551234", "416"],
  ] as const) {
    it(`${uri}: ${status}`, () => {
      const [answer] = lan.give(alice, phone, options(uri, "SIP/2.0/UDP 192.0.2.60;branch=z9hG4bKa"));
      assert.equal(answer?.text.slice(8, 11), status);
    });
  }

  it("refuses methods of other RFCs and what is insisted on, by name", () => {
    const via = "SIP/2.0/UDP 192.0.2.60;branch=z9hG4bKa";
    const subscribe = options("sip:alice@192.0.2.1", via).replace(/OPTIONS/g, "SUBSCRIBE");
    const [refused] = lan.give(alice, phone, subscribe);
    assert.match(refused?.text ?? "", /^SIP\/2.0 405 [\s\S]*\r\nAllow: INVITE/);
    const required = options("sip:alice@192.0.2.1", via, ["Require: 100rel, timer"]);
    const [unsupported] = lan.give(alice, phone, required);
    assert.match(unsupported?.text ?? "", /^SIP\/2.0 420 [\s\S]*\r\nUnsupported: 100rel, timer\r\n/);
  });

  it("names a caller without a user, or with an endless one, by its address", () => {
    const via = "SIP/2.0/UDP 192.0.2.60:5090;branch=z9hG4bK";
    for (const [from, name] of [
      ["<sip:pbx.example>", "sip:192.0.2.60:5090"],
      ["<tel:+15551234>", "sip:192.0.2.60:5090"],
      [`<sip:${"9".repeat(65)}@pbx.example>`, "sip:192.0.2.60:5090"],
      ['"A, B" <sip:a%20b@pbx.example>', "sip:a%20b@192.0.2.60:5090"],
    ] as const) {
      const message = options("sip:alice@192.0.2.1", `${via}${from.length}`, ["Content-Type: text/plain"])
        .replace(/OPTIONS/g, "MESSAGE")
        .replace("<sip:100@pbx.example>;tag=1", `${from};tag=${from.length}`)
        .replace("Content-Length: 0\r\n\r\n", "Content-Length: 2\r\n\r\nhi");
      lan.give(alice, { ...phone, port: 5090 }, message);
      assert.equal(lan.last(alice, "messageReceived").from, name);
    }
  });
});
