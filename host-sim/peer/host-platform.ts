import type { Console } from "../../hal/console.js";
import { NodePlatform } from "../../hal/node/platform.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { StdioConsole } from "../../hal/node/stdio-console.js";
import type { Platform } from "../../hal/platform.js";
import { SignalConsole } from "./signal-console.js";
import { TableConsole } from "./table-console.js";

export interface HostPlatformOptions {
  /** Local IPv4 address of the peer's port. */
  readonly address: string;
  readonly storageFolder: string;
  readonly format: "text" | "json";
  /** Trouble with the disk: a sentence. */
  readonly onFault: (sentence: string) => void;
}

/**
 * A host peer's platform: that of a phone on a PC, with other consoles. The standard streams for whoever types or
 * reads; signals; and on a terminal the table.
 */
export function hostPlatform({ address, storageFolder, format, onFault }: HostPlatformOptions): Platform {
  const crypto = new SodiumCrypto();
  const node = new NodePlatform({ address, storageFolder, crypto, consoles: [], onFault });
  const { clock, random, storage } = node;
  return {
    clock,
    random,
    crypto,
    storage,
    openPort: (port, onReadable) => node.openPort(port, onReadable),
    openPlainPort: (port, onReadable) => node.openPlainPort(port, onReadable),
    resolve: (name, onResolved) => node.resolve(name, onResolved),
    openTimer: (onTimer) => node.openTimer(onTimer),
    openConsoles: (onReadable) => {
      const consoles: Console[] = [
        new StdioConsole({ format, onReadable }),
        new SignalConsole(onReadable, () => process.exit(1)),
      ];
      if (format === "text" && process.stdout.isTTY) {
        consoles.push(new TableConsole(process.stdout, onReadable));
      }
      return consoles;
    },
    openAudio: (onFrame) => node.openAudio(onFrame),
    exit: (status) => node.exit(status),
  };
}
