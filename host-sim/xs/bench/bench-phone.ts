import { switchOn } from "../../../firmware/main.js";
import { musterPort } from "../../../firmware/core/limits.js";
import { encodeKeyRing } from "../../../firmware/identity/key-ring.js";
import type { Audio } from "../../../hal/audio.js";
import type { Timer } from "../../../hal/clock.js";
import type { Console } from "../../../hal/console.js";
import type { DatagramPort } from "../../../hal/datagram.js";
import { NativeCrypto } from "../../../hal/moddable/crypto.js";
import { DeviceTimer } from "../../../hal/moddable/clock.js";
import { FaultGuard } from "../../../hal/moddable/fault-guard.js";
import { UdpPort } from "../../../hal/moddable/udp-port.js";
import type { Platform } from "../../../hal/platform.js";
import type { Storage } from "../../../hal/storage.js";
import { Prng } from "../../virtual/prng.js";
import type { Account, BenchSockets } from "./bench-sockets.js";
import { benchKeyRing, benchOverlay } from "./identities.js";

/** A whole phone of the counts, from the HAL's UDP port up: what ships, but for radio, sound card and flash. */
export class BenchPhone implements Platform {
  readonly account: Account;
  readonly clock: Platform["clock"];
  readonly random: Platform["random"];
  readonly crypto: NativeCrypto = new NativeCrypto();
  readonly storage: Storage;
  readonly printed: string[] = [];
  readonly #sockets: BenchSockets;
  readonly #guard: FaultGuard;
  readonly #lines: string[] = [];
  #readLines: () => void = () => undefined;

  constructor(sockets: BenchSockets, name: string, address: string) {
    this.#sockets = sockets;
    this.account = { address, instructions: 0 };
    this.clock = { now: () => sockets.now };
    this.random = new Prng(`phone ${name}`);
    this.storage = keptOf(name, this.crypto);
    this.#guard = new FaultGuard({
      clock: this.clock,
      trace,
      onFault: () => undefined,
      restart: () => {
        throw new Error(`${name} would start again`);
      },
    });
    switchOn(this, { port: musterPort, settings: { name, overlay: benchOverlay } });
  }

  /** Types a line on the console. */
  type(line: string): void {
    this.#lines.push(line);
    this.#readLines();
  }

  openPort(port: number, onReadable: () => void): DatagramPort {
    const network = { address: this.account.address, netmask: "255.255.255.0" };
    const [udp, timers] = [this.#sockets.udpOf(this.account), this.#sockets.timersOf(this.account)];
    return new UdpPort({ udp, timers, guard: this.#guard, network, port, onReadable });
  }

  openPlainPort(): undefined {
    return undefined;
  }

  openTimer(onTimer: () => void): Timer {
    return new DeviceTimer(this.#sockets.timersOf(this.account), this.clock, this.#guard, onTimer);
  }

  openConsoles(onReadable: () => void): readonly Console[] {
    this.#readLines = onReadable;
    const writeLine = (text: string): void => void this.printed.push(text);
    return [{ format: "json", readLine: () => this.#lines.shift(), writeLine, close: () => undefined }];
  }

  /** No sound: what a flood costs is counted between two frames. */
  openAudio(): Audio {
    return { start: () => undefined, stop: () => undefined, read: () => undefined, write: () => undefined };
  }

  exit(status: 0 | 1): void {
    throw new Error(`a phone of the counts ended with ${status}`);
  }
}

/** Storage in memory, with the key ring of a node whose work is done. */
function keptOf(name: string, crypto: NativeCrypto): Storage {
  const values = new Map<string, Uint8Array>([["key-ring", encodeKeyRing(benchKeyRing(crypto, name))]]);
  return {
    get: (key) => values.get(key),
    set: (key, value) => {
      values.set(key, value);
      return true;
    },
    delete: (key) => void values.delete(key),
  };
}
