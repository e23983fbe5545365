import { createSocket, type Socket } from "node:dgram";
import { musterPort } from "../../firmware/core/limits.js";
import { instant, type Instant } from "../../firmware/core/time.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { systemRandom } from "../../hal/node/random.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { Prng } from "../virtual/prng.js";
import type { InsiderKind } from "./insider-kinds.js";
import { Insider } from "./insider.js";
import type { Sent } from "./spoofer.js";

const linkMsMax = 20_000;
const tickMs = 1;
/** What a busy computer kept from being sent in time is not made up for beyond this. */
const behindMax = 200;

/** The insider on a socket of its own, in real time. */
export class InsiderSocket {
  readonly #insider: Insider;
  readonly #socket: Socket = createSocket({ type: "udp4", reuseAddr: true });
  readonly #chance: Prng;
  readonly #victim: string;
  readonly #timer: NodeJS.Timeout;
  #counts = { datagrams: 0, bytes: 0, back: 0, backBytes: 0 };

  constructor(overlay: string, victim: string, seed: number) {
    const crypto = new SodiumCrypto();
    this.#victim = victim;
    this.#chance = new Prng(`insider ${seed}`);
    this.#insider = new Insider({ crypto, random: systemRandom, overlayId: overlayIdOf(crypto, overlay) });
    this.#timer = setInterval(() => this.#keep(), tickMs);
  }

  /** Binds and links; rejects where the victim does not take the link. */
  async open(address: string): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.bind(musterPort, address, resolve));
    this.#socket.on("message", (bytes, from) => {
      this.#counts.back++;
      this.#counts.backBytes += bytes.length;
      this.#insider.handleDatagram(now(), { address: from.address, port: from.port }, new Uint8Array(bytes));
    });
    this.#insider.connect(now(), { address: this.#victim, port: musterPort });
    const until = performance.now() + linkMsMax;
    while (!this.#insider.isLinked && performance.now() < until) await pause(20);
    if (!this.#insider.isLinked) throw new Error("the victim does not take the insider's link");
  }

  /** Whether the victim still has the link. */
  get isLinked(): boolean {
    return this.#insider.isLinked;
  }

  /** Says so many messages a second, for so long. */
  async flood(kind: InsiderKind, perSecond: number, seconds: number): Promise<Sent> {
    this.#counts = { datagrams: 0, bytes: 0, back: 0, backBytes: 0 };
    const start = performance.now();
    let said = 0;
    for (let elapsed = 0; elapsed < 1000 * seconds; elapsed = performance.now() - start) {
      const due = (perSecond * elapsed) / 1000;
      if (due - said > behindMax) said = due - behindMax;
      for (; said < due; said++) this.#insider.say(now(), kind.message(this.#chance, this.#insider.victim));
      this.#keep();
      await pause(tickMs);
    }
    const took = (performance.now() - start) / 1000;
    await pause(1000);
    const { bytes, backBytes } = this.#counts;
    const factor = bytes === 0 ? 0 : backBytes / bytes;
    const counted = { unsent: 0, cookiesAnswered: 0, sources: 1, answered: 1, worstFactor: factor };
    return { seconds: took, ...this.#counts, ...counted };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #keep(): void {
    if ((this.#insider.pollTimeout()?.at ?? Infinity) <= now()) this.#insider.handleTimeout(now());
    for (let next = this.#insider.pollTransmit(); next !== undefined; next = this.#insider.pollTransmit()) {
      this.#counts.datagrams++;
      this.#counts.bytes += next.bytes.length;
      this.#socket.send(next.bytes, next.to.port, next.to.address);
    }
  }
}

function now(): Instant {
  return instant(Math.floor(performance.now()));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
