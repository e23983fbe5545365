import type { VirtualLab, PrintedEvent, VirtualStart } from "../virtual/lab.js";

/** One phone of a soak, whatever runs it: driven by lines, judged by what it prints. */
export interface SoakPhone {
  readonly name: string;
  readonly address: string;
  /** False after `switchOff`, and after the phone has ended by itself. */
  readonly isOn: boolean;
  /** Switches on; what was stored is still there. */
  switchOn(): void;
  /** Power off without good-bye. */
  switchOff(): void;
  type(line: string): void;
  /** What it has printed since `forget`, or since it was switched on. */
  events(): readonly PrintedEvent[];
  forget(): void;
}

/** A phone that Node runs, on a platform of the virtual lab. */
export class NodePhone implements SoakPhone {
  readonly name: string;
  readonly #lab: VirtualLab;
  readonly #start: VirtualStart;

  constructor(lab: VirtualLab, name: string, start: VirtualStart) {
    this.name = name;
    this.#lab = lab;
    this.#start = start;
  }

  get address(): string {
    return this.#lab.addressOf(this.name);
  }

  get isOn(): boolean {
    return this.#lab.handsets.get(this.name)?.isOn === true;
  }

  switchOn(): void {
    this.#lab.switchOn(this.name, this.#start);
  }

  switchOff(): void {
    this.#lab.switchOff(this.name);
  }

  type(line: string): void {
    if (this.isOn) this.#lab.type(this.name, line);
  }

  events(): readonly PrintedEvent[] {
    return this.#lab.eventsOf(this.name);
  }

  /** What the loudspeaker played goes, too: a day of it would be what grows. */
  forget(): void {
    this.#lab.forget(this.name);
    this.#lab.handsets.get(this.name)?.audio?.takeRecordings();
  }
}
