import type { Random } from "../../firmware/core/random.js";
import { after, instant, type Instant } from "../../firmware/core/time.js";
import type { Audio } from "../../hal/audio.js";
import type { Clock, Timer } from "../../hal/clock.js";
import type { Console } from "../../hal/console.js";
import type { Crypto } from "../../hal/crypto.js";
import type { DatagramPort, PlainPort } from "../../hal/datagram.js";
import type { MemoryGauge } from "../../hal/memory.js";
import type { Platform } from "../../hal/platform.js";
import type { Storage } from "../../hal/storage.js";
import { VirtualAudio } from "./audio.js";
import type { VirtualClock, VirtualEvent } from "./clock.js";
import { VirtualConsole } from "./console.js";
import type { VirtualNetwork } from "./network.js";
import type { VirtualPort } from "./port.js";
import { VirtualStorage } from "./storage.js";

export interface VirtualPlatformOptions {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  /** Address of the handset on the LAN. */
  readonly address: string;
  /** The handset's own generator: fork it from the run's, by the handset's name and the count of its starts. */
  readonly random: Random;
  readonly crypto: Crypto;
  /** Its memory; hand the same one to the next platform and it is the same handset after a restart. */
  readonly storage?: VirtualStorage;
  /** Its consoles; one for tools by default. */
  readonly consoles?: readonly ("text" | "json")[];
  /** What its microphone hears, 8000 samples a second, from each start of the audio; then silence. */
  readonly microphone?: Int16Array;
  /** What it says of its memory; absent: nothing bounds it. */
  readonly gauge?: MemoryGauge;
  /** What names lead to. */
  readonly names?: ReadonlyMap<string, string>;
  /** Ports of this address that another program has. */
  readonly takenPorts?: readonly number[];
  readonly onExit?: (status: 0 | 1) => void;
}

/** How long a name takes to be looked up. */
const lookupMs = 20;

/**
 * One handset's platform from switching on to switching off, all of it virtual but the crypto. Its clock
 * begins at 0 when it is made, as a device's does. Everything it does is an event of the one `VirtualClock`.
 */
export class VirtualPlatform implements Platform {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly gauge?: MemoryGauge;
  /** As the firmware sees it: dead once the handset is off, even in the turn in which that happens. */
  readonly storage: Storage;
  /** The memory itself: what a restart is given. */
  readonly memory: VirtualStorage;
  readonly #options: VirtualPlatformOptions;
  readonly #switchedOnAt: Instant;
  readonly #timers: VirtualTimer[] = [];
  #ports: VirtualPort[] = [];
  #consoles: readonly VirtualConsole[] = [];
  #audio: VirtualAudio | undefined;
  #exitStatus: 0 | 1 | undefined;
  #on = true;

  constructor(options: VirtualPlatformOptions) {
    this.#options = options;
    // A whole moment, so that the handset's whole milliseconds are whole here, too.
    this.#switchedOnAt = instant(Math.floor(options.clock.now()));
    this.clock = { now: () => instant(options.clock.now() - this.#switchedOnAt) };
    this.random = options.random;
    this.crypto = options.crypto;
    if (options.gauge !== undefined) this.gauge = options.gauge;
    const memory = options.storage ?? new VirtualStorage();
    this.memory = memory;
    this.storage = {
      get: (key) => (this.#on ? memory.get(key) : undefined),
      set: (key, value) => this.#on && memory.set(key, value),
      delete: (key) => {
        if (this.#on) memory.delete(key);
      },
    };
  }

  /** The status the firmware ended with, once it has. */
  get exitStatus(): 0 | 1 | undefined {
    return this.#exitStatus;
  }

  /** False after `exit` or `switchOff`. */
  get isOn(): boolean {
    return this.#on;
  }

  /** The consoles, once the firmware has opened them. */
  get consoles(): readonly VirtualConsole[] {
    return this.#consoles;
  }

  /** Microphone and loudspeaker, once the firmware has opened them. */
  get audio(): VirtualAudio | undefined {
    return this.#audio;
  }

  /** The first console; types a line on it. */
  type(line: string): void {
    const console = this.#consoles[0];
    if (console === undefined) throw new Error("no console is open");
    this.#options.network.note(`${this.#options.address} typed ${line}`);
    console.type(line);
  }

  /** Power off without a word to anybody: no more events, the memory stays. */
  switchOff(): void {
    if (!this.#on) return;
    this.#on = false;
    for (const timer of this.#timers) timer.disarm();
    for (const port of this.#ports) port.close();
    for (const console of this.#consoles) console.close();
    this.#audio?.stop();
  }

  openPort(port: number, onReadable: () => void): DatagramPort {
    const opened = this.#options.network.openPort(
      { address: this.#options.address, port },
      this.#ifOn(onReadable),
    );
    this.#keep(opened);
    return opened;
  }

  openPlainPort(port: number, onReadable: () => void): PlainPort | undefined {
    const { address, network, takenPorts } = this.#options;
    if (takenPorts?.includes(port) === true) return undefined;
    const opened = network.openPlainPort({ address, port }, this.#ifOn(onReadable));
    if (opened !== undefined) this.#keep(opened);
    return opened;
  }

  resolve(name: string, onResolved: (address: string | undefined) => void): void {
    const { clock, address, names } = this.#options;
    const answer = this.#ifOn(() => onResolved(names?.get(name)));
    clock.schedule(after(clock.now(), lookupMs), `name looked up by ${address}`, answer);
  }

  openTimer(onTimer: () => void): Timer {
    const timer = new VirtualTimer(this.#options, this.#switchedOnAt, this.#ifOn(onTimer));
    this.#timers.push(timer);
    return timer;
  }

  openConsoles(onReadable: () => void): readonly Console[] {
    const formats = this.#options.consoles ?? ["json"];
    const { clock } = this.#options;
    this.#consoles = formats.map((format) => new VirtualConsole(format, clock, this.#ifOn(onReadable)));
    return this.#consoles;
  }

  openAudio(onFrame: () => void): Audio {
    const microphone = this.#options.microphone ?? new Int16Array(0);
    this.#audio = new VirtualAudio(this.#options.clock, microphone, this.#ifOn(onFrame));
    return this.#audio;
  }

  exit(status: 0 | 1): void {
    if (!this.#on) return;
    this.#exitStatus = status;
    this.switchOff();
    this.#options.onExit?.(status);
  }

  /** Ports come and go with calls: those that are closed are forgotten. */
  #keep(port: VirtualPort): void {
    this.#ports = [...this.#ports.filter(({ isClosed }) => !isClosed), port];
  }

  #ifOn(handler: () => void): () => void {
    return () => {
      if (this.#on) handler();
    };
  }
}

/**
 * A deadline that moves back leaves its event where it is, which then waits on: nearly every datagram moves one, and
 * few deadlines are met.
 */
class VirtualTimer implements Timer {
  readonly #clock: VirtualClock;
  readonly #label: string;
  readonly #zero: Instant;
  readonly #onTimer: () => void;
  #event: VirtualEvent | undefined;
  #dueAt: Instant | undefined;

  constructor(options: VirtualPlatformOptions, zero: Instant, onTimer: () => void) {
    this.#clock = options.clock;
    this.#label = `timer of ${options.address}`;
    this.#zero = zero;
    this.#onTimer = onTimer;
  }

  arm(at: Instant): void {
    const dueAt = after(this.#zero, at);
    this.#dueAt = dueAt;
    if (this.#event !== undefined && this.#event.at <= dueAt) return;
    if (this.#event !== undefined) this.#clock.cancel(this.#event);
    this.#schedule(dueAt);
  }

  disarm(): void {
    if (this.#event !== undefined) this.#clock.cancel(this.#event);
    this.#event = undefined;
    this.#dueAt = undefined;
  }

  #schedule(at: Instant): void {
    this.#event = this.#clock.schedule(at, this.#label, () => this.#handleEvent());
  }

  #handleEvent(): void {
    this.#event = undefined;
    const dueAt = this.#dueAt;
    if (dueAt === undefined) return;
    if (dueAt > this.#clock.now()) {
      this.#schedule(dueAt);
      return;
    }
    this.#dueAt = undefined;
    this.#onTimer();
  }
}
