/** What phones tell their persons, as the table expects it; Node-IDs are left out. */
export const said = {
  calling: "Calling bob.",
  rings: "It rings at bob's.",
  talk: "You talk with bob.",
  incoming: "alice is calling. Type: answer",
  talkThere: "You talk with alice.",
  hungUp: "You hung up on the call with bob.",
  hungUpThere: "You hung up on the call with alice.",
  bobHungUp: "bob hung up.",
  aliceHungUp: "alice hung up.",
  missed: "You missed a call from alice.",
  givenUp: "You stopped calling bob.",
  busy: "bob is busy.",
  declined: "bob declined the call.",
  declinedHere: "You declined the call from alice.",
  noAnswer: "bob does not answer.",
  unreachable: "bob's phone can't be reached.",
  lostBob: "The connection to bob was lost.",
  lostAlice: "The connection to alice was lost.",
  silentBob: "Nothing is heard from bob. The connection may come back.",
  silentAlice: "Nothing is heard from alice. The connection may come back.",
  heardBob: "bob is heard again.",
  heardAlice: "alice is heard again.",
} as const;

/** Dialling, ringing, talking: what both see of a call that comes about. */
export const talkAtAlice: readonly string[] = [said.calling, said.rings, said.talk];
export const talkAtBob: readonly string[] = [said.incoming, said.talkThere];
/** As the logs have it. */
export const out = (outcome: string): readonly string[] => [`outgoing: ${outcome}`];
export const inc = (outcome: string): readonly string[] => [`incoming: ${outcome}`];
