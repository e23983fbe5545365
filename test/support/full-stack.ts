import assert from "node:assert/strict";
import { after, instant } from "../../firmware/core/time.js";
import {
  VirtualLab,
  type PrintedEvent,
  type VirtualLabOptions,
  type VirtualStart,
} from "../../host-sim/virtual/lab.js";
import { seed } from "./seed.js";

/** What `status` prints, as far as tests ask. */
export interface Status extends PrintedEvent {
  readonly stage: string;
  readonly peers: number;
  readonly records: number;
  readonly replicas: number;
  readonly call?: {
    readonly state: string;
    readonly name: string;
    readonly held?: string;
    readonly silent?: boolean;
  };
  /** Of a phone that is alone, what it tried. */
  readonly ways: readonly { readonly method: string; readonly address?: string; readonly outcome: string }[];
  readonly problems: readonly string[];
}

const settlingMs = 5000;

/**
 * Whole handsets in virtual time, driven by lines on their consoles. Each handset has a place in what it
 * printed, which `next` moves on: what was waited for once is not found again. Every error names the seed.
 */
export class FullStack {
  readonly lab: VirtualLab;
  readonly #seed: string;
  readonly #places = new Map<string, number>();

  /** `title` tells this run's chance from that of other tests with the same MUSTER_SEED. */
  constructor(title: string, options: Omit<VirtualLabOptions, "seed"> = {}) {
    this.#seed = `${seed} ${title}`;
    this.lab = new VirtualLab({ ...options, seed: this.#seed });
  }

  /** Switches handsets on together. */
  on(names: readonly string[], start: VirtualStart = {}): void {
    for (const name of names) {
      this.lab.switchOn(name, start);
      this.#places.set(name, 0);
    }
  }

  /** Switches handsets on, and waits until all are linked with all, and registered with their copies made. */
  joined(names: readonly string[], start: VirtualStart = {}): void {
    this.on(names, start);
    for (const name of names) this.next(name, "registered");
    const meshed = (): boolean => names.every((name) => this.status(name).peers >= names.length - 1);
    for (let waited = 0; !meshed(); waited++) {
      assert.ok(waited < 120, `${this.#seed}: no full mesh after two minutes`);
      this.run(1000);
    }
    this.run(settlingMs);
  }

  /** The first event of this name behind the handset's place; its place is then behind that. */
  next(name: string, event: string, withinMs = 60_000): PrintedEvent {
    const place = this.#places.get(name) ?? 0;
    const seen = (): boolean =>
      this.lab
        .eventsOf(name)
        .slice(place)
        .some((one) => one.event === event);
    const until = after(this.lab.clock.now(), withinMs);
    if (!seen() && !this.lab.clock.runUntil(seen, { until })) {
      const printed = this.lab
        .eventsOf(name)
        .slice(place)
        .map((one) => JSON.stringify(one));
      throw new Error(
        `${name}: no "${event}" within ${withinMs} virtual ms (seed ${this.#seed}); it printed:\n${printed.join("\n")}`,
      );
    }
    const events = this.lab.eventsOf(name);
    const at = events.findIndex((one, i) => i >= place && one.event === event);
    this.#places.set(name, at + 1);
    return events[at] ?? { event };
  }

  /** Events of this name that the handset has printed behind its place. */
  since(name: string, event: string): PrintedEvent[] {
    return this.lab
      .eventsOf(name)
      .slice(this.#places.get(name) ?? 0)
      .filter((one) => one.event === event);
  }

  type(name: string, line: string): void {
    this.lab.type(name, line);
  }

  run(milliseconds: number): void {
    this.lab.run(milliseconds);
  }

  /** What a command answers at once. */
  ask(name: string, line: string, event: string): PrintedEvent {
    const before = this.lab.eventsOf(name).length;
    this.type(name, line);
    this.lab.clock.runUntil(instant(this.lab.clock.now()));
    const answer = this.lab
      .eventsOf(name)
      .slice(before)
      .find((one) => one.event === event);
    assert.ok(answer !== undefined, `${name}: "${line}" was not answered by ${event} (seed ${this.#seed})`);
    return answer;
  }

  status(name: string): Status {
    return this.ask(name, "status", "status") as Status;
  }

  /** `from` calls, `to` answers, both talk. */
  talk(from: string, to: string, name = to): void {
    this.type(from, `call ${name}`);
    this.next(to, "incoming");
    this.type(to, "answer");
    this.next(from, "talking");
    this.next(to, "talking");
  }

  /** Nothing of a call is left: no call is shown, the audio stands still, and a new call comes about. */
  assertFree(from: string, to: string): void {
    for (const name of [from, to]) {
      assert.equal(this.status(name).call, undefined, `${name} still shows a call (seed ${this.#seed})`);
      assert.equal(this.audioRuns(name), false, `${name}'s audio still runs (seed ${this.#seed})`);
    }
    this.talk(from, to);
    this.type(from, "hangup");
    assert.equal(this.next(from, "ended")["outcome"], "talked");
    assert.equal(this.next(to, "ended")["outcome"], "talked");
  }

  /** Whether the audio clock of a handset ticks. */
  audioRuns(name: string): boolean {
    const frames = (): number => this.lab.handsets.get(name)?.audio?.recordings.at(-1)?.frames.length ?? 0;
    const before = frames();
    this.run(100);
    return frames() > before;
  }

  /** What the loudspeaker played in the last call. */
  heard(name: string): Int16Array {
    const recording = this.lab.handsets.get(name)?.audio?.recordings.at(-1);
    assert.ok(recording !== undefined, `${name} has played nothing (seed ${this.#seed})`);
    return recording.samples;
  }
}

/** phone1, phone2, ... */
export function phones(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `phone${i + 1}`);
}
