import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The path of a file of the clone, from where this module lies: in host-sim, or compiled in build/host-sim. */
export function cloneFile(path: string): string {
  const compiled = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  return existsSync(compiled) ? compiled : fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** The bytes of a file of the clone. */
export function cloneBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(cloneFile(path)));
}

/** The files of others in a folder of `test/vectors`, by name, without the notes on where they come from. */
export function vectorFiles(folder: string): ReadonlyMap<string, Uint8Array> {
  const path = `test/vectors/${folder}`;
  const names = readdirSync(cloneFile(path)).filter((name) => name !== "SOURCES.md");
  return new Map(names.sort().map((name) => [name, cloneBytes(`${path}/${name}`)]));
}
