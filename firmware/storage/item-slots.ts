import type { CborReader } from "../wire/cbor-reader.js";
import { checksum } from "./checksum.js";
import {
  openItem,
  readContent,
  sealItem,
  type OpenedItem,
  type StorageFault,
  type StoredItem,
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
  /** What was wrong with a state that is not whole, or with both. */
  readonly fault?: StorageFault;
  readonly slots: ItemSlots;
}

type Slot = 0 | 1;

/**
 * Where an item is kept: two places, of which the one without the newest state is written next, so that the last good
 * state stands beside the one being written. What was never written, or lost a place to damage, goes to both
 * (`isSingle`).
 */
export class ItemSlots {
  readonly #item: StoredItem;
  /** Where the newest good state is not. */
  #next: Slot = 0;
  #sequence = 0;
  /** Places that hold a good state, now and before the last save. */
  #good = 0;
  #goodBefore = 0;
  /** Checksum of the newest state's content, and its length: to know whether a save would change anything. */
  #sum = 0;
  #length = -1;
  /** Whether the last save was of the content that was the newest already: a copy. */
  #wasHeld = false;

  constructor(item: StoredItem, found?: OpenedItem & { readonly slot: Slot; readonly good: number }) {
    this.#item = item;
    if (found === undefined) return;
    this.#next = otherSlot(found.slot);
    this.#sequence = found.sequence;
    this.#good = found.good;
    this.note(found.content);
  }

  /** Whether one good state is all there is. */
  get isSingle(): boolean {
    return this.#good === 1;
  }

  /** Whether this content is stored already: saving it would only wear the flash. */
  holds(content: Uint8Array): boolean {
    return content.length === this.#length && checksum(content) === this.#sum;
  }

  /** The save that makes this content the newest state. */
  seal(content: Uint8Array): Save {
    const key = slotKey(this.#item, this.#next);
    this.#next = otherSlot(this.#next);
    this.#goodBefore = this.#good;
    this.#good = Math.min(2, this.#good + 1);
    this.note(content);
    return { item: this.#item, key, value: sealItem(this.#item, content, ++this.#sequence) };
  }

  /** The last save has failed: its place has what it had before. True: the state is kept all the same, but once. */
  handleSaveFailed(): boolean {
    this.#next = otherSlot(this.#next);
    this.#good = this.#goodBefore;
    if (!this.#wasHeld) this.#length = -1;
    return this.#wasHeld;
  }

  private note(content: Uint8Array): void {
    this.#wasHeld = this.holds(content);
    this.#sum = checksum(content);
    this.#length = content.length;
  }
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
      const slots = new ItemSlots(item, { ...place, good: faults.length === 0 ? places.length : 1 });
      return { good: { value: value.value, content: place.content }, slots, ...faultOf(faults) };
    }
    faults.push(value.error);
  }
  return { slots: new ItemSlots(item), ...faultOf(faults) };
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

interface Place extends OpenedItem {
  readonly slot: Slot;
}
