import type { Random } from "../../firmware/core/random.js";
import type { Audio } from "../audio.js";
import type { Timer } from "../clock.js";
import type { Console } from "../console.js";
import type { Crypto } from "../crypto.js";
import type { DatagramPort, PlainPort } from "../datagram.js";
import type { FrameCodecOf } from "../frame-codec.js";
import type { MemoryGauge } from "../memory.js";
import type { Platform } from "../platform.js";
import type { Storage } from "../storage.js";
import { DeviceAudio } from "./audio.js";
import { DeviceClock, DeviceTimer } from "./clock.js";
import { readConfig, type DeviceConfig, type WifiNetwork } from "./config.js";
import type { Device } from "./device.js";
import { FaultGuard, type FaultGuardOptions } from "./fault-guard.js";
import { KeyValueStorage } from "./key-value-storage.js";
import { isIpv4 } from "./lan.js";
import { PlainUdpPort, type Network, type PortOwner, type UdpPortOptions } from "./plain-udp-port.js";
import { SerialConsole } from "./serial-console.js";
import type { Sound } from "./sound.js";
import { UdpPort } from "./udp-port.js";
import { WifiStation } from "./wifi-station.js";

export interface ModdablePlatformOptions {
  readonly device: Device;
  /** Absent on a board without microphone and loudspeaker. */
  readonly sound?: Sound;
  readonly crypto: Crypto;
  readonly random: Random;
  readonly frameCodec: FrameCodecOf;
}

/** After a fault the driver's deadlines are taken up again within this, ms. */
const resumeMs = 1000;
/** How long what was printed last may take to leave the UART before the phone starts again, and a look at it, ms. */
const farewellMsMax = 1000;
const farewellLookMs = 20;

/**
 * A phone on the Moddable SDK: the platform that ships. Everything the SDK calls goes through one guard; everything it
 * throws at a call of ours is a value, or a line of trace.
 */
export class ModdablePlatform implements Platform, FaultGuardOptions, PortOwner {
  readonly clock: DeviceClock;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly storage: Storage;
  readonly gauge: MemoryGauge;
  readonly frameCodec: FrameCodecOf;
  readonly config: DeviceConfig;
  readonly #options: ModdablePlatformOptions;
  readonly #device: Device;
  readonly #guard: FaultGuard;
  #network: Network = { address: undefined, netmask: undefined };
  /** The own port is the last to hear of a change: what it tells, the others know already. */
  #ports: readonly { handleNetwork(): void }[] = [];
  #timer: DeviceTimer | undefined;
  #console: SerialConsole | undefined;

  /** Stops with an Error that names the key when `mc/config` is no good. */
  constructor(options: ModdablePlatformOptions) {
    const { device } = options;
    this.#options = options;
    this.#device = device;
    this.config = readConfig(device.config);
    this.clock = new DeviceClock(device.time);
    this.gauge = device.gauge;
    this.random = options.random;
    this.crypto = options.crypto;
    this.frameCodec = options.frameCodec;
    this.#guard = new FaultGuard(this);
    this.storage = new KeyValueStorage(device.keyValue, this.#guard);
  }

  /**
   * Starts the radio, and joins the network where there is one to join. To be called before the port is opened; the
   * address comes when it comes. `stored` has precedence over what the build was configured with.
   */
  startNetwork(stored: WifiNetwork | undefined): void {
    const { device } = this.#options;
    this.#network = new WifiStation({
      wifi: device.wifi,
      timers: device.timers,
      stayAwake: device.stayAwake,
      netmask: device.netmask,
      network: this.config.joins ? (stored ?? this.config.network) : undefined,
      guard: this.#guard,
      onChanged: () => {
        for (const port of this.#ports) port.handleNetwork();
      },
    });
  }

  openPort(port: number, onReadable: () => void): DatagramPort {
    const opened = new UdpPort(this.portOptions(port, onReadable));
    this.#ports = [...this.#ports, opened];
    return opened;
  }

  /** Before there is a network nobody can tell; what is refused then is reported, and tried again. */
  openPlainPort(port: number, onReadable: () => void): PlainPort | undefined {
    const opened = new PlainUdpPort(this.portOptions(port, onReadable), this);
    if (!opened.isOpen && this.#network.address !== undefined) return undefined;
    this.#ports = [opened, ...this.#ports];
    return opened;
  }

  /** Where there is no memory to ask with there is no answer: whoever needs it asks again. */
  resolve(name: string, onResolved: (address: string | undefined) => void): void {
    const answer = (_: string, address?: string): void =>
      this.#guard.run("net", () =>
        onResolved(address !== undefined && isIpv4(address) ? address : undefined),
      );
    try {
      this.#device.resolve(name, answer);
    } catch (error) {
      this.#guard.report(`looking up ${name}`, error);
    }
  }

  openTimer(onTimer: () => void): Timer {
    const { timers } = this.#device;
    this.#timer = new DeviceTimer(timers, this.clock, this.#guard, onTimer);
    return this.#timer;
  }

  openConsoles(onReadable: () => void): readonly Console[] {
    this.#console = new SerialConsole({
      serial: this.#device.serial,
      config: this.config,
      guard: this.#guard,
      onReadable,
    });
    return [this.#console];
  }

  openAudio(onFrame: () => void): Audio {
    return new DeviceAudio({
      sound: this.#options.sound,
      config: this.config,
      timers: this.#device.timers,
      clock: this.clock,
      guard: this.#guard,
      onFrame,
    });
  }

  /** Starts the phone again, once what was printed has left it. */
  exit(status: 0 | 1): void {
    const latest = this.clock.now() + farewellMsMax;
    this.#device.timers.repeat((id) => {
      if (this.#console?.isDrained === false && this.clock.now() < latest) return;
      this.#device.timers.clear(id);
      this.#device.end(status);
    }, farewellLookMs);
  }

  handleClosed(closed: PlainUdpPort): void {
    this.#ports = this.#ports.filter((port) => port !== closed);
  }

  trace(text: string): void {
    this.#device.trace(text);
  }

  /** What the turn that failed had left to do is taken up again. */
  onFault(): void {
    this.#timer?.armWithin(resumeMs);
  }

  restart(): void {
    this.#device.end(1);
  }

  private portOptions(port: number, onReadable: () => void): UdpPortOptions {
    const { udp, timers } = this.#device;
    return { udp, timers, network: this.#network, port, guard: this.#guard, onReadable };
  }
}
