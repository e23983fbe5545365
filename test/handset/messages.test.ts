import assert from "node:assert/strict";
import { FullStack } from "../support/full-stack.js";
import { seed } from "../support/seed.js";
import { render } from "../../firmware/console/render.js";
import type { NoticeView } from "../../firmware/console/view.js";

const longest = 800;

function office(title: string): FullStack {
  const stack = new FullStack(title);
  stack.joined(["alice", "bob", "carol"]);
  return stack;
}

describe(`text messages, whole handsets (seed ${seed})`, () => {
  it("is shown at the other end, and the sender is told so", () => {
    const stack = office("delivered");
    stack.type("alice", "message bob Meet at the school at noon");
    const received = stack.next("bob", "messageReceived");
    assert.deepEqual([received["from"], received["text"]], ["alice", "Meet at the school at noon"]);
    assert.equal(stack.next("alice", "messageDelivered")["sentence"], "bob got your message.");
    assert.deepEqual(stack.since("carol", "messageReceived"), []);
  });

  it("odd characters arrive as they were typed, up to the longest text", () => {
    const stack = office("odd");
    const texts = [
      `so "quoted" <tagged> 'and' \\backslashed\\ %00 %n \${x}`,
      "Grüße, 你好, 🙂, \u202Eright to left",
      "sip:bob@office;tag=1 SIP/2.0 Content-Length: 0",
      "x".repeat(longest),
      "ü".repeat(longest / 2),
    ];
    for (const text of texts) {
      stack.type("alice", `message bob ${text}`);
      assert.equal(stack.next("bob", "messageReceived")["text"], text);
      stack.next("alice", "messageDelivered");
    }
  });

  it("what is too long or carries control characters is refused where it is typed", () => {
    const stack = office("refused");
    for (const text of [
      "x".repeat(longest + 1),
      "beep \u0007",
      "esc \u001b[2J",
      "c1 \u009b2J",
      "two\nlines",
    ]) {
      stack.ask("alice", `message bob ${text}`, "fault");
    }
    stack.run(5000);
    assert.deepEqual(stack.since("bob", "messageReceived"), []);
  });

  it("control characters that come all the same are shown harmlessly, as text and as JSON", () => {
    const text = '\u001b[2J\u0000\r\n{"event":"quit"}\u009b\u202e';
    const view: NoticeView = { event: "messageReceived", sentence: `eve: ${text}`, facts: { text } };
    for (const format of ["text", "json"] as const) {
      for (const line of render(view, format)) assert.ok(![...line].some(controls), JSON.stringify(line));
    }
  });

  it("to a name that nobody has", () => {
    const stack = office("nobody");
    stack.type("alice", "message nobody hello");
    const failed = stack.next("alice", "messageFailed");
    assert.equal(failed["sentence"], "nobody did not get your message: no phone of that name is there.");
  });

  for (const [when, silenceMs] of [
    ["a moment ago", 10],
    ["long ago", 30_000],
  ] as const) {
    it(`to a phone that was switched off ${when}`, () => {
      const stack = office(`off ${when}`);
      stack.lab.switchOff("bob");
      stack.run(silenceMs);
      stack.type("alice", "message bob hello");
      const { sentence } = stack.next("alice", "messageFailed", 45_000);
      assert.match(String(sentence), /^bob did not get your message: The phone of bob cannot be reached\./);
      stack.type("alice", "message carol hello");
      stack.next("carol", "messageReceived");
    });
  }

  it("arrives once where 20 % of datagrams are lost, for each of twenty", () => {
    const stack = office("lossy");
    const [alice, bob] = [stack.lab.addressOf("alice"), stack.lab.addressOf("bob")];
    stack.lab.network.setPathBetween(alice, bob, { lossRatio: 0.2 });
    const texts = Array.from({ length: 20 }, (_, i) => `number ${i}`);
    for (const text of texts) {
      stack.type("alice", `message bob ${text}`);
      stack.next("alice", "messageDelivered");
    }
    stack.run(40_000);
    assert.deepEqual(
      stack.since("bob", "messageReceived").map(({ text }) => text),
      texts,
    );
  });

  it("during a call, to the one who is talked with and to a third", () => {
    const stack = office("during a call");
    stack.talk("alice", "bob");
    stack.type("alice", "message bob look here");
    stack.type("alice", "message carol wait a moment");
    assert.equal(stack.next("bob", "messageReceived")["text"], "look here");
    assert.equal(stack.next("carol", "messageReceived")["text"], "wait a moment");
    assert.equal(stack.status("alice").call?.state, "talking");
  });
});

/** Whether a character is one of the controls (Cc) or turns the direction of a text. */
function controls(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point === 0x202e;
}
