import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder, readable by its owner only, and those missing above it; throws an Error with a plain sentence
 * when that is impossible. `mkdirSync` with `recursive` is no choice: below /proc it never returns.
 */
export function makeFolder(path: string): void {
  try {
    makeMissing(resolve(path));
  } catch (error) {
    throw new Error(`${path} cannot be used as a folder: ${fileFaultText(error)}`, { cause: error });
  }
}

/** What the system says of a file or folder, in words. */
export function fileFaultText(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return faultWords[code] ?? (error instanceof Error ? error.message : String(error));
}

function makeMissing(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  if (found === undefined && dirname(path) !== path) makeMissing(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

const faultWords: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EEXIST: "a file has that name",
  EISDIR: "it is a folder",
  ENOENT: "there is no such folder",
  ENOSPC: "the disk is full",
  ENOTDIR: "part of the path is a file",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
};
