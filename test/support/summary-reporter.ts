import Mocha from "mocha";
import { RunSummary } from "./run-summary.js";

/** The `spec` reporter with our last line. */
class SummaryReporter extends Mocha.reporters.Spec {
  readonly #summary: RunSummary;

  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    this.#summary = new RunSummary(runner);
  }

  override done(failures: number, end?: (failures: number) => void): void {
    this.#summary.tell();
    end?.(failures);
  }
}

// Mocha looks for a reporter's class there.
export { SummaryReporter as default };
