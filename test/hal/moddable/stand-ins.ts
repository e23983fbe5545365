import type UDP from "embedded:io/socket/udp";
import type { UdpOptions, UdpPacket } from "embedded:io/socket/udp";
import type WiFi from "embedded:network/interface/wifi";
import type { WifiOptions } from "embedded:network/interface/wifi";
import type Timer from "timer";
import type { TimerId } from "timer";
import { instant, type Instant } from "../../../firmware/core/time.js";
import { FaultGuard } from "../../../hal/moddable/fault-guard.js";

/**
 * What the SDK's modules do where our logic depends on it, in a time that stands still until it is told to go on. The
 * real modules' behaviour is tested on the XS host; these serve the tests of arithmetic and of order.
 */

interface FakeTimerId extends TimerId {
  readonly callback: (id: TimerId) => void;
  due: number;
  interval: number;
  isIdle: boolean;
}

/** `timer` and `time`: one-shots are freed after their callback, as on the device. Ticks go round at 32 bits. */
export class FakeTime {
  readonly #timers = new Set<FakeTimerId>();
  /** How often `schedule` was called. */
  schedules = 0;
  #now: number;

  constructor(startsAt = 0) {
    this.#now = startsAt;
  }

  get time(): { readonly ticks: number } {
    const ticks = (): number => this.#now | 0;
    return {
      get ticks(): number {
        return ticks();
      },
    };
  }

  get clock(): { now: () => Instant } {
    return { now: () => instant(this.#now) };
  }

  /** Timers that exist: what was not cleared and has not fired for the last time. */
  get alive(): number {
    return this.#timers.size;
  }

  get timers(): typeof Timer {
    const add = (callback: (id: TimerId) => void, delay: number, interval: number): TimerId => {
      const id: FakeTimerId = { callback, due: this.#now + delay, interval, isIdle: false };
      this.#timers.add(id);
      return id;
    };
    const schedule = (given: TimerId, delay?: number, repeat = 0): void => {
      const id = given as FakeTimerId;
      this.schedules++;
      if (!this.#timers.has(id)) throw new Error("invalid host data");
      id.isIdle = delay === undefined;
      id.interval = delay === undefined ? -1 : repeat;
      id.due = this.#now + (delay ?? 0);
    };
    const clear = (id: TimerId | undefined): void => void this.#timers.delete(id as FakeTimerId);
    // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- what it stands for is one
    return class {
      static set = (callback: (id: TimerId) => void, delay = 0, repeat = 0): TimerId =>
        add(callback, delay, repeat);
      static repeat = (callback: (id: TimerId) => void, interval: number): TimerId =>
        add(callback, interval, interval);
      static schedule = schedule;
      static clear = clear;
    };
  }

  /** Lets time pass without anything happening: a long turn of a script. */
  stall(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Lets time pass, firing what is due, in order. */
  run(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.due);
      this.#fire(next);
    }
    this.#now = end;
  }

  #next(end: number): FakeTimerId | undefined {
    const due = [...this.#timers].filter((id) => !id.isIdle && id.due <= end);
    return due.sort((a, b) => a.due - b.due)[0];
  }

  #fire(id: FakeTimerId): void {
    id.due += id.interval;
    id.callback(id);
    if (id.interval === 0) this.#timers.delete(id);
  }
}

/** A guard that keeps what it was told; `onFault` and `restart` are counted. */
export class RecordingGuard {
  readonly traces: string[] = [];
  resumed = 0;
  restarts = 0;
  readonly guard: FaultGuard;

  constructor(time: FakeTime = new FakeTime()) {
    this.guard = new FaultGuard({
      clock: time.clock,
      trace: (text) => this.traces.push(text),
      onFault: () => this.resumed++,
      restart: () => this.restarts++,
    });
  }
}

/** A socket on a LAN of which the test is the other side. */
export class FakeUdp {
  readonly sent: { readonly bytes: readonly number[]; readonly to: string }[] = [];
  readonly groups: string[] = [];
  readonly #packets: UdpPacket[] = [];
  options: UdpOptions | undefined;
  opened = 0;
  closed = 0;
  /** Thrown by the constructor, and by `write`. */
  refusal: string | undefined;
  unsendable: string | undefined;

  get udp(): typeof UDP {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class below has a `this` of its own
    const lan = this;
    return class {
      constructor(options: UdpOptions) {
        if (lan.refusal !== undefined) throw new Error(lan.refusal);
        lan.options = options;
        lan.opened++;
      }
      read(): UdpPacket | undefined {
        return lan.#packets.shift();
      }
      write(bytes: Uint8Array, address: string, port: number): void {
        if (lan.unsendable !== undefined) throw new Error(lan.unsendable);
        lan.sent.push({ bytes: [...bytes], to: `${address}:${port}` });
      }
      add(group: string): void {
        lan.groups.push(`+${group}`);
      }
      remove(group: string): void {
        lan.groups.push(`-${group}`);
      }
      close(): void {
        lan.closed++;
      }
    };
  }

  /** Datagrams arrive, and the phone is told once. */
  arrive(from: { readonly address: string; readonly port: number }, ...datagrams: readonly number[][]): void {
    for (const bytes of datagrams) {
      const packet = Uint8Array.from(bytes).buffer;
      this.#packets.push(Object.assign(packet, from));
    }
    this.options?.onReadable?.(datagrams.length);
  }
}

/** A radio of which the test is the access point. */
export class FakeWifi {
  connection = 200;
  address: string | undefined;
  readonly connects: object[] = [];
  disconnects = 0;
  refusal: string | undefined;
  options: WifiOptions | undefined;

  get wifi(): typeof WiFi {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class below has a `this` of its own
    const radio = this;
    return class {
      constructor(options: WifiOptions) {
        radio.options = options;
      }
      get connection(): number {
        return radio.connection;
      }
      get address(): string | undefined {
        return radio.address;
      }
      connect(options: { readonly SSID: string; readonly password?: string }): void {
        if (radio.refusal !== undefined) throw new Error(radio.refusal);
        radio.connects.push(options);
        radio.connection = 300;
      }
      disconnect(): void {
        radio.disconnects++;
        radio.connection = 200;
      }
      close(): void {
        radio.connection = 200;
      }
    };
  }

  /** The radio's state changes, and it tells. */
  become(connection: number, address?: string): void {
    this.connection = connection;
    this.address = address;
    this.options?.onChanged?.("connection");
    if (address !== undefined) this.options?.onChanged?.("address");
  }
}
