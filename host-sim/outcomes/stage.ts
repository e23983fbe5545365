import { fromHex } from "../../firmware/core/bytes.js";
import { instant } from "../../firmware/core/time.js";
import type { Opened } from "../../firmware/link/capture.js";
import { decodeMessage } from "../../firmware/wire/message.js";
import { decodeText } from "../../firmware/core/text.js";
import { VirtualLab, type PrintedEvent, type VirtualStart } from "../virtual/lab.js";

/** What a person hears of calls; the rest of what a phone prints is none of this table's business. */
const ofCalls: readonly string[] = [
  "dialling",
  "contested",
  "incoming",
  "ringing",
  "talking",
  "ended",
  "missed",
  "held",
  "resumed",
  "recoded",
  "moved",
  "silent",
  "heard",
  "keyChanged",
  "refused",
  "fault",
];

/** A message to be lost on its way: of whom, the beginning of its first line, its CSeq's method, how often. */
export interface Loss {
  readonly from: string;
  readonly to: string;
  readonly begins: string;
  readonly method: string;
  times: number;
}

const joinMsMax = 60_000;
const settleMs = 5000;
/** Longer than any datagram is on its way on a quiet LAN. */
const cutMs = 4;

/** Whole handsets in virtual time, played by a script: lines typed, the network cut, phones switched off. */
export class Stage {
  readonly lab: VirtualLab;
  readonly #names: string[] = [];
  readonly #events = new Map<string, PrintedEvent[]>();
  readonly #places = new Map<string, number>();
  readonly #nodeIds = new Map<string, string>();
  readonly #losses: Loss[] = [];
  #lost = 0;

  constructor(seed: string) {
    this.lab = new VirtualLab({ seed, onOpened: (name, opened) => this.#watch(name, opened) });
  }

  /** Messages that were lost on purpose so far. */
  get lost(): number {
    return this.#lost;
  }

  get phones(): readonly string[] {
    return this.#names;
  }

  isOn(name: string): boolean {
    return this.lab.handsets.get(name)?.isOn === true;
  }

  /** Switches handsets on, and waits until all are linked and registered; what they printed is then forgotten. */
  join(starts: Readonly<Record<string, VirtualStart>>): void {
    const names = Object.keys(starts);
    for (const name of names) {
      this.#names.push(name);
      this.#events.set(name, []);
      this.lab.switchOn(name, starts[name]);
    }
    for (const name of names) this.next(name, "registered", joinMsMax);
    this.#until(() => names.every((name) => this.#peers(name) >= names.length - 1), joinMsMax);
    this.run(settleMs);
    for (const name of names) this.forget(name);
  }

  /** Switches a phone on again that was off: what it printed before is kept. */
  restart(name: string): void {
    this.#read(name);
    this.lab.switchOn(name);
  }

  off(name: string): void {
    this.#read(name);
    this.lab.switchOff(name);
  }

  type(name: string, line: string): void {
    this.lab.type(name, line);
  }

  run(milliseconds: number): void {
    this.lab.run(milliseconds);
  }

  /** The first event of this name that was not waited for yet. Throws where it does not come. */
  next(name: string, event: string, withinMs = 60_000): PrintedEvent {
    const find = (): number => {
      const place = this.#places.get(name) ?? 0;
      return this.#read(name).findIndex((one, at) => at >= place && one.event === event);
    };
    if (find() < 0) this.#until(() => find() >= 0, withinMs);
    const at = find();
    const found = this.#read(name)[at];
    if (found === undefined) {
      const printed = this.seen(name).join(" | ");
      throw new Error(`${name} was not told "${event}" within ${withinMs / 1000} s, but: ${printed}`);
    }
    this.#places.set(name, at + 1);
    return found;
  }

  /** Whether an event of this name has come that was not waited for. */
  has(name: string, event: string): boolean {
    const place = this.#places.get(name) ?? 0;
    return this.#read(name).some((one, at) => at >= place && one.event === event);
  }

  /** What a command answers at once. */
  ask(name: string, line: string, event: string): PrintedEvent {
    const before = this.#read(name).length;
    this.type(name, line);
    this.lab.clock.runUntil(instant(this.lab.clock.now()));
    const answer = this.#read(name)
      .slice(before)
      .find((one) => one.event === event);
    if (answer === undefined) throw new Error(`${name} does not answer "${line}"`);
    return answer;
  }

  /** `from` calls, `to` answers, both talk; `name`: what is dialled. */
  talk(from: string, to: string, name: string = to): void {
    this.type(from, `call ${name}`);
    this.next(to, "incoming");
    this.next(from, "ringing");
    this.type(to, "answer");
    this.next(from, "talking");
    this.next(to, "talking");
    this.run(3000);
  }

  /** The state of a phone's call, "free" where there is none. */
  state(name: string): string {
    if (!this.isOn(name)) return "off";
    const { call } = this.ask(name, "status", "status") as PrintedEvent & {
      readonly call?: { readonly state: string };
    };
    return call?.state ?? "free";
  }

  /** How the calls in a phone's log ended, the newest first. */
  logged(name: string): string[] {
    if (!this.isOn(name)) return [];
    const { calls } = this.ask(name, "log", "calls") as unknown as { readonly calls: readonly LogRow[] };
    return calls.map(({ direction, outcome }) => `${direction}: ${outcome}`);
  }

  /** What a phone has told its person of calls, sentences in order; the short forms of Node-IDs are left out. */
  seen(name: string): string[] {
    const told = this.#read(name).filter(({ event }) => ofCalls.includes(event));
    return told.map(({ sentence }) => String(sentence).replace(/ …[0-9a-f]{4}/g, ""));
  }

  /** Whether the loudspeaker of a phone plays. */
  plays(name: string): boolean {
    const frames = (): number => this.lab.handsets.get(name)?.audio?.recordings.at(-1)?.frames.length ?? 0;
    const before = frames();
    this.run(100);
    return frames() > before;
  }

  /** What was printed so far is over. */
  forget(name: string): void {
    this.#read(name).length = 0;
    this.#places.set(name, 0);
  }

  /** The next messages like this one are lost, with whatever else goes to or from the receiver for 4 ms. */
  lose(loss: Loss): void {
    this.#losses.push(loss);
  }

  /** Cuts phones off from all others, and heals the network after a while. */
  cut(names: readonly string[], milliseconds: number): void {
    const addresses = names.map((name) => this.lab.addressOf(name));
    this.lab.network.setSide("cut", addresses);
    this.run(milliseconds);
    this.lab.network.setSide("", addresses);
  }

  #until(reached: () => boolean, withinMs: number): void {
    this.lab.clock.runUntil(reached, { until: instant(this.lab.clock.now() + withinMs) });
  }

  #peers(name: string): number {
    return Number(this.ask(name, "status", "status")["peers"]);
  }

  /** All a phone has printed, whether it was switched on anew since or not. */
  #read(name: string): PrintedEvent[] {
    const events = this.#events.get(name) ?? [];
    events.push(...this.lab.eventsOf(name));
    this.lab.forget(name);
    return events;
  }

  /** A message about to be lost is on its way already: it is lost when it arrives. */
  #watch(name: string, { direction, plaintext, nodeId }: Opened): void {
    if (direction !== "out" || this.#losses.length === 0) return;
    const message = decodeMessage(plaintext);
    if (!message.ok || message.value.type !== "sip") return;
    const text = decodeText(message.value.text) ?? "";
    const loss = this.#losses.find((one) => one.times > 0 && one.from === name && isOf(one, text));
    if (loss === undefined || this.#nodeIdOf(loss.to) !== String(nodeId)) return;
    loss.times--;
    this.#lost++;
    const { network, clock } = this.lab;
    const receiver = [this.lab.addressOf(loss.to)];
    network.setSide("losing", receiver);
    clock.schedule(instant(clock.now() + cutMs), "the loss is over", () => network.setSide("", receiver));
  }

  #nodeIdOf(name: string): string {
    const known = this.#nodeIds.get(name);
    return known ?? "";
  }

  /** Has the Node-IDs of all phones at hand. */
  noteNodeIds(): void {
    for (const name of this.#names) {
      const hex = String(this.ask(name, "show", "identity")["nodeId"]);
      this.#nodeIds.set(name, String(fromHex(hex)));
    }
  }
}

interface LogRow {
  readonly direction: string;
  readonly outcome: string;
}

function isOf({ begins, method }: Loss, text: string): boolean {
  return text.startsWith(begins) && new RegExp(`^CSeq: *[0-9]+ ${method}\\r?$`, "m").test(text);
}
