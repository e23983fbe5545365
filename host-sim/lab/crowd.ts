import type { Prng } from "../virtual/prng.js";
import type { LabHandset } from "./call.js";
import type { DeathReport, RandomCall } from "./crowd-report.js";
import { awaitEvent, establishCall, hangUp } from "./scenario.js";
import { holdersOf, survey, type Holder, type Testimony } from "./survey.js";

/** Why a call is a proof that the overlay mends itself: chosen from what the phones themselves say. */
interface Chosen {
  readonly caller: Testimony;
  readonly callee: Testimony;
  readonly holders: readonly Holder[];
  readonly victim: Testimony;
}

const callsMade = 10;
/** Copies of a record the overlay keeps (protocol §4). */
const copies = 3;
const choosingMsMax = 60_000;
const choosingPauseMs = 1000;
const ringMsMax = 30_000;
const talkMs = 300;

/**
 * What only many phones show: most pairs have no link, for each phone is as small as a real one. Who calls whom and who
 * dies is drawn from the lab's seed.
 */
export class Crowd {
  readonly #handsets: readonly LabHandset[];
  readonly #prng: Prng;

  constructor(handsets: readonly LabHandset[], prng: Prng) {
    this.#handsets = handsets;
    this.#prng = prng;
  }

  /** Ten calls one after the other, each between two phones drawn at random; each is answered and hung up. */
  async callAtRandom(tell: (line: string) => void): Promise<RandomCall[]> {
    const prng = this.#prng.fork("calls");
    const calls: RandomCall[] = [];
    for (let i = 0; i < callsMade; i++) {
      const [caller, callee] = prng.shuffle(this.#handsets);
      if (caller === undefined || callee === undefined) throw new Error("a call takes two handsets");
      const [before] = await survey([caller]);
      for (const { process } of [caller, callee]) process.forget();
      const times = await establishCall(caller.process, callee.process);
      await new Promise((resolve) => setTimeout(resolve, talkMs));
      await hangUp(caller.process, callee.process);
      const [from, to] = [caller.planned.name, callee.planned.name];
      const wereLinked = before?.links.includes(to) === true;
      calls.push({ from, to, wereLinked, ...times });
      tell(
        `${from} calls ${to}${wereLinked ? "" : ", no link yet"}: rang after ${Math.round(times.dialToRingMs)} ms`,
      );
    }
    return calls;
  }

  /**
   * The phone that keeps a name nearest is killed, and at once somebody dials that name who has no link to the callee
   * and has not looked it up. Rejects when nothing rings.
   */
  async survive(tell: (line: string) => void): Promise<DeathReport> {
    const { caller, callee, holders, victim } = await this.#choose();
    for (const { handset } of [caller, callee]) handset.process.forget();
    victim.handset.process.kill();
    const killedAt = performance.now();
    caller.handset.process.type(`call ${callee.name}`);
    const dialledAfterMs = performance.now() - killedAt;
    tell(`${victim.name}, who keeps ${callee.name} nearest, is killed; ${caller.name} dials`);
    await awaitEvent(callee.handset.process, "incoming", ringMsMax);
    const ringing = await awaitEvent(caller.handset.process, "ringing", ringMsMax);
    const dialToRingMs = Number(ringing["sinceDialMs"]);
    tell(`rang after ${Math.round(dialToRingMs)} ms`);
    caller.handset.process.type("hangup");
    await awaitEvent(callee.handset.process, "ended", ringMsMax);
    return {
      callee: callee.name,
      caller: caller.name,
      holders,
      killed: victim.name,
      callerLinks: caller.links,
      callerIsLinkedToCallee: caller.links.includes(callee.name),
      calleeIsLinkedToCaller: callee.links.includes(caller.name),
      callerKeepsRecord: caller.keeps.some(({ name }) => name === callee.name),
      callerCalledBefore: caller.callsWith.includes(callee.name),
      dialledAfterMs: Math.round(10 * dialledAfterMs) / 10,
      rang: true,
      dialToRingMs,
    };
  }

  /** Asks until there is such a call: just after the calls before some records may be on their way. */
  async #choose(): Promise<Chosen> {
    for (const until = performance.now() + choosingMsMax; ;) {
      const chosen = choose(await survey(this.#handsets), this.#prng.fork("death"));
      if (chosen !== undefined) return chosen;
      if (performance.now() > until)
        throw new Error("no two phones are without link, call and record of each other");
      await new Promise((resolve) => setTimeout(resolve, choosingPauseMs));
    }
  }
}

/** Of all pairs that prove something, one at random; where there is one, the caller is linked to who will be killed. */
function choose(phones: readonly Testimony[], prng: Prng): Chosen | undefined {
  const proving: Chosen[] = [];
  for (const callee of phones) {
    const holders = holdersOf(callee.name, phones);
    if (holders.length > copies) continue;
    const near = holders.find(({ name }) => name !== callee.name);
    const victim = phones.find(({ name }) => name === near?.name);
    if (victim === undefined) continue;
    for (const caller of phones) {
      if (isStranger(caller, callee) && caller !== victim) proving.push({ caller, callee, holders, victim });
    }
  }
  const hard = proving.filter(({ caller, victim }) => caller.links.includes(victim.name));
  const candidates = hard.length > 0 ? hard : proving;
  return candidates.length === 0 ? undefined : prng.pick(candidates);
}

/** Neither linked, nor keeping the other's record, nor one that has called the other. */
function isStranger(caller: Testimony, callee: Testimony): boolean {
  return (
    caller !== callee &&
    !caller.links.includes(callee.name) &&
    !callee.links.includes(caller.name) &&
    !caller.keeps.some(({ name }) => name === callee.name) &&
    !caller.callsWith.includes(callee.name)
  );
}
