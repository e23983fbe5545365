import { writeFileSync } from "node:fs";
import Mocha from "mocha";
import { remedyForSkipped } from "./debian.js";

/** What one run of mocha came to. */
interface RunSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The line that brings what the skipped tests need. */
  readonly remedy?: string | undefined;
}

/**
 * The `spec` reporter with our last line. Under `test/run.mjs`, which adds its own steps to the count, the summary goes
 * to the file named by MUSTER_SUMMARY instead.
 */
class SummaryReporter extends Mocha.reporters.Spec {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.on("pass", () => (this.#passed += 1));
    // A failed hook fails the run without being a test: it counts as one failure.
    runner.on("fail", () => (this.#failed += 1));
    runner.on("pending", () => (this.#skipped += 1));
  }

  override done(failures: number, end?: (failures: number) => void): void {
    const counts = { passed: this.#passed, failed: this.#failed, skipped: this.#skipped };
    const summary: RunSummary = { ...counts, remedy: remedyForSkipped() };
    const file = process.env["MUSTER_SUMMARY"];
    if (file === undefined) print(summary);
    else writeFileSync(file, JSON.stringify(summary));
    end?.(failures);
  }
}

function print({ passed, failed, skipped, remedy }: RunSummary): void {
  if (remedy !== undefined) console.log(`to run what was skipped: ${remedy}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
}

// Mocha looks for a reporter's class there.
export { SummaryReporter as default };
