import { Nat, natKinds } from "../virtual/nat.js";
import type { VirtualNetwork } from "../virtual/network.js";
import type { Prng } from "../virtual/prng.js";
import type { NatPlan } from "./scenario.js";

/** A LAN of an island, counted from 0. */
export interface LanNumber {
  readonly island: number;
  readonly lan: number;
}

/** The LANs of a run that are behind NATs, each behind one of its own, of the plan's kinds by turns. */
export class NattedLans {
  readonly #network: VirtualNetwork;
  readonly #prng: Prng;
  readonly #plan: NatPlan;
  readonly #nats = new Map<string, Nat>();

  constructor(network: VirtualNetwork, prng: Prng, plan: NatPlan) {
    this.#network = network;
    this.#prng = prng;
    this.#plan = plan;
  }

  /** Whether a LAN is behind a NAT: a share of all, spread evenly; never the first of an island, of its bootstraps. */
  has({ lan }: LanNumber): boolean {
    return this.#before(lan) < this.#before(lan + 1);
  }

  /** Puts a node that is in such a LAN behind its NAT. */
  put(address: string, at: LanNumber): void {
    const { island, lan } = at;
    const outside = `203.${island}.${lan >> 8}.${lan & 0xff}`;
    const nat = this.#nats.get(outside) ?? this.#make(outside, at);
    this.#nats.set(outside, nat);
    this.#network.setNat(address, nat);
  }

  #make(outside: string, { lan }: LanNumber): Nat {
    const { kinds, bindingSeconds, hairpins } = this.#plan;
    const kind = kinds[this.#before(lan) % kinds.length] ?? "port-restricted";
    const behaviour = { ...natKinds[kind], bindingMs: 1000 * bindingSeconds, hairpins };
    return new Nat(outside, behaviour, this.#prng.fork(outside));
  }

  /** LANs behind NATs among the first so many. */
  #before(lans: number): number {
    return Math.floor((Math.max(0, lans - 1) * this.#plan.percent) / 100);
  }
}
