import { storedBytesMax } from "../core/limits.js";
import { CborReader } from "../wire/cbor-reader.js";
import type { StoredItem } from "./stored-item.js";

/**
 * The content of what an earlier firmware stored bare, without number and checksum: the key ring, which its
 * credential's signature guards, and the count of starts, which nothing did. `undefined`: it is no such thing. Total.
 */
export function openEarlierForm(item: StoredItem, bytes: Uint8Array): Uint8Array | undefined {
  const reader = new CborReader(bytes, item);
  if (item === "boot-count") reader.uint("count", 0xffffffff);
  else if (item === "key-ring") {
    reader.array("parts", 3, 3);
    reader.uint("version", 1);
    reader.bytes("seed", 32);
    reader.bytes("credential", 1, storedBytesMax);
  } else return undefined;
  return reader.finish(true).ok ? bytes : undefined;
}
