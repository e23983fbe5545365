import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Engine, LabNetwork } from "./engine.js";
import type { PlannedHandset } from "./plan.js";
import { speechFile } from "./speech.js";

/** Handsets as `muster handset`, in Node. */
export class NodeEngine implements Engine {
  readonly name = "node" as const;
  readonly version: string = process.version;
  readonly #network: LabNetwork;

  constructor(network: LabNetwork) {
    this.#network = network;
  }

  start({ name, address, folder, lossSeed, memoryBytes }: PlannedHandset): ChildProcessWithoutNullStreams {
    const { overlay, lossPercent, ptys } = this.#network;
    const cli = fileURLToPath(new URL("../cli.js", import.meta.url));
    const words = [cli, "handset", "--name", name, "--address", address, "--json", "--overlay", overlay];
    words.push("--state", join(folder, "state"), "--capture", join(folder, "capture.jsonl"));
    words.push("--record", join(folder, "heard.wav"), "--speak", speechFile(name));
    if (memoryBytes !== undefined) words.push("--memory", String(memoryBytes));
    if (lossPercent > 0) words.push("--loss", String(lossPercent), "--seed", String(lossSeed));
    if (ptys) words.push("--pty");
    return spawn(process.execPath, words, { stdio: "pipe" });
  }

  /** All of it is on the command line. */
  provisioning(): readonly string[] {
    return [];
  }

  end(): void {
    // Nothing is shared.
  }
}
