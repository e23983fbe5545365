import { setTimeout as sleep } from "node:timers/promises";

/** Waits for what real IO brings; no longer than `withinMs`, then the test is red. */
export async function until(what: string, condition: () => boolean, withinMs = 8000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(2);
  }
}

/** A port number for this process's tests: other tests and labs of this machine share the loopback's multicast. */
export const testPort: number = 20_000 + (process.pid % 12_000);
