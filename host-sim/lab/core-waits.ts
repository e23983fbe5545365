import { readdirSync, readFileSync } from "node:fs";

const windowMs = 100;
const nanosecondsPerMs = 1e6;

/**
 * How long processes had to wait for a core of this computer while they wanted to run, as Linux counts it for each
 * thread (/proc/PID/task/TID/schedstat, second figure); 0 where it does not. Emulated and real handsets live in real
 * time: one that is kept waiting leaves a gap in the sound, which is no fault of the telephone.
 */
export class CoreWaits {
  readonly #longest = new Map<number, number>();
  readonly #before = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;

  /** Looks at the processes from now on, ten times a second, until `end`. */
  constructor(pids: readonly number[]) {
    for (const pid of pids) this.#before.set(pid, waitedMs(pid));
    this.#timer = setInterval(() => this.#look(), windowMs).unref();
  }

  end(): void {
    this.#look();
    clearInterval(this.#timer);
  }

  /** The most that one of these processes has waited within a tenth of a second, all its threads together, ms. */
  longestMs(pids: readonly number[]): number {
    return Math.max(0, ...pids.map((pid) => this.#longest.get(pid) ?? 0));
  }

  #look(): void {
    for (const [pid, before] of this.#before) {
      const waited = waitedMs(pid);
      this.#longest.set(pid, Math.max(this.#longest.get(pid) ?? 0, waited - before));
      this.#before.set(pid, waited);
    }
  }
}

function waitedMs(pid: number): number {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    const waits = tasks.map(
      (task) => readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[1],
    );
    return waits.reduce((sum, wait) => sum + Number(wait ?? 0), 0) / nanosecondsPerMs;
  } catch {
    // It has ended, or this is no Linux.
    return 0;
  }
}
