import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { CommandFault } from "../command-line.js";
import { simulate, type SimFlags, type SimOutcome } from "./sim-work.js";

/** What the thread says: progress as it comes, then one of the others. */
type Said =
  | { readonly kind: "progress"; readonly line: string }
  | { readonly kind: "done"; readonly outcome: SimOutcome }
  | {
      readonly kind: "fault";
      readonly name: string;
      readonly text: string;
      readonly allowed?: readonly string[];
    };

/**
 * Simulates in a thread of its own, for there the heap of what does not live long can be chosen: nearly all that a
 * simulation makes is of that kind, and with the 16 MB that Node gives by itself a run takes a seventh longer.
 */
export function simulateInThread(flags: SimFlags, tell: (line: string) => void): Promise<SimOutcome> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), {
      workerData: flags,
      resourceLimits: { maxYoungGenerationSizeMb: youngMb, maxOldGenerationSizeMb: oldMb },
    });
    thread.on("message", (said: Said) => {
      if (said.kind === "progress") tell(said.line);
      else if (said.kind === "done") resolve(said.outcome);
      else reject(new CommandFault(said.name, said.text, said.allowed));
    });
    thread.once("error", reject);
  });
}

/** What a thread does: messages leave it while it works, what it writes to a stream would wait until it is done. */
function work(flags: SimFlags, say: (said: Said) => void): void {
  try {
    const outcome = simulate(flags, (line) => say({ kind: "progress", line }));
    say({ kind: "done", outcome });
  } catch (fault) {
    if (!(fault instanceof CommandFault)) throw fault;
    const { kind: name, message: text, allowed } = fault;
    say({ kind: "fault", name, text, ...(allowed !== undefined && { allowed }) });
  }
}

/** Three times the half that is filled before what lives is copied. */
const youngMb = 192;
/** Ten thousand nodes take some 2 GB. */
const oldMb = 8192;

if (!isMainThread) work(workerData as SimFlags, (said) => parentPort?.postMessage(said));
