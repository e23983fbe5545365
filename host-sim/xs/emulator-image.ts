import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, xsCache } from "./build.js";
import { bringLibraries } from "./libraries.js";
import { bringSources } from "./sources.js";

/**
 * The images rv32.mk makes: `muster-xs` is the handset; `board-check` and `crypto-bench` have no engine and show the
 * board and libsodium alone.
 */
export type EmulatorImage = "muster-xs" | "board-check" | "crypto-bench";

const makeMs = 600_000;
const complaintChars = 2000;

/** Makes an image for the emulator, as far as it is not made yet; its path. Throws an Error that says what failed. */
export function makeEmulatorImage(image: EmulatorImage): string {
  const cache = xsCache();
  mkdirSync(cache, { recursive: true });
  bringLibraries(join(cache, "libraries"));
  const sources = bringSources(cache, (line) => console.error(`muster: ${line}`));
  const target = `.cache/xs/rv32/${image}.elf`;
  // One at a time: tests may run side by side.
  const make = ["make", "-s", "-j2", "-f", "host-sim/xs/rv32.mk", `XS=${sources}`, target];
  const made = spawnSync("flock", [join(cache, "rv32.lock"), ...make], {
    cwd: projectRoot(),
    encoding: "utf8",
    timeout: makeMs,
  });
  if (made.error !== undefined) throw new Error(`make cannot be run: ${made.error.message}`);
  if (made.status !== 0) throw new Error(`${target} cannot be made: ${made.stderr.slice(-complaintChars)}`);
  return join(projectRoot(), target);
}
