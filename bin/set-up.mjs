/**
 * Set-up of a clone: the right Node, the packages package-lock.json names, and compiled output that is up to date.
 * Each step first checks, cheaply, whether there is anything to do; two processes that start at once take turns.
 * Progress and complaints go to standard error: standard output belongs to the command that follows.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bringUpToDate, isUpToDate } from "./compile.mjs";
import { aptGetLine, missingTools, nodeHeaders } from "./native-build.mjs";
import { holdLock } from "./lock.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const commandLine = join(root, "build/host-sim/cli.js");

const oldestNode = [20, 12];
const installLimitMs = 15 * 60_000;
const stampFile = join(root, "node_modules/.muster-set-up");

/** A reason why set-up cannot go on, as a sentence for the person who started it. */
export class SetUpFault extends Error {}

/**
 * Makes the clone ready; with `build` the compiled output too. Ends the process with status 1 and a sentence
 * if it cannot.
 */
export async function setUpOrExit({ build }) {
  try {
    checkNode();
    if (!isInstalled()) await holdLock(root, say, install);
    if (build && !isUpToDate(root)) await holdLock(root, say, compile);
  } catch (fault) {
    if (!(fault instanceof SetUpFault)) throw fault;
    console.error(`muster: ${fault.message}`);
    process.exit(1);
  }
}

function say(sentence) {
  console.error(`muster: ${sentence}`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new SetUpFault(`needs Node.js ${oldestNode.join(".")} or later; this is ${process.versions.node}`);
}

/** The stamp tells of the lock file and the kind of machine; "complete" or what the native build lacked. */
function isInstalled() {
  if (!existsSync(stampFile)) return false;
  const [key, state] = readFileSync(stampFile, "utf8").split("\n");
  if (key !== installationKey()) return false;
  return state === "complete" || missingTools().length > 0;
}

function installationKey() {
  const hash = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  return `${hash} ${process.platform}-${process.arch}`;
}

async function install() {
  if (isInstalled()) return;
  const missing = missingTools();
  if (missing.length > 0) {
    say(`node-pty cannot be compiled without ${missing.join(", ")}; pseudo-terminals will not work.`);
    say(`On Debian, this brings what is missing: ${aptGetLine(missing)}`);
  }
  const started = Date.now();
  say("installing the packages of package-lock.json (npm ci); this takes about half a minute, once");
  const ticking = setInterval(() => say(`installing, ${seconds(started)} s`), 5000);
  const { status, output } = await installPackages(missing.length > 0).finally(() => clearInterval(ticking));
  if (status !== 0) throw new SetUpFault(installationFault(output));
  writeFileSync(stampFile, `${installationKey()}\n${missing.length > 0 ? missing.join(" ") : "complete"}\n`);
  say(`installed in ${seconds(started)} s`);
}

/**
 * `npm ci`, with development packages whatever NODE_ENV says, as the tests and the compiler are among them. Without a
 * toolchain the install scripts are left out: node-pty is the only package that cannot do without.
 */
async function installPackages(withoutScripts) {
  const options = ["ci", "--include=dev", "--no-audit", "--no-fund", "--prefer-offline"];
  options.push("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=3000");
  // Under `npm test --silent` this npm would inherit the silence, and its reason to fail would be lost.
  options.push("--loglevel=notice");
  if (withoutScripts) options.push("--ignore-scripts");
  const { output } = await run("npm", ["config", "get", "nodedir", "--silent"], process.env);
  const hasHeaders = output.includes("/");
  return run("npm", options, { ...process.env, ...(hasHeaders ? {} : nodeHeaders()) });
}

function installationFault(output) {
  const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/.exec(
    output,
  );
  if (unreachable !== null) {
    return `the npm registry cannot be reached (${unreachable[0]}); set-up needs it once. Try again when online.`;
  }
  if (output.includes("spawn npm ENOENT")) return "npm is not installed, and set-up needs it once.";
  const end = output.trimEnd().split("\n").filter(isTelling).slice(-25).join("\n");
  return `npm ci failed:\n${end}\nWhen this is about compiling: ${aptGetLine(["g++", "make", "python3"])}`;
}

function isTelling(line) {
  return !/^npm warn|complete log of this run/.test(line);
}

async function compile() {
  if (isUpToDate(root)) return;
  const started = Date.now();
  say("compiling TypeScript to build/");
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { status, output } = await bringUpToDate(root, (project) =>
    run(process.execPath, [compiler, "-p", project, "--pretty", "false"], process.env),
  );
  if (status !== 0) throw new SetUpFault(`the sources do not compile:\n${output.trimEnd()}`);
  say(`compiled in ${seconds(started)} s`);
}

function seconds(started) {
  return ((Date.now() - started) / 1000).toFixed(0);
}

/** Runs a program to its end, or to `installLimitMs`, and keeps what it printed. */
function run(program, parameters, env) {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const limit = setTimeout(() => child.kill(), installLimitMs);
    const keep = (text) => (output = (output + text).slice(-100_000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const end = (status, complaint) => {
      clearTimeout(limit);
      resolve({ status, output: output + complaint });
    };
    child.on("error", (error) => end(1, error.message));
    child.on("close", (status) => end(status ?? 1, ""));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUpOrExit({ build: true });
