import { eventMark, type TestEvent } from "./events.js";

/** A test, or a hook, that failed on XS. */
export interface Failure {
  readonly file: string;
  readonly title: string;
  readonly message: string;
  /** One call a line, at the places of our sources. */
  readonly stack: string;
}

/** What the run of one script, or of several together, came to. */
export interface Outcome {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
  /** The slowest tests first. */
  readonly slow: readonly { readonly file: string; readonly title: string; readonly ms: number }[];
  /** What the tests themselves printed. */
  readonly remarks: readonly string[];
}

const slowMs = 5000;

/** Reads what the script wrote; a run that broke off counts as a failure in the file it had come to. */
export function outcomeOf(output: string, complaint: string, first: string): Outcome {
  const lines = output.split("\n").filter((line) => line !== "");
  const remarks = lines.filter((line) => !line.startsWith(eventMark));
  const events = lines
    .filter((line) => line.startsWith(eventMark))
    .flatMap((line) => eventIn(line.slice(eventMark.length)));
  const tests = events.filter((event) => event.event !== "end");
  const failures: Failure[] = tests.filter((event) => event.event === "fail");
  if (!events.some(({ event }) => event === "end")) {
    const last = tests.at(-1);
    failures.push({
      file: last?.file ?? first,
      title: last === undefined ? "(while loading)" : `(after "${last.title}")`,
      message: `XS ended before its tests did: ${complaint.trim()}`,
      stack: "",
    });
  }
  return {
    passed: tests.filter(({ event }) => event === "pass").length,
    skipped: tests.filter(({ event }) => event === "skip").length,
    failures,
    slow: tests.filter(({ ms }) => ms >= slowMs).sort((a, b) => b.ms - a.ms),
    remarks,
  };
}

/** All of several outcomes. */
export function together(outcomes: readonly Outcome[]): Outcome {
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    skipped: outcomes.reduce((sum, { skipped }) => sum + skipped, 0),
    failures: outcomes.flatMap(({ failures }) => failures),
    slow: outcomes.flatMap(({ slow }) => slow).sort((a, b) => b.ms - a.ms),
    remarks: outcomes.flatMap(({ remarks }) => remarks),
  };
}

/** Nothing where the line was cut off by the end of the process. */
function eventIn(text: string): TestEvent[] {
  try {
    return [JSON.parse(text) as TestEvent];
  } catch {
    return [];
  }
}
