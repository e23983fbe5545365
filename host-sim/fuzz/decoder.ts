/** What a decoder made of one input: "accepted", or the kind of its refusal. */
export type Verdict = string;

/** What the inputs are, which decides how they are changed. */
export type InputForm =
  /** Fields at fixed places, lengths and numbers in binary. */
  | "binary"
  /** CBOR: heads, items, nesting. */
  | "cbor"
  /** Lines, tokens, numbers in digits. */
  | "text";

/** A reader of inputs: a pure decoder, or a machine with what earlier inputs left in it. */
export interface Reader {
  /** Reads one input, and checks what came of it; throws a `Finding` where that is not as it must be. */
  readonly feed: (input: Uint8Array) => Verdict;
  /** Checks what is left when time has passed; throws a `Finding`. */
  readonly close?: () => void;
}

/** One thing that reads what comes from outside, or from storage. */
export interface Decoder {
  readonly name: string;
  readonly form: InputForm;
  /** Valid inputs, which are changed; not empty. Asked for once in a run. */
  readonly examples: () => readonly Uint8Array[];
  /** For text: what is put in besides what stands in the examples. */
  readonly words?: readonly string[];
  /** How many inputs one reader takes before a new one is opened; absent: there is no state, one takes all. */
  readonly inputsPerReader?: number;
  /** One input costs as much as so many of a plain decoder: a run gives it fewer. */
  readonly costs?: number;
  /** A fresh reader; `seed` for the machines that draw randomness. */
  readonly open: (seed: string) => Reader;
}

/** A decoder broke a rule. */
export class Finding extends Error {}

/** Notes a finding where something that must hold does not. */
export function must(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new Finding(problem);
}

/** A decoder without state. */
export function pure(feed: Reader["feed"]): Decoder["open"] {
  return () => ({ feed });
}
