import { readFileSync } from "node:fs";

const stepWaitMs = 100;
let known: number | undefined;

/**
 * What to add to this computer's uptime (/proc/uptime) for Node's monotonic clock, in microseconds. Uptime is what an
 * emulated handset can read of the time all processes here share. It steps every 10 ms: the clock is read at a step,
 * once in this process, so this takes up to 10 ms the first time. 0 where there is no such file.
 */
export function uptimeOffsetMicroseconds(): number {
  return (known ??= measure());
}

function measure(): number {
  const end = performance.now() + stepWaitMs;
  const first = uptimeMicroseconds();
  let now = first;
  while (now === first && performance.now() < end) now = uptimeMicroseconds();
  return now === 0 ? 0 : Math.round(Number(process.hrtime.bigint()) / 1000) - now;
}

function uptimeMicroseconds(): number {
  try {
    return Math.round(Number(readFileSync("/proc/uptime", "latin1").split(" ")[0]) * 1e6);
  } catch {
    return 0;
  }
}
