import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replicasMax } from "../../firmware/core/limits.js";
import { after, instant, type Instant } from "../../firmware/core/time.js";
import { speechFile } from "../lab/speech.js";
import { VirtualLab } from "../virtual/lab.js";
import { busyLan } from "../virtual/path.js";
import { Prng } from "../virtual/prng.js";
import { countOf, unexplained, type PhoneCount } from "./accounting.js";
import { doings, restarted } from "./doings.js";
import { nodeHeapBytes } from "./node-heap.js";
import { NodePhone, type SoakPhone } from "./soak-phone.js";
import { eventOf, Stage, type Actor } from "./stage.js";
import { XsPhone, type XsPhoneOptions } from "./xs-phone.js";

/** What a soak is to be. */
export interface SoakPlan {
  readonly phones: number;
  readonly seed: number;
  /** The first phone runs in the XS engine, with this; absent: all run in Node. */
  readonly xs?: Pick<XsPhoneOptions, "program" | "words">;
  /** Where the state of the XS phone goes. */
  readonly folder: string;
}

/** The quiet moment at the end of an hour. */
export interface SoakHour {
  readonly hour: number;
  /** Of the XS phone, or of the whole process with all phones and the network. */
  readonly heapBytes: number;
  /** Done in this hour. */
  readonly doings: number;
  readonly problems: readonly string[];
  readonly unexplained: readonly string[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** In each hour: until then something new is begun, and by then all has ended; the rest is quiet. */
const activeMs = 45 * minuteMs;
const endedMs = 52 * minuteMs;
/** Before the end of the hour: two looks at all phones. */
const looksMs: readonly [number, number] = [20_000, 10_000];
const answerMs = 1000;
const restartBeforeMs = 30 * minuteMs;
const startMsMax = 120_000;
/** Between two doings; in the first hour more is done, so that all that has a bound, as the call log, is at it. */
const pauseMs: readonly [number, number] = [4000, 20_000];
const firstPauseMs: readonly [number, number] = [2000, 7000];
/** Problems that are told; a broken phone has them by the hundred. */
const problemsTold = 20;

/** Phones in virtual time for hours: what they do is drawn from the seed, what they hold is looked at each hour. */
export class Soak {
  readonly stage: Stage;
  readonly #plan: SoakPlan;
  readonly #lab: VirtualLab;
  readonly #phones: readonly SoakPhone[];
  /** Of one hour only: a day of them would be what grows. */
  #counts: readonly PhoneCount[] = [];
  #hour = 0;
  #restarted = false;

  constructor(plan: SoakPlan) {
    this.#plan = plan;
    this.#lab = new VirtualLab({ seed: plan.seed, overlay: overlayName, path: busyLan });
    const names = Array.from({ length: plan.phones }, (_, i) => `phone${i + 1}`);
    this.#phones = names.map((name, at) => this.#phoneOf(name, at));
    // Half of them die now and then; the others live through it all, and would show what heaps up.
    const actors = this.#phones.map((phone, at): Actor => {
      return { phone, isMortal: at >= plan.phones / 2, isTaken: false };
    });
    this.stage = new Stage(this.#lab, new Prng(`${plan.seed}/soak`), actors);
  }

  /** Switches all on. */
  start(): void {
    for (const phone of this.#phones) phone.switchOn();
    this.#registered();
    this.#lab.run(minuteMs);
    this.#lab.clock.runUntil(instant(Math.ceil(this.#lab.clock.now() / minuteMs) * minuteMs));
    for (const phone of this.#phones) phone.forget();
  }

  /** What all phones held at the end of the last hour. */
  get counts(): readonly PhoneCount[] {
    return this.#counts;
  }

  /** One more hour, and what there is at its end. */
  runHour(): SoakHour {
    const began = this.#lab.clock.now();
    const before = this.#done();
    const problemsBefore = this.stage.problems.length;
    this.#act(instant(began + activeMs));
    this.#lab.clock.runUntil(() => this.stage.goingOn === 0, { until: instant(began + endedMs) });
    if (this.stage.goingOn > 0) this.stage.problems.push(`${this.stage.goingOn} doings did not end`);
    const [first, second] = looksMs.map((ms) => this.#look(instant(began + hourMs - ms)));
    const counts = (this.#counts = second ?? []);
    const heapBytes =
      this.#plan.xs === undefined ? nodeHeapBytes(this.#plan.folder) : (counts[0]?.liveBytes ?? NaN);
    const situation = {
      phones: this.#phones.length,
      copies: replicasMax,
      waiting: this.#lab.clock.waiting(),
    };
    this.#lab.clock.runUntil(instant(began + hourMs));
    return {
      hour: ++this.#hour,
      heapBytes,
      doings: this.#done() - before,
      problems: this.stage.problems.slice(problemsBefore).slice(0, problemsTold),
      unexplained: unexplained(situation, counts, first ?? []),
    };
  }

  /** Speech so far, in parts of the time of all phones. */
  get talkShare(): number {
    return this.stage.talkMs / (this.#lab.clock.now() * this.#phones.length);
  }

  /** Equal for equal soaks. */
  traceHash(): string {
    return this.#lab.network.traceHash();
  }

  /** Ends what runs outside of this process. */
  end(): void {
    for (const phone of this.#phones) if (phone.isOn) phone.switchOff();
  }

  #phoneOf(name: string, at: number): SoakPhone {
    const { xs, seed, folder } = this.#plan;
    const speech = speechFile(at % 2 === 0 ? "alice" : "bob");
    if (xs === undefined || at > 0) return new NodePhone(this.#lab, name, { microphone: samplesOf(speech) });
    const own = join(folder, name);
    return new XsPhone(this.#lab, { ...xs, name, speech, seed, overlay: overlayName, folder: own });
  }

  /** Begins something again and again until `until`. */
  #act(until: Instant): void {
    const { prng } = this.stage;
    const drawn = doings.flatMap((doing) => Array.from({ length: doing.weight }, () => doing));
    while (this.#lab.clock.now() < until) {
      this.#restartOnce(until);
      prng.pick(drawn).begin(this.stage);
      this.#lab.run(prng.between(...(this.#hour === 0 ? firstPauseMs : pauseMs)));
    }
  }

  /** The first phone comes on with a full call log in the first hour, and lives until the end. */
  #restartOnce(until: Instant): void {
    const [first] = this.stage.actors;
    const isTime = this.#hour === 0 && this.#lab.clock.now() > until - restartBeforeMs;
    if (!isTime || this.#restarted || first === undefined || first.isTaken) return;
    this.#restarted = true;
    this.stage.begin("first phone restarted", [first], restarted(this.stage, first));
  }

  #registered(): void {
    const isReady = (): boolean => this.#phones.every((phone) => eventOf(phone, "registered") !== undefined);
    const until = after(this.#lab.clock.now(), startMsMax);
    if (this.#lab.clock.runUntil(isReady, { until })) return;
    const missing = this.#phones.filter((phone) => eventOf(phone, "registered") === undefined);
    throw new Error(`not registered: ${missing.map(({ name }) => name).join(", ")}; seed ${this.#plan.seed}`);
  }

  /** Asks all phones what they hold. */
  #look(at: Instant): PhoneCount[] {
    this.#lab.clock.runUntil(at);
    for (const phone of this.#phones) {
      phone.forget();
      for (const line of ["memory", "records"]) phone.type(line);
    }
    this.#lab.run(answerMs);
    const counts = this.#phones.map((phone) => {
      const [memory, records] = ["memory", "records"].map((event) => eventOf(phone, event));
      if (memory === undefined || records === undefined) throw new Error(`${phone.name} does not answer`);
      return countOf(phone.name, memory, records);
    });
    for (const phone of this.#phones) phone.forget();
    return counts;
  }

  #done(): number {
    return [...this.stage.done.values()].reduce((sum, count) => sum + count, 0);
  }
}

const overlayName = "soak";
const headerBytes = 44;

/** The samples of a WAV file of 16 bit with the usual header. */
function samplesOf(path: string): Int16Array {
  const file = readFileSync(path);
  const samples = new Int16Array((file.length - headerBytes) >> 1);
  for (let i = 0; i < samples.length; i++) samples[i] = file.readInt16LE(headerBytes + 2 * i);
  return samples;
}
