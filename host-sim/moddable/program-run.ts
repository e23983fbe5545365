import { spawn } from "node:child_process";

/** How a program is run. */
export interface RunOptions {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The program and all it started are ended after this time, ms. */
  readonly limitMs: number;
}

/** What became of it: the status (-1: it could not be started, or was stopped) and both its streams as one text. */
export interface RunResult {
  readonly status: number;
  readonly output: string;
}

/** Text kept of what a program prints: its end. */
const outputCharsMax = 4_000_000;

/** Runs a program to its end, in a process group of its own. */
export function runProgram(
  program: string,
  parameters: readonly string[],
  { folder, environment, limitMs }: RunOptions,
): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    const keep = (text: Buffer): void => {
      output = (output + text.toString()).slice(-outputCharsMax);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const limit = setTimeout(() => {
      output += `\nstopped: ${program} took longer than ${limitMs / 1000} s\n`;
      endGroup(child.pid);
    }, limitMs);
    child.on("error", (fault) => {
      clearTimeout(limit);
      resolve({ status: -1, output: `${output}${program}: ${fault.message}\n` });
    });
    child.on("close", (status) => {
      clearTimeout(limit);
      resolve({ status: status ?? -1, output });
    });
  });
}

/** Ends a process and what it started; one that is gone already is no fault. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
