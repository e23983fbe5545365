import { instructions } from "muster/memory";
import type UDP from "embedded:io/socket/udp";
import type { UdpOptions, UdpPacket } from "embedded:io/socket/udp";
import type Timer from "timer";
import type { TimerId } from "timer";
import { instant, type Instant } from "../../../firmware/core/time.js";

/** A phone's sockets and timers on the LAN of the counts, and the instructions of everything they called back. */
export interface Account {
  readonly address: string;
  instructions: number;
}

interface Waiting extends TimerId {
  readonly account: Account;
  readonly callback: (id: TimerId) => void;
  due: number;
  interval: number;
}

interface Socket {
  readonly account: Account;
  readonly options: UdpOptions;
  readonly packets: UdpPacket[];
}

/** One LAN in virtual time under the HAL that ships: `embedded:io/socket/udp` and `timer` as it is given them. */
export class BenchSockets {
  #now = 1000;
  readonly #timers: Waiting[] = [];
  readonly #sockets: Socket[] = [];
  readonly #reading: number;
  /** Told of every datagram that a phone sends. */
  onSent: ((from: string, to: string, bytes: Uint8Array) => void) | undefined;

  constructor() {
    const before = instructions();
    this.#reading = instructions() - before;
  }

  get now(): Instant {
    return instant(this.#now);
  }

  timersOf(account: Account): typeof Timer {
    const add = (callback: (id: TimerId) => void, delay: number, interval: number): TimerId => {
      const id: Waiting = { account, callback, due: this.#now + delay, interval };
      this.#timers.push(id);
      return id;
    };
    const schedule = (id: TimerId, delay?: number, repeat = 0): void => {
      (id as Waiting).due = delay === undefined ? Infinity : this.#now + delay;
      (id as Waiting).interval = repeat;
    };
    const clear = (id: TimerId | undefined): void => void ((id as Waiting).due = Infinity);
    // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- what it stands for is one
    return class {
      static set = (callback: (id: TimerId) => void, delay = 0, repeat = 0): TimerId =>
        add(callback, delay, repeat);
      static repeat = (callback: (id: TimerId) => void, every: number): TimerId =>
        add(callback, every, every);
      static schedule = schedule;
      static clear = clear;
    };
  }

  udpOf(account: Account): typeof UDP {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class below has a `this` of its own
    const lan = this;
    return class {
      readonly #socket: Socket;
      constructor(options: UdpOptions) {
        this.#socket = { account, options, packets: [] };
        lan.#sockets.push(this.#socket);
      }
      read(): UdpPacket | undefined {
        return this.#socket.packets.shift();
      }
      write(bytes: Uint8Array, to: string, port: number): void {
        lan.#send({ address: account.address, port: this.#socket.options.port ?? 0 }, { to, port }, bytes);
      }
      add(): void {
        // Every socket hears the group.
      }
      remove(): void {
        // As above.
      }
      close(): void {
        // Nobody closes one here.
      }
    };
  }

  /** Has datagrams wait at a phone's port; nothing is called yet. */
  put(
    to: string,
    port: number,
    datagrams: readonly { address: string; port: number; bytes: Uint8Array }[],
  ): void {
    const socket = this.#sockets.find((each) => each.account.address === to && each.options.port === port);
    for (const { address, port: from, bytes } of datagrams) {
      const buffer = new Uint8Array(bytes).buffer;
      socket?.packets.push(Object.assign(buffer, { address, port: from }));
    }
  }

  /** Calls a phone for what waits at its ports, until nothing does. */
  deliver(): void {
    for (const { account, options, packets } of this.#sockets) {
      if (packets.length > 0) this.count(account, () => options.onReadable?.(packets.length));
    }
    this.#fire();
  }

  /** Does something at a phone's expense. */
  count(account: Account, action: () => void): void {
    const before = instructions();
    action();
    account.instructions += instructions() - before - this.#reading;
  }

  /** Lets so much time pass; datagrams that phones sent arrive in the same millisecond. */
  run(milliseconds: number): void {
    for (const until = this.#now + milliseconds; ;) {
      this.deliver();
      const next = Math.min(...this.#timers.map(({ due }) => due));
      if (this.#sockets.some(({ packets }) => packets.length > 0)) continue;
      if (next > until) {
        this.#now = until;
        return;
      }
      this.#now = Math.max(this.#now, next);
    }
  }

  #fire(): void {
    for (const timer of this.#timers) {
      if (timer.due > this.#now) continue;
      timer.due = timer.interval > 0 ? timer.due + timer.interval : Infinity;
      this.count(timer.account, () => timer.callback(timer));
    }
  }

  #send(
    from: { address: string; port: number },
    target: { to: string; port: number },
    bytes: Uint8Array,
  ): void {
    const { to, port } = target;
    this.onSent?.(from.address, to, bytes);
    const toAll = to.startsWith("239.") || to.endsWith(".255");
    for (const { account } of this.#sockets) {
      if (account.address === from.address || (account.address !== to && !toAll)) continue;
      this.put(account.address, port, [{ ...from, bytes }]);
    }
  }
}
