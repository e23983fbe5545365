import { Listr } from "listr2";

/** One step of the lab that a person sees happen. */
export interface Step {
  readonly title: string;
  /** Does it; `tell` shows a line beneath the title while it runs. */
  readonly run: (tell: (line: string) => void) => Promise<void>;
}

/** How steps are shown. */
export type ProgressForm =
  /** A live list with colour on a terminal, plain lines else; on standard output. */
  | "list"
  /** A plain line for each step on standard error: standard output belongs to the report. */
  | "aside";

/** Runs the steps one after the other and shows each as it happens; rejects with the first that fails. */
export async function runSteps(steps: readonly Step[], form: ProgressForm): Promise<void> {
  if (form === "aside") {
    for (const step of steps) {
      process.stderr.write(`${step.title}\n`);
      await step.run((line) => process.stderr.write(`  ${line}\n`));
    }
    return;
  }
  const tasks = steps.map((step) => ({
    title: step.title,
    task: (_context: unknown, task: { output: string }): Promise<void> =>
      step.run((line) => (task.output = line)),
  }));
  await new Listr(tasks, {
    fallbackRenderer: "simple",
    rendererOptions: { collapseErrors: false },
  }).run();
}
