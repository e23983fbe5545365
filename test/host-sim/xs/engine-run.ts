import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { makeXsProgram } from "../../../host-sim/xs/build.js";
import { needsDebian } from "../../support/debian.js";

/** Modules by specifier, as JavaScript; `script` is the one that is run. */
export interface EngineScripts {
  readonly script: string;
  readonly modules?: Readonly<Record<string, string>>;
  /** Specifiers that run and are frozen before. */
  readonly preload?: readonly string[];
  /** Further words of the command line. */
  readonly options?: readonly string[];
}

/** How a run of the engine ended. */
export interface EngineRun {
  readonly status: number | null;
  /** What the script printed, by lines. */
  readonly printed: readonly string[];
  /** The engine's messages. */
  readonly log: string;
}

const buildMs = 600_000;
const runMs = 30_000;

/** Builds the XS host for the tests that follow; skips them where it cannot be built. */
export function needsEngine(context: Mocha.Context): void {
  needsDebian(context, "gcc", "make", "libsodium-dev");
  context.timeout(buildMs);
  makeXsProgram("host");
}

/** Runs a script, which has `print` and `exit`, on the XS host to its end. */
export function runEngine(scripts: EngineScripts): EngineRun {
  return withScripts(scripts, (map, file) => {
    const words = ["--map", map, "--script", file, ...(scripts.options ?? [])];
    const run = spawnSync(makeXsProgram("host"), words, { encoding: "utf8", timeout: runMs });
    const printed = run.stdout.split("\n").filter((line) => line !== "");
    return { status: run.status, printed, log: run.stderr };
  });
}

/** Writes modules and their map to a folder that lasts as long as `work`. */
export function withScripts<T>(scripts: EngineScripts, work: (map: string, script: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "muster-engine-"));
  try {
    const lines = Object.entries(scripts.modules ?? {}).map(([specifier, text]) => {
      const path = join(folder, "modules", `${specifier}.js`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return `${specifier} modules/${specifier}.js${scripts.preload?.includes(specifier) === true ? " preload" : ""}\n`;
    });
    writeFileSync(join(folder, "map"), lines.join(""));
    writeFileSync(join(folder, "script.js"), scripts.script);
    return work(join(folder, "map"), join(folder, "script.js"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
