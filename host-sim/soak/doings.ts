import { eventOf, type Actor, type Stage, type Steps } from "./stage.js";

/** Something that can be done: how often it is drawn among the others, and how it begins; false: not now. */
export interface Doing {
  readonly name: string;
  readonly weight: number;
  begin(stage: Stage): boolean;
}

const ringMsMax = 15_000;
const answerMsMax = 15_000;
const endMsMax = 45_000;
const unansweredMsMax = 110_000;
const registerMsMax = 90_000;
/** After so long everybody knows of everybody again. */
const settlingMs = 45_000;

/** All that is done in a soak. */
export const doings: readonly Doing[] = [
  forTwo("talked", 5, (stage, pair) => talked(stage, pair, pair[1].phone.name)),
  forTwo("talked over plain SIP", 2, (stage, pair) => talked(stage, pair, plainUri(pair[1]))),
  forTwo("held and resumed", 2, held),
  forTwo("cancelled while ringing", 2, cancelled),
  forTwo("cancelled at once", 1, cancelledAtOnce),
  forTwo("declined", 2, declined),
  forTwo("unanswered", 1, unanswered),
  { name: "busy", weight: 1, begin: beginBusy },
  forTwo("message", 5, message),
  forOne("nobody called", 1, false, nobody),
  forOne("switched off", 2, true, switchedOff),
  forOne("left and came back", 1, true, leftAndCameBack),
  forOne("without network", 1, false, withoutNetwork),
  withMortal("callee dies while ringing", 1, (stage, pair) => diesIn(stage, pair, "ringing")),
  withMortal("far end dies while talking", 1, (stage, pair) => diesIn(stage, pair, "talking")),
  forTwo("network gone in a call", 1, networkGone),
  withMortal("the dead called", 1, deadCalled),
];

type Pair = readonly [from: Actor, to: Actor];

function forTwo(name: string, weight: number, steps: (stage: Stage, pair: Pair) => Steps): Doing {
  const begin = (stage: Stage): boolean => {
    const from = stage.free();
    const to = from && stage.free(false, [from]);
    if (from === undefined || to === undefined) return false;
    stage.begin(name, [from, to], steps(stage, [from, to]));
    return true;
  };
  return { name, weight, begin };
}

/** As for two, where the second may be switched off. */
function withMortal(name: string, weight: number, steps: (stage: Stage, pair: Pair) => Steps): Doing {
  const begin = (stage: Stage): boolean => {
    const to = stage.free(true);
    const from = to && stage.free(false, [to]);
    if (from === undefined || to === undefined) return false;
    stage.begin(name, [from, to], steps(stage, [from, to]));
    return true;
  };
  return { name, weight, begin };
}

function forOne(
  name: string,
  weight: number,
  isMortal: boolean,
  steps: (stage: Stage, actor: Actor) => Steps,
): Doing {
  const begin = (stage: Stage): boolean => {
    const actor = stage.free(isMortal);
    if (actor === undefined) return false;
    stage.begin(name, [actor], steps(stage, actor));
    return true;
  };
  return { name, weight, begin };
}

// Calls -----------------------------------------------------------------------------------------------------------

/** `from` calls and `to` rings; false where it does not. `whom`: as `from` types it. */
function* rings(
  stage: Stage,
  [from, to]: Pair,
  whom: string = to.phone.name,
): Generator<number, boolean, void> {
  from.phone.type(`call ${whom}`);
  if (yield* stage.seen(to, "incoming", ringMsMax)) return true;
  stage.complain(from, `${to.phone.name} did not ring within ${ringMsMax / 1000} s`);
  from.phone.type("hangup");
  return false;
}

/** Both talk; false where they do not. */
function* talk(stage: Stage, pair: Pair, whom?: string): Generator<number, boolean, void> {
  if (!(yield* rings(stage, pair, whom))) return false;
  yield stage.prng.between(300, 4000);
  pair[1].phone.type("answer");
  for (const actor of pair) if (!(yield* stage.expected(actor, "talking", answerMsMax))) return false;
  return true;
}

/** The call is over at both ends. */
function* over(stage: Stage, pair: Pair): Steps {
  for (const actor of pair) {
    yield* stage.expected(actor, "ended", endMsMax);
    const talkedMs = eventOf(actor.phone, "ended")?.["talkedMs"];
    stage.talkMs += typeof talkedMs === "number" ? talkedMs : 0;
  }
}

function* talked(stage: Stage, pair: Pair, whom: string): Steps {
  if (!(yield* talk(stage, pair, whom))) return;
  const { prng } = stage;
  if (prng.chance(0.3)) prng.pick(pair).phone.type(`dial ${prng.below(1000)}#`);
  yield prng.between(...talkMs);
  prng.pick(pair).phone.type("hangup");
  yield* over(stage, pair);
}

/** A phone as a stock SIP phone is called: by its address, without the overlay. */
function plainUri({ phone }: Actor): string {
  return `sip:${phone.name}@${phone.address}`;
}

/** One of the two puts the call on hold, and takes it up again. */
function* held(stage: Stage, pair: Pair): Steps {
  if (!(yield* talk(stage, pair))) return;
  const holder = stage.prng.pick(pair);
  yield 1000;
  holder.phone.type("hold");
  yield* stage.expected(holder, "held", answerMsMax);
  yield stage.prng.between(1000, 10_000);
  holder.phone.type("resume");
  yield* stage.expected(holder, "resumed", answerMsMax);
  yield 1000;
  stage.prng.pick(pair).phone.type("hangup");
  yield* over(stage, pair);
}

/** Of each call that is answered: what a day of virtual time can afford. */
const talkMs: readonly [number, number] = [3000, 8000];

function* cancelled(stage: Stage, pair: Pair): Steps {
  if (!(yield* rings(stage, pair))) return;
  yield stage.prng.between(100, 8000);
  pair[0].phone.type("hangup");
  yield* over(stage, pair);
}

/** Before the other rings: with luck it never hears of it. */
function* cancelledAtOnce(stage: Stage, [from, to]: Pair): Steps {
  from.phone.type(`call ${to.phone.name}`);
  yield stage.prng.between(0, 30);
  from.phone.type("hangup");
  yield* stage.expected(from, "ended", endMsMax);
  yield 2000;
  if (eventOf(to.phone, "incoming") !== undefined) yield* stage.expected(to, "ended", endMsMax);
}

function* declined(stage: Stage, pair: Pair): Steps {
  if (!(yield* rings(stage, pair))) return;
  yield stage.prng.between(300, 4000);
  pair[1].phone.type("decline");
  yield* over(stage, pair);
}

function* unanswered(stage: Stage, pair: Pair): Steps {
  if (!(yield* rings(stage, pair))) return;
  for (const actor of pair) yield* stage.expected(actor, "ended", unansweredMsMax);
}

function beginBusy(stage: Stage): boolean {
  const from = stage.free();
  const to = from && stage.free(false, [from]);
  const third = from && to && stage.free(false, [from, to]);
  if (from === undefined || to === undefined || third === undefined) return false;
  stage.begin("busy", [from, to, third], busy(stage, [from, to], third));
  return true;
}

function* busy(stage: Stage, pair: Pair, third: Actor): Steps {
  if (!(yield* talk(stage, pair))) return;
  third.phone.type(`call ${pair[1].phone.name}`);
  yield* stage.expected(third, "ended", endMsMax);
  pair[0].phone.type("hangup");
  yield* over(stage, pair);
}

function* message(stage: Stage, [from, to]: Pair): Steps {
  from.phone.type(`message ${to.phone.name} ${"word ".repeat(stage.prng.between(1, 60))}`);
  yield* stage.expected(from, "messageDelivered", endMsMax);
}

function* nobody(stage: Stage, actor: Actor): Steps {
  actor.phone.type(`call nobody${stage.prng.below(1000)}`);
  yield* stage.expected(actor, "ended", endMsMax);
}

// Deaths and networks ---------------------------------------------------------------------------------------------

/** A phone is switched off, and on again with its state: the first one, once in a soak. */
export const restarted: (stage: Stage, actor: Actor) => Steps = switchedOff;

/** A phone that is off comes on again, and is somebody's to call once all have settled. */
function* back(stage: Stage, actor: Actor): Steps {
  yield stage.prng.between(2000, 180_000);
  actor.phone.switchOn();
  yield* stage.expected(actor, "registered", registerMsMax);
  yield settlingMs;
}

function* switchedOff(stage: Stage, actor: Actor): Steps {
  actor.phone.switchOff();
  yield* back(stage, actor);
}

function* leftAndCameBack(stage: Stage, actor: Actor): Steps {
  actor.phone.type("quit");
  yield 5000;
  if (actor.phone.isOn) stage.complain(actor, "it has not left 5 s after quit");
  else yield* back(stage, actor);
}

function* withoutNetwork(stage: Stage, actor: Actor): Steps {
  const { network } = stage.lab;
  network.setUp(actor.phone.address, false);
  yield stage.prng.between(2000, 60_000);
  network.setUp(actor.phone.address, true);
  yield 2 * settlingMs;
}

function* diesIn(stage: Stage, pair: Pair, stageOfCall: "ringing" | "talking"): Steps {
  const began = stageOfCall === "ringing" ? yield* rings(stage, pair) : yield* talk(stage, pair);
  yield stage.prng.between(500, 3000);
  pair[1].phone.switchOff();
  if (began) yield* stage.expected(pair[0], "ended", unansweredMsMax);
  yield* back(stage, pair[1]);
}

/** Shorter ones the call outlives; after longer ones both know that it is over. */
function* networkGone(stage: Stage, pair: Pair): Steps {
  if (!(yield* talk(stage, pair))) return;
  yield 1000;
  const [from, to] = pair;
  const { network } = stage.lab;
  network.setUp(to.phone.address, false);
  yield stage.prng.between(1000, 20_000);
  network.setUp(to.phone.address, true);
  yield 2000;
  for (const { phone } of [from, to]) if (eventOf(phone, "ended") === undefined) phone.type("hangup");
  yield* over(stage, pair);
  yield settlingMs;
}

function* deadCalled(stage: Stage, [from, to]: Pair): Steps {
  to.phone.switchOff();
  yield stage.prng.between(0, 30_000);
  from.phone.type(`call ${to.phone.name}`);
  yield* stage.expected(from, "ended", unansweredMsMax);
  from.phone.type(`message ${to.phone.name} are you there`);
  yield* stage.expected(from, "messageFailed", unansweredMsMax);
  yield* back(stage, to);
}
