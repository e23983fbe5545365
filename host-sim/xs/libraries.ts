import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runProgram } from "./program.js";

/** A Debian source package, pinned: nothing but these very files is ever unpacked. */
export interface DebianSource {
  readonly name: string;
  readonly version: string;
  /** Its files, the .dsc first, with the SHA-256 of each. */
  readonly files: readonly (readonly [name: string, sha256: string])[];
}

/** The libraries of an ESP-IDF image that the emulated handset has too, from Debian 12 (bookworm). */
export const debianSources: readonly DebianSource[] = [
  {
    name: "libsodium",
    version: "1.0.18-1+deb12u1",
    files: [
      ["libsodium_1.0.18-1+deb12u1.dsc", "2c23c57b5a9385dab5a1916014c9b5f2cdd7dadeb8a35b28c1bfb603ce7095c4"],
      [
        "libsodium_1.0.18-1+deb12u1.debian.tar.xz",
        "f410474e46346b06b162defa05b1be26906aeed6cf309e3d4ebe30b4d1350733",
      ],
      ["libsodium_1.0.18.orig.tar.gz", "d59323c6b712a1519a5daf710b68f5e7fde57040845ffec53850911f10a5d4f4"],
    ],
  },
  {
    name: "lwip",
    version: "2.1.3+dfsg1-2",
    files: [
      ["lwip_2.1.3+dfsg1-2.dsc", "8d8f944db8e6d542fc2d6f01559078fb1b5dda71651c67ee5fa3571ed1342c50"],
      [
        "lwip_2.1.3+dfsg1-2.debian.tar.xz",
        "c5a48413d362cc757032cdd58f528f75eb64ee781ca46ca24f010b49b0e62a90",
      ],
      ["lwip_2.1.3+dfsg1.orig.tar.xz", "0a8276d09fc4e97bbba2f953d74af2388fc2195ea156be9d7589e297a68fde24"],
    ],
  },
];

const sourcesLine =
  "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bookworm main\n";

/**
 * Brings the sources of the libraries to `<folder>/<name>`, unpacked with Debian's patches, where they are not there
 * yet. apt-get fetches them with a list, a state and a cache of its own in that folder: the computer's own
 * configuration is not touched, and no privileges are needed. Throws an Error with a plain sentence when a package
 * cannot be had, or is not the one pinned here.
 */
export function bringLibraries(folder: string, sources: readonly DebianSource[] = debianSources): void {
  const missing = sources.filter((source) => !isUnpacked(folder, source));
  if (missing.length === 0) return;
  const archives = join(resolve(folder), "archives");
  mkdirSync(archives, { recursive: true });
  const absent = missing.filter(({ files }) => files.some(([name]) => !existsSync(join(archives, name))));
  if (absent.length > 0) download(resolve(folder), archives, absent);
  for (const source of missing) unpack(folder, archives, source);
}

/** Throws unless every file of `source` in `archives` has the content pinned. A file that has not is removed. */
export function checkArchives(archives: string, { name, version, files }: DebianSource): void {
  for (const [file, sha256] of files) {
    const path = join(archives, file);
    if (!existsSync(path)) throw new Error(`${name} ${version}: ${file} was not delivered`);
    if (createHash("sha256").update(readFileSync(path)).digest("hex") === sha256) continue;
    rmSync(path);
    throw new Error(
      `${name} ${version}: ${file} is not the file pinned by its SHA-256; removed, not unpacked`,
    );
  }
}

function isUnpacked(folder: string, { name, version }: DebianSource): boolean {
  const stamp = join(folder, name, ".muster-version");
  return existsSync(stamp) && readFileSync(stamp, "utf8") === version;
}

function download(folder: string, archives: string, sources: readonly DebianSource[]): void {
  const apt = join(folder, "apt");
  for (const part of ["lists/partial", "cache/archives/partial"])
    mkdirSync(join(apt, part), { recursive: true });
  writeFileSync(join(apt, "sources.list"), sourcesLine);
  writeFileSync(join(apt, "status"), "");
  const options = [
    ...["-qq", "-o", `Dir::Etc::SourceList=${apt}/sources.list`, "-o", "Dir::Etc::SourceParts=-"],
    ...["-o", `Dir::State=${apt}`, "-o", `Dir::State::status=${apt}/status`, "-o", `Dir::Cache=${apt}/cache`],
    ...["-o", "APT::Sandbox::User=", "-o", "Acquire::Languages=none", "-o", "Acquire::Retries=3"],
  ];
  runProgram("apt-get", [...options, "update"], archives);
  const wanted = sources.map(({ name, version }) => `${name}=${version}`);
  runProgram("apt-get", [...options, "source", "--download-only", ...wanted], archives);
  rmSync(apt, { recursive: true });
}

/** Unpacks next to its place and moves it there, so that nothing half done is ever taken for done. */
function unpack(folder: string, archives: string, source: DebianSource): void {
  checkArchives(archives, source);
  const place = resolve(folder, source.name);
  const fresh = `${place}.new`;
  rmSync(fresh, { recursive: true, force: true });
  runProgram("dpkg-source", ["--no-check", "--no-copy", "-x", source.files[0]?.[0] ?? "", fresh], archives);
  writeFileSync(join(fresh, ".muster-version"), source.version);
  rmSync(place, { recursive: true, force: true });
  renameSync(fresh, place);
}
