import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { join } from "node:path";
import { makeByteCode, makeModuleMap, makeXsProgram } from "../xs/build.js";
import { makeEmulatorImage } from "../xs/emulator-image.js";
import { startEmulator } from "../xs/emulator.js";
import { LoopbackBridge } from "../xs/loopback-bridge.js";
import { EthernetSwitch } from "../xs/switch.js";
import type { Engine, LabNetwork } from "./engine.js";
import type { PlannedHandset } from "./plan.js";
import { speechFile } from "./speech.js";
import { xsVersion } from "./xs-engine.js";

/** Slots, chunks and stack of a handset, bytes: the budget of the design. */
export const chipArenaBytes: number = 96 * 1024;

/**
 * Handsets on emulated chips with the instruction set of an ESP32-C3, on one emulated Ethernet; each is also a host of
 * this computer's loopback, where handsets in processes reach it.
 */
export class Rv32Engine implements Engine {
  readonly name = "rv32" as const;
  readonly version: string;
  readonly #network: LabNetwork;
  readonly #image: string;
  readonly #byteCode: string;
  readonly #arenaBytes: number;
  readonly #ethernet = new EthernetSwitch();
  readonly #bridge: LoopbackBridge;
  readonly #switchPath: string;

  /** Compiles what is not compiled yet; throws an Error with a sentence when that fails. `folder` holds the switch. */
  constructor(network: LabNetwork, folder: string, arenaBytes: number = chipArenaBytes) {
    this.#network = network;
    this.#arenaBytes = arenaBytes;
    this.#byteCode = makeByteCode(makeModuleMap("phone"));
    this.#image = makeEmulatorImage("muster-xs");
    this.version = `${xsVersion(makeXsProgram("host"))} on rv32imc`;
    this.#switchPath = join(folder, "switch");
    this.#bridge = new LoopbackBridge(this.#ethernet, (sentence) => console.error(`muster: ${sentence}`));
  }

  /** Switches the Ethernet on; to be awaited before the first handset. */
  async listen(): Promise<void> {
    await this.#ethernet.listen(this.#switchPath);
  }

  start({ name, address, folder }: PlannedHandset): ChildProcessWithoutNullStreams {
    return startEmulator({
      image: this.#image,
      byteCode: this.#byteCode,
      address,
      switchPath: this.#switchPath,
      options: {
        arena: this.#arenaBytes,
        state: join(folder, "state"),
        speak: speechFile(name),
        record: join(folder, "heard.wav"),
      },
      config: { console: "json", wifi: "none" },
    });
  }

  provisioning({ name }: PlannedHandset): readonly string[] {
    return [`set overlay ${this.#network.overlay}`, `set name ${name}`];
  }

  end(): void {
    this.#bridge.close();
    this.#ethernet.close();
  }
}
