import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What `mcconfig` resolves for the ESP32 with the manifests' includes, and our own natives. */
const ofTheDevice = [
  "embedded:io/audio/in",
  "embedded:io/serial",
  "embedded:io/socket/udp",
  "embedded:network/interface/wifi",
  "embedded:storage/key-value",
  "mc/config",
  "net",
  "pins/audioout",
  "time",
  "timer",
];

const root = fileURLToPath(new URL("../../../", import.meta.url));

function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

function natives(): string[] {
  const names = readdirSync(join(root, "hal/moddable/native")).filter((name) => name.endsWith(".js"));
  return names.map((name) => `muster/${name.slice(0, -".js".length)}`);
}

/** Specifiers of a source file that are no paths; types alone leave nothing behind, and are told apart. */
function bareImports(path: string): { readonly specifier: string; readonly isType: boolean }[] {
  const text = readFileSync(join(root, path), "utf8");
  const found = text.matchAll(/^(import|export)( type)? [^;]*?from "([^".][^"]*)";$/gms);
  return [...found].map(([, , type, specifier = ""]) => ({ specifier, isType: type !== undefined }));
}

const sources = [...sourcesOf("hal/moddable"), ...sourcesOf("manifests")];

describe("what the device's code imports", () => {
  it("is on the device, all of it", () => {
    const allowed = new Set([...ofTheDevice, ...natives()]);
    const found = sources.flatMap((path) => bareImports(path).map(({ specifier }) => ({ path, specifier })));
    assert.deepEqual(
      found.filter(({ specifier }) => !allowed.has(specifier)),
      [],
    );
    const used = new Set(found.map(({ specifier }) => specifier));
    assert.deepEqual(
      ofTheDevice.filter((specifier) => !used.has(specifier)),
      [],
      "in the list, and nobody's",
    );
  });

  it("modules of the SDK are named in device.ts and sound.ts alone: all else gets them handed in", () => {
    const elsewhere = sources.filter((path) => !/\/(device|sound)\.ts$/.test(path));
    const named = elsewhere.flatMap((path) =>
      bareImports(path)
        .filter(({ specifier, isType }) => !isType && ofTheDevice.includes(specifier))
        .map(({ specifier }) => `${path}: ${specifier}`),
    );
    assert.deepEqual(named, []);
  });

  it("a silent board needs no module of sound", () => {
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      const text = readFileSync(join(root, path), "utf8");
      for (const [, type, target = ""] of text.matchAll(
        /^(?:import|export)( type)? [^;]*?from "(\.[^"]*)\.js";$/gms,
      ))
        if (type === undefined) visit(`${join(path, "..", target)}.ts`);
    };
    visit("manifests/main-silent.ts");
    assert.ok(seen.size > 100 && !seen.has("hal/moddable/sound.ts"), `${seen.size} modules`);
  });

  it("every native has its binding, its declaration and its C function", () => {
    const folder = join(root, "hal/moddable/native");
    const files = readdirSync(folder);
    const code = files
      .filter((name) => name.endsWith(".c"))
      .map((name) => readFileSync(join(folder, name), "utf8"));
    for (const native of natives()) {
      const name = native.slice("muster/".length);
      assert.ok(files.includes(`${name}.d.ts`), `${name}.d.ts is missing`);
      const binding = readFileSync(join(folder, `${name}.js`), "utf8");
      for (const [, symbol = ""] of binding.matchAll(/@ "(xs_\w+)"/g))
        assert.ok(
          code.some((text) => text.includes(`void ${symbol}(`)),
          `${symbol} is in no C file`,
        );
    }
  });
});
