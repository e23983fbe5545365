import { Prng } from "../virtual/prng.js";
import { CborItems, editItems } from "./cbor-edits.js";
import type { Decoder } from "./decoder.js";
import { Mutant } from "./mutant.js";
import { ascii, editText, separators } from "./text-edits.js";

/**
 * The inputs of one decoder, from one seed: input `n` is the same whatever was asked for before, so that a failure is
 * replayed by its number.
 */
export class Inputs {
  readonly #decoder: Decoder;
  readonly #seed: string;
  readonly #examples: readonly Uint8Array[];
  readonly #words: readonly Uint8Array[];
  readonly #mutant: Mutant = new Mutant();
  readonly #items: CborItems = new CborItems();

  constructor(decoder: Decoder, seed: string) {
    this.#decoder = decoder;
    this.#seed = seed;
    this.#examples = decoder.examples();
    this.#words = [...separators, ...(decoder.words ?? [])].map(ascii);
  }

  /** Input `number`: an example with one to a few changes; now and then an example as it is, or noise. */
  input(number: number): Uint8Array {
    const prng = new Prng(`${this.#seed}/${this.#decoder.name}/${number}`);
    const example = prng.pick(this.#examples);
    this.#mutant.begin(prng, example);
    const kind = prng.below(64);
    if (kind === 0) return this.#mutant.finish();
    if (kind === 1) return this.#mutant.noise(prng.below(80));
    this.#edit(prng, example, true);
    while (prng.chance(0.4)) this.#edit(prng, example, false);
    return this.#mutant.finish();
  }

  #edit(prng: Prng, example: Uint8Array, first: boolean): void {
    const { form } = this.#decoder;
    const other = prng.pick(this.#examples);
    if (form === "cbor" && first && prng.chance(0.6))
      editItems(this.#mutant, prng, { items: this.#items, example, other });
    else if (form === "text" && prng.chance(0.7)) editText(this.#mutant, prng, this.#words, other);
    else this.#mutant.editBytes(other);
  }
}
