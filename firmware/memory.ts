import { CborReader } from "./wire/cbor-reader.js";
import { CborWriter } from "./wire/cbor-writer.js";
import { Settings } from "./console/settings.js";
import type { Result } from "./core/result.js";
import type { CallEntry, CallLog } from "./phone/call-log.js";
import type { Contact } from "./phone/phone-book.js";
import { decodeCallLog, encodeCallLog } from "./storage/call-log-codec.js";
import { decodeContacts, encodeContacts } from "./storage/contacts-codec.js";
import {
  decodeRememberedPeers,
  encodeRememberedPeers,
  type RememberedPeer,
} from "./storage/remembered-peers-codec.js";
import { decodeSettings, encodeSettings } from "./storage/settings-codec.js";
import { storageFaultSentence, type StorageFault } from "./storage/stored-item.js";

/** Keys of what a phone keeps; NVS allows 15 characters. */
export type MemoryKey = "key-ring" | "boot-count" | "settings" | "contacts" | "calls" | "peers";

/** All keys, in the order they are read. */
export const memoryKeys: readonly MemoryKey[] = [
  "key-ring",
  "boot-count",
  "settings",
  "contacts",
  "calls",
  "peers",
];

/** What storage held when the phone was switched on. */
export type Stored = Readonly<Partial<Record<MemoryKey, Uint8Array>>>;

/** One value to be stored. */
export interface Save {
  readonly key: MemoryKey;
  readonly value: Uint8Array;
}

/**
 * What survives a power cut, and what is to be written next. What is damaged is left out, with a sentence for
 * the person; the phone goes on without it.
 */
export class Memory {
  readonly settings: Settings = new Settings();
  readonly contacts: readonly Contact[];
  readonly calls: readonly CallEntry[];
  readonly peers: readonly RememberedPeer[];
  /** The stored key ring as it is; `identification.ts` judges it. */
  readonly keyRing: Uint8Array | undefined;
  /** How often this phone was switched on, this time included: the upper part of its records' generations. */
  readonly bootCount: number;
  /** What was wrong with what was stored, a sentence each. */
  readonly complaints: string[] = [];
  readonly #saves: Save[] = [];

  constructor(stored: Stored) {
    this.keyRing = stored["key-ring"];
    this.bootCount = 1 + this.bootsBefore(stored["boot-count"]);
    for (const name of this.settings.load(this.read(stored.settings, decodeSettings)))
      this.complaints.push(`The stored setting ${name} is not allowed: it is left out.`);
    this.contacts = this.read(stored.contacts, decodeContacts);
    this.calls = this.read(stored.calls, decodeCallLog);
    this.peers = this.read(stored.peers, decodeRememberedPeers);
    this.save("boot-count", new CborWriter("boot-count").uint(this.bootCount).finish());
  }

  saveKeyRing(encoded: Uint8Array): void {
    this.save("key-ring", encoded);
  }

  saveSettings(): void {
    this.save("settings", encodeSettings(this.settings.stored()));
  }

  saveContacts(contacts: readonly Contact[]): void {
    this.save("contacts", encodeContacts(contacts));
  }

  saveCalls(log: CallLog): void {
    this.save("calls", encodeCallLog(log.entries()));
  }

  savePeers(peers: readonly RememberedPeer[]): void {
    this.save("peers", encodeRememberedPeers(peers));
  }

  /** Queues a value; of two for one key that wait the later stays. */
  save(key: MemoryKey, value: Uint8Array): void {
    const waiting = this.#saves.findIndex((save) => save.key === key);
    if (waiting >= 0) this.#saves.splice(waiting, 1);
    this.#saves.push({ key, value });
  }

  /** The next value to be stored. */
  pollSave(): Save | undefined {
    return this.#saves.shift();
  }

  /** A value could not be stored: a setting goes back to what is kept. Returns a sentence for the person. */
  handleSaveFailed(key: MemoryKey): string {
    const reverted = key === "settings" ? this.settings.revert() : undefined;
    if (reverted !== undefined) {
      // As it is listed: a secret is only said to be there.
      const shown = this.settings.rows(reverted.name)[0]?.value ?? "";
      return `The settings could not be stored: ${reverted.name} stays ${shown === "" ? "without a value" : shown}.`;
    }
    return `${what[key]} could not be stored: what is new is lost when the phone is switched off.`;
  }

  private bootsBefore(stored: Uint8Array | undefined): number {
    if (stored === undefined) return 0;
    const reader = new CborReader(stored, "boot-count");
    const count = reader.finish(reader.uint("count", bootCountMax));
    if (count.ok) return count.value;
    this.complaints.push(
      "The count of starts is damaged: the overlay may refuse this phone's records once, then goes on.",
    );
    return 0;
  }

  private read<T>(
    stored: Uint8Array | undefined,
    decode: (bytes: Uint8Array) => Result<T[], StorageFault>,
  ): T[] {
    if (stored === undefined) return [];
    const decoded = decode(stored);
    if (decoded.ok) return decoded.value;
    this.complaints.push(storageFaultSentence(decoded.error));
    return [];
  }
}

const what: Readonly<Record<MemoryKey, string>> = {
  "key-ring": "The key of this phone",
  "boot-count": "The count of starts",
  settings: "The settings",
  contacts: "The contacts",
  calls: "The call log",
  peers: "The addresses of other phones",
};

/** 2^32 generations of 2^16 records each: once a minute for 8000 years. */
const bootCountMax = 0xfffffffe;
