import { Prng } from "../virtual/prng.js";
import { stageWith, type Cast } from "./power-cuts.js";
import { restart } from "./restart.js";
import { allItems, itemOf, storedState, type Contents } from "./stored-state.js";

/** What became of flipped and cut values, one item after the other. */
export interface FlipResult {
  readonly item: string;
  /** Bytes stored for it, both copies. */
  readonly bytes: number;
  /** Bits flipped, all of them, and lengths to which a copy was cut. */
  readonly flips: number;
  readonly cuts: number;
  /** Of flips and cuts: noticed, the last good state being used. */
  readonly noticed: number;
  /** Whole phones started with a flipped byte, a cut value, or both copies gone; and those that could be called. */
  readonly starts: number;
  readonly booted: number;
  readonly failures: readonly string[];
}

/**
 * Flips every bit and cuts at every byte of everything a phone in use has stored, one at a time; with one flip of every
 * `bootEvery`-th byte, and with both copies damaged, the whole phone is started.
 */
export function flipEverything(cast: Cast, bootEvery: number, tell: (line: string) => void): FlipResult[] {
  return allItems.map((item) => {
    tell(`${item}, flipped`);
    return flipItem(cast, item, bootEvery);
  });
}

function flipItem(cast: Cast, item: string, bootEvery: number): FlipResult {
  const failures: string[] = [];
  const count = { bytes: 0, flips: 0, cuts: 0, noticed: 0, starts: 0, booted: 0 };
  const keys = [...cast.used.keys()].filter((key) => itemOf(key) === item);
  const start = (contents: Contents, what: string): void => {
    count.starts++;
    try {
      restart(stageWith(cast, "flipped", contents), storedState(contents));
      count.booted++;
    } catch (fault) {
      failures.push(`${what}: ${fault instanceof Error ? fault.message : String(fault)}`);
    }
  };
  for (const key of keys) {
    const value = cast.used.get(key) ?? new Uint8Array(0);
    const prng = new Prng(`${cast.seed} ${key}`);
    count.bytes += value.length;
    for (let bit = 0; bit < 8 * value.length; bit++) {
      count.flips++;
      if (isNoticed(cast.used, key, flipped(value, bit))) count.noticed++;
      else failures.push(`${key}, bit ${bit}: not noticed, or the last good state not used`);
    }
    for (let kept = 0; kept < value.length; kept++) {
      count.cuts++;
      if (isNoticed(cast.used, key, value.slice(0, kept))) count.noticed++;
      else failures.push(`${key}, cut to ${kept} bytes: not noticed, or the last good state not used`);
    }
    for (let at = 0; at < value.length; at += bootEvery)
      start(withValue(cast.used, key, flipped(value, 8 * at + prng.below(8))), `${key}, byte ${at}`);
    for (const kept of [0, value.length >> 1])
      start(withValue(cast.used, key, value.slice(0, kept)), `${key}, cut to ${kept} bytes`);
  }
  const both = keys.map((key): [string, Uint8Array] => [
    key,
    flipped(cast.used.get(key) ?? new Uint8Array(1), 40),
  ]);
  start(new Map([...cast.used, ...both]), `${item}, both copies`);
  return { item, ...count, failures };
}

/** Whether a damaged copy is known as such, and the other is taken for it. */
function isNoticed(used: Contents, key: string, damaged: Uint8Array): boolean {
  const item = itemOf(key);
  const found = storedState(withValue(used, key, damaged));
  const other = storedState(new Map([...used].filter(([one]) => one !== key)));
  return found.faults.some((fault) => fault.item === item) && found.content[item] === other.content[item];
}

function withValue(contents: Contents, key: string, value: Uint8Array): Contents {
  return new Map([...contents, [key, value]]);
}

function flipped(value: Uint8Array, bit: number): Uint8Array {
  const changed = value.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
