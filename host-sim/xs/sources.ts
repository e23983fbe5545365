import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runProgram } from "./program.js";

/** A package of the npm registry, pinned: nothing but these very bytes is ever unpacked. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** As in package-lock.json: "sha512-", then base64. */
  readonly integrity: string;
}

/**
 * Where XS comes from: Agoric's package carries Moddable's C sources of XS 13.3 (LGPL-3.0). We take those and nothing
 * else of it; as a dependency it would bring 84 packages.
 */
export const xsPackage: PinnedPackage = {
  name: "@agoric/xsnap",
  version: "0.15.0",
  integrity:
    "sha512-ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==",
};

/** The part of the package that is unpacked. */
const engineFolder = "package/moddable/xs";

/**
 * Brings the engine's sources into `folder` (`.cache/xs`), where they are not there yet; the path of the folder that
 * holds `sources`, `includes` and `platforms`. Throws an Error with a plain sentence when they cannot be had, or are
 * not those pinned here. `say` gets a line of progress when something is fetched.
 */
export function bringSources(
  folder: string,
  say: (line: string) => void,
  pinned: PinnedPackage = xsPackage,
): string {
  const place = resolve(folder, "package");
  const engine = resolve(folder, engineFolder);
  if (isUnpacked(place, pinned)) return engine;
  mkdirSync(folder, { recursive: true });
  const archive = resolve(folder, archiveName(pinned));
  if (!existsSync(archive)) {
    say(`fetching ${pinned.name} ${pinned.version} from the npm registry (0.7 MB, once)`);
    fetch(resolve(folder), pinned);
  }
  checkArchive(archive, pinned);
  unpack(resolve(folder), archive, pinned);
  return engine;
}

/** Throws unless the file's content is the one pinned. A file that is not is removed. */
export function checkArchive(archive: string, { name, version, integrity }: PinnedPackage): void {
  if (!existsSync(archive)) throw new Error(`npm did not deliver ${name} ${version}`);
  const digest = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (`sha512-${digest}` === integrity) return;
  rmSync(archive);
  throw new Error(`${name} ${version} is not the package pinned by its SHA-512; removed, not unpacked`);
}

/** The name `npm pack` gives the file. */
function archiveName({ name, version }: PinnedPackage): string {
  return `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
}

function isUnpacked(place: string, { integrity }: PinnedPackage): boolean {
  const stamp = join(place, ".muster-integrity");
  return existsSync(stamp) && readFileSync(stamp, "utf8") === integrity;
}

function fetch(folder: string, { name, version }: PinnedPackage): void {
  const words = ["pack", `${name}@${version}`, "--ignore-scripts", "--loglevel=error", "--fetch-retries=2"];
  runProgram("npm", [...words, `--pack-destination=${folder}`], folder);
}

/** Unpacks next to its place and moves it there, so that nothing half done is ever taken for done. */
function unpack(folder: string, archive: string, { integrity }: PinnedPackage): void {
  const fresh = join(folder, `unpacking-${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh);
  runProgram("tar", ["-xzf", archive, "-C", fresh, engineFolder], folder);
  writeFileSync(join(fresh, "package/.muster-integrity"), integrity);
  const place = join(folder, "package");
  rmSync(place, { recursive: true, force: true });
  renameSync(join(fresh, "package"), place);
  rmSync(fresh, { recursive: true, force: true });
}
