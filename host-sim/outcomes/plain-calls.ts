import { inc, out, said, talkAtAlice, talkAtBob } from "./said.js";
import type { Scenario } from "./scenario.js";
import type { Stage } from "./stage.js";

/** alice calls, bob's phone rings. */
export function ring(stage: Stage): void {
  stage.type("alice", "call bob");
  stage.next("bob", "incoming");
  stage.next("alice", "ringing");
}

const group = "an ordinary call";
const isBusyTo = (name: string): string => `${name} called while you were busy.`;

const rows: readonly Scenario[] = [
  {
    group,
    title: "answered; the caller hangs up",
    play: (stage) => {
      stage.talk("alice", "bob");
      stage.type("alice", "hangup");
      stage.next("bob", "ended", 1000);
    },
    expected: {
      sees: { alice: [...talkAtAlice, said.hungUp], bob: [...talkAtBob, said.aliceHungUp] },
      logs: { alice: out("talked"), bob: inc("talked") },
    },
  },
  {
    group,
    title: "answered; the callee hangs up",
    play: (stage) => {
      stage.talk("alice", "bob");
      stage.type("bob", "hangup");
      stage.next("alice", "ended", 1000);
    },
    expected: {
      sees: { alice: [...talkAtAlice, said.bobHungUp], bob: [...talkAtBob, said.hungUpThere] },
      logs: { alice: out("talked"), bob: inc("talked") },
    },
  },
  {
    group,
    title: "both hang up at once",
    play: (stage) => {
      stage.talk("alice", "bob");
      stage.type("alice", "hangup");
      stage.type("bob", "hangup");
      stage.run(2000);
    },
    expected: {
      sees: { alice: [...talkAtAlice, said.hungUp], bob: [...talkAtBob, said.hungUpThere] },
      logs: { alice: out("talked"), bob: inc("talked") },
    },
  },
  {
    group,
    title: "the callee is in a call",
    play: (stage) => {
      stage.talk("carol", "bob");
      ringless(stage);
      stage.type("bob", "hangup");
      stage.next("carol", "ended", 1000);
    },
    expected: {
      sees: {
        alice: [said.calling, said.busy],
        bob: [
          "carol is calling. Type: answer",
          "You talk with carol.",
          isBusyTo("alice"),
          "You hung up on the call with carol.",
        ],
      },
      logs: { alice: out("busy"), bob: ["incoming: talked", "incoming: missed while busy"] },
    },
  },
  {
    group,
    title: "a second call comes in while the first rings",
    play: (stage) => {
      stage.type("carol", "call bob");
      stage.next("bob", "incoming");
      ringless(stage);
      stage.type("carol", "hangup");
      stage.next("bob", "ended", 1000);
    },
    expected: {
      sees: {
        alice: [said.calling, said.busy],
        bob: ["carol is calling. Type: answer", isBusyTo("alice"), "You missed a call from carol."],
      },
      logs: { alice: out("busy"), bob: ["incoming: missed", "incoming: missed while busy"] },
    },
  },
  {
    group,
    title: "the callee is dialling somebody else",
    play: (stage) => {
      stage.type("bob", "call carol");
      stage.next("bob", "ringing");
      ringless(stage);
      stage.type("bob", "hangup");
      stage.next("carol", "ended", 1000);
    },
    expected: {
      sees: {
        alice: [said.calling, said.busy],
        bob: ["Calling carol.", "It rings at carol's.", isBusyTo("alice"), "You stopped calling carol."],
      },
      logs: { alice: out("busy"), bob: ["outgoing: given up", "incoming: missed while busy"] },
    },
  },
  {
    group,
    title: "declined",
    play: (stage) => {
      ring(stage);
      stage.type("bob", "decline");
      stage.next("alice", "ended", 1000);
    },
    expected: {
      sees: { alice: [said.calling, said.rings, said.declined], bob: [said.incoming, said.declinedHere] },
      logs: { alice: out("declined"), bob: inc("declined here") },
    },
  },
  {
    group,
    title: "not now: the callee hangs up while it rings",
    play: (stage) => {
      ring(stage);
      stage.type("bob", "hangup");
      stage.next("alice", "ended", 1000);
    },
    expected: {
      sees: { alice: [said.calling, said.rings, said.declined], bob: [said.incoming, said.declinedHere] },
      logs: { alice: out("declined"), bob: inc("declined here") },
    },
  },
  {
    group,
    title: "nobody answers",
    play: (stage) => {
      ring(stage);
      stage.next("alice", "ended", 100_000);
      stage.run(2000);
    },
    expected: {
      sees: { alice: [said.calling, said.rings, said.noAnswer], bob: [said.incoming, said.missed] },
      logs: { alice: out("no answer"), bob: inc("missed") },
    },
  },
  {
    group,
    title: "nobody has that name",
    play: (stage) => {
      stage.type("alice", "call nobody");
      stage.next("alice", "ended", 10_000);
    },
    expected: {
      sees: { alice: ["Calling nobody.", "There is no phone of the name nobody."], bob: [] },
      logs: { alice: out("not found"), bob: [] },
    },
  },
];

/** alice calls bob, who is busy. */
function ringless(stage: Stage): void {
  stage.type("alice", "call bob");
  stage.next("alice", "ended", 1000);
}

/** Answered, refused, not taken: no network and no phone fails. */
export const plainCalls: readonly Scenario[] = [...rows];
