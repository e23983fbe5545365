import assert from "node:assert/strict";
import { type Phone, Switchboard } from "../support/switchboard.js";

const offer =
  "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";

/** What a request that is not right is answered with (RFC 3261 §8.2), and what that leaves behind: nothing. */
describe("requests that are refused", () => {
  let board: Switchboard;
  let bob: Phone;
  let sender: Phone;
  beforeEach(() => {
    board = new Switchboard(5);
    sender = board.phone("alice");
    bob = board.phone("bob");
  });
  afterEach(() => {
    board.settle();
  });

  interface Parts {
    readonly method?: string;
    readonly uri?: string;
    readonly from?: string;
    readonly to?: string;
    readonly cseq?: string;
    readonly version?: string;
    readonly branch?: string;
    readonly fields?: readonly string[];
    readonly body?: string;
  }

  function text(parts: Parts): string {
    const { method = "OPTIONS", body = "" } = parts;
    return [
      `${method} ${parts.uri ?? "sip:bob@home.example"} ${parts.version ?? "SIP/2.0"}`,
      `Via: SIP/2.0/UDP x.muster.invalid;branch=${parts.branch ?? "z9hG4bKtest"}`,
      `From: ${parts.from ?? "<sip:alice@home.example>;tag=a"}`,
      `To: ${parts.to ?? "<sip:bob@home.example>"}`,
      "Call-ID: 1",
      `CSeq: ${parts.cseq ?? `1 ${method}`}`,
      ...(parts.fields ?? []),
      `Content-Length: ${new TextEncoder().encode(body).length}`,
      "",
      body,
    ].join("\r\n");
  }

  function answers(parts: Parts, userName = "alice"): string[] {
    const before = board.sent.length;
    board.inject(bob, { nodeKey: sender.nodeKey, userName }, new TextEncoder().encode(text(parts)));
    return board.sent.slice(before).map((bytes) => new TextDecoder().decode(bytes));
  }

  const cases: readonly [string, Parts, number, RegExp?][] = [
    ["another user's name in From", { from: "<sip:carol@home.example>;tag=a" }, 403],
    ["another overlay's name in From", { from: "<sip:alice@other.example>;tag=a" }, 403],
    ["a telephone number in From", { from: "<tel:+1>;tag=a" }, 403],
    ["a user who is not here", { uri: "sip:carol@home.example" }, 404],
    ["a host that is not this one", { uri: "sip:bob@other.example" }, 404],
    [
      "a method that others define",
      { method: "SUBSCRIBE" },
      405,
      /\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE\r\n/,
    ],
    ["a method nobody defines", { method: "DANCE" }, 501, /\r\nAllow: /],
    ["a scheme nobody knows", { uri: "soap.beep://192.0.2.103" }, 416],
    ["a scheme of TLS", { uri: "sips:bob@home.example" }, 416],
    [
      "an extension required",
      { fields: ["Require: 100rel", "Require: x,y"] },
      420,
      /\r\nUnsupported: 100rel, x, y\r\n/,
    ],
    [
      "a body that is no session description",
      { method: "INVITE", body: "<audio/>", fields: ["Content-Type: application/xml"] },
      415,
      /\r\nAccept: application\/sdp\r\n/,
    ],
    [
      "an encoded body",
      { method: "INVITE", body: "xxx", fields: ["Content-Type: application/sdp", "e: gzip"] },
      415,
      /\r\nAccept-Encoding: identity\r\n/,
    ],
    [
      "an offer with nothing in common",
      { method: "INVITE", body: offer.replace("AVP 0", "AVP 3"), fields: ["c: application/sdp"] },
      488,
    ],
    ["an offer that cannot be read", { method: "INVITE", body: "v=7", fields: ["c: application/sdp"] }, 488],
    [
      "a text that is HTML",
      { method: "MESSAGE", body: "<b>", fields: ["c: text/html"] },
      415,
      /\r\nAccept: text\/plain\r\n/,
    ],
    ["a text too long", { method: "MESSAGE", body: "x".repeat(1301), fields: ["c: text/plain"] }, 413],
    ["BYE outside a dialog", { method: "BYE" }, 481],
    ["BYE in a dialog that is not", { method: "BYE", to: "<sip:bob@home.example>;tag=zz" }, 481],
    ["INVITE in a dialog that is not", { method: "INVITE", to: "<sip:bob@home.example>;tag=zz" }, 481],
    ["CANCEL of nothing", { method: "CANCEL" }, 481],
    ["a number that is none", { cseq: "x OPTIONS" }, 400],
    ["two methods", { cseq: "1 INVITE" }, 400],
    ["a Request-URI in brackets", { uri: "<sip:bob@home.example>" }, 400],
    ["Content-Length twice", { fields: ["l: 7"] }, 400],
    ["another version", { version: "SIP/7.0" }, 505],
  ];
  for (const [what, parts, status, also] of cases) {
    it(`${what}: ${status}`, () => {
      const [answer, ...more] = answers(parts);
      assert.match(answer ?? "silence", new RegExp(`^SIP/2.0 ${status} `));
      if (also !== undefined) assert.match(answer ?? "", also);
      assert.match(answer ?? "", /\r\nTo: [^\r]*;tag=/, "a tag of its own (§8.2.6.2)");
      assert.deepEqual(more, []);
      assert.deepEqual(bob.events, []);
    });
  }

  it("From is judged by the link, not by what it says: the same words from another's link are 403 (H15)", () => {
    assert.match(answers({})[0] ?? "", /^SIP\/2.0 200 /);
    assert.match(answers({ branch: "z9hG4bKother" }, "mallory")[0] ?? "", /^SIP\/2.0 403 /);
  });

  it("ACK and responses are never answered, readable or not", () => {
    assert.deepEqual(answers({ method: "ACK" }), []);
    assert.deepEqual(answers({ method: "ACK", cseq: "1 BYE" }), []);
    const response = text({ cseq: "x" }).replace(/^[^\r]*/, "SIP/2.0 200 OK");
    board.inject(bob, { nodeKey: sender.nodeKey, userName: "alice" }, new TextEncoder().encode(response));
    assert.equal(board.sent.length, 0);
    assert.equal(bob.agent.describe().lastError?.in, "sip/cseq/sequence");
  });

  it("a request without what an answer is made of is dropped and counted", () => {
    board.inject(
      bob,
      { nodeKey: sender.nodeKey, userName: "alice" },
      new TextEncoder().encode("HELLO sip:bob SIP/2.0\r\n\r\n"),
    );
    board.inject(bob, { nodeKey: sender.nodeKey, userName: "alice" }, Uint8Array.of(0xff, 0, 1));
    assert.equal(board.sent.length, 0);
    assert.equal(bob.agent.describe().unreadable, 2);
  });

  it("the same request by another way: 482 (RFC 3261 §8.2.2.2)", () => {
    const invite: Parts = { method: "INVITE", body: offer, fields: ["c: application/sdp"] };
    assert.match(answers({ ...invite, branch: "z9hG4bKone" })[0] ?? "", /^SIP\/2.0 180 /);
    assert.match(answers({ ...invite, branch: "z9hG4bKtwo" })[0] ?? "", /^SIP\/2.0 482 /);
    assert.match(
      answers({ ...invite, branch: "z9hG4bKone" })[0] ?? "",
      /^SIP\/2.0 180 /,
      "by the same way: absorbed",
    );
    assert.equal(bob.events.length, 1);
    board.act(bob, (agent, now) => {
      agent.hangUp(now);
    });
  });

  it("an INVITE without an offer: the offer is in the 200, the answer in the ACK (RFC 3261 §13.2.1)", () => {
    assert.match(answers({ method: "INVITE" })[0] ?? "", /^SIP\/2.0 180 /);
    const before = board.sent.length;
    board.act(bob, (agent, now) => {
      agent.answer(now, bob.media);
    });
    const ok = new TextDecoder().decode(board.sent[before]);
    assert.match(ok, /^SIP\/2.0 200 [\s\S]*m=audio 6084 RTP\/AVP 0 8 101\r\n/);
    assert.equal(bob.events.length, 1, "not established before the answer is here");
    const to = /\r\nTo: ([^\r]*)/.exec(ok)?.[1] ?? "";
    const ack = { method: "ACK", to, branch: "z9hG4bKack", body: offer, fields: ["c: application/sdp"] };
    assert.deepEqual(answers(ack), []);
    assert.deepEqual(board.last(bob, "established").media, {
      remote: { address: "192.0.2.1", port: 4000 },
      remoteRtcp: { address: "192.0.2.1", port: 4001 },
      codec: "PCMU",
      payloadType: 0,
      rtcpMux: false,
      direction: "sendrecv",
    });
    const bye = answers({ method: "BYE", to, branch: "z9hG4bKbye", cseq: "1 BYE" })[0];
    assert.match(bye ?? "", /^SIP\/2.0 500 /, "a number that is no advance (§12.2.2)");
    assert.match(
      answers({ method: "BYE", to, branch: "z9hG4bKbye2", cseq: "2 BYE" })[0] ?? "",
      /^SIP\/2.0 200 /,
    );
  });

  it("a BYE with the right tags from another node is not of this dialog: 481", () => {
    const invite: Parts = { method: "INVITE", body: offer, fields: ["c: application/sdp"] };
    answers(invite);
    board.act(bob, (agent, now) => {
      agent.answer(now, bob.media);
    });
    const to = /\r\nTo: ([^\r]*)/.exec(new TextDecoder().decode(board.sent[1]))?.[1] ?? "";
    const bye = text({
      method: "BYE",
      to,
      branch: "z9hG4bKb",
      cseq: "2 BYE",
      from: "<sip:mallory@home.example>;tag=a",
    });
    const before = board.sent.length;
    board.inject(bob, { nodeKey: "66", userName: "mallory" }, new TextEncoder().encode(bye));
    assert.match(new TextDecoder().decode(board.sent[before]), /^SIP\/2.0 481 /);
    assert.ok(bob.agent.busy);
  });

  it("a flood from one node: bounded, refused with 503, and others are still served", () => {
    for (let i = 0; i < 200; i++) {
      answers({
        method: "INVITE",
        branch: `z9hG4bK${i}`,
        cseq: `${i} INVITE`,
        body: offer,
        fields: ["c: application/sdp"],
      });
      answers({
        method: "MESSAGE",
        branch: `z9hG4bKm${i}`,
        cseq: `${i} MESSAGE`,
        body: "x",
        fields: ["c: text/plain"],
      });
    }
    assert.ok(bob.agent.describe().transactions <= 8, `${bob.agent.describe().transactions}`);
    const carol = board.phone("carol");
    const id = carol.agent.message(board.now, "bob", [bob.nodeKey], "hello");
    board.drain();
    board.run(100);
    assert.equal(board.last(carol, "messageDelivered").message, id);
    board.act(bob, (agent, now) => {
      agent.hangUp(now);
    });
  });
});
