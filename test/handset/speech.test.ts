import assert from "node:assert/strict";
import { compareSpeech, type SpeechComparison } from "../../host-sim/audio/compare.js";
import { quietLan, type PathOptions } from "../../host-sim/virtual/path.js";
import type { PrintedEvent } from "../../host-sim/virtual/lab.js";
import { FullStack } from "../support/full-stack.js";
import { speechOf } from "../support/speech.js";
import { seed } from "../support/seed.js";

/** One side of a call: what it heard of the other, and what it counted. */
interface Side {
  readonly heard: SpeechComparison;
  readonly counted: PrintedEvent;
}

const talkMs = 12_000;

/** alice and bob talk, each with a speech of his own; what came of it at alice's, at bob's. */
function conversation(title: string, path: PathOptions): [Side, Side] {
  const stack = new FullStack(title, { path });
  stack.on(["alice"], { microphone: speechOf("alice") });
  stack.on(["bob"], { microphone: speechOf("bob") });
  stack.next("alice", "registered");
  stack.next("bob", "registered");
  stack.run(10_000);
  stack.talk("alice", "bob");
  stack.run(talkMs);
  stack.type("alice", "hangup");
  const side = (name: "alice" | "bob", other: "alice" | "bob"): Side => ({
    counted: stack.next(name, "ended"),
    heard: compareSpeech(speechOf(other), stack.heard(name)),
  });
  return [side("alice", "bob"), side("bob", "alice")];
}

function print(title: string, sides: readonly Side[]): void {
  for (const { heard, counted } of sides) {
    const lost = `${Number(counted["packetsLost"])} of ${Number(counted["packetsReceived"])} lost`;
    const concealed = `${Number(counted["framesConcealed"])} frames concealed`;
    console.log(`      ${title}: ${heard.snrDb.toFixed(1)} dB, ${lost}, ${concealed}`);
  }
}

describe(`speech through whole handsets (seed ${seed})`, () => {
  it("on a quiet LAN both hear all of it at 30 dB or better, and nothing is concealed", () => {
    const sides = conversation("quiet", quietLan);
    print("quiet LAN", sides);
    for (const { heard, counted } of sides) {
      assert.ok(heard.snrDb >= 30, `${heard.snrDb} dB`);
      assert.equal(heard.heardSamples, heard.speechSamples, "the whole speech was heard");
      assert.deepEqual([counted["packetsLost"], counted["framesConcealed"]], [0, 0]);
    }
  });

  it("with 5 % loss gaps are concealed, and the speech shows it", () => {
    const sides = conversation("lossy", { ...quietLan, lossRatio: 0.05 });
    print("5 % loss", sides);
    for (const { heard, counted } of sides) {
      assert.ok(Number(counted["packetsLost"]) > 0);
      assert.ok(Number(counted["framesConcealed"]) > 0);
      assert.ok(heard.snrDb < 30, `${heard.snrDb} dB`);
      assert.ok(heard.snrDb > 0, `${heard.snrDb} dB: what is concealed is no noise`);
    }
  });

  it("with jitter of 30 ms it is heard all the same", () => {
    const sides = conversation("jitter", { ...quietLan, delayMeanMs: 32, jitterMs: 30 });
    print("30 ms of jitter", sides);
    for (const { heard } of sides) assert.ok(heard.snrDb >= 30, `${heard.snrDb} dB`);
  });

  it("a muted microphone sends silence, a volume of 0 plays none", () => {
    const stack = new FullStack("mute");
    stack.on(["alice"], { microphone: speechOf("alice"), settings: { microphone: "0" } });
    stack.on(["bob"], { microphone: speechOf("bob") });
    stack.next("alice", "registered");
    stack.next("bob", "registered");
    stack.run(5000);
    stack.talk("alice", "bob");
    stack.run(4000);
    assert.ok(
      stack.heard("bob").every((sample) => Math.abs(sample) <= 8),
      "G.711 has no exact zero",
    );
    assert.ok(stack.heard("alice").some((sample) => Math.abs(sample) > 1000));
    stack.ask("alice", "set volume 0", "done");
    stack.run(2000);
    assert.ok(
      stack
        .heard("alice")
        .subarray(-8000)
        .every((sample) => sample === 0),
    );
  });
});
