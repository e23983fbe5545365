import type { Command } from "commander";
import { CommandFault } from "../command-line.js";
import { wholeNumber } from "../lab/lab-command.js";
import { fuzz, type CampaignOptions, type Outcome } from "./campaign.js";
import type { Decoder } from "./decoder.js";
import { allDecoders } from "./decoders.js";
import { fuzzTable } from "./fuzz-report.js";

interface Flags {
  readonly decoder?: string;
  readonly inputs: number;
  readonly seed: string;
  readonly input?: number;
  readonly json?: true;
}

const inputsMax = 1_000_000_000;

/** `muster fuzz`: everything that reads from outside is given valid examples, changed, in great numbers. */
export function registerFuzz(program: Command): void {
  program
    .command("fuzz")
    .description("give every decoder changed examples and check that it stays total, exact and bounded")
    .option(
      "--decoder <names>",
      "these only, with commas between; a name with / at its end means all below it",
    )
    .option(
      "--inputs <n>",
      "how many for each; those that cost more get fewer",
      wholeNumber(1, inputsMax),
      20_000,
    )
    .option("--seed <text>", "where the inputs come from; the same seed gives the same inputs", "1")
    .option(
      "--input <n>",
      "replay this one, and what came before it where there is state",
      wholeNumber(0, inputsMax),
    )
    .option("--json", "print the outcomes as JSON; progress goes to standard error")
    .action((flags: Flags) => {
      const outcomes = chosen(flags.decoder).map((decoder) => runOne(decoder, flags));
      process.stdout.write(`${flags.json === true ? JSON.stringify(outcomes) : fuzzTable(outcomes)}\n`);
      if (outcomes.some(({ failed }) => failed > 0)) process.exitCode = 1;
    });
}

/** The decoders whose names were given, or all. */
function chosen(names: string | undefined): readonly Decoder[] {
  const all = allDecoders();
  if (names === undefined) return all;
  return names.split(",").flatMap((name) => {
    const found = all.filter(
      (decoder) => decoder.name === name || (name.endsWith("/") && decoder.name.startsWith(name)),
    );
    if (found.length > 0) return found;
    const allowed = all.map((decoder) => decoder.name);
    throw new CommandFault("unknown-decoder", `there is no decoder "${name}"`, allowed);
  });
}

function runOne(decoder: Decoder, { seed, inputs, input }: Flags): Outcome {
  const options: CampaignOptions = { seed, inputs, progress };
  const outcome = fuzz(decoder, input === undefined ? options : { ...options, first: input, last: input });
  progressEnd(outcome);
  return outcome;
}

const barWidth = 30;

/** A bar that fills, on a terminal. */
function progress(decoder: Decoder, done: number, of: number): void {
  if (!process.stderr.isTTY) return;
  const filled = Math.round((barWidth * done) / of);
  const bar = `${"█".repeat(filled)}${"░".repeat(barWidth - filled)}`;
  process.stderr.write(`\r${bar} ${decoder.name} ${Math.round((100 * done) / of)} %\u001b[K`);
}

/** The bar goes; where there is no terminal a line tells that this decoder is done. */
function progressEnd({ decoder, inputs, failed }: Outcome): void {
  const line = `${decoder}: ${inputs} inputs, ${failed} failures\n`;
  process.stderr.write(process.stderr.isTTY ? "\r\u001b[K" : line);
}
