import { inc, out, said, talkAtAlice, talkAtBob } from "./said.js";
import { ring } from "./plain-calls.js";
import type { Expected, Scenario } from "./scenario.js";

const group = "given up, and crossing";

/** One who dials and hangs up after so many ms; a datagram takes 0.5 to 3.5 ms. */
function givesUpAfter(milliseconds: number, what: string, expected: Scenario["expected"]): Scenario {
  return {
    group,
    title: `the caller gives up ${what}`,
    play: (stage) => {
      stage.type("alice", "call bob");
      stage.run(milliseconds);
      stage.type("alice", "hangup");
      stage.run(2000);
    },
    expected,
  };
}

const unheard = {
  sees: { alice: [said.calling, said.givenUp], bob: [] },
  logs: { alice: out("given up"), bob: [] },
};
const unseen = {
  sees: { alice: [said.calling, said.givenUp], bob: [said.incoming, said.missed] },
  logs: { alice: out("given up"), bob: inc("missed") },
};
const givenUp = {
  sees: { alice: [said.calling, said.rings, said.givenUp], bob: [said.incoming, said.missed] },
  logs: { alice: out("given up"), bob: inc("missed") },
};

/** Both are busy; or who was refused first is free again when the other's call comes, and that one rings. */
const crossing: readonly Expected[] = [
  {
    sees: {
      alice: [said.calling, "bob called while you were busy.", said.busy],
      bob: ["Calling alice.", "alice called while you were busy.", "alice is busy."],
    },
    logs: {
      alice: ["outgoing: busy", "incoming: missed while busy"],
      bob: ["outgoing: busy", "incoming: missed while busy"],
    },
  },
  {
    sees: {
      alice: [said.calling, "bob called while you were busy.", said.rings, said.givenUp],
      bob: ["Calling alice.", "alice is busy.", said.incoming, said.missed],
    },
    logs: {
      alice: ["outgoing: given up", "incoming: missed while busy"],
      bob: ["incoming: missed", "outgoing: busy"],
    },
  },
  {
    sees: {
      alice: [said.calling, said.busy, "bob is calling. Type: answer", "You missed a call from bob."],
      bob: [
        "Calling alice.",
        "alice called while you were busy.",
        "It rings at alice's.",
        "You stopped calling alice.",
      ],
    },
    logs: {
      alice: ["incoming: missed", "outgoing: busy"],
      bob: ["outgoing: given up", "incoming: missed while busy"],
    },
  },
];

const rows: readonly Scenario[] = [
  givesUpAfter(0, "before the lookup ends", [unheard, unseen]),
  givesUpAfter(1, "before the INVITE arrives", [unseen, unheard]),
  givesUpAfter(5000, "while it rings", givenUp),
  {
    group,
    title: "the caller gives up at the moment the callee answers",
    play: (stage) => {
      ring(stage);
      stage.type("alice", "hangup");
      stage.type("bob", "answer");
      stage.run(2000);
    },
    // He did answer, and she was gone.
    expected: {
      sees: {
        alice: [said.calling, said.rings, said.givenUp],
        bob: [...talkAtBob, said.aliceHungUp],
      },
      logs: { alice: out("given up"), bob: inc("talked") },
    },
  },
  {
    group,
    title: "the callee declines at the moment the caller gives up",
    play: (stage) => {
      ring(stage);
      stage.type("alice", "hangup");
      stage.type("bob", "decline");
      stage.run(2000);
    },
    expected: {
      sees: { alice: [said.calling, said.rings, said.givenUp], bob: [said.incoming, said.declinedHere] },
      logs: { alice: out("given up"), bob: inc("declined here") },
    },
  },
  {
    group,
    title: "both call each other at the same instant",
    play: (stage) => {
      stage.type("alice", "call bob");
      stage.type("bob", "call alice");
      stage.run(2000);
      for (const name of ["alice", "bob"]) if (stage.state(name) === "ringing") stage.type(name, "hangup");
      stage.run(2000);
    },
    expected: crossing,
  },
  {
    group,
    title: "the caller calls again at once after giving up",
    play: (stage) => {
      ring(stage);
      stage.type("alice", "hangup");
      stage.type("alice", "call bob");
      stage.next("bob", "incoming", 5000);
      stage.type("bob", "answer");
      stage.next("alice", "talking", 5000);
      stage.run(1000);
      stage.type("alice", "hangup");
      stage.run(1000);
    },
    expected: {
      sees: {
        alice: [said.calling, said.rings, said.givenUp, ...talkAtAlice, said.hungUp],
        bob: [said.incoming, said.missed, ...talkAtBob, said.aliceHungUp],
      },
      logs: {
        alice: ["outgoing: talked", "outgoing: given up"],
        bob: ["incoming: talked", "incoming: missed"],
      },
    },
  },
];

/** CANCEL at each stage, and what meets half-way. */
export const givenUpCalls: readonly Scenario[] = [...rows];
