import { spend, type FullAt } from "../core/allowance.js";
import { hotKeyBurst, hotKeyMs, hotKeyPerSecond, hotKeysMax } from "../core/limits.js";
import { none } from "../core/none.js";
import { after, instant, type Instant } from "../core/time.js";

/** How often one resource is asked for. Numbers only: on a phone there is one for each of the last few asked for. */
interface Asked {
  /** First 32 bits of the Resource-ID, which is a hash. */
  readonly short: number;
  fullAt: FullAt;
  hotUntil: Instant;
}

/**
 * Which resources this node is asked for so often that others should answer, too (protocol §4, hot keys). One that has
 * become hot stays so until nobody has asked for a while: where its copies answer, few questions come.
 */
export class HotKeys {
  #all: readonly Asked[] = none;

  /** Resources that are counted now. */
  get size(): number {
    return this.#all.length;
  }

  /** Counts a question for a resource; true where it is hot. */
  isHot(now: Instant, resource: Uint8Array): boolean {
    const asked = this.find(now, shortOf(resource));
    const spent = spend(rate, asked.fullAt, now);
    const isHot = spent === undefined || asked.hotUntil > now;
    if (isHot) asked.hotUntil = after(now, hotKeyMs);
    if (spent !== undefined) asked.fullAt = spent;
    return isHot;
  }

  /** Of those asked for a moment ago, the last at the end; of too many the one asked for longest ago goes. */
  private find(now: Instant, short: number): Asked {
    const asked = this.#all.find((one) => one.short === short) ?? { short, fullAt: 0, hotUntil: instant(0) };
    if (this.#all.at(-1) === asked) return asked;
    const others = this.#all.filter((one) => one !== asked && (one.fullAt > now || one.hotUntil > now));
    this.#all = [...others, asked].slice(-hotKeysMax);
    return asked;
  }
}

function shortOf(resource: Uint8Array): number {
  return new DataView(resource.buffer, resource.byteOffset, 4).getUint32(0);
}

const rate = { perSecond: hotKeyPerSecond, burst: hotKeyBurst };
