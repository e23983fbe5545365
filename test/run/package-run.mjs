import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../../bin/set-up.mjs";

const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop(signal));

/**
 * Runs a package's program under this Node, to its end or to its limit; its output is kept, or shown as it comes.
 * Each is a process group of its own, so that ending one ends what it started too.
 */
export function runPackage(program, parameters, { limitMs, env = process.env, isShown = false }) {
  return new Promise((resolve) => {
    const stdio = ["ignore", isShown ? "inherit" : "pipe", isShown ? "inherit" : "pipe"];
    const command = [join(root, "node_modules", program), ...parameters];
    const child = spawn(process.execPath, command, { cwd: root, env, stdio, detached: true });
    running.add(child);
    let output = "";
    let complaint = "";
    const limit = setTimeout(() => {
      complaint = `\nstopped: took longer than ${limitMs / 1000} s`;
      if (isShown) console.log(complaint);
      endGroup(child);
    }, limitMs);
    child.stdout?.on("data", (text) => (output += text));
    child.stderr?.on("data", (text) => (output += text));
    child.on("close", (status) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ status, output: output + complaint });
    });
  });
}

/** Seconds since `started`, as steps tell them. */
export function secondsSince(started) {
  return ((Date.now() - started) / 1000).toFixed(1);
}

function stop(signal) {
  for (const child of running) endGroup(child);
  console.log(`stopped by ${signal}`);
  process.exit(1);
}

function endGroup(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
