import type { NatName } from "../virtual/nat.js";
import type { NetworkName } from "../virtual/path.js";
import type { NodeSize } from "./node-size.js";

/** Sessions end and begin again by chance. */
export interface Churn {
  /** Mean length of a session, exponentially distributed. */
  readonly meanSessionMinutes: number;
  /** Mean time a node stays off. */
  readonly meanOffMinutes: number;
  /** Of ends: nodes that take leave; the others end without a word. */
  readonly leavingPercent: number;
  /** Of returns: nodes with all they had; in place of the others a new node of a new name comes. */
  readonly returningPercent: number;
}

/** Nodes that are not honest; none of them is a bootstrap. */
export interface AdversaryPlan {
  /**
   * `liars`: each lies for itself, at a place it did not choose. `sybil`: all are one attacker's, at random places;
   * `eclipse`: around one honest phone and its registration; `partition`: the only ones that know of both islands.
   */
  readonly kind: "liars" | "sybil" | "eclipse" | "partition";
  /** Of all nodes. */
  readonly percent: number;
  /** Of `sybil` and `eclipse`: Node-IDs on one address. */
  readonly perAddress: number;
  /** They are switched on from then on, within the time that the others had. */
  readonly fromSeconds: number;
  /** Of `partition`: what becomes of a question for a name of the other island. */
  readonly crossing: Crossing;
}

/** It is answered truly, denied, dropped without a word, or answered with the record spoiled. */
export type Crossing = "pass" | "deny" | "drop" | "forge";

/** LANs behind NATs. Host peers of such a LAN stand outside, as one must that serves clients. */
export interface NatPlan {
  /** Of all LANs but the first of each island. */
  readonly percent: number;
  /** By turns. */
  readonly kinds: readonly NatName[];
  /** How long a binding lasts after the last datagram that went out. */
  readonly bindingSeconds: number;
  /** Whether two nodes inside reach each other at the NAT's outside address. */
  readonly hairpins: boolean;
}

/** When a step is taken, once or again and again. */
export interface Timing {
  /** Virtual seconds since the beginning. */
  readonly atSeconds: number;
  /** How often it is taken in all. */
  readonly times: number;
  /** Mean time from one to the next: drawn evenly from half of it to one and a half. */
  readonly everySeconds: number;
}

/** Which nodes a fault strikes: drawn from those that are on; bootstraps are spared unless `size` is "any". */
export interface Victims {
  readonly count: number;
  readonly size: NodeSize | "any";
}

/** Something that is done to the nodes or the network. */
export type Action =
  /** The living are split at random into parts that cannot reach each other. */
  | { readonly do: "split"; readonly parts: number }
  /** All nodes reach each other again. */
  | { readonly do: "heal" }
  /**
   * All islands reach each other; one node is switched on that is told an address of each: of bootstraps, where there
   * are any, else of whoever was there first.
   */
  | { readonly do: "bridge" }
  /** New nodes are switched on in the first island; they are no bootstraps. */
  | { readonly do: "add"; readonly size: NodeSize; readonly count: number }
  /** Nodes end without a word, and begin again after `backAfterSeconds`, if that is given. */
  | {
      readonly do: "crash";
      readonly victims: Victims;
      readonly backAfterSeconds: number | undefined;
      readonly state: "kept" | "lost";
    }
  /** The network of some nodes becomes very slow and loses half of all for a time. */
  | { readonly do: "clog"; readonly victims: Victims; readonly seconds: number }
  /** A node with the keys of another is switched on. */
  | { readonly do: "cloneKey"; readonly victims: Victims }
  /** Every living node looks names up, all or some, within `withinSeconds`; each must be found. */
  | { readonly do: "resolve"; readonly names: number | "all"; readonly withinSeconds: number }
  /** For so long every node that is on then looks one and the same name up, each at its own times. */
  | { readonly do: "hotKey"; readonly seconds: number; readonly everyMeanSeconds: number }
  /** Every living node must be a peer, linked to its nearest and into each part of the overlay (I2, I3). */
  | { readonly do: "whole" };

/** An action with its time. */
export interface Step {
  readonly timing: Timing;
  readonly action: Action;
}

/** What happens in a run. README.md describes the file it is read from, member by member. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly nodes: number;
  readonly minutes: number;
  /** Between LANs, and within one. */
  readonly network: NetworkName;
  readonly lan: NetworkName;
  /** In place of what the networks lose. */
  readonly lossPercent: number | undefined;
  readonly lanNodes: number;
  readonly islands: number;
  readonly hostPeersPercent: number;
  /** Of all nodes: phones that are peers whatever is there. The other phones find their role by themselves. */
  readonly lowPeersPercent: number;
  /** Whether an authority signs who each node is; else the overlay is open, and each signs for itself. */
  readonly enrolled: boolean;
  /** Nodes whose addresses everybody is told: the first of each island; they do not come and go. */
  readonly bootstraps: number;
  /** All nodes are switched on within this time. */
  readonly switchOnSeconds: number;
  readonly lookupsPerNodeMinute: number;
  /** Whether losing records is what is measured, and no failure. */
  readonly recordsMayBeLost: boolean;
  readonly churn: Churn | undefined;
  readonly adversaries: AdversaryPlan | undefined;
  readonly nats: NatPlan | undefined;
  readonly steps: readonly Step[];
}
