import { inc, out, said, talkAtAlice, talkAtBob } from "./said.js";
import { ring } from "./plain-calls.js";
import type { Expected, Scenario } from "./scenario.js";

const group = "phones and networks that fail";
/** The death of a phone is noticed within so long, ringing or talking. */
const noticedMs = 45_000;

const phones: readonly Scenario[] = [
  {
    group,
    title: "the callee was switched off before",
    play: (stage) => {
      stage.off("bob");
      stage.run(30_000);
      stage.type("alice", "call bob");
      stage.next("alice", "ended", noticedMs);
    },
    expected: { sees: { alice: [said.calling, said.unreachable] }, logs: { alice: out("unreachable") } },
    after: ["alice", "carol"],
  },
  {
    group,
    title: "the callee dies as it is dialled",
    play: (stage) => {
      stage.type("alice", "call bob");
      stage.run(0.4);
      stage.off("bob");
      stage.next("alice", "ended", noticedMs);
    },
    expected: { sees: { alice: [said.calling, said.unreachable] }, logs: { alice: out("unreachable") } },
    after: ["alice", "carol"],
  },
  {
    group,
    title: "the callee dies while it rings",
    play: (stage) => {
      ring(stage);
      stage.off("bob");
      stage.next("alice", "ended", noticedMs);
    },
    expected: {
      sees: { alice: [said.calling, said.rings, said.unreachable] },
      logs: { alice: out("unreachable") },
    },
    after: ["alice", "carol"],
  },
  {
    group,
    title: "the callee dies while they talk",
    play: (stage) => {
      stage.talk("alice", "bob");
      stage.off("bob");
      stage.next("alice", "ended", noticedMs);
    },
    expected: {
      sees: { alice: [...talkAtAlice, said.silentBob, said.lostBob] },
      logs: { alice: out("talked") },
    },
    after: ["alice", "carol"],
  },
  {
    group,
    title: "the caller dies while it rings",
    play: (stage) => {
      ring(stage);
      stage.off("alice");
      stage.next("bob", "ended", noticedMs);
    },
    expected: { sees: { bob: [said.incoming, said.missed] }, logs: { bob: inc("missed") } },
    after: ["bob", "carol"],
  },
  {
    group,
    title: "the caller dies while they talk",
    play: (stage) => {
      stage.talk("alice", "bob");
      stage.off("alice");
      stage.next("bob", "ended", noticedMs);
    },
    expected: {
      sees: { bob: [...talkAtBob, said.silentAlice, said.lostAlice] },
      logs: { bob: inc("talked") },
    },
    after: ["bob", "carol"],
  },
  {
    group,
    title: "the callee leaves with `quit` while they talk",
    play: (stage) => {
      stage.talk("alice", "bob");
      stage.type("bob", "quit");
      stage.next("alice", "ended", 2000);
      stage.run(10_000);
    },
    expected: { sees: { alice: [...talkAtAlice, said.bobHungUp] }, logs: { alice: out("talked") } },
    after: ["alice", "carol"],
  },
  {
    group,
    title: "the callee is switched off and on again while they talk",
    play: (stage) => {
      stage.talk("alice", "bob");
      stage.off("bob");
      stage.run(2000);
      stage.restart("bob");
      stage.next("alice", "ended", noticedMs);
      stage.next("bob", "registered");
      stage.run(5000);
    },
    expected: { sees: { alice: [...talkAtAlice, said.lostBob] }, logs: { alice: out("talked") } },
  },
];

/** The network of the callee is gone so long, ringing or talking. */
function gone(seconds: number, whileTalking: boolean, expected: Expected | readonly Expected[]): Scenario {
  return {
    group,
    title: `the network is gone for ${seconds} s ${whileTalking ? "while they talk" : "while it rings"}`,
    play: (stage) => {
      if (whileTalking) stage.talk("alice", "bob");
      else ring(stage);
      stage.cut(["bob"], 1000 * seconds);
      stage.run(40_000);
      if (!whileTalking && stage.state("bob") === "incoming" && stage.state("alice") === "ringing") {
        stage.type("bob", "answer");
        stage.run(3000);
      }
      if (stage.state("alice") === "talking") stage.type("alice", "hangup");
      stage.run(20_000);
    },
    expected,
  };
}

const ringsOn: Expected = {
  sees: { alice: [...talkAtAlice, said.hungUp], bob: [...talkAtBob, said.aliceHungUp] },
  logs: { alice: out("talked"), bob: inc("talked") },
};
const ringingEnds: Expected = {
  sees: { alice: [said.calling, said.rings, said.unreachable], bob: [said.incoming, said.missed] },
  logs: { alice: out("unreachable"), bob: inc("missed") },
};
const talksOn: Expected = {
  sees: {
    alice: [...talkAtAlice, said.silentBob, said.heardBob, said.hungUp],
    bob: [...talkAtBob, said.silentAlice, said.heardAlice, said.aliceHungUp],
  },
  logs: ringsOn.logs,
};
const talkEnds: Expected = {
  sees: {
    alice: [...talkAtAlice, said.silentBob, said.lostBob],
    bob: [...talkAtBob, said.silentAlice, said.lostAlice],
  },
  logs: ringsOn.logs,
};

export const lostPhones: readonly Scenario[] = [
  ...phones,
  gone(5, false, ringsOn),
  gone(20, false, ringingEnds),
  gone(60, false, ringingEnds),
  gone(5, true, talksOn),
  gone(20, true, talksOn),
  gone(60, true, talkEnds),
];
