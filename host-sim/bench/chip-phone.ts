import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HandsetProcess } from "../lab/handset-process.js";
import { NodeEngine } from "../lab/node-engine.js";
import { planLab, type PlannedHandset } from "../lab/plan.js";
import { chipArenaBytes } from "../lab/rv32-engine.js";
import { establishCall, hangUp, memoryUse, registered } from "../lab/scenario.js";
import { speechFile } from "../lab/speech.js";
import { makeEmulatorImage } from "../xs/emulator-image.js";
import { startEmulator } from "../xs/emulator.js";
import { LoopbackBridge } from "../xs/loopback-bridge.js";
import { EthernetSwitch } from "../xs/switch.js";
import { phoneAnd, runOnChip, scriptFolder } from "./chip-script.js";

/** Instructions of a whole phone on the emulated chip, with a phone in Node as its only peer; no two runs are alike. */
export interface PhoneCounts {
  /** From the first module that runs to the name registered; the key was made before. */
  readonly boot: number;
  /** From the number typed to talking, the other answering at once. */
  readonly callSetUp: number;
  /** A second of speech both ways. */
  readonly callSecond: number;
  readonly idleMinute: number;
}

const startScript = `${scriptFolder}/start-count`;
/** The other has a link again by then, and knows the phone's name. */
const settlingMs = 15_000;
const callMs = 10_000;
const idleMs = 60_000;

/** Runs the phone and its peer: about two minutes, in real time. */
export async function countPhone(seed: number, tell: (line: string) => void): Promise<PhoneCounts> {
  const folder = mkdtempSync(join(tmpdir(), "muster-chip-"));
  const byteCode = phoneAnd("phone-bench", [startScript]);
  const start = Number((await runOnChip({ byteCode, main: startScript })).counts);
  const pair = new ChipAndPeer(seed, folder, byteCode);
  try {
    await pair.open();
    tell("the chip makes its key");
    await pair.makeKey();
    tell("it starts again");
    const boot = (await pair.restart()) - start;
    await pause(settlingMs);
    return { boot, ...(await countCall(pair, tell)) };
  } finally {
    await pair.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function countCall(
  pair: ChipAndPeer,
  tell: (line: string) => void,
): Promise<Omit<PhoneCounts, "boot">> {
  tell("a call");
  const callSetUp = await pair.count(async () => {
    await establishCall(pair.chip, pair.peer);
  });
  await pause(1000);
  const call = await pair.count(() => pause(callMs));
  await hangUp(pair.chip, pair.peer);
  await pause(1000);
  tell("an idle minute");
  const idleMinute = await pair.count(() => pause(idleMs));
  return { callSetUp, callSecond: (1000 * call) / callMs, idleMinute };
}

/** A phone on the emulated chip, in real time but counting, and one in Node. */
class ChipAndPeer {
  readonly #folder: string;
  readonly #byteCode: string;
  readonly #ethernet = new EthernetSwitch();
  readonly #bridge: LoopbackBridge;
  readonly #overlay: string;
  readonly #planned: readonly [PlannedHandset, PlannedHandset];
  #chip: HandsetProcess | undefined;
  #peer: HandsetProcess | undefined;

  constructor(seed: number, folder: string, byteCode: string) {
    this.#folder = folder;
    this.#byteCode = byteCode;
    this.#bridge = new LoopbackBridge(this.#ethernet, (sentence) => console.error(`muster: ${sentence}`));
    const { overlay, handsets } = planLab({
      ...{ handsets: 1, engine: "rv32", seconds: undefined, lossPercent: 0, stay: false },
      ...{ seed, directory: folder },
    });
    const [chip, peer] = handsets;
    if (chip === undefined || peer === undefined) throw new Error("a call takes two handsets");
    this.#overlay = overlay;
    this.#planned = [chip, peer];
  }

  get chip(): HandsetProcess {
    if (this.#chip === undefined) throw new Error("the chip is off");
    return this.#chip;
  }

  get peer(): HandsetProcess {
    if (this.#peer === undefined) throw new Error("the peer is off");
    return this.#peer;
  }

  /** Switches both on. */
  async open(): Promise<void> {
    const [chip, peer] = this.#planned;
    for (const { folder } of this.#planned) mkdirSync(join(folder, "state"), { recursive: true });
    await this.#ethernet.listen(this.#switchPath);
    const node = new NodeEngine({ overlay: this.#overlay, lossPercent: 0, ptys: false });
    this.#peer = new HandsetProcess(peer, node.start(peer));
    this.#chip = this.#start(chip);
    for (const line of [`set overlay ${this.#overlay}`, `set name ${chip.name}`]) this.#chip.type(line);
  }

  async makeKey(): Promise<void> {
    await Promise.all([registered(this.chip), registered(this.peer)]);
  }

  /** Switches the chip off and on again; instructions until it is registered. */
  async restart(): Promise<number> {
    await this.chip.end();
    this.#chip = this.#start(this.#planned[0]);
    await registered(this.#chip);
    const first = await this.#read();
    return first - (await this.#readingFrom(first));
  }

  /** Instructions of the chip while `what` goes on, without those of reading the counter. */
  async count(what: () => Promise<void>): Promise<number> {
    const first = await this.#read();
    const reading = await this.#readingFrom(first);
    await what();
    return (await this.#read()) - first - 2 * reading;
  }

  async close(): Promise<void> {
    await Promise.all([this.#chip?.end(), this.#peer?.end()]);
    this.#bridge.close();
    this.#ethernet.close();
  }

  async #readingFrom(first: number): Promise<number> {
    return (await this.#read()) - first;
  }

  async #read(): Promise<number> {
    return (await memoryUse(this.chip)).instructions;
  }

  get #switchPath(): string {
    return join(this.#folder, "switch");
  }

  #start({ name, address, folder }: PlannedHandset): HandsetProcess {
    const child = startEmulator({
      image: makeEmulatorImage("muster-xs"),
      byteCode: this.#byteCode,
      address,
      switchPath: this.#switchPath,
      options: {
        arena: chipArenaBytes,
        state: join(folder, "state"),
        speak: speechFile(name),
        record: join(folder, "heard.wav"),
      },
      config: { console: "json", wifi: "none" },
      counting: "paced",
    });
    return new HandsetProcess({ name, address }, child);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
