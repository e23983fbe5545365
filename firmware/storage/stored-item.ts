import { storedBytesMax } from "../core/limits.js";
import { err, ok, type Result } from "../core/result.js";
import { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";
import { wireErrorText, type WireError } from "../wire/wire-error.js";
import { checksum } from "./checksum.js";

/** What is stored, with the number that says so and the version of its content that this firmware writes. */
export const storedItems: {
  readonly [item in StoredItem]: { readonly number: number; readonly version: number };
} = {
  contacts: { number: 1, version: 1 },
  calls: { number: 2, version: 1 },
  settings: { number: 3, version: 1 },
  peers: { number: 4, version: 1 },
};

export type StoredItem = "contacts" | "calls" | "settings" | "peers";

/** Why a stored item can't be used; the phone then goes on with nothing in its place, and says so. */
export type StorageFault =
  /** Cut, flipped, or not an item at all. */
  | { readonly kind: "damaged"; readonly item: StoredItem }
  /** Whole, but another item than the one its key promised. */
  | { readonly kind: "wrong-item"; readonly item: StoredItem }
  /** Written by a newer firmware. */
  | { readonly kind: "newer-version"; readonly item: StoredItem; readonly version: number }
  /** Whole, but its content is not what its version says: a bug of the firmware that wrote it. */
  | { readonly kind: "unreadable"; readonly item: StoredItem; readonly error: WireError };

/** One sentence for a person. */
export function storageFaultSentence(fault: StorageFault): string {
  switch (fault.kind) {
    case "damaged":
      return `The stored ${fault.item} are damaged and were left out.`;
    case "wrong-item":
      return `Something else is stored in the place of the ${fault.item}.`;
    case "newer-version":
      return `The stored ${fault.item} are of a newer firmware (version ${fault.version}) and were left out.`;
    case "unreadable":
      return `The stored ${fault.item} can't be read (${wireErrorText(fault.error)}) and were left out.`;
  }
}

/** Wraps an encoded content for storage, with its number, version and checksum (rule `stored-item` of storage.cddl). */
export function sealItem(item: StoredItem, content: Uint8Array): Uint8Array {
  const { number, version } = storedItems[item];
  const head = headOf(number, version, content);
  return new CborWriter("stored-item").raw(head).uint(checksum(head)).finish();
}

/** The content of a stored item, a view into `bytes`. Total. */
export function openItem(item: StoredItem, bytes: Uint8Array): Result<Uint8Array, StorageFault> {
  const reader = new CborReader(bytes, "stored-item");
  reader.array("fields", 4, 4);
  const number = reader.uint("item", 0xff);
  const version = reader.uint("version", 0xff);
  const content = reader.bytes("content", 0, storedBytesMax);
  const covered = bytes.subarray(0, reader.offset);
  const sum = reader.uint("checksum", 0xffffffff);
  if (!reader.finish(true).ok || sum !== checksum(covered)) return err({ kind: "damaged", item });
  if (number !== storedItems[item].number) return err({ kind: "wrong-item", item });
  if (version !== storedItems[item].version) return err({ kind: "newer-version", item, version });
  return ok(content);
}

/** The result of a content's decoder, as a result of storage. */
export function readContent<T>(
  item: StoredItem,
  bytes: Uint8Array,
  decode: (reader: CborReader) => T,
): Result<T, StorageFault> {
  const opened = openItem(item, bytes);
  if (!opened.ok) return opened;
  const reader = new CborReader(opened.value, `stored-${item}`);
  const decoded = reader.finish(decode(reader));
  return decoded.ok ? decoded : err({ kind: "unreadable", item, error: decoded.error });
}

function headOf(number: number, version: number, content: Uint8Array): Uint8Array {
  // Everything of the item but the checksum: the beginning of an array, hence no rule of its own.
  const whole = new CborWriter("stored-item")
    .array(4)
    .uint(number)
    .uint(version)
    .bytes(content)
    .uint(0)
    .finish();
  return whole.subarray(0, whole.length - 1);
}
