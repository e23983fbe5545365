import { join } from "node:path";
import type { EngineName } from "./engine.js";

/** What the person asked of the lab. */
export interface LabOptions {
  /** 2 .. 24 handsets, each a process of its own. */
  readonly handsets: number;
  /** What runs them; emulated ones are joined by one more in Node. */
  readonly engine: EngineName;
  /** Host peers beside them, 2 .. 8, of which the handsets become clients; 0 or absent: all handsets are peers. */
  readonly hostPeers?: number | undefined;
  /** Whether all host peers are killed at last, so that the handsets have to take over, and call again. */
  readonly hostPeersDie?: boolean | undefined;
  /** Length of the call in seconds; absent: as long as the longer of the two speech files, and a second. */
  readonly seconds: number | undefined;
  /** Memory of each phone of a crowd, bytes; absent: that of a real phone. */
  readonly memoryBytes?: number | undefined;
  /** Percent of datagrams that the simulated path of each handset loses. */
  readonly lossPercent: number;
  /** Keep running afterwards, with a prompt. */
  readonly stay: boolean;
  /** Seed of what is simulated: loss, addresses. */
  readonly seed: number;
  /** Where state, captures and recordings go. */
  readonly directory: string;
}

/** One handset of the lab before it is started. */
export interface PlannedHandset {
  readonly name: string;
  readonly address: string;
  readonly engine: EngineName;
  /** Its folder: state, `heard.wav`, `capture.jsonl`. */
  readonly folder: string;
  readonly lossSeed: number;
  /** What it is told its memory is, bytes; absent: nothing bounds it. One on an engine of its own has its arena. */
  readonly memoryBytes?: number;
}

/** One host peer of the lab before it is started. */
export type PlannedPeer = Pick<PlannedHandset, "name" | "address" | "folder">;

/** The network of one lab: an overlay name and loopback addresses that no other lab on this machine uses. */
export interface LabPlan {
  readonly overlay: string;
  readonly handsets: readonly PlannedHandset[];
  readonly hostPeers: readonly PlannedPeer[];
}

/** From so many handsets in Node on it is a crowd: each is no larger than a real phone, and most pairs have no link. */
export const crowdMin = 12;
/** Memory of a phone in a crowd, bytes: eight neighbours and two guests (firmware/capacity.ts). */
const crowdMemoryBytes = 114 * 1024;

/** Whether a lab is a crowd. */
export function isCrowd({ handsets, engine }: Pick<LabOptions, "handsets" | "engine">): boolean {
  return engine === "node" && handsets >= crowdMin;
}

/** Most handsets one lab runs: the scope of the overlay as it stands. */
export const labHandsetsMax = 24;
/** Most host peers of one lab. */
export const labHostPeersMax = 8;

/** Whether a phone or peer that keeps a name is killed, and a stranger dials that name: where there are strangers. */
export function hasDeath(options: LabOptions): boolean {
  return isCrowd(options) || (options.handsets >= 3 && (options.hostPeers ?? 0) > 0);
}

/**
 * Who calls whom: alice bob; and where handsets of two engines are together, the last two, one of each. `back`: the
 * other way round.
 */
export function pairsOf(
  handsets: readonly PlannedHandset[],
  direction: "there" | "back",
): readonly (readonly [PlannedHandset, PlannedHandset])[] {
  const [alice, bob, ...others] = handsets;
  if (alice === undefined || bob === undefined) throw new Error("a call takes two handsets");
  const [caller, callee] = others.slice(-2);
  const isMixed = caller !== undefined && callee !== undefined && caller.engine !== callee.engine;
  const pairs = [[alice, bob] as const, ...(isMixed ? [[caller, callee] as const] : [])];
  return direction === "there" ? pairs : pairs.map(([from, to]) => [to, from]);
}

/**
 * Names and places of a lab. The seed picks a /24 of 127/8 for it, and names the overlay, so that two labs on
 * one machine do not meet (beacons reach all of loopback; another Overlay-ID is ignored).
 */
export function planLab(options: LabOptions): LabPlan {
  const block = `127.${1 + (options.seed % 250)}.${Math.floor(options.seed / 250) % 250}`;
  const handsets: PlannedHandset[] = [];
  const count = options.engine === "rv32" ? options.handsets + 1 : options.handsets;
  for (let i = 0; i < count; i++) {
    const name = names[i] ?? `phone${i + 1}`;
    handsets.push({
      name,
      engine: i < options.handsets ? options.engine : "node",
      address: `${block}.${firstHost + i}`,
      folder: join(options.directory, name),
      lossSeed: options.seed * 100 + i,
      ...(isCrowd(options) && { memoryBytes: options.memoryBytes ?? crowdMemoryBytes }),
    });
  }
  const hostPeers: PlannedPeer[] = [];
  for (let i = 0; i < (options.hostPeers ?? 0); i++) {
    const name = `tower${i + 1}`;
    const address = `${block}.${firstHost - labHostPeersMax + i}`;
    hostPeers.push({ name, address, folder: join(options.directory, name) });
  }
  return { overlay: `lab-${options.seed}`, handsets, hostPeers };
}

/** Of the first handset in its /24; host peers come before it. */
const firstHost = 11;

const names = [
  "alice",
  "bob",
  "carol",
  "dave",
  "erin",
  "frank",
  "grace",
  "heidi",
  "ivan",
  "judy",
  "mallory",
  "niaj",
];
