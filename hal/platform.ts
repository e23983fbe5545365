import type { Random } from "../firmware/core/random.js";
import type { Audio } from "./audio.js";
import type { Clock, Timer } from "./clock.js";
import type { Console } from "./console.js";
import type { Crypto } from "./crypto.js";
import type { DatagramPort, PlainPort } from "./datagram.js";
import type { FrameCodecOf } from "./frame-codec.js";
import type { MemoryGauge } from "./memory.js";
import type { Storage } from "./storage.js";

/**
 * Everything a phone has, as the driver gets it. Handlers are given at opening and are called from the event loop,
 * never from inside a call into the platform.
 */
export interface Platform {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly storage: Storage;
  /** What the firmware's memory holds, where it is bounded: on a phone. */
  readonly gauge?: MemoryGauge;
  /** A codec faster than script; without it the portable one serves. */
  readonly frameCodec?: FrameCodecOf;
  openPort(port: number, onReadable: () => void): DatagramPort;
  /** One more port, without a group; `undefined` where another program has it. */
  openPlainPort(port: number, onReadable: () => void): PlainPort | undefined;
  /** Looks the IPv4 address of a name up and answers once, later; `undefined`: none is known. Absent: it cannot. */
  resolve?(name: string, onResolved: (address: string | undefined) => void): void;
  openTimer(onTimer: () => void): Timer;
  /** The consoles: one on a device; a PC may have the standard streams and a PTY side by side. */
  openConsoles(onReadable: () => void): readonly Console[];
  openAudio(onFrame: () => void): Audio;
  /** Ends the program with this status (0: asked to, 1: could not go on); restarts the phone on a device. */
  exit(status: 0 | 1): void;
}
