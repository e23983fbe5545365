import { toHex } from "../../firmware/core/bytes.js";
import { Finding, type Decoder, type Reader } from "./decoder.js";
import { Inputs } from "./inputs.js";

/** What a run is to do. */
export interface CampaignOptions {
  readonly seed: string;
  /** Inputs for each decoder; one that costs more gets fewer. */
  readonly inputs: number;
  /** To replay: the first and last input that matter; absent: all of a run. */
  readonly first?: number;
  readonly last?: number;
  /** Told after each block of inputs, how many are done in all. */
  readonly progress?: (decoder: Decoder, done: number, of: number) => void;
}

/** An input that broke a rule. */
export interface Failure {
  readonly decoder: string;
  readonly seed: string;
  /** Its number: `muster fuzz --decoder … --seed … --input …` replays it. */
  readonly input: number;
  readonly problem: string;
  /** The input in hex, its first 600 bytes. */
  readonly hex: string;
}

/** What one decoder made of its inputs. */
export interface Outcome {
  readonly decoder: string;
  readonly inputs: number;
  readonly accepted: number;
  /** How often each kind of refusal. */
  readonly refused: Readonly<Record<string, number>>;
  /** How many inputs broke a rule, and the first of each kind of breach. */
  readonly failed: number;
  readonly failures: readonly Failure[];
  readonly microsecondsEach: number;
}

const blockInputs = 2000;
const failuresKept = 8;

/** Feeds one decoder its inputs. */
export function fuzz(decoder: Decoder, options: CampaignOptions): Outcome {
  return new Run(decoder, options).run();
}

/** How many inputs of a run of `inputs` a decoder gets. */
export function shareOf(decoder: Decoder, inputs: number): number {
  return Math.max(1, Math.ceil(inputs / (decoder.costs ?? 1)));
}

class Run {
  readonly #decoder: Decoder;
  readonly #options: CampaignOptions;
  readonly #inputs: Inputs;
  readonly #verdicts = new Map<string, number>();
  readonly #failures: Failure[] = [];
  #failed = 0;
  #reader: Reader | undefined;

  constructor(decoder: Decoder, options: CampaignOptions) {
    this.#decoder = decoder;
    this.#options = options;
    this.#inputs = new Inputs(decoder, options.seed);
  }

  run(): Outcome {
    const { progress } = this.#options;
    const until = (this.#options.last ?? shareOf(this.#decoder, this.#options.inputs) - 1) + 1;
    const wanted = this.#options.first ?? 0;
    // A machine is as its earlier inputs left it: a replay begins where its reader was opened.
    const first = wanted - (wanted % (this.#decoder.inputsPerReader ?? 1));
    const began = performance.now();
    for (let number = first; number < until; number++) {
      this.#step(number);
      if ((number + 1) % blockInputs === 0) progress?.(this.#decoder, number + 1 - first, until - first);
    }
    this.#close(until - 1);
    return this.#outcome(until - first, performance.now() - began);
  }

  #step(number: number): void {
    const { inputsPerReader } = this.#decoder;
    if (inputsPerReader !== undefined && number % inputsPerReader === 0) this.#close(number - 1);
    this.#reader ??= this.#decoder.open(`${this.#options.seed}/${number}`);
    const input = this.#inputs.input(number);
    try {
      const verdict = this.#reader.feed(input);
      this.#verdicts.set(verdict, (this.#verdicts.get(verdict) ?? 0) + 1);
    } catch (fault) {
      this.#fail(number, input, fault);
    }
  }

  #close(number: number): void {
    try {
      this.#reader?.close?.();
    } catch (fault) {
      this.#fail(number, this.#inputs.input(number), fault);
    }
    this.#reader = undefined;
  }

  #fail(number: number, input: Uint8Array, fault: unknown): void {
    this.#failed++;
    const problem = problemOf(fault);
    if (this.#failures.length >= failuresKept) return;
    const { name } = this.#decoder;
    const hex = toHex(input.subarray(0, 600));
    this.#failures.push({ decoder: name, seed: this.#options.seed, input: number, problem, hex });
  }

  #outcome(inputs: number, milliseconds: number): Outcome {
    const refused: Record<string, number> = {};
    for (const [verdict, count] of [...this.#verdicts].sort((a, b) => b[1] - a[1])) {
      if (verdict !== "accepted") refused[verdict] = count;
    }
    return {
      decoder: this.#decoder.name,
      inputs,
      accepted: this.#verdicts.get("accepted") ?? 0,
      refused,
      failed: this.#failed,
      failures: this.#failures,
      microsecondsEach: Math.round((10_000 * milliseconds) / inputs) / 10,
    };
  }
}

/** A finding in its words; what was thrown by the decoder itself with the place it was thrown at. */
function problemOf(fault: unknown): string {
  if (fault instanceof Finding) return fault.message;
  if (!(fault instanceof Error)) return `threw ${String(fault)}`;
  const place = /\n\s+at .*?((?:firmware|hal|host-sim)\/[^)\s]*)/.exec(fault.stack ?? "")?.[1] ?? "";
  return `threw ${fault.name}: ${fault.message} (${place})`;
}
