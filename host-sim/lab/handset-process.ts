import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";

/** One JSON line a handset printed: its `event` says what it is, the rest belongs to that event. */
export interface HandsetEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/**
 * One handset in a process of its own, driven as a person drives it: by lines on its console, in JSON form. Events are
 * kept until somebody waits for them, so that none is missed between two steps of the lab.
 */
export class HandsetProcess {
  readonly name: string;
  readonly address: string;
  readonly events: HandsetEvent[] = [];
  /** Events before this place are not waited for any more. */
  #place = 0;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Set<() => void>();
  #listener: ((event: HandsetEvent) => void) | undefined;
  #complaint = "";
  #ended: string | undefined;

  constructor({ name, address }: { name: string; address: string }, child: ChildProcessWithoutNullStreams) {
    this.name = name;
    this.address = address;
    this.#child = child;
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#handleLine(line));
    this.#child.stderr.on("data", (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString()).slice(-2000);
    });
    this.#child.stdin.on("error", () => undefined);
    this.#child.on("close", (status, signal) => {
      this.#ended = `${this.name} ended (${signal ?? `status ${status}`}) ${this.#complaint}`.trim();
      this.#wake();
    });
  }

  /** Of the process; 0 where it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Has `listener` called with every event from now on. */
  onEvent(listener: (event: HandsetEvent) => void): void {
    this.#listener = listener;
  }

  /** Has `expect` wait for something new. */
  forget(): void {
    this.#place = this.events.length;
  }

  /** Types one line on the handset's console. */
  type(line: string): void {
    if (this.#ended === undefined) this.#child.stdin.write(`${line}\n`);
  }

  /**
   * The first event since `forget`, past or future, for which `wanted` is true.
   * Rejects with a sentence naming `what` after `withinMs`, or at once when the process has ended.
   */
  async expect(
    what: string,
    withinMs: number,
    wanted: (event: HandsetEvent) => boolean,
  ): Promise<HandsetEvent> {
    const until = performance.now() + withinMs;
    const deadline = setTimeout(() => this.#wake(), withinMs + 1);
    try {
      for (;;) {
        const found = this.events.find((event, at) => at >= this.#place && wanted(event));
        if (found !== undefined) return found;
        if (this.#ended !== undefined) throw new Error(`${what}: ${this.#ended}`);
        if (performance.now() >= until)
          throw new Error(`${what}: not within ${withinMs / 1000} s at ${this.name}`);
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    } finally {
      clearTimeout(deadline);
    }
  }

  /** Types a line and waits for what it is answered with: the next event for which `wanted` is true. */
  async ask(line: string, withinMs: number, wanted: (event: HandsetEvent) => boolean): Promise<HandsetEvent> {
    const before = this.events.length;
    this.type(line);
    return this.expect(line, withinMs, (event) => wanted(event) && this.events.indexOf(event) >= before);
  }

  /** Ends the process: asks on the console, and kills it when it does not go within 2 s. */
  async end(): Promise<void> {
    this.type("quit");
    const kill = setTimeout(() => this.kill(), 2000);
    while (this.#ended === undefined) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    clearTimeout(kill);
  }

  /** Power off without a word. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #handleLine(line: string): void {
    const event = eventOf(line);
    this.events.push(event);
    this.#listener?.(event);
    this.#wake();
  }

  #wake(): void {
    for (const resume of this.#waiting) resume();
    this.#waiting.clear();
  }
}

function eventOf(line: string): HandsetEvent {
  try {
    return JSON.parse(line) as HandsetEvent;
  } catch {
    return { event: "unreadable", line };
  }
}
