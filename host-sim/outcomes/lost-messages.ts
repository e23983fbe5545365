import { inc, out, said, talkAtAlice, talkAtBob } from "./said.js";
import type { Expected, Scenario } from "./scenario.js";
import type { Loss, Stage } from "./stage.js";

const group = "lost messages";

/** Which message is lost, and what its sender and receiver do meanwhile. */
interface Lost {
  readonly message: string;
  readonly of: Omit<Loss, "times">;
  readonly play: (stage: Stage) => void;
  readonly expected: Expected;
  /** Where losses in a row take so long that a person notices. */
  readonly noticed?: Expected;
  /** How many losses in a row; three where nothing is said. */
  readonly inARow?: number;
}

function whole(stage: Stage): void {
  stage.type("alice", "call bob");
  stage.next("bob", "incoming");
  stage.run(6000);
  stage.type("bob", "answer");
  stage.run(10_000);
  stage.type("alice", "hangup");
  stage.run(20_000);
}

function cancelled(stage: Stage): void {
  stage.type("alice", "call bob");
  stage.next("bob", "incoming");
  stage.run(1000);
  stage.type("alice", "hangup");
  stage.run(20_000);
}

function held(stage: Stage): void {
  stage.type("alice", "hold");
  stage.run(15_000);
  stage.type("alice", "hangup");
  stage.run(2000);
}

const talked: Expected = {
  sees: { alice: [...talkAtAlice, said.hungUp], bob: [...talkAtBob, said.aliceHungUp] },
  logs: { alice: out("talked"), bob: inc("talked") },
};
/** The callee talks, and hears nothing before his answer has arrived. */
const lateAnswer: Expected = {
  ...talked,
  sees: { ...talked.sees, bob: [...talkAtBob, said.silentAlice, said.heardAlice, said.aliceHungUp] },
};
const lateEnd: Expected = {
  ...talked,
  sees: { ...talked.sees, bob: [...talkAtBob, said.silentAlice, said.aliceHungUp] },
};
const givenUp: Expected = {
  sees: { alice: [said.calling, said.rings, said.givenUp], bob: [said.incoming, said.missed] },
  logs: { alice: out("given up"), bob: inc("missed") },
};
const onHold: Expected = {
  sees: {
    alice: [
      ...talkAtAlice,
      "The call with bob is on hold: you do not hear each other. Type: resume",
      said.hungUp,
    ],
    bob: [...talkAtBob, "alice has put the call on hold.", said.aliceHungUp],
  },
  logs: talked.logs,
};

const toBob = { from: "alice", to: "bob" } as const;
const toAlice = { from: "bob", to: "alice" } as const;
const answer = "SIP/2.0 ";

const messages: readonly Lost[] = [
  { message: "INVITE", of: { ...toBob, begins: "INVITE", method: "INVITE" }, play: whole, expected: talked },
  {
    message: "180",
    of: { ...toAlice, begins: `${answer}180`, method: "INVITE" },
    play: whole,
    expected: talked,
  },
  {
    message: "200 to INVITE",
    of: { ...toAlice, begins: `${answer}200`, method: "INVITE" },
    play: whole,
    expected: talked,
    noticed: lateAnswer,
  },
  { message: "ACK", of: { ...toBob, begins: "ACK", method: "ACK" }, play: whole, expected: talked },
  {
    message: "BYE",
    of: { ...toBob, begins: "BYE", method: "BYE" },
    play: whole,
    expected: talked,
    noticed: lateEnd,
  },
  {
    message: "200 to BYE",
    of: { ...toAlice, begins: `${answer}200`, method: "BYE" },
    play: whole,
    expected: talked,
  },
  {
    message: "CANCEL",
    of: { ...toBob, begins: "CANCEL", method: "CANCEL" },
    play: cancelled,
    expected: givenUp,
  },
  {
    message: "200 to CANCEL",
    of: { ...toAlice, begins: `${answer}200`, method: "CANCEL" },
    play: cancelled,
    expected: givenUp,
  },
  {
    message: "487",
    of: { ...toAlice, begins: `${answer}487`, method: "INVITE" },
    play: cancelled,
    expected: givenUp,
  },
  {
    message: "ACK to 487",
    of: { ...toBob, begins: "ACK", method: "ACK" },
    play: cancelled,
    expected: givenUp,
  },
  {
    message: "re-INVITE",
    of: { ...toBob, begins: "INVITE", method: "INVITE" },
    play: held,
    expected: onHold,
  },
  {
    message: "200 to re-INVITE",
    of: { ...toAlice, begins: `${answer}200`, method: "INVITE" },
    play: held,
    expected: onHold,
    // After three it comes just as a person is told of the silence, sometimes before and sometimes after.
    inARow: 2,
  },
];

const timesInWords = ["never", "once", "twice", "three times"];

/** Each message of a call lost once, and lost some times in a row. */
export const lostMessages: readonly Scenario[] = messages.flatMap((lost) =>
  [1, lost.inARow ?? 3].map((times) => scenarioOf(lost, times)),
);

function scenarioOf({ message, of, play, expected, noticed = expected }: Lost, times: number): Scenario {
  const isChange = message.includes("re-INVITE");
  return {
    group,
    title: `${message} is lost ${timesInWords[times] ?? `${times} times`}`,
    losses: times,
    expected: times === 1 ? expected : noticed,
    play: (stage) => {
      if (isChange) stage.talk("alice", "bob");
      stage.lose({ ...of, times });

      play(stage);
    },
  };
}
