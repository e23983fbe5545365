import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LabCall, type LabHandset } from "./call.js";
import { CoreWaits } from "./core-waits.js";
import type { MemoryReadings } from "./memory-readings.js";
import type { PhoneRole } from "./memory-table.js";
import type { LabOptions, PlannedHandset } from "./plan.js";
import type { Step } from "./progress.js";
import { goals, waitedMsMax, type CallReport, type Heard } from "./report.js";
import { speechSeconds } from "./speech.js";

export interface CallRoundOptions {
  readonly lab: Pick<LabOptions, "seconds" | "lossPercent">;
  /** Who calls whom. */
  readonly pairs: readonly (readonly [PlannedHandset, PlannedHandset])[];
  /** All handsets that run, as soon as they do. */
  readonly handsets: readonly LabHandset[];
  /** What they are meanwhile. */
  readonly role: PhoneRole;
  readonly memory: MemoryReadings;
}

const keepingMsMax = 10_000;

/** The words the first caller sends. */
const messageWords = "Meet at the school at noon";

/** The calls that a lab makes at one time, with speech and a text message, and what each side heard. */
export class CallRound {
  /** What was promised of the sound and did not come true, sentences. */
  readonly failures: string[] = [];
  readonly #options: CallRoundOptions;
  readonly #calls: LabCall[] = [];
  #waits: CoreWaits = new CoreWaits([]);

  constructor(options: CallRoundOptions) {
    this.#options = options;
  }

  get steps(): Step[] {
    const { pairs } = this.#options;
    const title = pairs.map(([from, to]) => `${from.name} calls ${to.name}`).join(", and ");
    return [
      { title, run: (tell) => this.#call(tell) },
      { title: "speech in both directions", run: (tell) => this.#talk(tell) },
      { title: "a text message", run: (tell) => this.#message(tell) },
      { title: "hang up", run: (tell) => this.#hangUp(tell) },
      { title: "compare what was heard with what was said", run: (tell) => this.#compare(tell) },
    ];
  }

  /** The calls that came about. */
  get reports(): CallReport[] {
    const { role } = this.#options;
    const reports = this.#calls.map((call) => call.report());
    return reports.flatMap((report) => (report === undefined ? [] : [{ ...report, role }]));
  }

  async #call(tell: (line: string) => void): Promise<void> {
    const { pairs, handsets } = this.#options;
    for (const { planned, process } of handsets) {
      process.forget();
      for (const old of ["heard.wav", "heard.wav.json"]) rmSync(join(planned.folder, old), { force: true });
    }
    const running = (wanted: PlannedHandset): LabHandset => {
      const found = handsets.find(({ planned }) => planned === wanted);
      if (found === undefined) throw new Error(`${wanted.name} is not switched on`);
      return found;
    };
    for (const [from, to] of pairs) {
      const call = new LabCall(running(from), running(to));
      this.#calls.push(call);
      tell(`${call.title}: rang after ${Math.round(await call.establish())} ms`);
    }
  }

  async #talk(tell: (line: string) => void): Promise<void> {
    const { lab, handsets, role, memory } = this.#options;
    const seconds = lab.seconds ?? Math.max(speechSeconds("alice"), speechSeconds("bob")) + 1;
    this.#waits.end();
    this.#waits = new CoreWaits([process.pid, ...handsets.map((handset) => handset.process.pid)]);
    for (let left = Math.ceil(seconds); left > 0; left--) {
      tell(`${left} s`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000, 1000 * seconds)));
    }
    await memory.read(handsets, role, "callBytes");
  }

  async #message(tell: (line: string) => void): Promise<void> {
    const [call] = this.#calls;
    await call?.message(messageWords);
    tell(`${call?.to.planned.name} reads: ${messageWords}`);
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
        this.failures.push(...brokenPromises(heard, this.#options.lab.lossPercent));
      }
    }
  }
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
