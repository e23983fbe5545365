import { toHex } from "../../firmware/core/bytes.js";
import { readItem } from "../../firmware/storage/item-slots.js";
import { storedItems, type StorageFault, type StoredItem } from "../../firmware/storage/stored-item.js";

/** What is stored, by key. */
export type Contents = ReadonlyMap<string, Uint8Array>;

/** The state of every item as the phone would take it at its next start. */
export interface StoredState {
  /** The content in hex; absent: there is none. */
  readonly content: Readonly<Partial<Record<StoredItem, string>>>;
  readonly faults: readonly StorageFault[];
}

/** All items a phone stores. */
export const allItems: readonly StoredItem[] = Object.keys(storedItems) as StoredItem[];

/** Reads what the phone would read. */
export function storedState(contents: Contents): StoredState {
  const content: Partial<Record<StoredItem, string>> = {};
  const faults: StorageFault[] = [];
  for (const item of allItems) {
    const found = readItem(
      item,
      (key) => contents.get(key)?.slice(),
      (reader) => reader.item("content", 4),
    );
    if (found.good !== undefined) content[item] = toHex(found.good.content);
    if (found.fault !== undefined) faults.push(found.fault);
  }
  return { content, faults };
}

/** The item that is kept under a key. */
export function itemOf(key: string): StoredItem {
  const item = allItems.find((one) => key === one || key === `${one}-b`);
  if (item === undefined) throw new Error(`"${key}" is the key of no item`);
  return item;
}

/**
 * What is wrong with the state that a cut of a write of `key` has left; `undefined`: the item written has its old or
 * new state, all others have theirs.
 */
export function unlikeOldAndNew(
  left: StoredState,
  key: string,
  { old, written }: { readonly old: StoredState; readonly written: StoredState },
): string | undefined {
  for (const item of allItems) {
    const now = left.content[item];
    if (now === old.content[item]) continue;
    if (item === itemOf(key) && now === written.content[item]) continue;
    return `${item} is ${now ?? "gone"}, it was ${old.content[item] ?? "nothing"}`;
  }
  return undefined;
}
