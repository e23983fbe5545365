/** What begins a line of the bundle's output that is for run.ts. */
export const eventMark = "@muster ";

interface TestPlace {
  /** Path of the test file from the repository's root. */
  readonly file: string;
  /** The titles of its suites and its own. */
  readonly title: string;
  /** How long it took, wall clock. */
  readonly ms: number;
}

/** One thing that the run on XS reports. `end` comes once, last: without it the run broke off. */
export type TestEvent =
  | (TestPlace & { readonly event: "pass" | "skip" })
  | (TestPlace & { readonly event: "fail"; readonly message: string; readonly stack: string })
  | { readonly event: "end" };
