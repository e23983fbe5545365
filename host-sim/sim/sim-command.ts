import { InvalidArgumentError, Option, type Command } from "commander";
import { wholeNumber } from "../lab/lab-command.js";
import { shippedNames } from "./shipped-scenarios.js";
import { simulateInThread } from "./sim-thread.js";
import type { SimFlags } from "./sim-work.js";

/** `muster sim`: an overlay of many nodes in virtual time. */
export function registerSim(program: Command): void {
  program
    .command("sim")
    .description("run an overlay of many nodes in virtual time, and check all they do")
    .option("--scenario <name>", `a scenario, or a file with one: ${shippedNames().join(", ")}`, "churn")
    .option("--nodes <n>", "how many nodes, in place of the scenario's", wholeNumber(1, 20_000))
    .option(
      "--growth <list>",
      "numbers of nodes, as in 10,30,100: a run for each, and hops and bytes against them",
      sizes,
    )
    .option(
      "--adversaries <list>",
      "shares in percent, as in 10,20,50: a run for each, of a scenario that has adversaries",
      shares,
    )
    .option("--random <n>", "so many small scenarios, each drawn from its seed", wholeNumber(1, 1_000_000))
    .option("--from <n>", "the first of their seeds", wholeNumber(0, 2 ** 31), 1)
    .option("--minutes <n>", "virtual minutes, in place of the scenario's", wholeNumber(1, 1440))
    .option("--seed <n>", "seed of all that happens", wholeNumber(0, 2 ** 31), 1)
    .addOption(
      new Option(
        "--crypto <name>",
        "cheap: stand-ins in place of hashes, signatures and boxes, for large overlays",
      )
        .choices(["real", "cheap"])
        .default("real"),
    )
    .option("--directory <path>", "where pictures go: overlay.svg, hops.svg, or growth.svg")
    .option("--json", "print the report as JSON; progress goes to standard error")
    .action(async (flags: SimFlags) => {
      const outcome = await simulateInThread(flags, (line) => process.stderr.write(`${line}\n`));
      process.stdout.write(`${outcome.text}\n`);
      process.exitCode = outcome.hasFailed ? 1 : 0;
    });
}

function sizes(text: string): number[] {
  return wholeNumbers(text, 20_000);
}

function shares(text: string): number[] {
  return wholeNumbers(text, 90);
}

/** Whole numbers from 1 on with commas between them. */
function wholeNumbers(text: string, most: number): number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.every((each) => Number.isInteger(each) && each >= 1 && each <= most)) return numbers;
  throw new InvalidArgumentError(`whole numbers from 1 to ${most} with commas between them are wanted`);
}
