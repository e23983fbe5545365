/** What compiling node-pty takes: it comes without a compiled form for Linux, so `npm ci` runs node-gyp for it. */
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const tools = ["g++", "make", "python3"];

/** Which of the tools node-gyp runs are not on the PATH, by the name of the Debian package that brings each. */
export function missingTools() {
  return tools.filter((tool) => !isOnPath(tool));
}

/** The line a Debian user types for these packages. */
export function aptGetLine(packages) {
  return `sudo apt-get update && sudo apt-get install -y ${packages.join(" ")}`;
}

/**
 * Environment that points node-gyp at the headers which came with this Node, so that it does not download them.
 * Empty where no headers lie beside the program.
 */
export function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include/node/node.h")) ? { npm_config_nodedir: prefix } : {};
}

function isOnPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
