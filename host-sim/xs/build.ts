import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { bringLibraries, debianSources } from "./libraries.js";
import { writeModuleMap, type ModuleMapOptions } from "./module-map.js";
import { bringSources } from "./sources.js";

/**
 * The programs the Makefile here makes: the host, the same with 32-bit pointers, both on the board whose time and
 * network are a conductor's, and the compiler to byte code.
 */
export type XsProgram = "host" | "host32" | "virtual" | "virtual32" | "emit";

const programs: Record<XsProgram, { readonly words: readonly string[]; readonly path: string }> = {
  host: { words: ["host"], path: "linux/muster-xs" },
  host32: { words: ["host", "M32=1"], path: "linux-32/muster-xs" },
  virtual: { words: ["virtual"], path: "linux/muster-xs-virtual" },
  virtual32: { words: ["virtual", "M32=1"], path: "linux-32/muster-xs-virtual" },
  emit: { words: ["emit"], path: "emit/muster-xs-emit" },
};

const makeMs = 600_000;
const complaintChars = 2000;

/** The project's root folder. */
export function projectRoot(): string {
  return dirname(createRequire(import.meta.url).resolve("#package.json"));
}

/** Where all that is fetched and made for XS lies; git ignores it. */
export function xsCache(): string {
  return join(projectRoot(), ".cache/xs");
}

/**
 * Makes a program, with the engine's sources fetched, as far as that is not done; its path. Two processes that start
 * at once take turns. Progress goes to standard error. Throws an Error with a sentence that says what failed, or
 * which Debian packages are missing.
 */
export function makeXsProgram(program: XsProgram): string {
  const { words, path } = programs[program];
  checkTools(program);
  const cache = xsCache();
  const made = join(cache, path);
  mkdirSync(cache, { recursive: true });
  const sources = bringSources(cache, say);
  if (programs[program].words.includes("M32=1")) {
    bringLibraries(
      join(cache, "libraries"),
      debianSources.filter(({ name }) => name === "libsodium"),
    );
  }
  if (!existsSync(made)) say(`compiling the XS engine (${program}); half a minute, once`);
  const make = ["make", "-s", "-j2", "-C", join(projectRoot(), "host-sim/xs"), `XS=${sources}`];
  const run = spawnSync("flock", [join(cache, "make.lock"), ...make, `CACHE=${cache}`, ...words], {
    encoding: "utf8",
    timeout: makeMs,
  });
  if (run.error !== undefined) throw new Error(`make cannot be run: ${run.error.message}`);
  if (run.status !== 0) throw new Error(`${path} cannot be made: ${run.stderr.slice(-complaintChars)}`);
  return made;
}

/** Writes the map of the phone's modules, for `--map`; its path. `name` tells it from other maps. */
export function makeModuleMap(name: string, options: Omit<ModuleMapOptions, "root"> = {}): string {
  return writeModuleMap(join(xsCache(), "maps", name, "modules"), { root: projectRoot(), ...options });
}

/** Compiles the modules of a map to the device's byte code; the image's path. */
export function makeByteCode(map: string): string {
  const emit = makeXsProgram("emit");
  const image = `${map}.xsb`;
  const run = spawnSync(emit, ["--map", map, "--out", image], { encoding: "utf8", timeout: makeMs });
  if (run.error !== undefined) throw new Error(`${emit} cannot be run: ${run.error.message}`);
  if (run.status !== 0) throw new Error(run.stderr.slice(-complaintChars).trim());
  return image;
}

/** Debian packages a program is made with that are not there. */
export function missingForXs(program: XsProgram): string[] {
  const is32 = programs[program].words.includes("M32=1");
  const wanted: readonly (readonly [name: string, isThere: boolean])[] = [
    ["gcc", isCommand("gcc")],
    ["make", isCommand("make")],
    ["libsodium-dev", program === "emit" || is32 || existsSync("/usr/include/sodium.h")],
    ["gcc-multilib", !is32 || existsSync("/usr/include/x86_64-linux-gnu/gnu/stubs-32.h")],
  ];
  return wanted.filter(([, isThere]) => !isThere).map(([name]) => name);
}

function checkTools(program: XsProgram): void {
  const missing = missingForXs(program);
  if (missing.length === 0) return;
  throw new Error(
    `the XS host cannot be compiled without ${missing.join(", ")}; ` +
      `on Debian: sudo apt-get update && sudo apt-get install -y ${missing.join(" ")}`,
  );
}

function isCommand(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function say(line: string): void {
  console.error(`muster: ${line}`);
}
