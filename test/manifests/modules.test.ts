import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { repositoryPaths, root } from "../tidy/tree.js";
import { importsOf } from "./imports.js";
import { leafNames, readManifest, resolveLeaf, withoutExtension, type ResolvedLeaf } from "./manifest.js";

const native = "hal/moddable/native/";

describe("modules of the manifests", () => {
  for (const name of leafNames()) {
    describe(name, () => {
      const leaf = resolveLeaf(name);

      it("has every module of the firmware and of hal/moddable, and no file that is not there", () => {
        const missing = shipped().filter((file) => ![...leaf.modules.values()].includes(file));
        const silent = name === "esp32c3" ? ["hal/moddable/sound.ts"] : [];
        assert.deepEqual(missing, silent);
        assert.ok(leaf.modules.size > 200, `${leaf.modules.size} modules`);
      });

      it("names every module by its path, the natives by muster/", () => {
        for (const [specifier, file] of leaf.modules) {
          if (file.startsWith("manifests/lin/")) continue;
          const path = withoutExtension(file);
          const expected = path.startsWith(native) ? `muster/${path.slice(native.length)}` : path;
          assert.equal(specifier, expected);
        }
      });

      it("holds whatever its main module needs, and nothing of hal/portable besides", () => {
        const reached = reachedFrom(leaf, leaf.creation.main ?? "");
        const portable = [...leaf.modules.keys()].filter((specifier) =>
          specifier.startsWith("hal/portable/"),
        );
        for (const specifier of portable) assert.ok(reached.has(specifier), `${specifier} is not needed`);
        assert.ok(reached.has("firmware/main"));
        assert.equal(reached.has("hal/moddable/sound"), name !== "esp32c3");
      });

      it("preloads its main module, with which the linker preloads what that imports", () => {
        assert.ok(leaf.preload.includes(leaf.creation.main ?? ""));
        // A wild card in `preload` fits JavaScript only: mcconfig does not look at TypeScript there.
        const wild = leaf.preload.filter((one) => one.endsWith("*"));
        for (const pattern of wild) assert.match(pattern, /^(muster\/|lin\/|embedded:)\*$/);
      });
    });
  }

  it("gives C files names that nothing else of ours has: mcconfig takes one of a name", () => {
    const names = resolveLeaf("lin").nativeFiles.map((file) => posix.basename(file));
    assert.ok(names.length > 10);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^muster-/);
  });

  it("binds every native module to C", () => {
    const leaf = resolveLeaf("lin");
    const sources = leaf.nativeFiles.map((file) => readFileSync(`${root}${file}`, "utf8")).join("\n");
    const scripts = [...leaf.modules.values()].filter((file) => file.startsWith(native));
    const named = scripts.flatMap((file) => [
      ...readFileSync(`${root}${file}`, "utf8").matchAll(/@ "(xs_\w+)"/g),
    ]);
    assert.ok(named.length > 15);
    for (const [, name] of named) assert.match(sources, new RegExp(`^void ${name}\\(`, "m"));
  });

  it("compiles with the options of our own compiler", () => {
    const ours = (readJson("tsconfig.json") as { compilerOptions: Record<string, unknown> }).compilerOptions;
    const theirs = readManifest("manifests/muster.json").typescript?.tsconfig.compilerOptions ?? {};
    const own = ["types", "paths"];
    for (const [option, value] of Object.entries(theirs)) {
      if (!own.includes(option)) assert.deepEqual(value, ours[option], option);
    }
    const strictness = Object.keys(ours).filter((option) => /^(strict|no[A-Z]|exact|erasable)/.test(option));
    for (const option of strictness) if (option !== "noEmit") assert.ok(option in theirs, option);
  });
});

/** What belongs onto a device. */
function shipped(): string[] {
  return repositoryPaths().filter(
    (path) => /^(firmware\/.*|hal\/moddable\/[^/]*)[.]ts$/.test(path) && !path.endsWith(".d.ts"),
  );
}

/** Specifiers of all modules that are loaded with one, by relative imports; a missing one is an error. */
function reachedFrom(leaf: ResolvedLeaf, first: string): Set<string> {
  const reached = new Set<string>();
  const left = [first];
  for (let specifier = left.pop(); specifier !== undefined; specifier = left.pop()) {
    if (reached.has(specifier)) continue;
    const file = leaf.modules.get(specifier);
    assert.ok(file !== undefined, `${leaf.name} lacks ${specifier}`);
    reached.add(specifier);
    for (const name of importsOf(file).filter((one) => one.startsWith("."))) {
      left.push(withoutExtension(posix.join(posix.dirname(specifier), name)));
    }
  }
  return reached;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(`${root}${path}`, "utf8"));
}
