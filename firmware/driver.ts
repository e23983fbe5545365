import type { Audio } from "../hal/audio.js";
import type { Console } from "../hal/console.js";
import type { DatagramPort } from "../hal/datagram.js";
import type { Platform } from "../hal/platform.js";
import type { Timer } from "../hal/clock.js";
import { noAddress, sameEndpoint, type Endpoint } from "./core/endpoint.js";
import { instant, type Instant } from "./core/time.js";
import type { Opened } from "./link/capture.js";
import { render } from "./console/render.js";
import type { Driven } from "./driven.js";
import { StockPorts, type StockPortName } from "./stock-ports.js";

/** What the driver is told beside the platform. */
export interface DriverOptions {
  /** The UDP port of everything but stock SIP. */
  readonly port: number;
  /** Where messages go when links have opened or before they seal them: for `--capture`. Absent on a phone. */
  readonly capture?: (opened: Opened) => void;
}

/**
 * The one loop: a call from the platform makes one mutation of what it drives, a handset or a host peer; then all that
 * this has to say is carried out, and the one timer is armed for what it wants next. IO happens nowhere else.
 */
export class Driver {
  readonly #platform: Platform;
  readonly #driven: Driven;
  readonly #options: DriverOptions;
  readonly #port: DatagramPort;
  readonly #timer: Timer;
  readonly #consoles: readonly Console[];
  readonly #audio: Audio;
  #local: Endpoint = { address: noAddress, port: 1 };
  #stock: StockPorts | undefined;
  #stockMediaOpen = false;
  #audioRunning = false;
  #stopped = false;

  constructor(platform: Platform, driven: Driven, options: DriverOptions) {
    this.#platform = platform;
    this.#driven = driven;
    this.#options = options;
    this.#port = platform.openPort(options.port, () => this.handleDatagrams());
    this.#timer = platform.openTimer(() => this.handleTimer());
    this.#consoles = platform.openConsoles(() => this.handleLines());
    this.#audio = platform.openAudio(() => this.handleFrame());
  }

  /** Switches it on. */
  start(): void {
    this.#local = this.#port.local;
    this.#driven.start(this.now(), this.#local);
    if (this.#driven.wantsStockSip === true) {
      this.#stock = StockPorts.open(this.#platform, (name) => this.handleStockDatagrams(name));
      this.#driven.handleStockPorts?.(this.#stock?.numbers);
    }
    this.settle();
  }

  /** Whole milliseconds: see core/time.ts. */
  private now(): Instant {
    return instant(Math.floor(this.#platform.clock.now()));
  }

  private handleDatagrams(): void {
    this.handleAddress();
    for (let datagram = this.#port.read(); datagram !== undefined; datagram = this.#port.read()) {
      if (this.#stopped) return;
      this.#driven.handleDatagram(this.now(), datagram);
      this.settleSpeech();
    }
  }

  private handleStockDatagrams(name: StockPortName): void {
    const port = this.#stock?.port(name);
    for (let datagram = port?.read(); datagram !== undefined; datagram = port?.read()) {
      if (this.#stopped) return;
      this.#driven.handleDatagram(this.now(), datagram, name);
      this.settleSpeech();
    }
  }

  /** The port tells of another address of its own as it tells of datagrams. */
  private handleAddress(): void {
    const { local } = this.#port;
    if (this.#stopped || sameEndpoint(local, this.#local)) return;
    this.#local = local;
    this.#driven.handleAddress(this.now(), local);
    this.settle();
  }

  private handleTimer(): void {
    if (this.#stopped) return;
    this.#driven.handleTimeout(this.now());
    this.settle();
  }

  private handleLines(): void {
    this.#consoles.forEach((console, index) => {
      for (let line = console.readLine(); line !== undefined; line = console.readLine()) {
        if (this.#stopped) return;
        this.#driven.handleLine(this.now(), index, line);
        this.settle();
      }
    });
  }

  private handleFrame(): void {
    if (this.#stopped || !this.#audioRunning) return;
    const wanted = this.#driven.handleFrame?.(this.now(), this.#audio.read());
    if (wanted !== undefined) this.#audio.write(wanted);
    this.settleSpeech();
  }

  /** Speech comes a hundred times a second and moves no deadline: what is to be sent is all there is to do. */
  private settleSpeech(): void {
    if (this.#driven.onlySpeech) this.sendAll();
    else this.settle();
  }

  private settle(): void {
    this.sendAll();
    // A value that cannot be stored is something to be said.
    this.saveAll();
    this.printAll();
    this.captureAll();
    this.resolveAll();
    this.switchAudio();
    this.switchStockMedia();
    const exit = this.#driven.exitStatus;
    if (exit !== undefined) {
      this.stop(exit);
      return;
    }
    const deadline = this.#driven.pollTimeout();
    if (deadline === undefined) this.#timer.disarm();
    else this.#timer.arm(deadline.at);
  }

  private sendAll(): void {
    for (;;) {
      const transmit = this.#driven.pollTransmit();
      if (transmit === undefined) return;
      const { to, bytes, through } = transmit;
      if (to === "group") this.#port.sendToGroup(bytes);
      else if (through === undefined) this.#port.send(to, bytes);
      else this.#stock?.port(through)?.send(to, bytes);
    }
  }

  private printAll(): void {
    for (;;) {
      const output = this.#driven.pollOutput();
      if (output === undefined) return;
      this.#consoles.forEach((console, index) => {
        if (output.to !== "all" && output.to !== index) return;
        for (const line of render(output.view, console.format)) console.writeLine(line);
      });
    }
  }

  private saveAll(): void {
    for (;;) {
      const item = this.#driven.pollSave();
      if (item === undefined) return;
      if (!this.#platform.storage.set(item.key, item.value)) this.#driven.handleSaveFailed(item.item);
    }
  }

  private captureAll(): void {
    for (;;) {
      const opened = this.#driven.pollOpened();
      if (opened === undefined) return;
      this.#options.capture?.(opened);
    }
  }

  private resolveAll(): void {
    for (;;) {
      const name = this.#driven.pollName();
      if (name === undefined) return;
      if (this.#platform.resolve === undefined) this.#driven.handleResolved(this.now(), name, undefined);
      else this.#platform.resolve(name, (address) => this.handleResolved(name, address));
    }
  }

  private handleResolved(name: string, address: string | undefined): void {
    if (this.#stopped) return;
    this.#driven.handleResolved(this.now(), name, address);
    this.settle();
  }

  private switchAudio(): void {
    const wanted = this.#driven.wantsAudio === true;
    if (wanted === this.#audioRunning) return;
    this.#audioRunning = wanted;
    if (wanted) this.#audio.start();
    else this.#audio.stop();
  }

  private switchStockMedia(): void {
    const wanted = this.#driven.wantsStockMedia === true;
    if (wanted === this.#stockMediaOpen) return;
    this.#stockMediaOpen = wanted;
    this.#stock?.switchMedia(wanted);
  }

  private stop(status: 0 | 1): void {
    this.#stopped = true;
    this.#timer.disarm();
    if (this.#audioRunning) this.#audio.stop();
    this.#port.close();
    this.#stock?.close();
    for (const console of this.#consoles) console.close();
    this.#platform.exit(status);
  }
}
