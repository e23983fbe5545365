import { toHex } from "../../firmware/core/bytes.js";
import { instant } from "../../firmware/core/time.js";
import type { Opened } from "../../firmware/link/capture.js";
import { decodeMessage } from "../../firmware/wire/message.js";
import { VirtualLab, type PrintedEvent } from "../virtual/lab.js";
import { VirtualStorage } from "../virtual/storage.js";
import type { Contents } from "./stored-state.js";

/** The phone whose power is cut. */
export const victim = "alice";

/** The power has gone in the middle of what the stage was asked to do. */
export class PowerIsOff extends Error {}

/** A generation of a record of `owner` that alice has sent to be stored, and in which of her starts. */
interface Signed {
  readonly start: number;
  readonly resource: string;
  readonly generation: number;
}

/**
 * Where a scenario plays: alice, and others who stay on, in virtual time. Alice is given no settings from outside, but
 * where a scenario does so: what she is comes from her storage. When her power goes, whatever is waited for ends at
 * once by throwing `PowerIsOff`.
 */
export class Stage {
  readonly lab: VirtualLab;
  readonly memory: VirtualStorage;
  readonly #stored: ReadonlyMap<string, Contents>;
  readonly #signed: Signed[] = [];
  #starts = 0;
  #isCut = false;

  /** `stored`: what each phone has at its first start. */
  constructor(seed: string, stored: ReadonlyMap<string, Contents>) {
    this.#stored = stored;
    this.memory = new VirtualStorage(stored.get(victim));
    this.lab = new VirtualLab({
      seed,
      overlay: "muster",
      onOpened: (name, opened) => this.#noteSigned(name, opened),
    });
  }

  /** Switches phones on; alice with her own memory. */
  on(...names: readonly string[]): void {
    for (const name of names) {
      const storage = name === victim ? this.memory : new VirtualStorage(this.#stored.get(name));
      if (name === victim) this.#starts++;
      this.lab.switchOn(name, { storage, isUntold: name === victim });
    }
  }

  /** Alice's first start, as of a phone that is given its name from outside. */
  onTold(): void {
    this.#starts++;
    this.lab.switchOn(victim, { storage: this.memory });
  }

  type(name: string, line: string): void {
    if (this.#isCut) throw new PowerIsOff();
    this.lab.forget(name);
    this.lab.type(name, line);
  }

  /** Waits until a phone has printed such an event since it was last typed on, or since it was switched on. */
  expect(name: string, event: string): PrintedEvent {
    const seen = (): boolean => this.#isCut || this.lab.lastEvent(name, event) !== undefined;
    const until = instant(this.lab.clock.now() + 60_000);
    if (!seen()) this.lab.clock.runUntil(seen, { until });
    if (this.#isCut) throw new PowerIsOff();
    const found = this.lab.lastEvent(name, event);
    if (found !== undefined) return found;
    const printed = this.lab.eventsOf(name).map((one) => JSON.stringify(one));
    throw new Error(`${name}: no "${event}" within a virtual minute; it printed\n${printed.join("\n")}`);
  }

  run(milliseconds: number): void {
    const until = instant(this.lab.clock.now() + milliseconds);
    this.lab.clock.runUntil(() => this.#isCut, { until });
    if (this.#isCut) throw new PowerIsOff();
  }

  /** `from` calls, `to` answers, `from` hangs up. */
  talk(from: string, to: string, name = to): void {
    this.lab.forget(to);
    this.type(from, `call ${name}`);
    this.expect(to, "incoming");
    this.type(to, "answer");
    this.expect(from, "talking");
    this.run(1000);
    this.lab.forget(to);
    this.type(from, "hangup");
    this.expect(from, "ended");
    this.expect(to, "ended");
  }

  /** The power of alice fails, now. */
  cut(): void {
    this.#isCut = true;
    this.lab.switchOff(victim);
  }

  /** From now on the power is there. */
  restore(): void {
    this.#isCut = false;
  }

  /** A record of alice's, by her Node-ID in hex, whose generation did not rise from one start to a later. */
  staleGeneration(nodeId: string): string | undefined {
    for (const late of this.#signed) {
      if (!late.resource.endsWith(nodeId)) continue;
      const stale = this.#signed.find(
        (early) =>
          early.start < late.start && early.resource === late.resource && early.generation >= late.generation,
      );
      if (stale !== undefined)
        return `generation ${late.generation} in start ${late.start} after ${stale.generation} in ${stale.start}`;
    }
    return undefined;
  }

  #noteSigned(name: string, { plaintext, direction }: Opened): void {
    if (name !== victim || direction !== "out") return;
    const message = decodeMessage(plaintext);
    if (!message.ok || message.value.type !== "store") return;
    const { record, destination } = message.value;
    const resource = `${JSON.stringify(destination)} of ${toHex(record.key)}`;
    this.#signed.push({ start: this.#starts, resource, generation: record.generation });
  }
}
