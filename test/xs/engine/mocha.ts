/**
 * Mocha's own browser build on XS: the same suites, hooks and order as on Node. What happens goes to standard output,
 * a line of JSON behind `eventMark` for each test; other lines are the tests' own.
 */
import { eventMark, type TestEvent } from "../events.js";

declare const print: (line: string) => void;

interface BrowserMocha extends Mocha {
  setup(options: { ui: "bdd"; reporter: (runner: Mocha.Runner) => void }): void;
}

const { Mocha: classes, mocha } = globalThis as unknown as {
  Mocha: { Runnable: { prototype: object } };
  mocha: BrowserMocha;
};

const startedAt = new Map<Mocha.Runnable, number>();

mocha.setup({ ui: "bdd", reporter });
// How long a test may take is asked on Node; here the whole run has a limit (run.ts).
Object.assign(classes.Runnable.prototype, {
  timeout(this: Mocha.Runnable, ...limit: readonly unknown[]): unknown {
    return limit.length === 0 ? 0 : this;
  },
});

/** Says which file the suites that follow are from. */
export function beginFile(file: string): void {
  mocha.suite.emit("pre-require", globalThis, file, mocha);
}

/** Runs all suites. */
export function runSuites(hooks: Mocha.RootHookObject): void {
  mocha.rootHooks(hooks);
  mocha.run();
}

function reporter(runner: Mocha.Runner): void {
  runner.on("test", (test) => startedAt.set(test, Date.now()));
  runner.on("pass", (test) => {
    tell({ ...placeOf(test), event: "pass" });
  });
  runner.on("pending", (test) => {
    tell({ ...placeOf(test), event: "skip" });
  });
  runner.on("fail", (test, error: unknown) => {
    tell({ ...placeOf(test), event: "fail", ...faultOf(error) });
  });
  runner.on("end", () => {
    tell({ event: "end" });
  });
}

function placeOf(test: Mocha.Runnable): { file: string; title: string; ms: number } {
  const ms = Date.now() - (startedAt.get(test) ?? Date.now());
  return { file: test.file ?? test.parent?.file ?? "", title: test.fullTitle(), ms };
}

function faultOf(error: unknown): { message: string; stack: string } {
  if (!(error instanceof Error)) return { message: String(error), stack: "" };
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack ?? ""}` : "";
  return { message: error.message, stack: (error.stack ?? "") + cause };
}

function tell(event: TestEvent): void {
  print(eventMark + JSON.stringify(event));
}
