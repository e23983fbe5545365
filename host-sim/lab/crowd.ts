import type { Prng } from "../virtual/prng.js";
import type { LabHandset } from "./call.js";
import type { RandomCall } from "./crowd-report.js";
import { establishCall, hangUp } from "./scenario.js";
import { survey } from "./survey.js";

const callsMade = 10;
const talkMs = 300;

/**
 * What only many phones show: most pairs have no link, for each phone is as small as a real one. Who calls whom is
 * drawn from the lab's seed.
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
      const [before] = await survey([caller.process]);
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
}
