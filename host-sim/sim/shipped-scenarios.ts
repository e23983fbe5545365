import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cloneFile } from "../clone-file.js";
import { CommandFault } from "../command-line.js";
import type { Scenario } from "./scenario.js";
import { decodeScenario } from "./scenario-decoder.js";

/** A shipped scenario by its name, or one in a file. */
export function readScenario(nameOrFile: string): Scenario {
  const shipped = join(folderOfShipped(), `${nameOrFile}.json`);
  const file = shippedNames().includes(nameOrFile) ? shipped : nameOrFile;
  if (!existsSync(file))
    throw new CommandFault("no-scenario", `there is no scenario and no file "${nameOrFile}"`, shippedNames());
  return decodeScenario(basename(file), readFileSync(file, "utf8"));
}

/** The names of the scenarios that come with the simulator. */
export function shippedNames(): string[] {
  const files = existsSync(folderOfShipped()) ? readdirSync(folderOfShipped()) : [];
  return files.map((file) => basename(file, ".json")).sort();
}

function folderOfShipped(): string {
  return cloneFile("host-sim/sim/scenarios");
}
