import { assert } from "../core/assert.js";
import { storedBytesMax } from "../core/limits.js";
import { err, ok, type Result } from "../core/result.js";
import { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";
import { wireErrorText, type WireError } from "../wire/wire-error.js";
import { checksum } from "../core/checksum.js";
import { openEarlierForm } from "./earlier-form.js";

export type StoredItem = "key-ring" | "boot-count" | "settings" | "contacts" | "calls" | "peers" | "records";

/**
 * What is stored: the number that says so, the version of its content that this firmware writes (those before it are
 * read as well), and what its loss means to a person.
 */
export const storedItems: {
  readonly [item in StoredItem]: {
    readonly number: number;
    readonly version: number;
    readonly named: string;
    readonly loss: string;
  };
} = {
  contacts: { number: 1, version: 2, named: "contacts", loss: "they are left out" },
  calls: { number: 2, version: 1, named: "calls", loss: "they are left out" },
  settings: { number: 3, version: 1, named: "settings", loss: "they are as they were at first" },
  peers: { number: 4, version: 1, named: "peers", loss: "others are looked for" },
  "key-ring": {
    ...{ number: 5, version: 1, named: "key of this phone" },
    loss: "it gets a new one, and others will notice",
  },
  "boot-count": {
    ...{ number: 6, version: 1, named: "count of starts" },
    loss: "the overlay may refuse this phone's records once, then goes on",
  },
  records: { number: 7, version: 1, named: "records of this phone", loss: "they are published anew" },
};

/** Why what is stored in one place can't be used. */
export type StorageFault =
  /** Cut, flipped, or not an item at all. */
  | { readonly kind: "damaged"; readonly item: StoredItem }
  /** Whole, but another item than the one its key promised. */
  | { readonly kind: "wrong-item"; readonly item: StoredItem }
  /** Written by a newer firmware. */
  | { readonly kind: "newer-version"; readonly item: StoredItem; readonly version: number }
  /** Whole, but its content is not what its version says: a bug of the firmware that wrote it. */
  | { readonly kind: "unreadable"; readonly item: StoredItem; readonly error: WireError };

/** An item that is whole. */
export interface OpenedItem {
  /** Greater than that of all that were written before it; 0: written by a firmware that did not count. */
  readonly sequence: number;
  /** A view into what was opened. */
  readonly content: Uint8Array;
}

/** One sentence for a person. `remedied`: an earlier state, or another copy, of the item was found and is used. */
export function storageFaultSentence(fault: StorageFault, remedied: boolean): string {
  const { named, loss } = storedItems[fault.item];
  const what = remedied ? `Of the stored ${named} one copy` : `What is stored as ${named}`;
  return `${what} ${faultWords(fault)}: ${remedied ? "the last good one is used" : loss}.`;
}

/** Wraps an encoded content for storage (rule `stored-item` of storage.cddl). */
export function sealItem(item: StoredItem, content: Uint8Array, sequence: number): Uint8Array {
  assert(sequence > 0 && sequence <= sequenceMax, "what is written is counted");
  const { number, version } = storedItems[item];
  const writer = new CborWriter("stored-item").array(5).uint(number).uint(version).uint(sequence);
  // The checksum is of four bytes or fewer: what stands before it is what it covers.
  const whole = writer.bytes(content).uint(0).finish();
  const head = whole.subarray(0, whole.length - 1);
  return new CborWriter("stored-item").raw(head).uint(checksum(head)).finish();
}

/** What `sealItem` wrote, or an earlier firmware. Total. */
export function openItem(item: StoredItem, bytes: Uint8Array): Result<OpenedItem, StorageFault> {
  const earlier = openEarlierForm(item, bytes);
  if (earlier !== undefined) return ok({ sequence: 0, content: earlier });
  const reader = new CborReader(bytes, "stored-item");
  const isCounted = reader.array("fields", 4, 5) === 5;
  const number = reader.uint("item", 0xff);
  const version = reader.int("version", 1, 0xff);
  const sequence = isCounted ? reader.uint("sequence", sequenceMax) : 0;
  const content = reader.bytes("content", 0, storedBytesMax);
  const covered = bytes.subarray(0, reader.offset);
  const sum = reader.uint("checksum", 0xffffffff);
  if (!reader.finish(true).ok || sum !== checksum(covered)) return err({ kind: "damaged", item });
  if (number !== storedItems[item].number) return err({ kind: "wrong-item", item });
  if (version > storedItems[item].version) return err({ kind: "newer-version", item, version });
  return ok({ sequence, content });
}

/** What a content's decoder makes of it. Total if `read` is. */
export function readContent<T>(
  item: StoredItem,
  content: Uint8Array,
  read: (reader: CborReader) => T,
): Result<T, StorageFault> {
  const reader = new CborReader(content, `stored-${item}`);
  const decoded = reader.finish(read(reader));
  return decoded.ok ? decoded : err({ kind: "unreadable", item, error: decoded.error });
}

function faultWords(fault: StorageFault): string {
  switch (fault.kind) {
    case "damaged":
      return "is damaged";
    case "wrong-item":
      return "is something else";
    case "newer-version":
      return `is of a newer firmware (version ${fault.version})`;
    case "unreadable":
      return `can't be read (${wireErrorText(fault.error)})`;
  }
}

/** A write a millisecond for 8900 years. */
const sequenceMax = 2 ** 48;
