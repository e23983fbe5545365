import { inc, out, said, talkAtAlice, talkAtBob } from "./said.js";
import type { Scenario } from "./scenario.js";
import type { Stage } from "./stage.js";

const group = "changes in a call";
const heldHere = (name: string): string =>
  `The call with ${name} is on hold: you do not hear each other. Type: resume`;
const heldThere = (name: string): string => `${name} has put the call on hold.`;
const resumedHere = (name: string): string => `You talk with ${name} again.`;
const resumedThere = (name: string): string => `${name} has taken the call up again.`;
const logs = { alice: out("talked"), bob: inc("talked") };

/** They talk, something changes, alice hangs up. */
function talking(change: (stage: Stage) => void): (stage: Stage) => void {
  return (stage) => {
    stage.talk("alice", "bob");
    change(stage);
    stage.type("alice", "hangup");
    stage.run(3000);
  };
}

/** Lines that are typed one after the other, each of which has come to pass before the next. */
function typed(...lines: readonly (readonly [string, string])[]): (stage: Stage) => void {
  return talking((stage) => {
    for (const [name, line] of lines) {
      stage.type(name, line);
      stage.run(1500);
    }
  });
}

function scenario(
  title: string,
  play: Scenario["play"],
  [alice, bob]: readonly [readonly string[], readonly string[]],
): Scenario {
  const sees = {
    alice: [...talkAtAlice, ...alice, said.hungUp],
    bob: [...talkAtBob, ...bob, said.aliceHungUp],
  };
  return { group, title, play, expected: { sees, logs } };
}

const holds: readonly Scenario[] = [
  scenario("the caller holds, and takes the call up again", typed(["alice", "hold"], ["alice", "resume"]), [
    [heldHere("bob"), resumedHere("bob")],
    [heldThere("alice"), resumedThere("alice")],
  ]),
  scenario("the callee holds, and takes the call up again", typed(["bob", "hold"], ["bob", "resume"]), [
    [heldThere("bob"), resumedThere("bob")],
    [heldHere("alice"), resumedHere("alice")],
  ]),
  scenario(
    "both hold one after the other, and take the call up in the same order",
    typed(["alice", "hold"], ["bob", "hold"], ["alice", "resume"], ["bob", "resume"]),
    [
      [
        heldHere("bob"),
        heldThere("bob"),
        "You took the call up, but bob holds it, too.",
        resumedThere("bob"),
      ],
      [
        heldThere("alice"),
        heldHere("alice"),
        `${resumedThere("alice")} You still hold it. Type: resume`,
        resumedHere("alice"),
      ],
    ],
  ),
  scenario("on hold for two minutes, then taken up", holdLong(120_000), [
    [heldHere("bob"), resumedHere("bob")],
    [heldThere("alice"), resumedThere("alice")],
  ]),
  scenario("hung up while on hold", typed(["bob", "hold"]), [[heldThere("bob")], [heldHere("alice")]]),
];

function holdLong(milliseconds: number): Scenario["play"] {
  return talking((stage) => {
    stage.type("alice", "hold");
    stage.run(milliseconds);
    stage.type("alice", "resume");
    stage.run(3000);
  });
}

const glare: Scenario = {
  group,
  title: "both hold at the same instant",
  play: talking((stage) => {
    stage.type("alice", "hold");
    stage.type("bob", "hold");
    stage.run(10_000);
  }),
  expected: [
    {
      sees: {
        alice: [...talkAtAlice, heldHere("bob"), heldThere("bob"), said.hungUp],
        bob: [...talkAtBob, heldThere("alice"), heldHere("alice"), said.aliceHungUp],
      },
      logs,
    },
    {
      sees: {
        alice: [...talkAtAlice, heldThere("bob"), heldHere("bob"), said.hungUp],
        bob: [...talkAtBob, heldHere("alice"), heldThere("alice"), said.aliceHungUp],
      },
      logs,
    },
  ],
};

const recoded = (name: string, codec: string): string => `The call with ${name} uses ${codec} now.`;
const codecs: readonly Scenario[] = [
  scenario(
    "the caller changes the codec, and back",
    typed(["alice", "codec PCMA"], ["alice", "codec PCMU"]),
    [
      [recoded("bob", "PCMA"), recoded("bob", "PCMU")],
      [recoded("alice", "PCMA"), recoded("alice", "PCMU")],
    ],
  ),
  scenario("the callee changes the codec", typed(["bob", "codec PCMA"]), [
    [recoded("bob", "PCMA")],
    [recoded("alice", "PCMA")],
  ]),
];

const elsewhere = "192.0.2.200";
const isHere = `This phone is at ${elsewhere} now, and the call goes on.`;
const isThere = (name: string): string =>
  `The phone of ${name} is at ${elsewhere} now, and the call goes on.`;

function roaming(who: string, told: readonly [readonly string[], readonly string[]]): Scenario {
  const side = who === "alice" ? "caller" : "callee";
  return scenario(
    `the ${side} gets another address`,
    talking((stage) => {
      stage.lab.move(who, elsewhere);
      stage.run(10_000);
    }),
    told,
  );
}

/** Re-INVITEs: hold, another codec, another address. */
export const changes: readonly Scenario[] = [
  ...holds,
  glare,
  ...codecs,
  roaming("alice", [[isHere], [isThere("alice")]]),
  roaming("bob", [[isThere("bob")], [isHere]]),
];
