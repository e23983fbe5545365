import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../hal/node/folder.js";
import { HandsetProcess } from "./handset-process.js";
import { measureIdle } from "./idle.js";
import { measureHeard } from "./measure.js";
import type { LabOptions, LabPlan, PlannedHandset } from "./plan.js";
import { planLab } from "./plan.js";
import { runSteps, type ProgressForm, type Step } from "./progress.js";
import { goals, type CallReport, type HandsetReport, type Heard, type LabReport } from "./report.js";
import {
  establishCall,
  exchangeMessage,
  hangUp,
  joined,
  registered,
  type CallStatistics,
  type CallTimes,
} from "./scenario.js";
import { speechFile, speechSeconds } from "./speech.js";

/**
 * What a handset of the lab leaves in its folder. Of an earlier lab just these are removed: the folder may be one
 * with things of the user in it.
 */
const keptNames = ["state", "capture.jsonl", "heard.wav", "heard.wav.json"];

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
  #reports: HandsetReport[] = [];
  #times: CallTimes | undefined;
  #counted: [CallStatistics, CallStatistics] | undefined;
  #heard: Heard[] = [];
  #talkedSeconds = 0;
  #idleBytesPerMinute = 0;

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
  }

  #steps(): Step[] {
    const count = this.plan.handsets.length;
    return [
      {
        title: `switch on ${count} handsets in overlay ${this.plan.overlay}`,
        run: async () => this.#switchOn(),
      },
      { title: "all join and register", run: (tell) => this.#awaitRegistered(tell) },
      { title: "alice calls bob", run: (tell) => this.#call(tell) },
      { title: "speech in both directions", run: (tell) => this.#talk(tell) },
      { title: "a text message", run: (tell) => this.#message(tell) },
      { title: "hang up", run: (tell) => this.#hangUp(tell) },
      { title: "compare what was heard with what was said", run: async (tell) => this.#compare(tell) },
      { title: "an idle minute, in virtual time", run: async () => this.#measureIdle() },
    ];
  }

  #switchOn(): void {
    for (const planned of this.plan.handsets) {
      makeFolder(planned.folder);
      for (const old of keptNames) rmSync(join(planned.folder, old), { recursive: true, force: true });
      this.handsets.push(new HandsetProcess(this.#startOf(planned)));
    }
  }

  #startOf(planned: PlannedHandset): ConstructorParameters<typeof HandsetProcess>[0] {
    const { name, address, folder, lossSeed } = planned;
    const options = ["--overlay", this.plan.overlay, "--state", join(folder, "state")];
    options.push("--capture", join(folder, "capture.jsonl"), "--record", join(folder, "heard.wav"));
    options.push("--speak", speechFile(name));
    if (this.#options.lossPercent > 0) {
      options.push("--loss", String(this.#options.lossPercent), "--seed", String(lossSeed));
    }
    if (this.#options.stay) options.push("--pty");
    return { name, address, options };
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
  }

  async #call(tell: (line: string) => void): Promise<void> {
    const [alice, bob] = this.#pair();
    this.#times = await establishCall(alice, bob);
    tell(`bob rang after ${Math.round(this.#times.dialToRingMs)} ms`);
  }

  async #talk(tell: (line: string) => void): Promise<void> {
    const began = performance.now();
    const seconds = this.#options.seconds ?? Math.max(speechSeconds("alice"), speechSeconds("bob")) + 1;
    for (let left = Math.ceil(seconds); left > 0; left--) {
      tell(`${left} s`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000, 1000 * seconds)));
    }
    this.#talkedSeconds = (performance.now() - began) / 1000;
  }

  async #message(tell: (line: string) => void): Promise<void> {
    const [alice, bob] = this.#pair();
    await exchangeMessage(alice, bob, messageWords);
    tell(`bob reads: ${messageWords}`);
  }

  async #hangUp(tell: (line: string) => void): Promise<void> {
    const [alice, bob] = this.#pair();
    this.#counted = await hangUp(alice, bob);
    tell(`${this.#counted[1].packetsReceived} packets of ${this.#counted[0].packetsSent} reached bob`);
  }

  #compare(tell: (line: string) => void): void {
    if (this.#counted === undefined) return;
    const [alice, bob] = this.plan.handsets;
    if (alice === undefined || bob === undefined) return;
    const [atAlice, atBob] = this.#counted;
    const seconds = this.#talkedSeconds;
    this.#heard = [
      measureHeard(bob, alice, { counted: atBob, seconds }),
      measureHeard(alice, bob, { counted: atAlice, seconds }),
    ];
    for (const heard of this.#heard) {
      tell(`${heard.by} hears at ${heard.snrDb.toFixed(1)} dB`);
      this.#failures.push(...brokenPromises(heard, this.#options.lossPercent));
    }
  }

  #measureIdle(): void {
    this.#idleBytesPerMinute = measureIdle(this.plan.handsets.length, this.#options.seed);
  }

  #pair(): [HandsetProcess, HandsetProcess] {
    const [alice, bob] = this.handsets;
    if (alice === undefined || bob === undefined) throw new Error("a call takes two handsets");
    return [alice, bob];
  }

  #report(): LabReport {
    const report: LabReport = {
      ok: this.#failures.length === 0,
      failures: this.#failures,
      handsets: this.#reports,
      calls: this.#callReports(),
      idleBytesPerMinute: this.#idleBytesPerMinute,
      idleMeasured: "virtual",
      directory: this.#options.directory,
      seed: this.#options.seed,
      lossPercent: this.#options.lossPercent,
    };
    writeFileSync(join(this.#options.directory, "report.json"), `${JSON.stringify(report, undefined, 2)}\n`);
    return report;
  }

  #callReports(): CallReport[] {
    if (this.#times === undefined || this.#counted === undefined) return [];
    const [caller, callee] = this.#counted;
    const packets = {
      sent: caller.packetsSent + callee.packetsSent,
      received: caller.packetsReceived + callee.packetsReceived,
    };
    return [{ from: "alice", to: "bob", ...this.#times, packets, heard: this.#heard }];
  }
}

/** What was promised of the sound of a call and did not come true, sentences. */
function brokenPromises({ by, snrDb, heardPercent }: Heard, lossPercent: number): string[] {
  const broken: string[] = [];
  if (heardPercent < goals.heardPercent) broken.push(`${by} heard only ${heardPercent} % of what was said`);
  if (lossPercent === 0 && snrDb < goals.snrDb) {
    broken.push(`${by} hears at ${snrDb} dB; without loss at least ${goals.snrDb} dB is promised`);
  }
  return broken;
}
