import type { Prng } from "../virtual/prng.js";
import type { Mutant } from "./mutant.js";

/** An item of an example: where it begins and ends, and how it is nested. */
interface Item {
  readonly from: number;
  readonly to: number;
}

/** The items of an example, each of them and those in it; found once, the examples of a run stay the same. */
export class CborItems {
  readonly #items = new WeakMap<Uint8Array, readonly Item[]>();

  /** All items of `bytes`, or none where they are no CBOR. */
  of(bytes: Uint8Array): readonly Item[] {
    const known = this.#items.get(bytes);
    if (known !== undefined) return known;
    const found: Item[] = [];
    walk(bytes, 0, found);
    this.#items.set(bytes, found);
    return found;
  }
}

/** What an input is made of, and where the items in it are. */
export interface CborParts {
  readonly items: CborItems;
  /** As the mutant still is. */
  readonly example: Uint8Array;
  /** To take items from. */
  readonly other: Uint8Array;
}

/** One change to the items of an example, the first that is made to it: what decoders of CBOR are told by its heads. */
export function editItems(mutant: Mutant, prng: Prng, { items, example, other }: CborParts): void {
  const all = items.of(example);
  if (all.length === 0) return mutant.editBytes(other);
  const { from, to } = prng.pick(all);
  switch (prng.below(8)) {
    case 0:
      return mutant.replace(from, to, partOf(prng, items, other));
    case 1:
      return mutant.replace(from, to, none);
    case 2:
      return mutant.replace(to, to, mutant.part(from, to));
    case 3:
      return mutant.replace(from, from, partOf(prng, items, other));
    case 4:
      return mutant.replace(from, from + 1, Uint8Array.of((mutant.byteAt(from) & 31) | (prng.below(8) << 5)));
    case 5:
      return mutant.replace(from, from + 1, Uint8Array.of(mutant.byteAt(from) + prng.between(-2, 2)));
    case 6:
      return mutant.replace(from, from + 1, strangeHead(prng, mutant.byteAt(from)));
    default:
      return mutant.replace(from, from, nest(prng));
  }
}

const none = new Uint8Array(0);

/** An item of another example, or a simple one. */
function partOf(prng: Prng, items: CborItems, other: Uint8Array): Uint8Array {
  const all = items.of(other);
  if (all.length === 0 || prng.chance(0.4)) return prng.pick(simple);
  const { from, to } = prng.pick(all);
  return other.subarray(from, to);
}

const simple: readonly Uint8Array[] = [
  [0x00],
  [0x20],
  [0x40],
  [0x60],
  [0x80],
  [0xa0],
  [0xc0, 0x00],
  [0xf4],
  [0xf6],
  [0xf9, 0x00, 0x00],
  [0xff],
  [0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x1b, 0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x62, 0xc3, 0x28],
].map((bytes) => Uint8Array.from(bytes));

/** The head of the same type with an argument that is too long, too large, indefinite or reserved. */
function strangeHead(prng: Prng, head: number): Uint8Array {
  const major = head & 0xe0;
  const low = head & 31;
  const size = prng.below(6);
  if (size === 4) return Uint8Array.of(major | 31);
  if (size === 5) return Uint8Array.of(major | 28);
  const argument = new Uint8Array(1 + (1 << size));
  argument[0] = major | (24 + size);
  if (prng.chance(0.5)) argument.fill(0xff, 1);
  else argument[argument.length - 1] = low;
  return argument;
}

/** Arrays, maps or tags around what follows: mostly a few, now and then more than any stack bears. */
function nest(prng: Prng): Uint8Array {
  const depth = prng.chance(0.1) ? prng.between(100, 8000) : prng.between(1, 10);
  return new Uint8Array(depth).fill(prng.pick([0x81, 0xa1, 0xc1, 0x9f]));
}

/** Notes the item at `at` and those in it; returns where it ends, -1 where there is none. */
function walk(bytes: Uint8Array, at: number, found: Item[]): number {
  const head = bytes[at];
  if (head === undefined) return -1;
  const size = head & 31;
  const width = size < 24 ? 0 : 1 << (size - 24);
  let argument = size < 24 ? size : 0;
  for (let i = 0; i < width; i++) argument = 256 * argument + (bytes[at + 1 + i] ?? 0);
  const content = at + 1 + width;
  const end = contentEnd(bytes, { major: head >> 5, argument, content }, found);
  if (end >= 0) found.push({ from: at, to: end });
  return end;
}

function contentEnd(
  bytes: Uint8Array,
  {
    major,
    argument,
    content,
  }: { readonly major: number; readonly argument: number; readonly content: number },
  found: Item[],
): number {
  if (major === 2 || major === 3) return content + argument <= bytes.length ? content + argument : -1;
  if (major !== 4 && major !== 5) return content;
  let at = content;
  for (let i = (major - 3) * argument; i > 0 && at >= 0; i--) at = walk(bytes, at, found);
  return at;
}
