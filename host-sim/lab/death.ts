import type { Prng } from "../virtual/prng.js";
import type { DeathReport } from "./crowd-report.js";
import type { HandsetProcess } from "./handset-process.js";
import { awaitEvent } from "./scenario.js";
import { holdersOf, survey, surveyPhones } from "./survey.js";
import type { Holder, PhoneTestimony, Testimony } from "./survey.js";

/** Who is there. */
export interface Mortals {
  readonly phones: readonly HandsetProcess[];
  readonly hostPeers: readonly HandsetProcess[];
}

/** Why a call is a proof that the overlay mends itself: chosen from what the nodes themselves say. */
interface Chosen {
  readonly caller: PhoneTestimony;
  readonly callee: PhoneTestimony;
  readonly holders: readonly Holder[];
  readonly victim: Testimony;
}

/** Copies of a record the overlay keeps (protocol §4). */
const copies = 3;
const choosingMsMax = 60_000;
const choosingPauseMs = 1000;
const ringMsMax = 30_000;

/**
 * The host peer that keeps a name nearest, or the phone where there are none, is killed, and at once somebody dials
 * that name who has no link to the callee and has not looked it up. Rejects when nothing rings.
 */
export async function surviveDeath(
  mortals: Mortals,
  prng: Prng,
  tell: (line: string) => void,
): Promise<DeathReport> {
  const { caller, callee, holders, victim } = await chooseAmong(mortals, prng);
  for (const { process } of [caller, callee]) process.forget();
  victim.process.kill();
  const killedAt = performance.now();
  caller.process.type(`call ${callee.name}`);
  const dialledAfterMs = performance.now() - killedAt;
  tell(`${victim.name}, who keeps ${callee.name} nearest, is killed; ${caller.name} dials`);
  await awaitEvent(callee.process, "incoming", ringMsMax);
  const ringing = await awaitEvent(caller.process, "ringing", ringMsMax);
  const dialToRingMs = Number(ringing["sinceDialMs"]);
  tell(`rang after ${Math.round(dialToRingMs)} ms`);
  caller.process.type("hangup");
  await awaitEvent(callee.process, "ended", ringMsMax);
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
async function chooseAmong({ phones, hostPeers }: Mortals, prng: Prng): Promise<Chosen> {
  for (const until = performance.now() + choosingMsMax; ;) {
    const chosen = choose(await surveyPhones(phones), await survey(hostPeers), prng.fork("death"));
    if (chosen !== undefined) return chosen;
    if (performance.now() > until)
      throw new Error("no two phones are without link, call and record of each other");
    await new Promise((resolve) => setTimeout(resolve, choosingPauseMs));
  }
}

/** Of all pairs that prove something, one at random; where there is one, the caller is linked to who will be killed. */
function choose(
  phones: readonly PhoneTestimony[],
  hostPeers: readonly Testimony[],
  prng: Prng,
): Chosen | undefined {
  const nodes = [...phones, ...hostPeers];
  // Phones are clients of host peers, who may have lent them copies: they are not who dies.
  const mortals: readonly Testimony[] = hostPeers.length > 0 ? hostPeers : phones;
  const proving: Chosen[] = [];
  for (const callee of phones) {
    const holders = holdersOf(callee.name, nodes);
    if (holders.length > copies) continue;
    const isMortal = (name: string): boolean => mortals.some((mortal) => mortal.name === name);
    const near = holders.find(({ name }) => name !== callee.name && isMortal(name));
    const victim = mortals.find(({ name }) => name === near?.name);
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
function isStranger(caller: PhoneTestimony, callee: Testimony): boolean {
  return (
    caller !== callee &&
    !caller.links.includes(callee.name) &&
    !callee.links.includes(caller.name) &&
    !caller.keeps.some(({ name }) => name === callee.name) &&
    !caller.callsWith.includes(callee.name)
  );
}
