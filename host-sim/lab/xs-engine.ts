import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { join } from "node:path";
import { makeModuleMap, makeXsProgram } from "../xs/build.js";
import type { Engine, LabNetwork } from "./engine.js";
import type { PlannedHandset } from "./plan.js";
import { speechFile } from "./speech.js";

/** Memory of a handset with slots twice as large as a chip's, bytes. */
const arenaBytes = 224 * 1024;

/** Handsets on the XS engine, compiled for this computer: the HAL that ships, on the device's modules. */
export class XsEngine implements Engine {
  readonly name = "xs" as const;
  readonly version: string;
  readonly #network: LabNetwork;
  readonly #program: string;
  readonly #map: string;

  /** Compiles what is not compiled yet; throws an Error with a sentence when that fails. */
  constructor(network: LabNetwork) {
    this.#network = network;
    this.#program = makeXsProgram("host");
    this.#map = makeModuleMap("phone");
    this.version = xsVersion(this.#program);
  }

  start({ name, address, folder }: PlannedHandset): ChildProcessWithoutNullStreams {
    const words = ["--map", this.#map, "--address", address, "--state", join(folder, "state")];
    words.push("--arena", String(arenaBytes), "--config", "console=json", "--config", "wifi=none");
    words.push("--record", join(folder, "heard.wav"), "--speak", speechFile(name));
    return spawn(this.#program, words, { stdio: "pipe" });
  }

  provisioning({ name }: PlannedHandset): readonly string[] {
    return [`set overlay ${this.#network.overlay}`, `set name ${name}`];
  }

  end(): void {
    // Nothing is shared.
  }
}

/** What `muster-xs --version` says, "XS 13.3.0". */
export function xsVersion(program: string): string {
  const { stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  const told = JSON.parse(stdout) as { engine?: string; version?: string };
  return `${told.engine ?? "XS"} ${told.version ?? ""}`.trim();
}
