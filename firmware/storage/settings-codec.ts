import { assert } from "../core/assert.js";
import { settingBytesMax, storedSettingsMax } from "../core/limits.js";
import type { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";

/**
 * A setting as it is stored: its name and its value as text. Which there are, and what is allowed, the
 * console knows.
 */
export interface StoredSetting {
  readonly name: string;
  readonly value: string;
}

const nameBytesMax = 24;

/** Settings as a content for storage, at most `storedSettingsMax` (rule `stored-settings`). */
export function encodeSettings(settings: readonly StoredSetting[]): Uint8Array {
  assert(settings.length <= storedSettingsMax, "more settings than are stored");
  const writer = new CborWriter("stored-settings").array(settings.length);
  for (const { name, value } of settings) writer.array(2).text(name).text(value);
  return writer.finish();
}

/** Settings from storage; whether each is still allowed is for whoever asks to judge. Total. */
export function readSettings(reader: CborReader): StoredSetting[] {
  const count = reader.array("settings", 0, storedSettingsMax);
  const settings: StoredSetting[] = [];
  for (let i = 0; i < count && !reader.failed; i++) {
    reader.array("setting", 2, 2);
    const name = reader.text("name", 1, nameBytesMax);
    settings.push({ name, value: reader.text("value", 0, settingBytesMax) });
  }
  return settings;
}
