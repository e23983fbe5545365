import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex } from "../../firmware/core/bytes.js";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { musterPort } from "../../firmware/core/limits.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import type { HandsetEvent, HandsetProcess } from "../lab/handset-process.js";
import { establishCall, registered } from "../lab/scenario.js";
import { Prng } from "../virtual/prng.js";
import type { FloodReport, KindReport, SpeechCount } from "./flood-report.js";
import { withinThree } from "./flood-report.js";
import type { InsiderKind } from "./insider-kinds.js";
import { grownTables } from "./grown-tables.js";
import { InsiderSocket } from "./insider-socket.js";
import type { Scene, Shot } from "./shot.js";
import { fire, makeSpoofer, type Sent } from "./spoofer.js";
import { answersStockSip } from "./stock-sip-probe.js";
import type { StrangerKind } from "./stranger-kinds.js";
import { kernelDrops, startObserved, startOnXs, tapOf, type FloodEngine, type Planned } from "./victim.js";

export interface FloodOptions {
  readonly engine: FloodEngine;
  readonly perSecond: number;
  readonly seconds: number;
  readonly seed: number;
  readonly directory: string;
  readonly strangers: readonly StrangerKind[];
  readonly insiders: readonly InsiderKind[];
  readonly tell: (line: string) => void;
}

const stepMs = 30_000;
const settlingMs = 600;
const strangersMax = 4096;
/** Datagrams made beforehand; a longer flood begins again with them. */
const shotsMax = 60_000;
/** A computer that sends fewer than this share of what was wanted is named. */
const shareMin = 0.95;

/** A victim in a call, and an attacker: processes on this computer's loopback. */
export class Flood {
  readonly #options: FloodOptions;
  readonly #block: string;
  readonly #overlay: string;
  readonly #handsets: HandsetProcess[] = [];
  #insider: InsiderSocket | undefined;

  constructor(options: FloodOptions) {
    this.#options = options;
    this.#block = `127.${1 + (options.seed % 120)}.${Math.floor(options.seed / 120) % 250}`;
    this.#overlay = `flood-${options.seed}`;
  }

  /** Ends what runs. */
  kill(): void {
    for (const handset of this.#handsets) handset.kill();
    this.#insider?.close();
  }

  async run(): Promise<FloodReport> {
    const { engine, perSecond, seconds, tell } = this.#options;
    tell("a victim and the far end of its call are switched on");
    const far = this.#start("bob", 12, "node");
    const victim = this.#start("alice", 11, engine);
    await Promise.all([registered(far), registered(victim)]);
    await pause(2 * settlingMs);
    const kinds: KindReport[] = [];
    const fault = await this.#measureAll(victim, far, kinds);
    this.#insider?.close();
    this.#insider = undefined;
    tell("a new phone joins and calls");
    const newcomerTalked = fault === undefined && (await this.#newcomer(victim));
    const arenaBytes =
      engine === "xs" && fault === undefined ? number(await memory(victim), "arenaBytes") : 0;
    await Promise.all(this.#handsets.map((handset) => handset.end()));
    const ok = newcomerTalked && kinds.every((kind) => withinThree(kind) && kind.callAlive !== false);
    const remarks = [...remarksOn(kinds, perSecond), ...(fault === undefined ? [] : [fault])];
    return { engine, arenaBytes, perSecond, seconds, kinds, newcomerTalked, ok, remarks };
  }

  /** All floods one after the other; a sentence where the victim or its call did not live to the end. */
  async #measureAll(
    victim: HandsetProcess,
    far: HandsetProcess,
    kinds: KindReport[],
  ): Promise<string | undefined> {
    const spoofer = makeSpoofer();
    try {
      for (const kind of this.#options.strangers) {
        const isThere = kind.toStockSip !== true || (await answersStockSip(victim.address));
        const { name, what } = kind;
        if (!isThere) kinds.push({ name, what, skipped: "nobody answers at port 5060" });
        else kinds.push(await this.#measure(victim, far, kind, () => this.#fire(spoofer, kind)));
      }
      for (const kind of this.#options.insiders)
        kinds.push(await this.#measure(victim, far, kind, () => this.#fromInside(kind)));
      return undefined;
    } catch (fault) {
      return fault instanceof Error ? fault.message : String(fault);
    }
  }

  #start(name: string, last: number, engine: FloodEngine): HandsetProcess {
    const folder = join(this.#options.directory, name);
    const planned: Planned = { name, address: `${this.#block}.${last}`, folder, overlay: this.#overlay };
    const handset = engine === "xs" ? startOnXs(planned) : startObserved(planned);
    this.#handsets.push(handset);
    return handset;
  }

  /** One flood, in a call of its own. */
  async #measure(
    victim: HandsetProcess,
    far: HandsetProcess,
    { name, what }: { readonly name: string; readonly what: string },
    flood: () => Promise<Sent>,
  ): Promise<KindReport> {
    const { perSecond, tell } = this.#options;
    tell(`${name}: ${what}`);
    const heard = [victim.events.length, far.events.length];
    await callAnew(victim, far);
    await pause(settlingMs);
    const before = await memory(victim);
    const dropped = kernelDrops(victim.address, musterPort);
    const printed = victim.events.length;
    const sent = await flood();
    const lines = victim.events.length - printed;
    const unread = kernelDrops(victim.address, musterPort) - dropped;
    const isTalking = (await ask(victim, "status"))["call"] as { state?: string } | undefined;
    const after = await memory(victim);
    victim.type("hangup");
    const speech = [await speechOf(victim, heard[0] ?? 0), await speechOf(far, heard[1] ?? 0)] as const;
    await pause(settlingMs);
    tell(`${name}: ${Math.round(sent.datagrams / sent.seconds)} of ${perSecond} a second`);
    return {
      ...{ name, what, sent, unread, speech, lines },
      perSecond: sent.datagrams / sent.seconds,
      factor: sent.bytes === 0 ? 0 : sent.backBytes / sent.bytes,
      callAlive: isTalking?.state === "talking",
      heapBytes: {
        before: number(before, "liveBytes"),
        after: number(after, "liveBytes"),
        peak: number(after, "peakBytes"),
      },
      grown: grownTables(before, after),
    };
  }

  #fire(spoofer: string, kind: StrangerKind): Promise<Sent> {
    const { perSecond, seconds, directory } = this.#options;
    const scene = this.#scene();
    const shots: Shot[] = [];
    for (let each = 0; each < Math.min(shotsMax, perSecond * seconds); each++) {
      const shot = kind.make(scene);
      if (shot !== undefined) shots.push(shot);
    }
    if (shots.length === 0) throw new Error(`${kind.name}: nothing of what it needs was seen on the wire`);
    const answersCookies = kind.answersCookies === true;
    const volley = {
      shots,
      perSecond,
      seconds,
      victim: `${this.#block}.11`,
      strangers: "127.200.",
      answersCookies,
    };
    return fire(spoofer, directory, volley);
  }

  async #fromInside(kind: InsiderKind): Promise<Sent> {
    const { perSecond, seconds, seed } = this.#options;
    if (this.#insider?.isLinked !== true) {
      this.#insider?.close();
      this.#insider = new InsiderSocket(this.#overlay, `${this.#block}.11`, seed);
      await this.#insider.open(`${this.#block}.66`);
    }
    return this.#insider.flood(kind, perSecond, seconds);
  }

  #scene(): Scene {
    const chance = new Prng(`flood ${this.#options.seed}`);
    const at = (last: number): Endpoint => ({ address: `${this.#block}.${last}`, port: musterPort });
    const stranger = (): Endpoint => {
      const number = chance.below(strangersMax);
      return { address: `127.200.${number >> 8}.${number & 255}`, port: 7000 + chance.below(8) };
    };
    const overlayId = overlayIdOf(new SodiumCrypto(), this.#overlay);
    const seen = seenBy(join(this.#options.directory, "bob"));
    return { chance, overlayId, victim: at(11), others: [at(12)], seen, stranger };
  }

  async #newcomer(victim: HandsetProcess): Promise<boolean> {
    try {
      const carol = this.#start("carol", 13, "node");
      await registered(carol);
      await establishCall(carol, victim);
      return true;
    } catch (fault) {
      this.#options.tell(fault instanceof Error ? fault.message : String(fault));
      return false;
    }
  }
}

/** A call as the first one: what was printed of earlier ones does not count. */
async function callAnew(from: HandsetProcess, to: HandsetProcess): Promise<void> {
  const [mine, theirs] = [from.events.length, to.events.length];
  from.type(`call ${to.name}`);
  await to.expect("the far end rings", stepMs, since(to, theirs, "incoming"));
  to.type("answer");
  await from.expect("the victim talks", stepMs, since(from, mine, "talking"));
  await to.expect("the far end talks", stepMs, since(to, theirs, "talking"));
}

function since(handset: HandsetProcess, place: number, event: string): (candidate: HandsetEvent) => boolean {
  return (candidate) => candidate.event === event && handset.events.indexOf(candidate) >= place;
}

async function speechOf(handset: HandsetProcess, place: number): Promise<SpeechCount> {
  const ended = await handset.expect("the call ends", stepMs, since(handset, place, "ended"));
  return {
    received: number(ended, "packetsReceived"),
    lost: number(ended, "packetsLost"),
    late: number(ended, "packetsLate"),
    concealed: number(ended, "framesConcealed"),
  };
}

function memory(handset: HandsetProcess): Promise<HandsetEvent> {
  return ask(handset, "memory");
}

function ask(handset: HandsetProcess, question: "memory" | "status"): Promise<HandsetEvent> {
  return handset.ask(question, stepMs, ({ event }) => event === question);
}

function number(event: HandsetEvent, field: string): number {
  const value = event[field];
  if (typeof value !== "number") throw new Error(`${event.event} of a handset has no number ${field}`);
  return value;
}

/** What an observed handset has noted of what went over the wire. */
function seenBy(folder: string): Shot[] {
  const lines = readFileSync(tapOf(folder), "utf8").split("\n");
  return lines.flatMap((line) => {
    if (line === "") return [];
    const { from, to, bytes } = JSON.parse(line) as { from: Endpoint; to: Endpoint | "group"; bytes: string };
    return [{ from, to, bytes: fromHex(bytes) ?? new Uint8Array(0) }];
  });
}

/** What this computer could not do. */
function remarksOn(kinds: readonly KindReport[], wanted: number): string[] {
  const slow = kinds.filter(({ perSecond }) => perSecond !== undefined && perSecond < shareMin * wanted);
  const unread = kinds.filter((kind) => (kind.unread ?? 0) > 0);
  return [
    ...slow.map(
      ({ name, perSecond = 0 }) =>
        `${name}: this computer sent ${Math.round(perSecond)} a second, not ${wanted}`,
    ),
    ...unread.map(({ name, unread: lost = 0, sent }) => {
      const share = ((100 * lost) / Math.max(1, sent?.datagrams ?? 1)).toFixed(1);
      return `${name}: the victim was too slow for ${lost} datagrams (${share} %), which the kernel dropped`;
    }),
  ];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
