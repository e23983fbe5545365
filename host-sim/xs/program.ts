import { spawnSync } from "node:child_process";

const limitMs = 300_000;

/** Runs a program in `folder` to its end; throws an Error that says what it complained of. */
export function runProgram(program: string, words: readonly string[], folder: string): void {
  const { status, stderr, error } = spawnSync(program, words, {
    cwd: folder,
    encoding: "utf8",
    timeout: limitMs,
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (error !== undefined) throw new Error(`${program} cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`${program} failed: ${stderr.trim()}`);
}
