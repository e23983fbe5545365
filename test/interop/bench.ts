import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BaresipPhone } from "./baresip-phone.js";
import type { Voice } from "./heard-tone.js";
import { Lan, type LanHost } from "./lan.js";
import { LinphonePhone } from "./linphone-phone.js";
import { MusterPhone, type MusterEngine } from "./muster-phone.js";
import type { StockPhone } from "./stock-phone.js";
import { makeTone } from "../support/tone.js";
import { WireTap } from "./wire-tap.js";

export type StockName = "baresip" | "linphone";

/** What the handset, the stock phone and the third phone say. */
export const voices: Readonly<Record<"muster" | "stock" | "third", Voice>> = {
  muster: { hz: 440, levelDb: -10 },
  stock: { hz: 620, levelDb: -16 },
  third: { hz: 1000, levelDb: -16 },
};

/** Longer than any call here. */
const speechSeconds = 120;
const patienceSeconds = 120;

/** A LAN with a handset of ours, a stock phone, and a third phone that takes every call: to be busy with. */
export class Bench {
  readonly muster: MusterPhone;
  readonly stock: StockPhone;
  readonly third: BaresipPhone | undefined;
  readonly wire: WireTap;
  readonly #lan: Lan;
  readonly #folder: string;

  /** Switches all on; `company`: whether there is a third phone. */
  constructor(stock: StockName, engine: MusterEngine, company: boolean) {
    this.#folder = mkdtempSync(join(tmpdir(), "muster-interop-"));
    this.#lan = new Lan();
    const [ours, theirs] = [this.#lan.addHost(1), this.#lan.addHost(2)];
    this.wire = new WireTap(ours);
    this.muster = new MusterPhone(ours, {
      engine,
      folder: join(this.#folder, "muster"),
      speech: speechOf("muster"),
    });
    this.stock = stock === "baresip" ? this.#baresip(theirs, "stock") : this.#linphone(theirs, !company);
    this.third = company ? this.#baresip(this.#lan.addHost(3), "third") : undefined;
  }

  /** Resolves when all can be used. */
  async ready(): Promise<void> {
    await Promise.all([this.wire.ready(), this.muster.ready(), this.stock.ready(), this.third?.ready()]);
  }

  /** Forgets what has been; the next case begins. */
  forget(): void {
    for (const part of [this.muster, this.stock, this.third, this.wire]) part?.forget();
  }

  /** Ends whatever call there is, after a case that came to no end. */
  async calm(): Promise<void> {
    this.muster.type("hangup");
    this.stock.hangUp();
    this.third?.hangUp();
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }

  /** All that was said since `forget`. */
  transcript(): string {
    const sip = this.wire.messages.map(({ from, to, text }) => `${from} -> ${to}\n${text}`);
    return [`muster:\n${this.muster.transcript()}`, `stock:\n${this.stock.transcript()}`, ...sip].join(
      "\n\n",
    );
  }

  remove(): void {
    this.#lan.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #baresip(host: LanHost, part: "stock" | "third"): BaresipPhone {
    return new BaresipPhone(host, {
      folder: join(this.#folder, part),
      speech: speechOf(part),
      contact: this.muster.uri,
      answersItself: part === "third",
      patienceSeconds,
    });
  }

  #linphone(host: LanHost, asksFirst: boolean): LinphonePhone {
    return new LinphonePhone(host, {
      folder: join(this.#folder, "linphone"),
      speech: speechOf("stock"),
      patienceSeconds,
      asksFirst,
    });
  }
}

function speechOf(part: keyof typeof voices): Int16Array {
  const { hz, levelDb } = voices[part];
  return makeTone(hz, levelDb, speechSeconds);
}
