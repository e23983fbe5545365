import { type Random, uniform } from "../../core/random.js";
import { after, type Instant } from "../../core/time.js";
import type { G711Codec, LocalMedia } from "./offer-answer.js";
import type { Proposal } from "./session-media.js";
import type { TransactionId } from "./transaction-layer.js";

/** What is to be different; what is not named stays as it is. */
export interface MediaWish {
  /** `sendonly` holds, `sendrecv` resumes (RFC 3264 §8.4). */
  readonly direction?: "sendonly" | "sendrecv";
  /** The only codec to go on with. */
  readonly codec?: G711Codec;
}

/** A change that this phone has asked for, or will ask for again (RFC 3261 §14.1). */
export interface MediaChange {
  readonly wish: MediaWish;
  /** What was offered. */
  readonly proposal: Proposal;
  /** Times it met a change from the other side. */
  readonly collisions: number;
  readonly stage:
    | { readonly kind: "sent"; readonly transaction: TransactionId }
    | { readonly kind: "waiting"; readonly retryAt: Instant };
}

const collisionsMax = 4;

/** This phone's side with a wish fulfilled. */
export function wished(local: LocalMedia, wish: MediaWish): LocalMedia {
  return {
    ...local,
    direction: wish.direction ?? local.direction,
    codecs: wish.codec === undefined ? local.codecs : [wish.codec],
  };
}

/**
 * The change after a 491: it waits, the caller 2.1 to 4 s, the callee up to 2 s, in steps of 10 ms, so that they do
 * not meet again (RFC 3261 §14.1). `undefined` when it has met too often.
 */
export function afterCollision(
  change: MediaChange,
  role: "caller" | "callee",
  random: Random,
  now: Instant,
): MediaChange | undefined {
  if (change.collisions + 1 >= collisionsMax) return undefined;
  const wait = role === "caller" ? 2100 + 10 * uniform(random, 191) : 10 * uniform(random, 201);
  const stage = { kind: "waiting", retryAt: after(now, wait) } as const;
  return { ...change, collisions: change.collisions + 1, stage };
}
