import { createRequire } from "node:module";
import { registerAuthority } from "./authority/authority-command.js";
import { registerBench } from "./bench/bench-command.js";
import { emptyProgram, runCommandLine } from "./command-line.js";
import { registerDecode } from "./dissect/decode-command.js";
import { registerFuzz } from "./fuzz/fuzz-command.js";
import { registerFlood } from "./flood/flood-command.js";
import { registerHandset } from "./handset/handset-command.js";
import { registerLab } from "./lab/lab-command.js";
import { registerModdable } from "./moddable/moddable-command.js";
import { registerOutcomes } from "./outcomes/outcomes-command.js";
import { registerPeer } from "./peer/peer-command.js";
import { registerPowerCuts } from "./power-cuts/power-cuts-command.js";
import { registerSim } from "./sim/sim-command.js";
import { registerSoak } from "./soak/soak-command.js";
import { registerTorture } from "./torture/torture-command.js";

/** The `muster` program: each command registers itself in its own folder's …-command.ts. */

const streams = {
  out: (text: string): void => void process.stdout.write(text),
  complain: (text: string): void => void process.stderr.write(text),
};
const { version } = createRequire(import.meta.url)("#package.json") as { version: string };
const program = emptyProgram(version, streams);
registerLab(program);
registerFlood(program);
registerHandset(program);
registerPeer(program);
registerAuthority(program, streams);
registerDecode(program);
registerBench(program);
registerModdable(program);
registerFuzz(program);
registerTorture(program);
registerPowerCuts(program);
registerSim(program);
registerSoak(program);
registerOutcomes(program);

// The reader of a pipe may leave early (`muster decode … | head`): then there is nothing left to say.
process.stdout.on("error", () => process.exit(0));
const status = await runCommandLine(program, process.argv.slice(2), streams);
// A command that came to its end may have set a status of its own.
if (status !== 0) process.exitCode = status;
