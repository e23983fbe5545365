import { Settings } from "./console/settings.js";
import { callLogSavedEveryMs, peersSavedEveryMs, publishedRecordsMax } from "./core/limits.js";
import { sameId } from "./core/node-id.js";
import { none } from "./core/none.js";
import { after, earliest, type Deadline, type Instant } from "./core/time.js";
import type { CallEntry, CallLog } from "./phone/call-log.js";
import type { Contact } from "./phone/phone-book.js";
import { bootCountMax, encodeBootCount, readBootCount } from "./storage/boot-count-codec.js";
import { encodeCallLog, readCallLog } from "./storage/call-log-codec.js";
import { encodeContacts, readContacts } from "./storage/contacts-codec.js";
import { ItemSlots, readItem, type ReadStored, type Save } from "./storage/item-slots.js";
import { encodeOwnRecords, readOwnRecords, type OwnRecord } from "./storage/own-records-codec.js";
import {
  encodeRememberedPeers,
  readRememberedPeers,
  type RememberedPeer,
} from "./storage/remembered-peers-codec.js";
import { encodeSettings, readSettings } from "./storage/settings-codec.js";
import { storageFaultSentence, type StoredItem } from "./storage/stored-item.js";
import type { CborReader } from "./wire/cbor-reader.js";

/** A save that waits to be taken; its content is encoded when it is. */
interface Waiting {
  readonly item: StoredItem;
  readonly encode: () => Uint8Array;
  /** Until when it is held back; absent: it is due. */
  readonly heldUntil?: Instant;
  /** The second copy of a state that is stored once. */
  readonly isCopy: boolean;
}

/**
 * What survives a power cut, and what is to be written next. Of each item the last good state is taken where the newest
 * is damaged; what is damaged altogether is left out. Either is said to the person, and the phone goes on.
 */
export class Memory {
  readonly settings: Settings = new Settings();
  /** As they were stored; until `forgetLoaded`. */
  contacts: readonly Contact[];
  calls: readonly CallEntry[];
  peers: readonly RememberedPeer[];
  /** The stored key ring as it is; `identification.ts` judges it. */
  keyRing: Uint8Array | undefined;
  /**
   * How often this phone was switched on, this time included, or more: the upper part of its records' generations, and
   * above that of all it has published so far.
   */
  readonly bootCount: number;
  /** What was wrong with what was stored, a sentence each. */
  readonly complaints: string[] = [];
  readonly #slots = new ItemSlots();
  readonly #heldUntil: Partial<Record<StoredItem, Instant>> = {};
  #records: readonly OwnRecord[];
  #waiting: Waiting[] = [];
  #isLeaving = false;

  /** `stored` gives what is stored under a key; it is asked here and never again. */
  constructor(stored: ReadStored) {
    this.keyRing = this.read(stored, "key-ring", (reader) => reader.item("parts", 1).slice());
    this.#records = this.read(stored, "records", readOwnRecords) ?? [];
    this.bootCount = this.countBoot(stored);
    for (const name of this.settings.load(this.read(stored, "settings", readSettings) ?? []))
      this.complaints.push(`The stored setting ${name} is not allowed: it is left out.`);
    this.contacts = this.read(stored, "contacts", readContacts) ?? [];
    this.calls = this.read(stored, "calls", readCallLog) ?? [];
    this.peers = this.read(stored, "peers", readRememberedPeers) ?? [];
  }

  /** The telephone has what it is on with: held here, too, it would outlive what that forgets. */
  forgetLoaded(): void {
    this.contacts = none;
    this.calls = none;
    this.peers = none;
    this.keyRing = undefined;
  }

  /** What this device is to be from its next start on; one that is not on yet asks for it again. */
  saveKeyRing(encoded: Uint8Array): void {
    this.keyRing = encoded;
    this.save("key-ring", () => encoded);
  }

  saveSettings(): void {
    this.save("settings", () => encodeSettings(this.settings.stored()));
  }

  saveContacts(contacts: readonly Contact[]): void {
    this.save("contacts", () => encodeContacts(contacts));
  }

  /** With a moment: together with the calls of the next minute, where one was saved in the last. */
  saveCalls(log: CallLog, now?: Instant): void {
    this.save("calls", () => encodeCallLog(log.entries()), now);
  }

  /** As with calls, but once in ten minutes: who is there changes for ever where people come and go. */
  savePeers(now: Instant, peers: readonly RememberedPeer[]): void {
    // Encoded at once: bytes that wait for ten minutes take a tenth of what the peers take.
    const encoded = encodeRememberedPeers(peers);
    this.save("peers", () => encoded, now);
  }

  /**
   * A record of this phone's own was stored by others. Written once in a start: no generation of the next start is
   * below this one's, whatever becomes of the count of starts; nor is it where others showed a greater one.
   */
  saveRecord({ resource, kind, generation }: OwnRecord): void {
    const isSame = (one: OwnRecord): boolean => one.kind === kind && sameId(one.resource, resource);
    const former = this.#records.find(isSame);
    if (former !== undefined && startOf(former.generation) >= startOf(generation)) return;
    const others = this.#records.filter((one) => !isSame(one));
    // Of more than fit any one of this start will do: what counts is the start.
    const isFull = others.length >= publishedRecordsMax;
    if (isFull && others.some((one) => startOf(one.generation) >= startOf(generation))) return;
    this.#records = [...others, { resource, kind, generation }].slice(-publishedRecordsMax);
    this.save("records", () => encodeOwnRecords(this.#records));
  }

  /** The phone is being switched off: nothing is held back any more. */
  leave(): void {
    this.#isLeaving = true;
    this.#waiting = this.#waiting.map(({ item, encode, isCopy }) => ({ item, encode, isCopy }));
  }

  handleTimeout(now: Instant): void {
    for (const [at, { item, encode, heldUntil, isCopy }] of this.#waiting.entries()) {
      if (heldUntil === undefined || heldUntil > now) continue;
      this.#waiting[at] = { item, encode, isCopy };
      this.hold(item, now);
    }
  }

  /** Values that are to be stored yet. */
  get savesWaiting(): number {
    return this.#waiting.length;
  }

  pollTimeout(): Deadline | undefined {
    let next: Deadline | undefined;
    for (const { item, heldUntil } of this.#waiting)
      if (heldUntil !== undefined) next = earliest(next, { at: heldUntil, reason: `save ${item}` });
    return next;
  }

  /** The next value to be stored. What is stored already is not stored again. */
  pollSave(): Save | undefined {
    for (;;) {
      const at = this.#waiting.findIndex(({ heldUntil }) => heldUntil === undefined);
      const waiting = this.#waiting[at];
      if (waiting === undefined) return undefined;
      this.#waiting.splice(at, 1);
      const content = waiting.encode();
      const { item, isCopy } = waiting;
      if (!isCopy && this.#slots.holds(item, content)) continue;
      const save = this.#slots.seal(item, content);
      if (this.#slots.isSingle(item) || (!isCopy && isKeptTwice[item])) this.copy(item, content);
      return save;
    }
  }

  /** A value could not be stored: a setting goes back to what is kept. Returns a sentence for the person. */
  handleSaveFailed(item: StoredItem): string {
    this.#waiting = this.#waiting.filter((waiting) => !waiting.isCopy || waiting.item !== item);
    if (this.#slots.handleSaveFailed(item))
      return `${what[item]} could be stored but once: should that be damaged, there is no other.`;
    const reverted = item === "settings" ? this.settings.revert() : undefined;
    if (reverted !== undefined) {
      // As it is listed: a secret is only said to be there.
      const shown = this.settings.rows(reverted.name)[0]?.value ?? "";
      return `The settings could not be stored: ${reverted.name} stays ${shown === "" ? "without a value" : shown}.`;
    }
    return `${what[item]} could not be stored: what is new is lost when the phone is switched off.`;
  }

  /** Queues a state; of two of one item that wait the later stays. With a moment it may be held back. */
  private save(item: StoredItem, encode: () => Uint8Array, now?: Instant): void {
    const wasDue = this.#waiting.some(
      (one) => one.item === item && !one.isCopy && one.heldUntil === undefined,
    );
    this.#waiting = this.#waiting.filter((waiting) => waiting.item !== item);
    const heldUntil = wasDue || now === undefined || this.#isLeaving ? undefined : this.hold(item, now);
    this.#waiting.push({ item, encode, isCopy: false, ...(heldUntil !== undefined && { heldUntil }) });
  }

  private copy(item: StoredItem, content: Uint8Array): void {
    this.#waiting.push({ item, encode: () => content, isCopy: true });
  }

  /** Until when a state that is new now is held back; from now on others are, where it is not. */
  private hold(item: StoredItem, now: Instant): Instant | undefined {
    const until = this.#heldUntil[item];
    if (until !== undefined && until > now) return until;
    this.#heldUntil[item] = after(now, savedEveryMs[item] ?? 0);
    return undefined;
  }

  /**
   * One more than stored; one more than that if a copy is damaged, which may have been the newer; above all that was
   * published in any case.
   */
  private countBoot(stored: ReadStored): number {
    const complaintsBefore = this.complaints.length;
    const before = this.read(stored, "boot-count", readBootCount) ?? 0;
    const lost = this.complaints.length > complaintsBefore ? 1 : 0;
    let count = before + 1 + lost;
    for (const { generation } of this.#records) count = Math.max(count, startOf(generation) + 1);
    count = Math.min(count, bootCountMax);
    this.save("boot-count", () => encodeBootCount(count));
    return count;
  }

  private read<T>(stored: ReadStored, item: StoredItem, read: (reader: CborReader) => T): T | undefined {
    const { good, place, fault } = readItem(item, stored, read);
    if (place !== undefined) this.#slots.begin(item, place);
    if (fault !== undefined) this.complaints.push(storageFaultSentence(fault, good !== undefined));
    // What a newer firmware has written stays until there is something to write.
    if (good !== undefined && this.#slots.isSingle(item) && fault?.kind !== "newer-version")
      this.copy(item, good.content);
    return good?.value;
  }
}

/** The count of starts in which a generation was made (protocol §5). */
function startOf(generation: number): number {
  return Math.floor(generation / 0x10000);
}

/** How often an item is written at most, ms; others: whenever they change, which a person does. */
const savedEveryMs: Readonly<Partial<Record<StoredItem, number>>> = {
  calls: callLogSavedEveryMs,
  peers: peersSavedEveryMs,
};

/** What only a person could tell again is written to both places when it changes: a damaged one costs nothing. */
const isKeptTwice: Readonly<Partial<Record<StoredItem, true>>> = {
  "key-ring": true,
  settings: true,
  contacts: true,
};

const what: Readonly<Record<StoredItem, string>> = {
  "key-ring": "The key of this phone",
  "boot-count": "The count of starts",
  settings: "The settings",
  contacts: "The contacts",
  calls: "The call log",
  peers: "The addresses of other phones",
  records: "The records of this phone",
};
