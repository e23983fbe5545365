import type { Platform } from "../hal/platform.js";
import { Driver } from "./driver.js";
import { Handset } from "./handset.js";
import type { Opened } from "./link/capture.js";
import { memoryKeys, type MemoryKey } from "./memory.js";

/** How a handset is switched on. */
export interface SwitchOn {
  /** UDP port of everything but stock SIP. */
  readonly port: number;
  /** Settings to take over and keep: name, overlay, bootstrap, ... */
  readonly settings: Readonly<Record<string, string>>;
  /** Told of every message of a link, for `--capture`. */
  readonly capture?: (opened: Opened) => void;
}

/** The composition root: a platform, a handset on it, and the loop between them. */
export function switchOn(platform: Platform, { port, settings, capture }: SwitchOn): void {
  const { crypto, random, storage, gauge, frameCodec } = platform;
  const stored: { [key in MemoryKey]?: Uint8Array } = {};
  for (const key of memoryKeys) {
    const value = storage.get(key);
    if (value !== undefined) stored[key] = value;
  }
  const handset = new Handset({
    crypto,
    random,
    stored,
    settings,
    capture: capture !== undefined,
    ...(gauge && { gauge }),
    ...(frameCodec && { frameCodec }),
  });
  new Driver(platform, handset, capture === undefined ? { port } : { port, capture }).start();
}
