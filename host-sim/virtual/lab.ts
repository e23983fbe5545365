import { musterPort } from "../../firmware/core/limits.js";
import { instant } from "../../firmware/core/time.js";
import type { Opened } from "../../firmware/link/capture.js";
import { switchOn } from "../../firmware/main.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { VirtualClock } from "./clock.js";
import { VirtualNetwork } from "./network.js";
import { quietLan, type PathOptions } from "./path.js";
import { VirtualPlatform } from "./platform.js";
import { Prng } from "./prng.js";
import { VirtualStorage } from "./storage.js";
import type { TraceRecord } from "./trace.js";
import type { MemoryGauge } from "../../hal/memory.js";

/** One JSON line a virtual handset printed. */
export interface PrintedEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** What a virtual lab is made with; only the seed has no default. */
export interface VirtualLabOptions {
  readonly seed: number | string;
  readonly overlay?: string;
  readonly path?: PathOptions;
  readonly onTrace?: (record: TraceRecord) => void;
  /** Told of every message that opened or is about to be sealed, with the handset it was seen at. */
  readonly onOpened?: (name: string, opened: Opened) => void;
}

/** How one handset is switched on. */
export interface VirtualStart {
  readonly microphone?: Int16Array;
  /** What the handset is told its memory is, bytes; absent: nothing bounds it. */
  readonly arenaBytes?: number;
  /** Ports of its address that another program has. */
  readonly takenPorts?: readonly number[];
  /** Settings beside name and overlay, as `set` has them. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Its memory at its first start; later it has what it had. */
  readonly storage?: VirtualStorage;
  /** It is given no settings, not even a name: it has those it was told before, or none. */
  readonly isUntold?: boolean;
}

/**
 * A lab in virtual time: the firmware as it ships, driver and all, on virtual platforms of one LAN. Handsets
 * are driven as a person drives them, by lines on their consoles. One seed, one run.
 */
export class VirtualLab {
  readonly clock: VirtualClock = new VirtualClock();
  readonly network: VirtualNetwork;
  readonly handsets = new Map<string, VirtualPlatform>();
  /** What names lead to, for whoever looks one up. */
  readonly names = new Map<string, string>();
  readonly #options: VirtualLabOptions;
  readonly #prng: Prng;
  readonly #crypto: SodiumCrypto = new SodiumCrypto();
  readonly #storages = new Map<string, VirtualStorage>();
  readonly #addresses = new Map<string, string>();
  readonly #events = new Map<string, PrintedEvent[]>();
  #starts = 0;

  constructor(options: VirtualLabOptions) {
    this.#options = options;
    this.#prng = new Prng(options.seed);
    this.network = new VirtualNetwork({
      clock: this.clock,
      prng: this.#prng.fork("network"),
      path: options.path ?? quietLan,
      ...(options.onTrace && { onTrace: options.onTrace }),
    });
  }

  /** Switches a handset on; one that was on before keeps its storage and address. */
  switchOn(name: string, start: VirtualStart = {}): VirtualPlatform {
    const storage = this.#storages.get(name) ?? start.storage ?? new VirtualStorage();
    this.#storages.set(name, storage);
    const address = this.addressOf(name);
    const platform = new VirtualPlatform({
      clock: this.clock,
      network: this.network,
      address,
      random: this.#prng.fork(`${name} ${this.#starts++}`),
      crypto: this.#crypto,
      names: this.names,
      storage,
      ...(start.microphone && { microphone: start.microphone }),
      ...(start.takenPorts && { takenPorts: start.takenPorts }),
      ...(start.arenaBytes !== undefined && { gauge: gaugeOf(start.arenaBytes) }),
    });
    this.handsets.set(name, platform);
    this.#events.set(name, []);
    const { onOpened, overlay = "virtual-lab" } = this.#options;
    switchOn(platform, {
      port: musterPort,
      settings: start.isUntold === true ? {} : { name, overlay, ...start.settings },
      ...(onOpened && { capture: (opened: Opened) => onOpened(name, opened) }),
    });
    return platform;
  }

  /** Power off without a word; the storage stays. */
  switchOff(name: string): void {
    this.#platformOf(name).switchOff();
  }

  /** The address of a handset, on or off. */
  addressOf(name: string): string {
    const known = this.#addresses.get(name);
    if (known !== undefined) return known;
    const address = `192.0.2.${10 + this.#addresses.size}`;
    this.#addresses.set(name, address);
    return address;
  }

  /** Takes a handset to another address: from now on it is there, and its ports tell it so. */
  move(name: string, to: string): void {
    const from = this.addressOf(name);
    this.#addresses.set(name, to);
    this.network.move(from, to);
  }

  type(name: string, line: string): void {
    this.#platformOf(name).type(line);
  }

  /** Everything a handset has printed since it was switched on. */
  eventsOf(name: string): readonly PrintedEvent[] {
    const events = this.#events.get(name) ?? [];
    for (const line of this.#platformOf(name).consoles[0]?.takePrinted() ?? []) {
      events.push(JSON.parse(line) as PrintedEvent);
    }
    return events;
  }

  /** Forgets what a handset has printed so far, so that `expect` waits for something new. */
  forget(name: string): void {
    this.eventsOf(name);
    this.#events.set(name, []);
  }

  /** The last event of a name, if there was one. */
  lastEvent(name: string, event: string): PrintedEvent | undefined {
    return this.eventsOf(name).findLast((printed) => printed.event === event);
  }

  /** Runs `milliseconds` of virtual time. */
  run(milliseconds: number): void {
    this.clock.runFor(milliseconds);
  }

  /** Runs until a handset has printed such an event; stops with an error after `withinMs` virtual milliseconds. */
  expect(name: string, event: string, withinMs = 60_000): PrintedEvent {
    const until = instant(this.clock.now() + withinMs);
    const seen = (): boolean => this.lastEvent(name, event) !== undefined;
    if (!seen() && !this.clock.runUntil(seen, { until })) {
      const printed = this.eventsOf(name).map((one) => JSON.stringify(one));
      throw new Error(
        `${name}: no "${event}" within ${withinMs} virtual ms; seed ${this.#options.seed}\n${printed.join("\n")}`,
      );
    }
    const found = this.lastEvent(name, event);
    if (found === undefined) throw new Error(`${name}: "${event}" is gone`);
    return found;
  }

  /** Bytes of UDP payload a handset has sent and received so far. */
  bytesOf(name: string): number {
    const traffic = this.network.trafficOf(this.addressOf(name));
    return traffic.bytesSent + traffic.bytesReceived;
  }

  #platformOf(name: string): VirtualPlatform {
    const platform = this.handsets.get(name);
    if (platform === undefined) throw new Error(`no handset is called ${name}`);
    return platform;
  }
}

/** Of a memory nobody measures: only its size is known. */
function gaugeOf(arenaBytes: number): MemoryGauge {
  return { read: () => ({ liveBytes: 0, peakBytes: 0, arenaBytes, instructions: 0 }) };
}
