import { Bench, type StockName } from "./bench.js";
import type { InteropCase } from "./interop-case.js";
import type { MusterEngine } from "./muster-phone.js";

export interface Pairing {
  readonly stock: StockName;
  readonly engine: MusterEngine;
  /** In this order, on one LAN. */
  readonly cases: readonly InteropCase[];
  /** Whether a third phone is wanted. */
  readonly company: boolean;
}

/**
 * Runs the cases of a pairing one after another, beside the other pairings: what they mostly do is wait. What each
 * came to is kept until its test asks.
 */
export class CaseRun {
  readonly #outcomes = new Map<InteropCase, Promise<void>>();
  readonly #finished: Promise<void>;

  /** Begins at once. */
  constructor({ stock, engine, cases, company }: Pairing) {
    const bench = new Bench(stock, engine, company);
    const ready = bench.ready();
    let before: Promise<unknown> = ready;
    for (const each of cases) {
      const outcome = before.then(() => ready).then(() => runCase(bench, each));
      this.#outcomes.set(each, outcome);
      before = outcome.then(undefined, () => bench.calm());
      before.catch(() => undefined);
    }
    const remove = (): void => bench.remove();
    this.#finished = before.then(remove, remove);
  }

  /** Rejects as the case did. */
  outcome(each: InteropCase): Promise<void> | undefined {
    return this.#outcomes.get(each);
  }

  /** Resolves when nothing of it is left. */
  finished(): Promise<void> {
    return this.#finished;
  }
}

async function runCase(bench: Bench, { run }: InteropCase): Promise<void> {
  bench.forget();
  try {
    await run(bench);
  } catch (fault) {
    if (fault instanceof Error) fault.message += `\n\n${bench.transcript()}`;
    throw fault;
  }
}
