import { lookup } from "node:dns";
import type { Random } from "../../firmware/core/random.js";
import type { Audio } from "../audio.js";
import type { Clock, Timer } from "../clock.js";
import type { Console } from "../console.js";
import type { Crypto } from "../crypto.js";
import type { DatagramPort, PlainPort } from "../datagram.js";
import type { MemoryGauge } from "../memory.js";
import type { Platform } from "../platform.js";
import type { Storage } from "../storage.js";
import { NodeClock, NodeTimer } from "./clock.js";
import { FileStorage } from "./file-storage.js";
import { PlainUdpPort } from "./plain-udp-port.js";
import { PtyConsole } from "./pty-console.js";
import { systemRandom } from "./random.js";
import { SampleAudio, type Recording } from "./sample-audio.js";
import { StdioConsole } from "./stdio-console.js";
import { UdpPort } from "./udp-port.js";

/** One console of a phone on a PC. */
export interface ConsoleChoice {
  /** The standard streams, or a new pseudo-terminal. */
  readonly on: "stdio" | "pty";
  readonly format: "text" | "json";
}

export interface NodePlatformOptions {
  /** Local IPv4 address of the phone's port: `interfaceAddresses` lists what there is. */
  readonly address: string;
  /** Folder of what survives a restart. */
  readonly storageFolder: string;
  readonly crypto: Crypto;
  readonly consoles: readonly ConsoleChoice[];
  /** What it says of its memory; absent: nothing bounds it. */
  readonly gauge?: MemoryGauge;
  /** What the microphone hears, 8000 samples a second; and whether again and again. */
  readonly microphone?: Int16Array;
  readonly loopMicrophone?: boolean;
  /** Gets what the loudspeaker played, each time the audio stops. */
  readonly onRecording?: (recording: Recording) => void;
  /** Gets the path of each pseudo-terminal, "/dev/pts/7". */
  readonly onPty?: (path: string) => void;
  /** Puts something between port and firmware: injected loss, a capture. */
  readonly wrapPort?: (port: DatagramPort) => DatagramPort;
  /** As `wrapPort`, for the ports of stock SIP. */
  readonly wrapPlainPort?: (port: PlainPort) => PlainPort;
  /** Trouble the firmware isn't told of: a disk error. A sentence. */
  readonly onFault: (sentence: string) => void;
  /** Called instead of ending the process. */
  readonly onExit?: (status: 0 | 1) => void;
}

/**
 * A phone on a PC, in one Node process: UDP, files, standard streams or a pseudo-terminal, sound from and to
 * samples.
 */
export class NodePlatform implements Platform {
  readonly clock: Clock = new NodeClock();
  readonly random: Random = systemRandom;
  readonly crypto: Crypto;
  readonly storage: Storage;
  readonly gauge?: MemoryGauge;
  readonly #options: NodePlatformOptions;

  /** Throws an Error with a plain sentence when the storage folder can't be used. */
  constructor(options: NodePlatformOptions) {
    this.#options = options;
    this.crypto = options.crypto;
    if (options.gauge !== undefined) this.gauge = options.gauge;
    this.storage = new FileStorage(options.storageFolder, options.onFault);
  }

  /** Throws an Error with a plain sentence when the port is taken or the address isn't this machine's. */
  openPort(port: number, onReadable: () => void): DatagramPort {
    const opened = new UdpPort({ address: this.#options.address, port }, onReadable);
    return this.#options.wrapPort?.(opened) ?? opened;
  }

  openPlainPort(port: number, onReadable: () => void): PlainPort | undefined {
    const local = { address: this.#options.address, port };
    try {
      const opened = new PlainUdpPort(local, onReadable);
      return this.#options.wrapPlainPort?.(opened) ?? opened;
    } catch {
      return undefined;
    }
  }

  resolve(name: string, onResolved: (address: string | undefined) => void): void {
    lookup(name, { family: 4 }, (error, address) => onResolved(error === null ? address : undefined));
  }

  openTimer(onTimer: () => void): Timer {
    return new NodeTimer(this.clock, onTimer);
  }

  openConsoles(onReadable: () => void): readonly Console[] {
    return this.#options.consoles.map(({ on, format }) => {
      if (on === "stdio") return new StdioConsole({ format, onReadable });
      const console = new PtyConsole({ format, onReadable });
      this.#options.onPty?.(console.path);
      return console;
    });
  }

  openAudio(onFrame: () => void): Audio {
    const { microphone, loopMicrophone, onRecording } = this.#options;
    return new SampleAudio({
      onFrame,
      ...(microphone === undefined ? {} : { microphone }),
      ...(loopMicrophone === undefined ? {} : { loop: loopMicrophone }),
      ...(onRecording === undefined ? {} : { onRecording }),
    });
  }

  /** Ends the process once what was printed has left it. */
  exit(status: 0 | 1): void {
    if (this.#options.onExit !== undefined) {
      this.#options.onExit(status);
      return;
    }
    process.exitCode = status;
    process.stdout.write("", () => process.exit(status));
  }
}
