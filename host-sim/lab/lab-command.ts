import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { makeFolder } from "../../hal/node/folder.js";
import { CommandFault } from "../command-line.js";
import { Lab } from "./lab.js";
import type { EngineName } from "./engine.js";
import { crowdMin, labHandsetsMax, labHostPeersMax, type LabOptions } from "./plan.js";
import { reportTable } from "./report.js";
import { prompt } from "./stay.js";

interface Flags {
  readonly handsets: number;
  readonly engine: EngineName;
  readonly peers: number;
  readonly peersDie?: true;
  readonly seconds?: number;
  readonly memory?: number;
  readonly loss: number;
  readonly seed?: number;
  readonly stay?: true;
  readonly json?: true;
  readonly directory?: string;
}

/** `muster lab`: the whole path from one command. */
export function registerLab(program: Command): void {
  program
    .command("lab")
    .description("start handsets as processes, let two of them talk, and print what it came to")
    .option("--handsets <n>", `how many handsets, 2 to ${labHandsetsMax}`, wholeNumber(2, labHandsetsMax), 4)
    .addOption(
      new Option(
        "--engine <name>",
        "what runs the firmware: node, the XS engine, or XS on an emulated RISC-V chip",
      )
        .choices(["node", "xs", "rv32"])
        .default("node"),
    )
    .option(
      "--peers <n>",
      `host peers beside the handsets, which become their clients: 0, or 2 to ${labHostPeersMax}`,
      wholeNumber(0, labHostPeersMax),
      0,
    )
    .option("--peers-die", "at last the host peers are killed; the handsets take over and call once more")
    .option("--seconds <s>", "length of the call; without it as long as the speech", wholeNumber(1, 600))
    .option(
      "--memory <bytes>",
      `memory of each phone, where there are ${crowdMin} or more`,
      wholeNumber(98_304, 2 ** 31),
    )
    .option("--loss <percent>", "datagrams lost on the simulated path of each handset", wholeNumber(0, 90), 0)
    .option("--seed <n>", "seed of losses and addresses; printed in the report", wholeNumber(0, 62_499))
    .option("--directory <path>", "where recordings, captures and state go; without it a temporary folder")
    .option("--stay", "keep the handsets running, with a prompt to drive them")
    .option("--json", "print the report as JSON; progress goes to standard error")
    .action(async (flags: Flags) => {
      process.exitCode = await runLab(flags);
    });
}

async function runLab(flags: Flags): Promise<number> {
  const seed = flags.seed ?? process.pid % 62_500;
  const options: LabOptions = {
    handsets: flags.handsets,
    engine: flags.engine,
    hostPeers: flags.peers,
    hostPeersDie: flags.peersDie === true,
    seconds: flags.seconds,
    memoryBytes: flags.memory,
    lossPercent: flags.loss,
    stay: flags.stay === true,
    seed,
    directory: resolve(flags.directory ?? join(tmpdir(), `muster-lab-${seed}`)),
  };
  if (flags.loss > 0 && flags.engine !== "node")
    throw new CommandFault("bad-option", "--loss is simulated by handsets in Node", ["--engine node"]);
  if (flags.peers === 1)
    throw new CommandFault("bad-option", "one host peer is too few for all to become clients", ["--peers 2"]);
  if (flags.peersDie === true && flags.peers === 0)
    throw new CommandFault("bad-option", "--peers-die needs host peers", ["--peers 2"]);
  try {
    makeFolder(options.directory);
  } catch (fault) {
    throw new CommandFault("cannot-write", fault instanceof Error ? fault.message : String(fault));
  }
  const lab = new Lab(options);
  const stop = (): void => {
    for (const one of lab.consoles) one.kill();
    process.exit(130);
  };
  process.once("SIGINT", stop);
  const report = await lab.run(flags.json === true ? "aside" : "list");
  process.stdout.write(`${flags.json === true ? JSON.stringify(report) : reportTable(report)}\n`);
  if (options.stay) await prompt(lab.consoles);
  await lab.end();
  process.removeListener("SIGINT", stop);
  return report.ok ? 0 : 1;
}

/** Reads a whole number of an option and says what is allowed. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[0-9]+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`A whole number from ${least} to ${most} is allowed.`);
    }
    return value;
  };
}
