import { writeFileSync } from "node:fs";
import type Mocha from "mocha";
import { remedyForSkipped } from "./debian.js";

/** What one run of mocha came to. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Counts what a run comes to. Under `test/run.mjs`, which adds its own steps to the count, the summary goes to the file
 * named by MUSTER_SUMMARY, else it is printed as the last line.
 */
export class RunSummary {
  readonly #counts: Counts = { passed: 0, failed: 0, skipped: 0 };

  constructor(runner: Mocha.Runner) {
    runner.on("pass", () => this.#counts.passed++);
    // A failed hook fails the run without being a test: it counts as one failure.
    runner.on("fail", () => this.#counts.failed++);
    runner.on("pending", () => this.#counts.skipped++);
  }

  tell(): void {
    const remedy = remedyForSkipped();
    const file = process.env["MUSTER_SUMMARY"];
    if (file !== undefined) {
      // The line that brings what the skipped tests need goes with it.
      writeFileSync(file, JSON.stringify({ ...this.#counts, remedy }));
      return;
    }
    const { passed, failed, skipped } = this.#counts;
    if (remedy !== undefined) console.log(`to run what was skipped: ${remedy}`);
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}
