import { randomBytes } from "../../firmware/core/random.js";
import type { Prng } from "../virtual/prng.js";

/** What a power failure leaves of a value being written. */
export interface Cut {
  readonly name: string;
  readonly keep: "old" | "new" | ((value: Uint8Array) => Uint8Array);
}

/** Erased flash. */
const erased = 0xff;

/** Power fails before a write, after it, or amid it: what is there is a beginning, erased, or anything. */
export function cutsOf(length: number, prng: Prng): Cut[] {
  const lengths = new Set([0, 1, length >> 2, length >> 1, length - (length >> 2), length - 1]);
  return [
    { name: "before", keep: "old" },
    { name: "after", keep: "new" },
    ...[...lengths].filter((kept) => kept < length).map(prefix),
    { name: "erased", keep: (value) => value.slice().fill(erased) },
    { name: "half erased", keep: (value) => value.slice().fill(erased, value.length >> 1) },
    { name: "garbage", keep: (value) => randomBytes(prng, value.length) },
    { name: "ends in garbage", keep: (value) => withEnd(value, prng) },
  ];
}

/** The first bytes of the value. */
function prefix(kept: number): Cut {
  return { name: `${kept} bytes`, keep: (value) => value.slice(0, kept) };
}

function withEnd(value: Uint8Array, prng: Prng): Uint8Array {
  const half = value.length >> 1;
  return Uint8Array.from([...value.slice(0, half), ...randomBytes(prng, value.length - half)]);
}
