import type { CborReader } from "../wire/cbor-reader.js";
import { checksum } from "../core/checksum.js";
import {
  openItem,
  readContent,
  sealItem,
  type OpenedItem,
  type StorageFault,
  type StoredItem,
  storedItems,
} from "./stored-item.js";

/** One value to be stored. */
export interface Save {
  readonly item: StoredItem;
  readonly key: string;
  readonly value: Uint8Array;
}

/** Gives what is stored under a key. */
export type ReadStored = (key: string) => Uint8Array | undefined;

/** What was found of an item. */
export interface ItemReading<T> {
  /** Its newest state that is whole, as a value and as its encoded content; absent: there is none. */
  readonly good?: { readonly value: T; readonly content: Uint8Array };
  /** Where that state is; for `ItemSlots`. */
  readonly place?: GoodPlace;
  /** What was wrong with a state that is not whole, or with both. */
  readonly fault?: StorageFault;
}

type Slot = 0 | 1;

interface Place extends OpenedItem {
  readonly slot: Slot;
}

/** Where the newest good state is, and in how many places there is a good one. */
export interface GoodPlace extends Place {
  readonly good: number;
}

/** What a row of the table tells of an item. */
const column = {
  /** The place where the newest good state is not. */
  next: 0,
  sequence: 1,
  /** Places that hold a good state, now and before the last save. */
  good: 2,
  goodBefore: 3,
  /** Of the newest state's content, to know whether a save would change anything: checksum, and length + 1. */
  sum: 4,
  length: 5,
  /** 1: the last save was of the content that was the newest already, a copy. */
  wasHeld: 6,
} as const;
const columns = 7;

/**
 * Where items are kept: each in two places, of which the one without the newest state is written next, so that the last
 * good state stands beside the one being written. What was never written, or lost a place to damage, goes to both
 * (`isSingle`). One table for all: an object for each item would take a kilobyte of a phone.
 */
export class ItemSlots {
  readonly #table = new Uint32Array(Object.keys(storedItems).length * columns);

  /** Takes what was found of an item at the start. */
  begin(item: StoredItem, found: GoodPlace): void {
    this.set(item, "next", otherSlot(found.slot));
    this.set(item, "sequence", found.sequence);
    this.set(item, "good", found.good);
    this.note(item, found.content);
  }

  /** Whether one good state is all there is. */
  isSingle(item: StoredItem): boolean {
    return this.get(item, "good") === 1;
  }

  /** Whether this content is stored already: saving it would only wear the flash. */
  holds(item: StoredItem, content: Uint8Array): boolean {
    return content.length + 1 === this.get(item, "length") && checksum(content) === this.get(item, "sum");
  }

  /** The save that makes this content the newest state. */
  seal(item: StoredItem, content: Uint8Array): Save {
    const slot = this.get(item, "next") as Slot;
    const good = this.get(item, "good");
    const sequence = this.get(item, "sequence") + 1;
    this.set(item, "next", otherSlot(slot));
    this.set(item, "goodBefore", good);
    this.set(item, "good", Math.min(2, good + 1));
    this.set(item, "sequence", sequence);
    this.note(item, content);
    return { item, key: slotKey(item, slot), value: sealItem(item, content, sequence) };
  }

  /** The last save has failed: its place has what it had before. True: the state is kept all the same, but once. */
  handleSaveFailed(item: StoredItem): boolean {
    const wasHeld = this.get(item, "wasHeld") === 1;
    this.set(item, "next", otherSlot(this.get(item, "next") as Slot));
    this.set(item, "good", this.get(item, "goodBefore"));
    if (!wasHeld) this.set(item, "length", 0);
    return wasHeld;
  }

  private note(item: StoredItem, content: Uint8Array): void {
    this.set(item, "wasHeld", this.holds(item, content) ? 1 : 0);
    this.set(item, "sum", checksum(content));
    this.set(item, "length", content.length + 1);
  }

  private get(item: StoredItem, name: keyof typeof column): number {
    return this.#table[placeOf(item, name)] ?? 0;
  }

  private set(item: StoredItem, name: keyof typeof column, value: number): void {
    this.#table[placeOf(item, name)] = value;
  }
}

function placeOf(item: StoredItem, name: keyof typeof column): number {
  return (storedItems[item].number - 1) * columns + column[name];
}

function otherSlot(slot: Slot): Slot {
  return slot === 0 ? 1 : 0;
}

/** Keys of an item's two places; the first is where earlier firmware had the only one. */
export function slotKey(item: StoredItem, slot: Slot): string {
  return slot === 0 ? item : `${item}-b`;
}

/** Reads the newest good state of an item. Total if `read` is. */
export function readItem<T>(
  item: StoredItem,
  stored: ReadStored,
  read: (reader: CborReader) => T,
): ItemReading<T> {
  const { places, faults } = openPlaces(item, stored);
  for (const place of places) {
    const value = readContent(item, place.content, read);
    if (value.ok) {
      const found = { ...place, good: faults.length === 0 ? places.length : 1 };
      return { good: { value: value.value, content: place.content }, place: found, ...faultOf(faults) };
    }
    faults.push(value.error);
  }
  return faultOf(faults);
}

/** The places that hold a whole state, the newest first, and what is wrong with the others. */
function openPlaces(item: StoredItem, stored: ReadStored): { places: Place[]; faults: StorageFault[] } {
  const places: Place[] = [];
  const faults: StorageFault[] = [];
  for (const slot of [0, 1] as const) {
    const bytes = stored(slotKey(item, slot));
    if (bytes === undefined) continue;
    const opened = openItem(item, bytes);
    if (opened.ok) places.push({ ...opened.value, slot });
    else faults.push(opened.error);
  }
  return { places: places.sort((a, b) => b.sequence - a.sequence), faults };
}

/** One is told; both are of one cause. */
function faultOf([fault]: readonly StorageFault[]): { readonly fault?: StorageFault } {
  return fault === undefined ? {} : { fault };
}
