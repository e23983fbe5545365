import { after, type Deadline, type Instant } from "../core/time.js";

type DepartureState =
  | { readonly kind: "staying" }
  | { readonly kind: "handingOver"; readonly notBefore: Instant; readonly until: Instant }
  | { readonly kind: "gone" };

/**
 * Leaving in good order (protocol §4): announce, hand over until every record is acknowledged, then close the
 * links.
 */
export class Departure {
  #state: DepartureState = { kind: "staying" };

  get isGone(): boolean {
    return this.#state.kind === "gone";
  }

  get isLeaving(): boolean {
    return this.#state.kind !== "staying";
  }

  start(now: Instant): void {
    this.#state = {
      kind: "handingOver",
      notBefore: after(now, announceMs),
      until: after(now, handoverMsMax),
    };
  }

  /** True once: when all is handed over, or the time for it is over. */
  handleTimeout(now: Instant, isIncomplete: boolean): boolean {
    const state = this.#state;
    if (state.kind !== "handingOver" || now < state.notBefore) return false;
    if (isIncomplete && now < state.until) return false;
    this.#state = { kind: "gone" };
    return true;
  }

  pollTimeout(now: Instant): Deadline | undefined {
    const state = this.#state;
    if (state.kind !== "handingOver") return undefined;
    return { at: now < state.notBefore ? state.notBefore : after(now, lookMs), reason: "leave" };
  }
}

/** The others learn first that we are not counted any more, so that nothing new is stored here, ms. */
const announceMs = 300;
const lookMs = 100;
const handoverMsMax = 10_000;
