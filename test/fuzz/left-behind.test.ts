import assert from "node:assert/strict";
import { instant } from "../../firmware/core/time.js";
import { StockAgent } from "../../firmware/usage/sip/stock-agent.js";
import { octetBytes, octetText } from "../../firmware/wire/sip/octets.js";
import { Prng } from "../../host-sim/virtual/prng.js";

const bob = { address: "192.0.2.9", port: 5060 };
const sdp =
  "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 7078 RTP/AVP 0\r\n";

/** A phone that calls bob, a stock phone whose every word the test writes. */
class Line {
  readonly phone = new StockAgent({ userName: "alice", random: new Prng(1) });
  now = 1000;

  constructor() {
    this.phone.setLocal({ address: "192.0.2.7", port: 5060 });
  }

  call(): string {
    const target = { nodeKey: "192.0.2.9:5060", media: { address: "192.0.2.7", port: 5004 } };
    assert.ok(
      this.phone.agent.invite(instant(this.now), "sip:bob@192.0.2.9", [target]) !== undefined,
      "no free line",
    );
    return this.sent("INVITE");
  }

  /** The last message that begins so. */
  sent(method: string): string {
    let last = "";
    for (let out = this.phone.pollTransmit(); out !== undefined; out = this.phone.pollTransmit()) {
      const text = octetText(out.bytes);
      if (text.startsWith(method)) last = text;
    }
    assert.notEqual(last, "", `no ${method}`);
    return last;
  }

  answer(request: string, status: number, body = ""): void {
    const copied = ["Via", "From", "To", "Call-ID", "CSeq"].map((name) => {
      const line = new RegExp(`\r\n(${name}: [^\r]*)`).exec(request)?.[1] ?? "";
      return name === "To" && !line.includes(";tag=") ? `${line};tag=bob` : line;
    });
    const rest = ["Contact: <sip:bob@192.0.2.9>", "Content-Type: application/sdp"];
    this.take(
      [`SIP/2.0 ${status} X`, ...copied, ...rest, `Content-Length: ${body.length}`, "", body].join("\r\n"),
    );
  }

  take(text: string): void {
    this.now += 10;
    this.phone.handleDatagram(instant(this.now), bob, octetBytes(text), false);
    while (this.phone.agent.pollEvent() !== undefined);
  }

  /** Three minutes later. */
  left(): object {
    const until = this.now + 180_000;
    for (
      let next = this.phone.pollTimeout();
      next !== undefined && next.at <= until;
      next = this.phone.pollTimeout()
    ) {
      this.phone.handleTimeout(next.at);
      while (this.phone.pollTransmit() !== undefined);
    }
    const { transactions, outgoing, incoming, sessions, requests } = this.phone.agent.describe();
    return { transactions, outgoing, incoming, sessions, requests };
  }
}

const nothing = { transactions: 0, outgoing: 0, incoming: 0, sessions: 0, requests: 0 };

/** What `muster fuzz` found in machines: each left something behind for ever. */
describe("fuzz: state that once was left behind", () => {
  it("calls in quick succession, each refused: the call whose transaction had to make room is forgotten, too", () => {
    const line = new Line();
    for (let i = 0; i < 30; i++) line.answer(line.call(), 486);
    assert.deepEqual(line.left(), nothing);
  });

  it("a change that the other side promises to answer and never does, before it hangs up", () => {
    const line = new Line();
    const invite = line.call();
    line.answer(invite, 200, sdp);
    line.sent("ACK");
    line.phone.agent.hold(instant(line.now), true);
    const change = line.sent("INVITE");
    line.answer(change, 180);
    const own = /\r\nFrom: ([^\r]*)/.exec(change)?.[1] ?? "";
    const callId = /\r\nCall-ID: ([^\r]*)/.exec(change)?.[1] ?? "";
    const via = "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKbye";
    const ends = [`From: <sip:bob@192.0.2.9>;tag=bob`, `To: ${own}`, `Call-ID: ${callId}`, "CSeq: 1 BYE"];
    line.take(["BYE sip:alice@192.0.2.7 SIP/2.0", via, ...ends, "", ""].join("\r\n"));
    line.sent("SIP/2.0 200");
    assert.deepEqual(line.left(), nothing);
  });
});
