import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "../../hal/node/folder.js";
import { HandsetProcess } from "./handset-process.js";
import type { PlannedPeer } from "./plan.js";
import { joined } from "./scenario.js";

/** The host peers of a lab: `muster peer` as processes, on the same loopback as the handsets. */
export class HostPeers {
  /** Those switched on, with their consoles. */
  readonly processes: HandsetProcess[] = [];
  readonly #planned: readonly PlannedPeer[];
  readonly #overlay: string;

  constructor(planned: readonly PlannedPeer[], overlay: string) {
    this.#planned = planned;
    this.#overlay = overlay;
  }

  /** Starts all at once and waits until each has joined; rejects with a sentence when one does not. */
  async switchOn(tell: (line: string) => void): Promise<void> {
    for (const planned of this.#planned) this.processes.push(start(planned, this.#overlay));
    for (const peer of this.processes) {
      tell(`${peer.name} joined after ${Math.round(await joined(peer))} ms`);
    }
  }

  /** Power off without a word, all at once. */
  kill(): void {
    for (const peer of this.processes) peer.kill();
  }

  /** Tells all to leave, and waits until they have. */
  async end(): Promise<void> {
    await Promise.all(this.processes.map((peer) => peer.end()));
  }
}

function start({ name, address, folder }: PlannedPeer, overlay: string): HandsetProcess {
  const state = join(folder, "state");
  makeFolder(folder);
  rmSync(state, { recursive: true, force: true });
  const file = join(folder, "peer.json");
  writeFileSync(file, `${JSON.stringify({ name, overlay, address, state })}\n`);
  const cli = fileURLToPath(new URL("../cli.js", import.meta.url));
  const child = spawn(process.execPath, [cli, "peer", "--config", file, "--json"], { stdio: "pipe" });
  return new HandsetProcess({ name, address }, child);
}
