import Mocha from "mocha";
import { RunSummary } from "./run-summary.js";

/** A line for each suite, failures at the end: readable where two runs of mocha print to one terminal. */
class BriefReporter extends Mocha.reporters.Base {
  readonly #summary: RunSummary;

  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    this.#summary = new RunSummary(runner);
    let [passed, failed, startedAt] = [0, 0, 0];
    runner.on("suite", (suite) => {
      if (suite.parent?.root === true) [passed, failed, startedAt] = [0, 0, performance.now()];
    });
    runner.on("pass", () => passed++);
    runner.on("fail", (test) => {
      failed++;
      console.log(`FAILED ${test.fullTitle()}`);
    });
    runner.on("suite end", (suite) => {
      if (suite.parent?.root !== true) return;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      console.log(`${failed === 0 ? "ok    " : "FAILED"} ${suite.title}: ${passed} tests, ${seconds} s`);
    });
    runner.once("end", () => this.epilogue());
  }

  override done(failures: number, end?: (failures: number) => void): void {
    this.#summary.tell();
    end?.(failures);
  }
}

// Mocha looks for a reporter's class there.
export { BriefReporter as default };
