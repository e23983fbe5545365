import assert from "node:assert/strict";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { absentFiles } from "./absent.js";
import { platform } from "./bundle.js";
import { allSuites, suitesOnXs } from "./suites.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What of Node a test file names, itself or in what it imports, that nothing stands for on XS. */
async function namedBy(file: string): Promise<string[]> {
  const built = await build({
    entryPoints: [root + file],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "silent",
    plugins: [platform()],
  });
  const imports = Object.values(built.metafile.inputs).flatMap((input) => input.imports);
  const names = imports.filter(({ external }) => external === true).map(({ path }) => path);
  return [...new Set(names)]
    .filter((name) => /^node:|^(sodium-native|typescript|serialport)$/.test(name))
    .sort();
}

describe("test files that are absent on XS", function () {
  this.timeout(60_000);

  for (const { file, names, reason } of absentFiles) {
    it(`${file} names ${names}: ${reason}`, async () => {
      assert.ok(allSuites().includes(file), "it exists");
      const named = await namedBy(file);
      assert.ok(named.includes(names), `names ${named.join(", ")}`);
    });
  }

  it("no other names anything of Node", async () => {
    for (const file of suitesOnXs()) {
      assert.deepEqual(
        await namedBy(file),
        [],
        `${file}: list it in test/xs/absent.ts, or keep Node out of it`,
      );
    }
  });

  it("each is listed once", () => {
    const files = absentFiles.map(({ file }) => file);
    assert.equal(new Set(files).size, files.length);
    assert.equal(suitesOnXs().length + files.length, allSuites().length);
  });
});
