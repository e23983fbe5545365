/** Longest wait for any event: no figure of a test, only an end to waiting. */
const waitMsMax = 30_000;

interface Waiter {
  wake: () => void;
}

/**
 * What a program said, kept until a test takes it: each event is taken once, in whatever order the test asks, so that
 * none is missed between two steps and none counts twice.
 */
export class EventLog<Event> {
  readonly #owner: string;
  readonly #show: (event: Event) => string;
  readonly #waiting = new Set<Waiter>();
  #kept: Event[] = [];
  #ended: string | undefined;

  /** `owner`: whose log it is, and `show`: how an event is written, both for complaints. */
  constructor(owner: string, show: (event: Event) => string) {
    this.#owner = owner;
    this.#show = show;
  }

  add(event: Event): void {
    this.#kept.push(event);
    this.#wake();
  }

  /** Nothing will come any more; who waits is told why. */
  end(reason: string): void {
    this.#ended = reason;
    this.#wake();
  }

  /** Forgets what nobody took. */
  forget(): void {
    this.#kept = [];
  }

  /** Whether such an event lies here, untaken. */
  has(wanted: (event: Event) => boolean): boolean {
    return this.#kept.some(wanted);
  }

  /** Takes the first event for which `wanted` is true, now or when it comes; `what` names it in the complaint. */
  async take(what: string, wanted: (event: Event) => boolean, withinMs: number = waitMsMax): Promise<Event> {
    const until = performance.now() + withinMs;
    for (;;) {
      const at = this.#kept.findIndex(wanted);
      const [found] = at < 0 ? [] : this.#kept.splice(at, 1);
      if (found !== undefined) return found;
      if (this.#ended !== undefined) throw new Error(`${this.#owner}: ${what}: ${this.#ended}`);
      if (performance.now() >= until) throw new Error(this.#complaint(what));
      await this.#next(until - performance.now());
    }
  }

  #complaint(what: string): string {
    const seen = this.#kept.map((event) => `\n  ${this.#show(event)}`).join("");
    return `${this.#owner}: ${what} did not come; what came instead:${seen || " nothing"}`;
  }

  #next(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiter = { wake: resolve };
      const limit = setTimeout(() => waiter.wake(), withinMs + 1);
      waiter.wake = () => {
        clearTimeout(limit);
        this.#waiting.delete(waiter);
        resolve();
      };
      this.#waiting.add(waiter);
    });
  }

  #wake(): void {
    for (const waiter of [...this.#waiting]) waiter.wake();
  }
}
