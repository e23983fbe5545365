import { after, instant, type Instant } from "../../firmware/core/time.js";
import type { PrintedEvent, VirtualLab } from "../virtual/lab.js";
import type { Prng } from "../virtual/prng.js";
import type { SoakPhone } from "./soak-phone.js";

/** Something people do, in steps: each yields how long it waits, in virtual ms. */
export type Steps = Generator<number, void, void>;

/** A phone on the stage. */
export interface Actor {
  readonly phone: SoakPhone;
  /** Whether it may be switched off in the midst of the soak. */
  readonly isMortal: boolean;
  /** Part of something that goes on. */
  isTaken: boolean;
}

const lookMs = 100;

/** Phones and what is done with them: whose turn it is, what came of it, what went wrong. */
export class Stage {
  readonly lab: VirtualLab;
  readonly prng: Prng;
  readonly actors: readonly Actor[];
  /** How often what was done. */
  readonly done = new Map<string, number>();
  /** What should have happened and did not, a sentence each with its time. */
  readonly problems: string[] = [];
  /** Time in which phones talked, each of them counted. */
  talkMs = 0;
  #goingOn = 0;

  constructor(lab: VirtualLab, prng: Prng, actors: readonly Actor[]) {
    this.lab = lab;
    this.prng = prng;
    this.actors = actors;
  }

  /** Doings that have not ended. */
  get goingOn(): number {
    return this.#goingOn;
  }

  now(): Instant {
    return this.lab.clock.now();
  }

  /** A phone that is on and that nobody uses; `isMortal` true: one that may be switched off. */
  free(isMortal = false, but: readonly Actor[] = []): Actor | undefined {
    const free = this.actors.filter(
      (actor) => !actor.isTaken && actor.phone.isOn && (actor.isMortal || !isMortal) && !but.includes(actor),
    );
    return free.length === 0 ? undefined : this.prng.pick(free);
  }

  /** Begins to do something; its actors are taken until it has ended. */
  begin(name: string, actors: readonly Actor[], steps: Steps): void {
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
    for (const actor of actors) {
      actor.isTaken = true;
      actor.phone.forget();
    }
    this.#goingOn++;
    this.#advance(actors, steps);
  }

  /** Waits for an event of a phone; false after so long without. */
  *seen({ phone }: Actor, event: string, withinMs: number): Generator<number, boolean, void> {
    for (let waited = 0; waited <= withinMs; waited += lookMs) {
      if (eventOf(phone, event) !== undefined) return true;
      yield lookMs;
    }
    return false;
  }

  /** As `seen`; what does not come is a problem. */
  *expected(actor: Actor, event: string, withinMs: number): Generator<number, boolean, void> {
    const came = yield* this.seen(actor, event, withinMs);
    if (!came) this.complain(actor, `no "${event}" within ${withinMs / 1000} s`);
    return came;
  }

  complain({ phone }: Actor, what: string): void {
    const printed = phone.events().map(sentenceOf);
    const at = (this.now() / 1000).toFixed(1);
    this.problems.push(`at ${at} s ${phone.name} (${phone.address}): ${what}; it said: ${printed.join(" ")}`);
  }

  #advance(actors: readonly Actor[], steps: Steps): void {
    const step = steps.next();
    if (step.done === true) {
      this.#goingOn--;
      for (const actor of actors) {
        actor.phone.forget();
        actor.isTaken = false;
      }
      return;
    }
    const at = after(this.now(), step.value);
    this.lab.clock.schedule(instant(at), "soak", () => this.#advance(actors, steps));
  }
}

function sentenceOf(printed: PrintedEvent): string {
  const { sentence } = printed;
  return typeof sentence === "string" ? sentence : printed.event;
}

/** The last event of this name that a phone printed since it was told to forget. */
export function eventOf(phone: SoakPhone, event: string): PrintedEvent | undefined {
  return phone.events().findLast((printed) => printed.event === event);
}
