import type { Crypto } from "../hal/crypto.js";
import type { FrameCodecOf } from "../hal/frame-codec.js";
import type { MemoryGauge } from "../hal/memory.js";
import type { Random } from "./core/random.js";
import type { Memory } from "./memory.js";

/** What a handset is made of. */
export interface HandsetOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly memory: Memory;
  /** Settings given from outside (a command line, provisioning): they are taken over and kept. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether opened messages are kept for `pollOpened`. */
  readonly capture: boolean;
  readonly gauge?: MemoryGauge;
  readonly frameCodec?: FrameCodecOf;
}
