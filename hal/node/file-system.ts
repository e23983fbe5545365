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
import { makeFolder } from "./folder.js";

/** What a storage asks of a disk; another one than the computer's is given in tests, to fail at any call. */
export interface FileSystem {
  makeFolder(path: string): void;
  /** Names of the files in a folder. */
  list(folder: string): readonly string[];
  read(path: string): Uint8Array;
  /** `write` makes the file, readable by its owner only, and empties it. Returns a descriptor. */
  open(path: string, purpose: "read" | "write"): number;
  /** Writes `bytes` from `at` on at the end of the file; returns how many were taken. */
  write(descriptor: number, bytes: Uint8Array, at: number): number;
  /** Comes back when what was written, or a folder's names, are on the disk. */
  sync(descriptor: number): void;
  close(descriptor: number): void;
  /** In place of a file of that name. */
  rename(from: string, to: string): void;
  /** There may be none of that name. */
  remove(path: string): void;
}

/** The computer's disk. */
export const nodeFileSystem: FileSystem = {
  makeFolder,
  list: (folder) => readdirSync(folder),
  read: (path) => new Uint8Array(readFileSync(path)),
  open: (path, purpose) => openSync(path, purpose === "read" ? "r" : "w", 0o600),
  write: (descriptor, bytes, at) => writeSync(descriptor, bytes, at),
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true, recursive: true }),
};
