import type { Platform } from "../hal/platform.js";
import { Driver } from "./driver.js";
import { Handset } from "./handset.js";
import type { Opened } from "./link/capture.js";
import { Memory } from "./memory.js";

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
  const handset = new Handset({
    crypto,
    random,
    memory: new Memory((key) => storage.get(key)),
    settings,
    capture: capture !== undefined,
    ...(gauge && { gauge }),
    ...(frameCodec && { frameCodec }),
  });
  new Driver(platform, handset, capture === undefined ? { port } : { port, capture }).start();
}
