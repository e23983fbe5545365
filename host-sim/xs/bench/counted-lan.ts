import { instructions } from "muster/memory";
import { sameEndpoint, type Endpoint } from "../../../firmware/core/endpoint.js";
import { instant, type Deadline, type Instant } from "../../../firmware/core/time.js";

/** A machine of the firmware as its driver sees it. */
export interface Machine {
  handleDatagram(now: Instant, from: Endpoint, bytes: Uint8Array): void;
  handleTimeout(now: Instant): void;
  pollTransmit(): { readonly to: Endpoint | "group"; readonly bytes: Uint8Array } | undefined;
  pollTimeout(): Deadline | undefined;
}

/** A machine on the LAN, with all instructions its driver's calls took. */
export interface CountedMachine {
  readonly machine: Machine;
  readonly endpoint: Endpoint;
  instructions: number;
  dueAt: Instant | undefined;
}

interface Flight {
  readonly at: Instant;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
}

/** One way, ms. */
const delayMs = 5;
const stepsMax = 100_000;

/** Machines in virtual time on one LAN without groups. What is on the way costs nobody an instruction. */
export class CountedLan {
  readonly #machines: CountedMachine[] = [];
  readonly #reading: number;
  #flights: Flight[] = [];
  #now: Instant = instant(1000);

  constructor() {
    const before = instructions();
    this.#reading = instructions() - before;
  }

  get now(): Instant {
    return this.#now;
  }

  add(machine: Machine): CountedMachine {
    const endpoint = { address: `192.0.2.${10 + this.#machines.length}`, port: 6084 };
    const counted = { machine, endpoint, instructions: 0, dueAt: undefined };
    this.#machines.push(counted);
    return counted;
  }

  /** Does something with a machine, as its driver does: what it wants to send is sent, its deadline asked. */
  with(counted: CountedMachine, action: (now: Instant) => void): void {
    const { machine, endpoint } = counted;
    const sent: Flight[] = [];
    const at = instant(this.#now + delayMs);
    const before = instructions();
    action(this.#now);
    for (let next = machine.pollTransmit(); next !== undefined; next = machine.pollTransmit()) {
      if (next.to !== "group") sent.push({ at, from: endpoint, to: next.to, bytes: next.bytes });
    }
    counted.dueAt = machine.pollTimeout()?.at;
    counted.instructions += instructions() - before - this.#reading;
    for (const flight of sent) this.#flights.push({ ...flight, bytes: new Uint8Array(flight.bytes) });
  }

  /** Runs until something is so; throws when that takes more than `withinMs` of virtual time. */
  runUntil(what: string, isSo: () => boolean, withinMs = 60_000): void {
    const until = this.#now + withinMs;
    for (let steps = 0; !isSo(); steps++) {
      if (this.#now > until || steps > stepsMax || !this.#step()) throw new Error(`not in time: ${what}`);
    }
  }

  run(milliseconds: number): void {
    const until = instant(this.#now + milliseconds);
    while ((this.#next() ?? Infinity) <= until) this.#step();
    this.#now = until;
  }

  #next(): Instant | undefined {
    const times = this.#flights.map(({ at }) => at);
    for (const { dueAt } of this.#machines) if (dueAt !== undefined) times.push(dueAt);
    return times.length === 0 ? undefined : instant(Math.min(...times));
  }

  /** The next datagram or deadline; false when there is none. */
  #step(): boolean {
    const next = this.#next();
    if (next === undefined) return false;
    if (next > this.#now) this.#now = next;
    const flight = this.#flights.find(({ at }) => at <= this.#now);
    if (flight !== undefined) {
      this.#flights = this.#flights.filter((each) => each !== flight);
      this.#arrive(flight);
      return true;
    }
    const due = this.#machines.find(({ dueAt }) => dueAt !== undefined && dueAt <= this.#now);
    if (due !== undefined) this.with(due, (now) => due.machine.handleTimeout(now));
    return true;
  }

  #arrive({ from, to, bytes }: Flight): void {
    const counted = this.#machines.find(({ endpoint }) => sameEndpoint(endpoint, to));
    if (counted !== undefined) {
      this.with(counted, (now) => counted.machine.handleDatagram(now, from, bytes));
    }
  }
}
