import assert from "node:assert/strict";
import { FullStack } from "../support/full-stack.js";
import { makeTone, shareOfTone } from "../support/tone.js";
import { seed } from "../support/seed.js";

/** What each speaks, Hz. */
const tones = { alice: 440, bob: 1000 } as const;

type World = "overlay" | "stock SIP";

/** Two in a call, in one of the two worlds; how each calls the other. */
interface TwoPhones {
  readonly stack: FullStack;
  readonly named: Readonly<Record<"alice" | "bob", string>>;
}

function talking(world: World, title: string): TwoPhones {
  const stack = new FullStack(`${world} ${title}`);
  for (const name of ["alice", "bob"] as const)
    stack.on([name], { microphone: makeTone(tones[name], -12, 100) });
  stack.next("alice", "registered");
  stack.next("bob", "registered");
  stack.run(8000);
  const uri = (name: string): string => `sip:${name}@${stack.lab.addressOf(name)}`;
  const named =
    world === "overlay" ? { alice: "alice", bob: "bob" } : { alice: uri("alice"), bob: uri("bob") };
  stack.talk("alice", "bob", named.bob);
  stack.run(3000);
  return { stack, named };
}

/** What a loudspeaker played in the last second of a call that goes on. */
function lastSecond(stack: FullStack, name: string): Int16Array {
  const recording = stack.lab.handsets.get(name)?.audio?.recordings.at(-1);
  const end = recording?.frames.at(-1)?.atSample ?? 0;
  return stack.heard(name).slice(Math.max(0, end - 8000), end);
}

/** Whether each hears the other's tone, and nothing else, in the last second; or silence. */
function assertHeard(stack: FullStack, what: "each other" | "nothing"): void {
  for (const [hearer, speaker] of [
    ["alice", "bob"],
    ["bob", "alice"],
  ] as const) {
    const share = shareOfTone(lastSecond(stack, hearer), tones[speaker]);
    if (what === "nothing") assert.equal(share, 0, `${hearer} hears something`);
    else assert.ok(share > 0.98, `${hearer} does not hear ${speaker}: ${share}`);
  }
}

for (const world of ["overlay", "stock SIP"] as const) {
  describe(`held and changed calls over ${world} (seed ${seed})`, () => {
    it("who holds hears nothing and is not heard; taken up, both are", () => {
      const { stack, named } = talking(world, "hold");
      stack.type("alice", "hold");
      assert.deepEqual(
        [stack.next("alice", "held", 1000)["by"], stack.next("bob", "held", 1000)["sentence"]],
        ["here", `${named.alice} has put the call on hold.`],
      );
      assert.equal(stack.status("alice").call?.held, "here");
      assert.equal(stack.status("bob").call?.held, "there");
      stack.run(2000);
      assertHeard(stack, "nothing");
      assert.equal(
        stack.ask("bob", "resume", "refused")["sentence"],
        `It is ${named.alice} who holds the call.`,
      );
      assert.match(String(stack.ask("alice", "hold", "refused")["sentence"]), /on hold already/);
      stack.type("alice", "resume");
      assert.equal(stack.next("alice", "resumed", 1000)["sentence"], `You talk with ${named.bob} again.`);
      assert.equal(
        stack.next("bob", "resumed", 1000)["sentence"],
        `${named.alice} has taken the call up again.`,
      );
      stack.run(3000);
      assertHeard(stack, "each other");
      assert.deepEqual([stack.since("alice", "silent"), stack.since("bob", "silent")], [[], []]);
    });

    it("held by both, it goes on when both have taken it up", () => {
      const { stack, named } = talking(world, "both hold");
      stack.type("alice", "hold");
      stack.next("bob", "held", 1000);
      stack.type("bob", "hold");
      stack.next("bob", "held", 1000);
      stack.run(500);
      assert.equal(stack.status("alice").call?.held, "both");
      stack.type("alice", "resume");
      assert.equal(
        stack.next("alice", "resumed", 1000)["sentence"],
        `You took the call up, but ${named.bob} holds it, too.`,
      );
      stack.run(1000);
      assert.equal(stack.status("alice").call?.held, "there");
      assert.equal(stack.status("bob").call?.held, "here");
      stack.type("bob", "resume");
      stack.next("alice", "resumed", 1000);
      assert.equal(stack.status("alice").call?.held, undefined);
      stack.run(3000);
      assertHeard(stack, "each other");
    });

    it("lasts for minutes on hold, and is hung up from there", () => {
      const { stack, named } = talking(world, "long hold");
      stack.type("alice", "hold");
      stack.next("bob", "held", 1000);
      stack.run(200_000);
      assert.equal(stack.status("alice").call?.state, "talking");
      stack.type("bob", "hangup");
      assert.equal(stack.next("alice", "ended", 1000)["sentence"], `${named.bob} hung up.`);
      assert.equal(stack.audioRuns("alice"), false);
    });

    it("goes on with the other codec, both ways", () => {
      const { stack, named } = talking(world, "codec");
      stack.type("bob", "codec PCMA");
      assert.equal(stack.next("bob", "recoded", 1000)["codec"], "PCMA");
      assert.equal(
        stack.next("alice", "recoded", 1000)["sentence"],
        `The call with ${named.bob} uses PCMA now.`,
      );
      stack.run(4000);
      assertHeard(stack, "each other");
      stack.type("alice", "dial 7");
      assert.equal(stack.next("bob", "digit", 2000)["digit"], "7");
    });

    it("what makes no sense without a call is refused in words", () => {
      const stack = new FullStack(`${world} no call`);
      stack.on(["alice"]);
      stack.next("alice", "registered");
      const answers = ["hold", "resume", "codec PCMA"].map(
        (line) => stack.ask("alice", line, "refused")["sentence"],
      );
      assert.deepEqual(answers, [
        "There is no call to hold.",
        "There is no call to take up again.",
        "There is no call to change the codec of.",
      ]);
    });

    for (const who of ["alice", "bob"] as const) {
      it(`follows ${who} to another address: he is heard, and hears, within a second`, () => {
        const { stack } = talking(world, `${who} roams`);
        const other = who === "alice" ? "bob" : "alice";
        stack.lab.move(who, "192.0.2.99");
        assert.equal(stack.next(who, "moved", 1000)["side"], "here");
        assert.equal(stack.next(other, "moved", 1000)["address"], "192.0.2.99");
        stack.run(4000);
        assertHeard(stack, "each other");
        for (const name of ["alice", "bob"]) assert.deepEqual(stack.since(name, "silent"), []);
        stack.type(other, "hangup");
        assert.equal(stack.next(who, "ended", 2000)["outcome"], "talked");
      });
    }

    for (const seconds of [5, 20]) {
      it(`outlasts a network that is gone for ${seconds} s`, () => {
        const { stack, named } = talking(world, `gone ${seconds}`);
        stack.lab.network.setUp(stack.lab.addressOf("bob"), false);
        assert.equal(
          stack.next("alice", "silent", 4000)["sentence"],
          `Nothing is heard from ${named.bob}. The connection may come back.`,
        );
        assert.equal(stack.status("alice").call?.silent, true);
        stack.run(1000 * seconds - 4000);
        stack.lab.network.setUp(stack.lab.addressOf("bob"), true);
        stack.next("alice", "heard", 5000);
        stack.next("bob", "heard", 5000);
        stack.run(40_000);
        assertHeard(stack, "each other");
        for (const name of ["alice", "bob"]) assert.deepEqual(stack.since(name, "ended"), []);
        stack.type("bob", "hangup");
        assert.equal(stack.next("alice", "ended", 3000)["sentence"], `${named.bob} hung up.`);
        stack.next("bob", "ended");
        stack.run(5000);
        stack.assertFree("alice", "bob");
      });
    }

    it("is over as lost on both sides when the network is gone for 60 s", () => {
      const { stack, named } = talking(world, "gone 60");
      stack.lab.network.setUp(stack.lab.addressOf("bob"), false);
      assert.equal(
        stack.next("alice", "ended", 35_000)["sentence"],
        `The connection to ${named.bob} was lost.`,
      );
      assert.equal(
        stack.next("bob", "ended", 5000)["sentence"],
        `The connection to ${named.alice} was lost.`,
      );
      stack.run(25_000);
      stack.lab.network.setUp(stack.lab.addressOf("bob"), true);
      stack.run(60_000);
      stack.assertFree("alice", "bob");
    });
  });
}
