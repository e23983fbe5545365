import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Option, type Command } from "commander";
import { makeFolder } from "../../hal/node/folder.js";
import { CommandFault } from "../command-line.js";
import { wholeNumber } from "../lab/lab-command.js";
import { Flood } from "./flood.js";
import { floodTable } from "./flood-report.js";
import { insiderKinds } from "./insider-kinds.js";
import { strangerKinds } from "./stranger-kinds.js";
import type { FloodEngine } from "./victim.js";

interface Flags {
  readonly engine: FloodEngine;
  readonly seconds: number;
  readonly rate: number;
  readonly kind?: readonly string[];
  readonly seed?: number;
  readonly json?: true;
  readonly directory?: string;
}

/** `muster flood`: a handset in a call under every kind of flood, as processes on loopback. */
export function registerFlood(program: Command): void {
  const names = [...strangerKinds, ...insiderKinds].map(({ name }) => name);
  program
    .command("flood")
    .description("flood a handset in a call with datagrams of every kind, and tell what became of both")
    .addOption(
      new Option("--engine <name>", "what runs the victim: node, or the XS engine in a chip's memory")
        .choices(["node", "xs"])
        .default("node"),
    )
    .option("--seconds <n>", "length of each flood", wholeNumber(1, 600), 10)
    .option("--rate <n>", "datagrams a second", wholeNumber(1, 100_000), 10_000)
    .addOption(new Option("--kind <name...>", "only these kinds").choices(names))
    .option("--seed <n>", "seed of addresses and contents", wholeNumber(0, 29_999))
    .option("--directory <path>", "where state and datagrams noted go; without it a temporary folder")
    .option("--json", "print the report as JSON; progress goes to standard error")
    .action(async (flags: Flags) => {
      process.exitCode = await runFlood(flags);
    });
}

async function runFlood(flags: Flags): Promise<number> {
  const isWanted = ({ name }: { readonly name: string }): boolean => flags.kind?.includes(name) ?? true;
  const directory = resolve(flags.directory ?? mkdtempSync(join(tmpdir(), "muster-flood-")));
  try {
    makeFolder(directory);
  } catch (fault) {
    throw new CommandFault("cannot-write", fault instanceof Error ? fault.message : String(fault));
  }
  const flood = new Flood({
    engine: flags.engine,
    perSecond: flags.rate,
    seconds: flags.seconds,
    seed: flags.seed ?? process.pid % 30_000,
    directory,
    strangers: strangerKinds.filter(isWanted),
    insiders: insiderKinds.filter(isWanted),
    tell: (line) => void process.stderr.write(`muster: ${line}\n`),
  });
  const stop = (): void => {
    flood.kill();
    process.exit(130);
  };
  process.once("SIGINT", stop);
  try {
    const report = await flood.run();
    process.stdout.write(`${flags.json === true ? JSON.stringify(report) : floodTable(report)}\n`);
    return report.ok ? 0 : 1;
  } catch (fault) {
    if (fault instanceof CommandFault) throw fault;
    throw new CommandFault("flood-failed", fault instanceof Error ? fault.message : String(fault));
  } finally {
    flood.kill();
    process.removeListener("SIGINT", stop);
  }
}
