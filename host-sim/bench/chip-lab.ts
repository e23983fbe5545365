import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MemoryUse } from "../../hal/memory.js";
import { HandsetProcess } from "../lab/handset-process.js";
import { NodeEngine } from "../lab/node-engine.js";
import { planLab, type LabPlan, type PlannedHandset } from "../lab/plan.js";
import { Rv32Engine } from "../lab/rv32-engine.js";
import { establishCall, exchangeMessage, hangUp, memoryUse, registered } from "../lab/scenario.js";

/** The most any emulated phone of a lab held, bytes. */
export interface LabMemory {
  readonly registered: number;
  readonly inCall: number;
}

const emulated = 3;
const settlingMs = 2000;
const talkMs = 5000;

/**
 * Three phones on emulated chips and one in Node: they register, two pairs call each other at once, a message goes.
 * The phones keep their keys from one run to the next, which saves the work of making them.
 */
export class ChipLab {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "muster-chips-"));
  readonly #plan: LabPlan;
  #runs = 0;

  constructor(seed: number) {
    this.#plan = planLab({
      ...{ handsets: emulated, engine: "rv32", seconds: undefined, lossPercent: 0, stay: false },
      ...{ seed, directory: this.#folder },
    });
  }

  /** A whole run with phones of that much memory; rejects with a sentence where one fails, or runs out of it. */
  async run(arenaBytes: number): Promise<LabMemory> {
    const folder = join(this.#folder, `run${this.#runs++}`);
    mkdirSync(folder);
    const network = { overlay: this.#plan.overlay, lossPercent: 0, ptys: false };
    const node = new NodeEngine(network);
    const chips = new Rv32Engine(network, folder, arenaBytes);
    await chips.listen();
    const handsets = this.#plan.handsets.map((planned) => {
      return switchOn(planned, planned.engine === "rv32" ? chips : node);
    });
    try {
      return await scenario(handsets);
    } finally {
      await Promise.all(handsets.map((handset) => handset.end()));
      for (const engine of [node, chips]) engine.end();
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function switchOn(planned: PlannedHandset, engine: NodeEngine | Rv32Engine): HandsetProcess {
  mkdirSync(join(planned.folder, "state"), { recursive: true });
  const handset = new HandsetProcess(planned, engine.start(planned));
  for (const line of engine.provisioning(planned)) handset.type(line);
  return handset;
}

async function scenario(handsets: readonly HandsetProcess[]): Promise<LabMemory> {
  const [alice, bob, carol, dave] = handsets;
  if (alice === undefined || bob === undefined || carol === undefined || dave === undefined) {
    throw new Error("the lab has four handsets");
  }
  const chips = [alice, bob, carol];
  await Promise.all(handsets.map(registered));
  await pause(settlingMs);
  const before = await mostLive(chips);
  await establishCall(alice, bob);
  await establishCall(carol, dave);
  await pause(talkMs);
  const inCall = await mostLive(chips);
  await exchangeMessage(alice, bob, "Meet at the school at noon");
  await hangUp(alice, bob);
  await hangUp(carol, dave);
  // Still alive after it.
  await mostLive(chips);
  return { registered: before, inCall };
}

async function mostLive(chips: readonly HandsetProcess[]): Promise<number> {
  const uses: MemoryUse[] = [];
  for (const chip of chips) uses.push(await memoryUse(chip));
  return Math.max(...uses.map(({ liveBytes }) => liveBytes));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
