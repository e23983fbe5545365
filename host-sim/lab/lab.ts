import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../hal/node/folder.js";
import { Prng } from "../virtual/prng.js";
import type { LabHandset } from "./call.js";
import { CallRound } from "./call-round.js";
import { Crowd } from "./crowd.js";
import type { DeathReport, RandomCall } from "./crowd-report.js";
import { surviveDeath } from "./death.js";
import type { Engine, EngineName, LabNetwork } from "./engine.js";
import { HandsetProcess } from "./handset-process.js";
import { HostPeers } from "./host-peers.js";
import { measureIdle } from "./idle.js";
import { MemoryReadings } from "./memory-readings.js";
import type { PhoneRole } from "./memory-table.js";
import { NodeEngine } from "./node-engine.js";
import type { LabOptions, LabPlan } from "./plan.js";
import { hasDeath, isCrowd, pairsOf, planLab } from "./plan.js";
import { runSteps, type ProgressForm, type Step } from "./progress.js";
import type { HandsetReport, LabReport } from "./report.js";
import { becomesClient, takeOver, type TakeOverReport } from "./roles.js";
import { Rv32Engine } from "./rv32-engine.js";
import { joined, registered } from "./scenario.js";
import { XsEngine } from "./xs-engine.js";

/**
 * What a handset of the lab leaves in its folder. Of an earlier lab just these are removed: the folder may be one
 * with things of the user in it.
 */
const keptNames = ["state", "capture.jsonl", "heard.wav", "heard.wav.json"];

/**
 * The live lab: handsets as real processes on loopback, from switching on to hanging up, and what it came to. With host
 * peers beside them the handsets are clients; then, where these die, peers.
 * The handsets stay running for whoever asked for it; `end` ends them.
 */
export class Lab {
  readonly plan: LabPlan;
  readonly handsets: HandsetProcess[] = [];
  readonly #options: LabOptions;
  readonly #failures: string[] = [];
  readonly #engines = new Map<EngineName, Engine>();
  readonly #hostPeers: HostPeers;
  readonly #labHandsets: LabHandset[] = [];
  readonly #rounds: readonly CallRound[];
  readonly #memory = new MemoryReadings();
  #reports: HandsetReport[] = [];
  #idleBytesPerMinute = 0;
  #randomCalls: readonly RandomCall[] = [];
  #death: DeathReport | undefined;
  #takeOver: TakeOverReport | undefined;

  constructor(options: LabOptions) {
    this.#options = options;
    this.plan = planLab(options);
    this.#hostPeers = new HostPeers(this.plan.hostPeers, this.plan.overlay);
    const first = this.#round(this.#firstRole, "there");
    this.#rounds = options.hostPeersDie === true ? [first, this.#round("peer", "back")] : [first];
  }

  /** All that has a console: the handsets, and then the host peers. */
  get consoles(): readonly HandsetProcess[] {
    return [...this.handsets, ...this.#hostPeers.processes];
  }

  /** Runs the whole scenario. A step that fails ends it; the report says which. */
  async run(form: ProgressForm): Promise<LabReport> {
    try {
      await runSteps(this.#steps(), form);
    } catch (fault) {
      this.#failures.push(fault instanceof Error ? fault.message : String(fault));
    }
    return this.#report();
  }

  /** Asks every handset to leave, and waits until it has; then the host peers. */
  async end(): Promise<void> {
    await Promise.all(this.handsets.map((handset) => handset.end()));
    await this.#hostPeers.end();
    for (const engine of this.#engines.values()) engine.end();
  }

  /** What the handsets are at first. */
  get #firstRole(): PhoneRole {
    return this.plan.hostPeers.length > 0 ? "client" : "peer";
  }

  #round(role: PhoneRole, direction: "there" | "back"): CallRound {
    return new CallRound({
      lab: this.#options,
      pairs: pairsOf(this.plan.handsets, direction),
      handsets: this.#labHandsets,
      role,
      memory: this.#memory,
    });
  }

  #steps(): Step[] {
    const { overlay, handsets, hostPeers } = this.plan;
    const [first, ...others] = this.#rounds;
    const areHostPeers = hostPeers.length > 0;
    return [
      { title: "make ready what runs the handsets", run: (tell) => this.#openEngines(tell) },
      ...(areHostPeers ? [this.#hostPeersStep()] : []),
      {
        title: `switch on ${handsets.length} handsets in overlay ${overlay}`,
        run: async () => this.#switchOn(),
      },
      {
        title: areHostPeers ? "all register, as clients of the host peers" : "all join and register",
        run: (tell) => this.#awaitRegistered(tell),
      },
      ...(first?.steps ?? []),
      ...(isCrowd(this.#options) ? [this.#crowdStep()] : []),
      ...(hasDeath(this.#options) ? [this.#deathStep()] : []),
      ...others.flatMap((round) => [this.#takeOverStep(), ...round.steps]),
      { title: "an idle minute, in virtual time", run: async () => this.#measureIdle() },
    ];
  }

  #hostPeersStep(): Step {
    const count = this.plan.hostPeers.length;
    return {
      title: count === 1 ? "switch on a host peer" : `switch on ${count} host peers`,
      run: (tell) => this.#hostPeers.switchOn(tell),
    };
  }

  #crowdStep(): Step {
    const { seed } = this.#options;
    const crowd = new Crowd(this.#labHandsets, new Prng(seed));
    return {
      title: `ten calls at random, seed ${seed}`,
      run: async (tell) => void (this.#randomCalls = await crowd.callAtRandom(tell)),
    };
  }

  #deathStep(): Step {
    const mortals = { phones: this.handsets, hostPeers: this.#hostPeers.processes };
    const prng = new Prng(this.#options.seed);
    const holder = this.#firstRole === "client" ? "host peer" : "phone";
    return {
      title: `a ${holder} that keeps a name dies, and somebody calls that name`,
      run: async (tell) => void (this.#death = await surviveDeath(mortals, prng, tell)),
    };
  }

  #takeOverStep(): Step {
    return {
      title: "all host peers die, and the handsets take over",
      run: async (tell) => {
        const alive = this.#hostPeers.processes.filter(({ name }) => name !== this.#death?.killed);
        this.#takeOver = await takeOver(this.handsets, alive, tell);
        await this.#memory.read(this.#labHandsets, "peer", "liveBytes");
      },
    };
  }

  async #openEngines(tell: (line: string) => void): Promise<void> {
    const { lossPercent, stay, directory } = this.#options;
    const network = { overlay: this.plan.overlay, lossPercent, ptys: stay };
    for (const { engine: name } of this.plan.handsets) {
      if (this.#engines.has(name)) continue;
      const engine = await openEngine(name, network, directory);
      this.#engines.set(name, engine);
      tell(`${name}: ${engine.version}`);
    }
  }

  #engineOf(name: EngineName): Engine {
    const engine = this.#engines.get(name);
    if (engine === undefined) throw new Error(`${name} is not made ready`);
    return engine;
  }

  #switchOn(): void {
    for (const planned of this.plan.handsets) {
      makeFolder(planned.folder);
      for (const old of keptNames) rmSync(join(planned.folder, old), { recursive: true, force: true });
      makeFolder(join(planned.folder, "state"));
      const engine = this.#engineOf(planned.engine);
      const process = new HandsetProcess(planned, engine.start(planned));
      for (const line of engine.provisioning(planned)) process.type(line);
      this.handsets.push(process);
      this.#labHandsets.push({ planned, process });
    }
  }

  async #awaitRegistered(tell: (line: string) => void): Promise<void> {
    this.#reports = await Promise.all(
      this.handsets.map(async (handset) => {
        const report = await this.#awaitOne(handset);
        const served = report.role === "client" ? `, served by ${report.servedBy.join(", ")}` : "";
        tell(`${handset.name} registered after ${Math.round(report.registerMs)} ms${served}`);
        return report;
      }),
    );
    await this.#memory.read(this.#labHandsets, this.#firstRole, "liveBytes");
  }

  async #awaitOne(handset: HandsetProcess): Promise<HandsetReport> {
    const { name } = handset;
    const hostPeers = this.plan.hostPeers.length;
    if (hostPeers > 0) {
      const registerMs = await registered(handset);
      return { name, registerMs, ...(await becomesClient(handset, hostPeers)) };
    }
    const joinMs = await joined(handset);
    return { name, joinMs, registerMs: await registered(handset), role: "peer", servedBy: [] };
  }

  #measureIdle(): void {
    const { handsets, hostPeers } = this.plan;
    this.#idleBytesPerMinute = measureIdle(handsets.length, this.#options.seed, hostPeers.length);
  }

  #report(): LabReport {
    const engine = this.#engines.get(this.#options.engine);
    const failures = [...this.#failures, ...this.#rounds.flatMap((round) => round.failures)];
    const report: LabReport = {
      ok: failures.length === 0,
      failures,
      engine: { name: this.#options.engine, version: engine?.version ?? "" },
      hostPeers: this.plan.hostPeers.map(({ name }) => name),
      handsets: this.#reports,
      memory: this.#memory.reports,
      calls: this.#rounds.flatMap((round) => round.reports),
      randomCalls: this.#randomCalls,
      ...(this.#death && { death: this.#death }),
      ...(this.#takeOver && { takeOver: this.#takeOver }),
      idleBytesPerMinute: this.#idleBytesPerMinute,
      idleMeasured: "virtual",
      directory: this.#options.directory,
      seed: this.#options.seed,
      lossPercent: this.#options.lossPercent,
    };
    writeFileSync(join(this.#options.directory, "report.json"), `${JSON.stringify(report, undefined, 2)}\n`);
    return report;
  }
}

async function openEngine(name: EngineName, network: LabNetwork, folder: string): Promise<Engine> {
  if (name === "node") return new NodeEngine(network);
  if (name === "xs") return new XsEngine(network);
  const engine = new Rv32Engine(network, folder);
  await engine.listen();
  return engine;
}
