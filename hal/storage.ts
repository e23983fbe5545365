/**
 * Small values that survive power loss: NVS on the device, a folder of files on a PC. A `set` is atomic:
 * after a power cut the old or the new value is there. Keys: 1 .. 15 characters of `[a-z0-9-]` (what NVS
 * allows).
 */
export interface Storage {
  get(key: string): Uint8Array | undefined;
  /** False when it could not be kept (full, worn, read-only): the old value is still there. */
  set(key: string, value: Uint8Array): boolean;
  delete(key: string): void;
}
