import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../hal/node/folder.js";
import { LabCall, type LabHandset } from "./call.js";
import { CoreWaits } from "./core-waits.js";
import { Crowd } from "./crowd.js";
import type { DeathReport, RandomCall } from "./crowd-report.js";
import type { Engine, EngineName, LabNetwork } from "./engine.js";
import { HandsetProcess } from "./handset-process.js";
import { measureIdle } from "./idle.js";
import { NodeEngine } from "./node-engine.js";
import type { LabOptions, LabPlan } from "./plan.js";
import { isCrowd, planLab } from "./plan.js";
import { runSteps, type ProgressForm, type Step } from "./progress.js";
import {
  goals,
  waitedMsMax,
  type CallReport,
  type HandsetReport,
  type Heard,
  type LabReport,
} from "./report.js";
import type { MemoryReport } from "./memory-table.js";
import { Rv32Engine } from "./rv32-engine.js";
import { joined, memoryUse, registered } from "./scenario.js";
import { speechSeconds } from "./speech.js";
import { XsEngine } from "./xs-engine.js";
import { Prng } from "../virtual/prng.js";

/**
 * What a handset of the lab leaves in its folder. Of an earlier lab just these are removed: the folder may be one
 * with things of the user in it.
 */
const keptNames = ["state", "capture.jsonl", "heard.wav", "heard.wav.json"];
const keepingMsMax = 10_000;

/** The words alice sends to bob. */
const messageWords = "Meet at the school at noon";

/**
 * The live lab: handsets as real processes on loopback, from switching on to hanging up, and what it came to.
 * The handsets stay running for whoever asked for it; `end` ends them.
 */
export class Lab {
  readonly plan: LabPlan;
  readonly handsets: HandsetProcess[] = [];
  readonly #options: LabOptions;
  readonly #failures: string[] = [];
  readonly #engines = new Map<EngineName, Engine>();
  readonly #labHandsets: LabHandset[] = [];
  readonly #calls: LabCall[] = [];
  readonly #memory = new Map<string, MemoryReport>();
  #reports: HandsetReport[] = [];
  #waits: CoreWaits = new CoreWaits([]);
  #idleBytesPerMinute = 0;
  #randomCalls: readonly RandomCall[] = [];
  #death: DeathReport | undefined;

  constructor(options: LabOptions) {
    this.#options = options;
    this.plan = planLab(options);
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

  /** Asks every handset to leave, and waits until it has. */
  async end(): Promise<void> {
    await Promise.all(this.handsets.map((handset) => handset.end()));
    for (const engine of this.#engines.values()) engine.end();
  }

  #steps(): Step[] {
    const { overlay, handsets } = this.plan;
    const steps: Step[] = [
      { title: "make ready what runs the handsets", run: (tell) => this.#openEngines(tell) },
      {
        title: `switch on ${handsets.length} handsets in overlay ${overlay}`,
        run: async () => this.#switchOn(),
      },
      { title: "all join and register", run: (tell) => this.#awaitRegistered(tell) },
      { title: this.#callTitle(), run: (tell) => this.#call(tell) },
      { title: "speech in both directions", run: (tell) => this.#talk(tell) },
      { title: "a text message", run: (tell) => this.#message(tell) },
      { title: "hang up", run: (tell) => this.#hangUp(tell) },
      { title: "compare what was heard with what was said", run: (tell) => this.#compare(tell) },
      ...(isCrowd(this.#options) ? this.#crowdSteps() : []),
      { title: "an idle minute, in virtual time", run: async () => this.#measureIdle() },
    ];
    return steps;
  }

  #crowdSteps(): Step[] {
    const { seed } = this.#options;
    const crowd = new Crowd(this.#labHandsets, new Prng(seed));
    return [
      {
        title: `ten calls at random, seed ${seed}`,
        run: async (tell) => void (this.#randomCalls = await crowd.callAtRandom(tell)),
      },
      {
        title: "a phone that keeps a name dies, and somebody calls that name",
        run: async (tell) => void (this.#death = await crowd.survive(tell)),
      },
    ];
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
    for (const [from, to] of this.#pairs()) this.#calls.push(new LabCall(from, to));
  }

  /** Who calls whom: alice bob; and where handsets of two engines are together, the last two, one of each. */
  #pairs(): [LabHandset, LabHandset][] {
    const [alice, bob, ...others] = this.#labHandsets;
    if (alice === undefined || bob === undefined) throw new Error("a call takes two handsets");
    const [caller, callee] = others.slice(-2);
    const mixed =
      caller !== undefined && callee !== undefined && caller.planned.engine !== callee.planned.engine;
    return mixed
      ? [
          [alice, bob],
          [caller, callee],
        ]
      : [[alice, bob]];
  }

  #callTitle(): string {
    const [caller, callee] = this.plan.handsets.slice(-2);
    const mixed = this.plan.handsets.length > 3 && caller?.engine !== callee?.engine;
    return mixed ? `alice calls bob, and ${caller?.name} calls ${callee?.name}` : "alice calls bob";
  }

  async #awaitRegistered(tell: (line: string) => void): Promise<void> {
    this.#reports = await Promise.all(
      this.handsets.map(async (handset) => {
        const joinMs = await joined(handset);
        const registerMs = await registered(handset);
        tell(`${handset.name} registered after ${Math.round(registerMs)} ms`);
        return { name: handset.name, joinMs, registerMs };
      }),
    );
    await this.#readMemory("liveBytes");
  }

  /** What the phones' own engines say; a phone in Node has no bounded memory to speak of. */
  async #readMemory(when: "liveBytes" | "callBytes"): Promise<void> {
    for (const { planned, process } of this.#labHandsets) {
      if (planned.engine === "node") continue;
      const use = await memoryUse(process);
      const before = this.#memory.get(planned.name) ?? { liveBytes: 0, callBytes: 0 };
      const { peakBytes, arenaBytes } = use;
      this.#memory.set(planned.name, {
        name: planned.name,
        ...before,
        peakBytes,
        arenaBytes,
        [when]: use.liveBytes,
      });
    }
  }

  async #call(tell: (line: string) => void): Promise<void> {
    for (const call of this.#calls) {
      const ms = await call.establish();
      tell(`${call.title}: rang after ${Math.round(ms)} ms`);
    }
  }

  async #talk(tell: (line: string) => void): Promise<void> {
    const seconds = this.#options.seconds ?? Math.max(speechSeconds("alice"), speechSeconds("bob")) + 1;
    this.#waits.end();
    this.#waits = new CoreWaits([process.pid, ...this.handsets.map(({ pid }) => pid)]);
    for (let left = Math.ceil(seconds); left > 0; left--) {
      tell(`${left} s`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000, 1000 * seconds)));
    }
    await this.#readMemory("callBytes");
  }

  async #message(tell: (line: string) => void): Promise<void> {
    await this.#calls[0]?.message(messageWords);
    tell(`bob reads: ${messageWords}`);
  }

  async #hangUp(tell: (line: string) => void): Promise<void> {
    for (const call of this.#calls) {
      const [caller, callee] = await call.end();
      tell(`${call.title}: ${callee.packetsReceived} packets of ${caller.packetsSent} arrived`);
    }
  }

  async #compare(tell: (line: string) => void): Promise<void> {
    this.#waits.end();
    for (const call of this.#calls) {
      await Promise.all([call.from, call.to].map(awaitRecording));
      for (const heard of call.compare(this.#waits)) {
        tell(`${heard.by} hears at ${heard.snrDb.toFixed(1)} dB`);
        if (heard.waitedMs > waitedMsMax)
          tell(`sound is not judged: this computer kept a handset waiting for ${heard.waitedMs} ms`);
        this.#failures.push(...brokenPromises(heard, this.#options.lossPercent));
      }
    }
  }

  #measureIdle(): void {
    this.#idleBytesPerMinute = measureIdle(this.plan.handsets.length, this.#options.seed);
  }

  #report(): LabReport {
    const engine = this.#engines.get(this.#options.engine);
    const report: LabReport = {
      ok: this.#failures.length === 0,
      failures: this.#failures,
      engine: { name: this.#options.engine, version: engine?.version ?? "" },
      handsets: this.#reports,
      memory: [...this.#memory.values()],
      calls: this.#calls
        .map((call) => call.report())
        .filter((call): call is CallReport => call !== undefined),
      randomCalls: this.#randomCalls,
      ...(this.#death && { death: this.#death }),
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

/** A handset keeps what it heard when its audio stops; its times come last. */
async function awaitRecording({ planned }: LabHandset): Promise<void> {
  const path = join(planned.folder, "heard.wav.json");
  for (const until = performance.now() + keepingMsMax; !existsSync(path);) {
    if (performance.now() > until) throw new Error(`${planned.name} did not keep what it heard`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What was promised of the sound of a call and did not come true, sentences. */
function brokenPromises({ by, snrDb, heardPercent, waitedMs }: Heard, lossPercent: number): string[] {
  const broken: string[] = [];
  if (heardPercent < goals.heardPercent) broken.push(`${by} heard only ${heardPercent} % of what was said`);
  if (lossPercent === 0 && waitedMs <= waitedMsMax && snrDb < goals.snrDb) {
    broken.push(`${by} hears at ${snrDb} dB; without loss at least ${goals.snrDb} dB is promised`);
  }
  return broken;
}
