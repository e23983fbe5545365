import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bringSources, checkArchive, type PinnedPackage } from "../../../host-sim/xs/sources.js";

const archiveFile = "muster-example-1.2.3.tgz";

describe("host-sim/xs/sources", () => {
  let folder = "";
  let pinned: PinnedPackage;
  const lines: string[] = [];
  const bring = (): string => bringSources(folder, (line) => lines.push(line), pinned);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "muster-sources-"));
    mkdirSync(join(folder, "package/moddable/xs/sources"), { recursive: true });
    writeFileSync(join(folder, "package/moddable/xs/sources/xs.c"), "int one;\n");
    writeFileSync(join(folder, "package/other.js"), "never unpacked\n");
    spawnSync("tar", ["-czf", archiveFile, "package"], { cwd: folder });
    rmSync(join(folder, "package"), { recursive: true });
    const digest = createHash("sha512")
      .update(readFileSync(join(folder, archiveFile)))
      .digest("base64");
    pinned = { name: "@muster/example", version: "1.2.3", integrity: `sha512-${digest}` };
    lines.length = 0;
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("unpacks the engine and nothing else of the package pinned, once", () => {
    const engine = bring();
    assert.equal(readFileSync(join(engine, "sources/xs.c"), "utf8"), "int one;\n");
    assert.equal(existsSync(join(folder, "package/other.js")), false);
    writeFileSync(join(engine, "sources/xs.c"), "int mark;\n");
    rmSync(join(folder, archiveFile));
    assert.equal(bring(), engine);
    assert.equal(readFileSync(join(engine, "sources/xs.c"), "utf8"), "int mark;\n");
    assert.deepEqual(lines, []);
  });

  it("unpacks anew when another package is pinned", () => {
    bring();
    pinned = { ...pinned, integrity: "sha512-AAAA" };
    assert.throws(bring, /not the package pinned/);
  });

  it("refuses a package with one byte changed, in a sentence, and removes it", () => {
    const bytes = readFileSync(join(folder, archiveFile));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(join(folder, archiveFile), bytes);
    assert.throws(bring, {
      message: "@muster/example 1.2.3 is not the package pinned by its SHA-512; removed, not unpacked",
    });
    assert.equal(existsSync(join(folder, archiveFile)), false);
    assert.equal(existsSync(join(folder, "package")), false);
  });

  it("says so when nothing was delivered", () => {
    assert.throws(
      () => checkArchive(join(folder, "none.tgz"), pinned),
      /npm did not deliver @muster\/example 1\.2\.3/,
    );
  });
});
