import type WiFi from "embedded:network/interface/wifi";
import type Timer from "timer";
import type { TimerId } from "timer";
import type { WifiNetwork } from "./config.js";
import type { FaultGuard } from "./fault-guard.js";
import type { Network } from "./plain-udp-port.js";

export interface WifiStationOptions {
  readonly wifi: typeof WiFi;
  readonly timers: typeof Timer;
  readonly guard: FaultGuard;
  /** Switches modem sleep off: with it, datagrams wait for the next beacon of the access point. */
  readonly stayAwake: () => void;
  readonly netmask: () => string | undefined;
  /** The network to join; without one the radio is on, for its randomness, and joins nothing. */
  readonly network: WifiNetwork | undefined;
  /** Called after whatever may have changed the address. */
  readonly onChanged: () => void;
}

/** The least and the longest pause before the network is tried again, ms: doubled with each failure. */
const retryMsLeast = 1000;
const retryMsMost = 60_000;
/** How long one attempt may take until there is an address, ms: DHCP's own retries included. */
const attemptMsMax = 30_000;
/** How often a working connection is looked at, ms: an address may change without an event. */
const watchMs = 10_000;
/** The state of the radio in which an address is there. */
const ready = 500;
const idle = 200;

/**
 * The Wi-Fi station: joins the stored network, and again whenever the connection is lost, at growing intervals. Nobody
 * is told why it failed: the SDK does not say whether the network is absent or the password wrong.
 */
export class WifiStation implements Network {
  readonly #options: WifiStationOptions;
  readonly #wifi: WiFi | undefined;
  readonly #timer: TimerId;
  #retryMs = retryMsLeast;
  #isAttempt = false;

  constructor(options: WifiStationOptions) {
    this.#options = options;
    const { guard } = options;
    this.#timer = options.timers.repeat(() => guard.run("wifi", () => this.handleTimer()), watchMs);
    try {
      this.#wifi = new options.wifi({ onChanged: () => guard.run("wifi", () => this.handleChange()) });
      options.stayAwake();
    } catch (error) {
      guard.report("starting Wi-Fi", error);
      return;
    }
    if (options.network !== undefined && this.#wifi.connection !== ready) this.connect();
  }

  get address(): string | undefined {
    return this.#wifi?.connection === ready ? this.#wifi.address : undefined;
  }

  get netmask(): string | undefined {
    return this.#options.netmask();
  }

  private connect(): void {
    const { network } = this.#options;
    if (network === undefined) return;
    try {
      this.#wifi?.connect(network.password === "" ? { SSID: network.SSID } : network);
      this.#isAttempt = true;
      this.wait(attemptMsMax);
    } catch (error) {
      this.#options.guard.report("joining Wi-Fi", error);
      this.waitForRetry();
    }
  }

  /** The radio tells of a change: ready, lost, or on the way. */
  private handleChange(): void {
    const state = this.#wifi?.connection;
    if (state === ready) {
      this.#isAttempt = false;
      this.#retryMs = retryMsLeast;
      this.#options.stayAwake();
      this.wait(watchMs);
    } else if (state === idle) {
      this.waitForRetry();
    }
    this.#options.onChanged();
  }

  /** A pause or an attempt has ended, or it is time to look at what seems to work. */
  private handleTimer(): void {
    if (this.#wifi?.connection === ready) {
      this.#options.onChanged();
      return;
    }
    if (this.#isAttempt) {
      this.#wifi?.disconnect();
      this.waitForRetry();
    } else {
      this.connect();
    }
  }

  private waitForRetry(): void {
    this.#isAttempt = false;
    this.wait(this.#retryMs);
    this.#retryMs = Math.min(retryMsMost, 2 * this.#retryMs);
  }

  private wait(milliseconds: number): void {
    this.#options.timers.schedule(this.#timer, milliseconds, watchMs);
  }
}
