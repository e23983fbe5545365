import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

/**
 * Files of the repository that tests read, by their path from its root. On XS, which has no files, the bundle puts
 * their contents in the place of this module (test/xs/inlined-files.ts): so a test that reads through here runs there
 * too.
 */

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The bytes of a file. */
export function fileBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(root, path)));
}

/** The text of a file in UTF-8. */
export function fileText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** What a file of JSON holds. */
export function fileJson(path: string): unknown {
  return JSON.parse(fileText(path));
}

/** The paths of all files below a folder, without the notes on where they come from. */
export function filesBelow(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && entry.name !== "SOURCES.md")
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}

/** The names of the files of others in a folder below `test/vectors`. */
export function vectorNames(folder: string): string[] {
  const path = `test/vectors/${folder}/`;
  return filesBelow(path).map((name) => name.slice(path.length));
}
