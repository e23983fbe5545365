import type { Datagram } from "../hal/datagram.js";
import { parseCommand, type ConsoleCommand } from "./console/command.js";
import { notice } from "./console/notice.js";
import type { SettingName } from "./console/setting.js";
import type { View } from "./console/view.js";
import { BoundedQueue } from "./core/bounded.js";
import { noAddress, type Endpoint } from "./core/endpoint.js";
import { leaveMsMax, nodeQueueMax } from "./core/limits.js";
import { after, earliest, elapsed, type Deadline, type Instant } from "./core/time.js";
import type { Driven, Output } from "./driven.js";
import { enrollHandset, settingsAdmission } from "./enrollment.js";
import { changeSetting, runCommand } from "./handset-commands.js";
import type { HandsetOptions } from "./handset-options.js";
import { addressNotice, notOnNotice, ownView, startedNotice, stockPortsTaken } from "./handset-views.js";
import {
  applySettings,
  bootstrapsOf,
  keepNews,
  makeRunningHandset,
  roleSetting,
  type RunningHandset,
} from "./running-handset.js";
import { beginIdentification, Identification } from "./identification.js";
import type { Admission } from "./identity/admission.js";
import { encodeKeyRing, type KeyRing } from "./identity/key-ring.js";
import type { Opened } from "./link/capture.js";
import type { Memory } from "./memory.js";
import type { Transmit } from "./node-event.js";
import type { Save } from "./storage/item-slots.js";
import type { StoredItem } from "./storage/stored-item.js";
import type { StockPortName, StockPortNumbers } from "./stock-ports.js";
import { takeName } from "./running-node.js";
import { telephoneNotice } from "./telephone-notices.js";
import type { TelephoneEvent } from "./telephone.js";

/**
 * What a person has in hand, as one sans-IO machine: a telephone with its console, its settings and its
 * memory. First it finds out who it is; without a name it waits for one; then it is on.
 */
export class Handset implements Driven {
  /** Whether the last thing handled was speech, of which nothing came but datagrams to send. */
  onlySpeech = false;
  readonly #options: HandsetOptions;
  readonly #memory: Memory;
  readonly #outputs = new BoundedQueue<Output>(nodeQueueMax);
  #local: Endpoint = { address: noAddress, port: 1 };
  #startedAt: Instant = 0 as Instant;
  #identification: Identification | undefined;
  #on: RunningHandset | undefined;
  #stockPorts: StockPortNumbers | undefined;
  #leaveBy: Instant | undefined;
  #exitStatus: 0 | 1 | undefined;

  constructor(options: HandsetOptions) {
    this.#options = options;
    this.#memory = options.memory;
  }

  /** Set once the program shall end. */
  get exitStatus(): 0 | 1 | undefined {
    return this.#exitStatus;
  }

  /** Whether the audio clock is wanted: during a call. */
  get wantsAudio(): boolean {
    return this.#on?.telephone.voice.isOn ?? false;
  }

  /** Switches on; `local` is where others reach the port. */
  start(now: Instant, local: Endpoint): void {
    this.#local = local;
    this.#startedAt = now;
    for (const complaint of this.#memory.complaints) this.say(notice("warning", complaint));
    for (const [name, value] of Object.entries(this.#options.settings))
      this.set("all", name as SettingName, value);
    this.say(startedNotice(local, this.#memory.bootCount));
    this.identify(now);
  }

  /** The network has given the phone another address, or its first. */
  handleAddress(now: Instant, local: Endpoint): void {
    this.#local = local;
    this.say(addressNotice(local));
    if (this.#on !== undefined) {
      this.#on.local = local;
      this.#on.telephone.setLocal(now, local);
    } else if (this.#identification === undefined) this.identify(now);
    this.settle(now);
  }

  /** `through`: the port for stock phones it came to; absent: the one of everything else. */
  handleDatagram(now: Instant, datagram: Datagram, through?: StockPortName): void {
    this.onlySpeech = this.#on?.telephone.handleDatagram(now, datagram, through) ?? true;
    if (!this.onlySpeech) this.settle(now);
  }

  /** Whether ports for stock phones are to be opened. */
  get wantsStockSip(): boolean {
    return this.#memory.settings.isOn("stock-sip");
  }

  /** Whether there is a call with a stock phone: the ports of its speech are wanted. */
  get wantsStockMedia(): boolean {
    return this.#on?.telephone.isWithStockPhone ?? false;
  }

  /** The ports that were opened for stock phones; `undefined`: they cannot be had. */
  handleStockPorts(ports: StockPortNumbers | undefined): void {
    this.#stockPorts = ports;
    if (ports === undefined) this.say(notice("warning", stockPortsTaken));
    else this.#on?.telephone.openStock(ports);
  }

  handleTimeout(now: Instant): void {
    if (this.#identification !== undefined) this.advanceIdentification(now);
    else this.#on?.telephone.handleTimeout(now);
    this.#memory.handleTimeout(now);
    if (this.#leaveBy !== undefined && this.#leaveBy <= now) this.#exitStatus = 0;
    this.settle(now);
  }

  /** One tick of the audio clock: what was heard goes out, what is to be played comes back. */
  handleFrame(now: Instant, heard: Int16Array | undefined): Int16Array | undefined {
    if (this.#on === undefined) return undefined;
    const played = this.#on.telephone.handleFrame(now, heard);
    this.onlySpeech = !this.#on.telephone.voice.hasNews;
    if (!this.onlySpeech) this.settle(now);
    return played;
  }

  /** A line typed on the `console`-th console. */
  handleLine(now: Instant, console: number, line: string): void {
    const command = parseCommand(line);
    if (command.ok) this.run(now, console, command.value);
    else this.say({ event: "fault", fault: command.error }, console);
    this.settle(now);
  }

  /** A value could not be stored: what is shown goes back to what is kept. */
  handleSaveFailed(key: StoredItem): void {
    this.say(notice("storageFailed", this.#memory.handleSaveFailed(key), { key }));
    applySettings(this.#on, this.#memory.settings);
  }

  /** A name that was to be looked up leads to this IPv4 address, or to none. */
  handleResolved(now: Instant, name: string, address: string | undefined): void {
    this.#on?.node.handleResolved(now, name, address);
    this.settle(now);
  }

  pollName(): string | undefined {
    return takeName(this.#on);
  }

  pollTransmit(): Transmit | undefined {
    return this.#on?.node.pollTransmit();
  }

  pollOutput(): Output | undefined {
    return this.#outputs.shift();
  }

  pollSave(): Save | undefined {
    return this.#memory.pollSave();
  }

  pollOpened(): Opened | undefined {
    return this.#on?.node.pollOpened();
  }

  pollTimeout(): Deadline | undefined {
    if (this.#identification !== undefined) return { at: this.#startedAt, reason: "proof of work" };
    const leave =
      this.#leaveBy === undefined ? undefined : { at: this.#leaveBy, reason: "leaving took too long" };
    const own = earliest(leave, this.#memory.pollTimeout());
    return earliest(own, this.#on?.telephone.pollTimeout());
  }

  // Who this phone is ---------------------------------------------------------------------------------------

  private identify(now: Instant): void {
    const { settings, keyRing: stored } = this.#memory;
    const admission = settingsAdmission(this.#options.crypto, settings);
    const begun = beginIdentification({ ...this.#options, stored }, settings.text("name"), admission);
    if (begun.complaint !== undefined) this.say(notice("warning", begun.complaint));
    if (begun.fresh !== undefined) this.#memory.saveKeyRing(begun.fresh);
    if (begun.found instanceof Identification) this.#identification = begun.found;
    else if (begun.found !== undefined) this.switchOn(now, begun.found, admission);
  }

  private enroll(now: Instant, to: number, credential: Uint8Array | undefined): void {
    const answer = enrollHandset(this.#options.crypto, credential, this.#memory, this.#on);
    this.say(answer, to);
    if (answer.event === "enrolled" && this.#on === undefined) this.identify(now);
  }

  private advanceIdentification(now: Instant): void {
    const work = this.#identification;
    const keyRing = work?.advance();
    if (work === undefined || keyRing === undefined) return;
    this.#identification = undefined;
    this.#memory.saveKeyRing(encodeKeyRing(keyRing));
    this.switchOn(now, keyRing, work.admission);
  }

  private switchOn(now: Instant, keyRing: KeyRing, admission: Admission): void {
    const local = this.#local;
    if (local.address === noAddress) {
      this.say(notice("warning", "This phone has no network yet. Type: set wifi-network <name>"));
      return;
    }
    this.#on = makeRunningHandset(this.#options, this.#memory, {
      keyRing,
      admission,
      local,
      startedAt: this.#startedAt,
    });
    if (this.#stockPorts !== undefined) this.#on.telephone.openStock(this.#stockPorts);
    this.#on.node.setRole(now, roleSetting(this.#memory.settings));
    this.#on.telephone.start(now, local, bootstrapsOf(this.#memory));
    this.#memory.forgetLoaded();
  }

  // What a person types -------------------------------------------------------------------------------------

  private run(now: Instant, console: number, command: ConsoleCommand): void {
    switch (command.kind) {
      case "nothing":
        return;
      case "help":
      case "memory":
      case "settings":
        this.say(ownView(command, this.#memory, this.#options.gauge, this.#on), console);
        return;
      case "set":
        this.set(console, command.name, command.value);
        this.#on?.node.setRole(now, roleSetting(this.#memory.settings));
        if (this.#on === undefined && this.#identification === undefined) this.identify(now);
        return;
      case "enroll":
        this.enroll(now, console, command.credential);
        return;
      case "quit":
        this.quit(now);
        return;
      default: {
        if (this.#on === undefined) {
          this.say(notOnNotice(this.#memory.settings, this.#identification !== undefined), console);
          return;
        }
        const view = runCommand(now, command, this.#on, this.#memory);
        if (view !== undefined) this.say(view, console);
      }
    }
  }

  private set(to: Output["to"], name: SettingName, value: string): void {
    const answer = changeSetting(name, value, this.#memory, this.#on);
    if (answer !== undefined) this.say(answer, to);
  }

  private quit(now: Instant): void {
    this.#memory.leave();
    if (this.#on === undefined) {
      this.#exitStatus = 0;
      return;
    }
    this.#leaveBy = after(now, leaveMsMax);
    if (this.#on.telephone.phone.state.kind === "talking") this.#on.telephone.phone.hangUp(now);
    this.#on.node.leave(now);
  }

  private settle(now: Instant): void {
    this.onlySpeech = false;
    const on = this.#on;
    if (on === undefined) return;
    on.telephone.settle(now);
    for (let event = on.telephone.pollEvent(); event !== undefined; event = on.telephone.pollEvent()) {
      this.handleEvent(now, on, event);
    }
  }

  private handleEvent(now: Instant, on: RunningHandset, event: TelephoneEvent): void {
    keepNews(now, event, on, this.#memory);
    const hasLeft = event.kind === "overlay" && event.news.kind === "left";
    if (hasLeft && this.#leaveBy !== undefined) this.#exitStatus = 0;
    const view = telephoneNotice(event, on, elapsed(this.#startedAt, now));
    if (view !== undefined) this.say(view);
    const answers =
      event.kind === "phone" && event.event.event === "incoming" && this.#memory.settings.isOn("auto-answer");
    if (answers) {
      on.telephone.phone.answer(now);
      on.telephone.settle(now);
    }
  }

  private say(view: View, to: Output["to"] = "all"): void {
    this.#outputs.push({ to, view });
  }
}
