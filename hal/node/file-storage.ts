import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { assert } from "../../firmware/core/assert.js";
import type { Storage } from "../storage.js";
import { makeFolder } from "./folder.js";

const temporaryEnd = ".new";

/**
 * A folder with one file per key. A value is written beside the old one, forced to the disk, and renamed over
 * it: a power cut leaves the old or the new one. One process uses a folder at a time. Trouble with the disk
 * is told to `onFault` and is, to the firmware, a write that failed or a value that is absent.
 */
export class FileStorage implements Storage {
  readonly #folder: string;
  readonly #onFault: (sentence: string) => void;

  /** Makes the folder (readable by its owner only: it holds the phone's secret key) and throws when it can't. */
  constructor(folder: string, onFault: (sentence: string) => void) {
    this.#folder = folder;
    this.#onFault = onFault;
    makeFolder(folder);
    for (const name of readdirSync(folder)) {
      if (name.endsWith(temporaryEnd)) rmSync(join(folder, name), { force: true, recursive: true });
    }
  }

  get(key: string): Uint8Array | undefined {
    try {
      return new Uint8Array(readFileSync(this.#path(key)));
    } catch (error) {
      if (codeOf(error) !== "ENOENT") this.#report("read", key, error);
      return undefined;
    }
  }

  set(key: string, value: Uint8Array): boolean {
    const path = this.#path(key);
    try {
      writeWhole(path + temporaryEnd, value);
      renameSync(path + temporaryEnd, path);
    } catch (error) {
      this.#report("write", key, error);
      rmSync(path + temporaryEnd, { force: true, recursive: true });
      return false;
    }
    this.#settleFolder(key);
    return true;
  }

  delete(key: string): void {
    try {
      rmSync(this.#path(key), { force: true });
    } catch (error) {
      this.#report("delete", key, error);
    }
  }

  /** The rename itself reaches the disk with its folder. Where a system can't sync a folder, its journal must do. */
  #settleFolder(key: string): void {
    try {
      const descriptor = openSync(this.#folder, "r");
      try {
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
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

function writeWhole(path: string, value: Uint8Array): void {
  const descriptor = openSync(path, "w", 0o600);
  try {
    for (let at = 0; at < value.length;) at += writeSync(descriptor, value, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
