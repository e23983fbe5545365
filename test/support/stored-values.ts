import assert from "node:assert/strict";
import { Memory } from "../../firmware/memory.js";

/** What is stored of a phone, by key. */
export type Values = Map<string, Uint8Array>;

export function memoryOf(values: Values): Memory {
  return new Memory((key) => values.get(key));
}

/** Writes what waits; returns the keys. */
export function write(memory: Memory, values: Values): string[] {
  const keys: string[] = [];
  for (let save = memory.pollSave(); save !== undefined; save = memory.pollSave()) {
    values.set(save.key, save.value);
    keys.push(save.key);
  }
  return keys;
}

/** Another start of the same phone, its first writes done. */
export function restarted(values: Values): Memory {
  const memory = memoryOf(values);
  write(memory, values);
  return memory;
}

export function flip(values: Values, key: string): void {
  const value = values.get(key)?.slice();
  assert.ok(value !== undefined, `nothing is stored as ${key}`);
  value[value.length >> 1] = (value[value.length >> 1] ?? 0) ^ 4;
  values.set(key, value);
}
