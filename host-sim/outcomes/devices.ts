import { openAdmission } from "../../firmware/identity/admission.js";
import { issueOpenCredential } from "../../firmware/identity/credential.js";
import { encodeKeyRing, makeKeyRing } from "../../firmware/identity/key-ring.js";
import { makeOpenIdentity } from "../../firmware/identity/node-identity.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { nodeIdWorkBits } from "../../firmware/core/limits.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import type { VirtualStart } from "../virtual/lab.js";
import { VirtualStorage } from "../virtual/storage.js";
import { inc, out, said, talkAtAlice, talkAtBob } from "./said.js";
import type { Expected, Scenario } from "./scenario.js";
import type { Stage } from "./stage.js";

const group = "one name, several phones";
const devices = ["bob-1", "bob-2", "bob-3"] as const;
const settings = { name: "bob" };
const keySeed = new Uint8Array(32).fill(0xb0);
const hashesAtOnce = 4096;

/** Three phones of one person: one key, a Node-ID for each. */
function threeDevices(): Record<string, VirtualStart> {
  const crypto = new SodiumCrypto();
  const overlayId = overlayIdOf(crypto, "virtual-lab");
  const work = makeOpenIdentity(crypto, overlayId, keySeed, nodeIdWorkBits);
  const starts: Record<string, VirtualStart> = { alice: {}, carol: {} };
  for (const name of devices) {
    let identity = work.advance(hashesAtOnce);
    while (identity === undefined) identity = work.advance(hashesAtOnce);
    const credential = issueOpenCredential(crypto, overlayId, "bob", identity);
    const keyRing = makeKeyRing(crypto, openAdmission(overlayId, nodeIdWorkBits), keySeed, credential);
    if (!keyRing.ok) throw new Error(`no key ring: ${keyRing.error.kind}`);
    const storage = new VirtualStorage();
    storage.set("key-ring", encodeKeyRing(keyRing.value));
    starts[name] = { settings, storage };
  }
  return starts;
}

/** alice calls bob, all three phones ring. */
function ringAll(stage: Stage): void {
  stage.type("alice", "call bob");
  for (const device of devices) stage.next(device, "incoming", 5000);
  stage.next("alice", "ringing", 5000);
}

const elsewhere = "The call from alice was answered elsewhere.";
const missed = [said.incoming, said.missed];

function scenario(title: string, play: (stage: Stage) => void, expected: Expected): Scenario {
  return { group, title, phones: threeDevices, play, expected, after: ["alice", "carol"] };
}

const forks: readonly Scenario[] = [
  scenario(
    "three phones of one person ring; one answers, the others are told",
    (stage) => {
      ringAll(stage);
      stage.type("bob-2", "answer");
      stage.next("alice", "talking", 1000);
      stage.run(3000);
      stage.type("alice", "hangup");
      stage.run(2000);
    },
    {
      sees: {
        alice: [...talkAtAlice, said.hungUp],
        "bob-1": [said.incoming, elsewhere],
        "bob-2": [...talkAtBob, said.aliceHungUp],
        "bob-3": [said.incoming, elsewhere],
      },
      logs: { alice: out("talked"), "bob-1": inc("answered elsewhere"), "bob-2": inc("talked") },
    },
  ),
  scenario(
    "two of three answer at the same instant: one has the call",
    (stage) => {
      ringAll(stage);
      stage.type("bob-1", "answer");
      stage.type("bob-2", "answer");
      stage.run(3000);
      stage.type("alice", "hangup");
      stage.run(2000);
    },
    {
      sees: { alice: [...talkAtAlice, said.hungUp], "bob-3": [said.incoming, elsewhere] },
      logs: { alice: out("talked"), "bob-3": inc("answered elsewhere") },
    },
  ),
  scenario(
    "one of three declines: the person has declined",
    (stage) => {
      ringAll(stage);
      stage.type("bob-3", "decline");
      stage.run(2000);
    },
    {
      sees: {
        alice: [said.calling, said.rings, said.declined],
        "bob-1": [said.incoming, "The call from alice was declined elsewhere."],
        "bob-3": [said.incoming, said.declinedHere],
      },
      logs: { alice: out("declined"), "bob-3": inc("declined here") },
    },
  ),
  scenario(
    "one of three is busy: the others ring, one answers",
    (stage) => {
      stage.type("bob-1", "call carol");
      stage.next("carol", "incoming");
      stage.type("carol", "answer");
      stage.next("bob-1", "talking");
      stage.type("alice", "call bob");
      for (const device of ["bob-2", "bob-3"]) stage.next(device, "incoming", 5000);
      stage.type("bob-2", "answer");
      stage.next("alice", "talking", 1000);
      stage.run(1000);
      stage.type("alice", "hangup");
      stage.type("carol", "hangup");
      stage.run(2000);
    },
    {
      sees: {
        alice: [...talkAtAlice, said.hungUp],
        "bob-2": [...talkAtBob, said.aliceHungUp],
        "bob-3": [said.incoming, elsewhere],
      },
      logs: { alice: out("talked"), "bob-2": inc("talked"), "bob-3": inc("answered elsewhere") },
    },
  ),
  scenario(
    "one of three is switched off: the others ring, one answers",
    (stage) => {
      stage.off("bob-1");
      stage.run(20_000);
      stage.type("alice", "call bob");
      for (const device of ["bob-2", "bob-3"]) stage.next(device, "incoming", 5000);
      stage.type("bob-3", "answer");
      stage.next("alice", "talking", 1000);
      stage.run(1000);
      stage.type("alice", "hangup");
      stage.run(20_000);
    },
    {
      sees: {
        alice: [...talkAtAlice, said.hungUp],
        "bob-2": [said.incoming, elsewhere],
        "bob-3": [...talkAtBob, said.aliceHungUp],
      },
      logs: { alice: out("talked"), "bob-2": inc("answered elsewhere"), "bob-3": inc("talked") },
    },
  ),
  scenario(
    "the caller gives up while three phones ring",
    (stage) => {
      ringAll(stage);
      stage.type("alice", "hangup");
      stage.run(2000);
    },
    {
      sees: {
        alice: [said.calling, said.rings, said.givenUp],
        "bob-1": missed,
        "bob-2": missed,
        "bob-3": missed,
      },
      logs: { alice: out("given up"), "bob-1": inc("missed") },
    },
  ),
];

const contested: Scenario = {
  group,
  title: "two people have the name: the caller is asked, and only the chosen phone rings",
  phones: () => ({ alice: {}, carol: {}, "bob-1": { settings }, "bob-2": { settings } }),
  play: (stage) => {
    stage.type("alice", "call bob");
    const { claims } = stage.next("alice", "contested") as unknown as {
      claims: readonly { nodeId: string }[];
    };
    const meant = String(stage.ask("bob-2", "show", "identity")["nodeId"]);
    stage.type("alice", `choose ${1 + claims.findIndex(({ nodeId }) => nodeId === meant)}`);
    stage.next("bob-2", "incoming");
    stage.type("bob-2", "answer");
    stage.next("alice", "talking");
    stage.run(1000);
    stage.type("alice", "hangup");
    stage.run(2000);
  },
  expected: {
    sees: {
      alice: [
        said.calling,
        "2 phones go by the name bob. Which one? Type: choose <number>",
        ...talkAtAlice,
        said.hungUp,
      ],
      "bob-1": [],
      "bob-2": [...talkAtBob, said.aliceHungUp],
    },
    logs: { alice: out("talked"), "bob-1": [], "bob-2": inc("talked") },
  },
  after: ["alice", "carol"],
};

/** One INVITE for each device of a person; and a name that two persons have. */
export const severalPhones: readonly Scenario[] = [...forks, contested];
