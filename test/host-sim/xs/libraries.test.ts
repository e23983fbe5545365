import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bringLibraries,
  checkArchives,
  debianSources,
  type DebianSource,
} from "../../../host-sim/xs/libraries.js";
import { needsDebian } from "../../support/debian.js";

describe("libraries of the emulated handset", () => {
  let folder: string;
  const content = "an archive";
  const source: DebianSource = {
    name: "small",
    version: "1-1",
    files: [["small_1-1.dsc", createHash("sha256").update(content).digest("hex")]],
  };

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "muster-libraries-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are pinned: each file by a SHA-256 of its own, the description first", () => {
    const hashes = debianSources.flatMap(({ files }) => files.map(([, sha256]) => sha256));
    assert.ok(hashes.every((sha256) => /^[0-9a-f]{64}$/.test(sha256)));
    assert.equal(new Set(hashes).size, hashes.length);
    for (const { files } of debianSources) assert.match(files[0]?.[0] ?? "", /\.dsc$/);
  });

  it("are accepted when they are the files pinned", () => {
    writeFileSync(join(folder, "small_1-1.dsc"), content);
    assert.doesNotThrow(() => checkArchives(folder, source));
  });

  it("are refused, and removed, when one byte differs", () => {
    const path = join(folder, "small_1-1.dsc");
    writeFileSync(path, "An archive");
    assert.throws(() => checkArchives(folder, source), /small_1-1\.dsc is not the file pinned/);
    assert.ok(!existsSync(path));
  });

  it("are refused when a file is missing", () => {
    assert.throws(() => checkArchives(folder, source), /small_1-1\.dsc was not delivered/);
  });

  it("are never unpacked from a changed archive", () => {
    mkdirSync(join(folder, "archives"));
    writeFileSync(join(folder, "archives", "small_1-1.dsc"), "another archive");
    assert.throws(() => bringLibraries(folder, [source]), /not the file pinned/);
    assert.ok(!existsSync(join(folder, "small")));
  });

  it("come from Debian, with its patches, without touching the computer's own lists", function () {
    needsDebian(this, "dpkg-dev");
    this.timeout(120_000);
    const libsodium = debianSources.filter(({ name }) => name === "libsodium");
    bringLibraries(folder, libsodium);
    assert.ok(existsSync(join(folder, "libsodium/src/libsodium/crypto_sign/crypto_sign.c")));
    assert.ok(existsSync(join(folder, "libsodium/.pc/applied-patches")));
    assert.ok(!existsSync(join(folder, "apt")), "apt's own files are removed");
    bringLibraries(folder, libsodium); // the second time it asks nobody
  });
});
