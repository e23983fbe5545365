import type { CoreWaits } from "./core-waits.js";
import type { HandsetProcess } from "./handset-process.js";
import { measureHeard } from "./measure.js";
import type { PlannedHandset } from "./plan.js";
import type { CallReport, Heard } from "./report.js";
import { establishCall, exchangeMessage, hangUp, type CallStatistics, type CallTimes } from "./scenario.js";

/** A handset of the lab: what was planned, and the process. */
export interface LabHandset {
  readonly planned: PlannedHandset;
  readonly process: HandsetProcess;
}

/** One call of a lab, from dialling to what each side heard. */
export class LabCall {
  readonly from: LabHandset;
  readonly to: LabHandset;
  #times: CallTimes | undefined;
  #counted: [CallStatistics, CallStatistics] | undefined;
  #heard: Heard[] = [];
  #talkingSince = 0;
  #talkedSeconds = 0;

  constructor(from: LabHandset, to: LabHandset) {
    this.from = from;
    this.to = to;
  }

  /** "alice calls bob" */
  get title(): string {
    return `${this.from.planned.name} calls ${this.to.planned.name}`;
  }

  /** Dials, rings, answers; ms from dialling to ringing. */
  async establish(): Promise<number> {
    this.#times = await establishCall(this.from.process, this.to.process);
    this.#talkingSince = performance.now();
    return this.#times.dialToRingMs;
  }

  async message(words: string): Promise<void> {
    await exchangeMessage(this.from.process, this.to.process, words);
  }

  /** Hangs up; what each side counted. */
  async end(): Promise<readonly [CallStatistics, CallStatistics]> {
    this.#talkedSeconds = (performance.now() - this.#talkingSince) / 1000;
    this.#counted = await hangUp(this.from.process, this.to.process);
    return this.#counted;
  }

  /**
   * Compares what was heard with what was said, both ways, by processes that had to wait so; nothing where the call did
   * not come to its end.
   */
  compare(waits: CoreWaits): readonly Heard[] {
    if (this.#counted === undefined) return [];
    const [atCaller, atCallee] = this.#counted;
    const [caller, callee] = [this.from.planned, this.to.planned];
    const seconds = this.#talkedSeconds;
    const waitedMs = waits.longestMs([this.from.process.pid, this.to.process.pid, process.pid]);
    this.#heard = [
      measureHeard(callee, caller, { counted: atCallee, seconds, waitedMs }),
      measureHeard(caller, callee, { counted: atCaller, seconds, waitedMs }),
    ];
    return this.#heard;
  }

  /** What it came to; `undefined` where it did not come about. */
  report(): Omit<CallReport, "role"> | undefined {
    if (this.#times === undefined || this.#counted === undefined) return undefined;
    const [caller, callee] = this.#counted;
    const packets = {
      sent: caller.packetsSent + callee.packetsSent,
      received: caller.packetsReceived + callee.packetsReceived,
    };
    const [from, to] = [this.from.planned.name, this.to.planned.name];
    return { from, to, ...this.#times, packets, heard: this.#heard };
  }
}
