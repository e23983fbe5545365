import { join } from "node:path";
import { assert } from "../../firmware/core/assert.js";
import type { Storage } from "../storage.js";
import { nodeFileSystem, type FileSystem } from "./file-system.js";

const temporaryEnd = ".new";

/**
 * A folder with one file per key. A value is written beside the old one, forced to the disk, and renamed over
 * it: a power cut leaves the old or the new one. One process uses a folder at a time. Trouble with the disk
 * is told to `onFault` and is, to the firmware, a write that failed or a value that is absent.
 */
export class FileStorage implements Storage {
  readonly #folder: string;
  readonly #onFault: (sentence: string) => void;
  readonly #disk: FileSystem;

  /** Makes the folder (readable by its owner only: it holds the phone's secret key) and throws when it can't. */
  constructor(folder: string, onFault: (sentence: string) => void, disk: FileSystem = nodeFileSystem) {
    this.#folder = folder;
    this.#onFault = onFault;
    this.#disk = disk;
    disk.makeFolder(folder);
    for (const name of disk.list(folder)) if (name.endsWith(temporaryEnd)) disk.remove(join(folder, name));
  }

  get(key: string): Uint8Array | undefined {
    try {
      return this.#disk.read(this.#path(key));
    } catch (error) {
      if (codeOf(error) !== "ENOENT") this.#report("read", key, error);
      return undefined;
    }
  }

  set(key: string, value: Uint8Array): boolean {
    const path = this.#path(key);
    try {
      this.#writeWhole(path + temporaryEnd, value);
      this.#disk.rename(path + temporaryEnd, path);
    } catch (error) {
      this.#report("write", key, error);
      this.#disk.remove(path + temporaryEnd);
      return false;
    }
    this.#settleFolder(key);
    return true;
  }

  delete(key: string): void {
    try {
      this.#disk.remove(this.#path(key));
    } catch (error) {
      this.#report("delete", key, error);
    }
    this.#settleFolder(key);
  }

  #writeWhole(path: string, value: Uint8Array): void {
    const descriptor = this.#disk.open(path, "write");
    try {
      for (let at = 0; at < value.length;) at += this.#disk.write(descriptor, value, at);
      this.#disk.sync(descriptor);
    } finally {
      this.#disk.close(descriptor);
    }
  }

  /** The rename itself reaches the disk with its folder. Where a system can't sync a folder, its journal must do. */
  #settleFolder(key: string): void {
    try {
      const descriptor = this.#disk.open(this.#folder, "read");
      try {
        this.#disk.sync(descriptor);
      } finally {
        this.#disk.close(descriptor);
      }
    } catch (error) {
      const code = codeOf(error);
      if (code !== "EISDIR" && code !== "EPERM" && code !== "EINVAL") this.#report("sync", key, error);
    }
  }

  #path(key: string): string {
    assert(/^[a-z0-9-]{1,15}$/.test(key), `"${key}" is no storage key`);
    return join(this.#folder, key);
  }

  #report(what: string, key: string, error: unknown): void {
    this.#onFault(`could not ${what} ${join(this.#folder, key)}: ${codeOf(error) ?? String(error)}`);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
