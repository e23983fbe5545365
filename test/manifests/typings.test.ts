import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { repositoryPaths, root } from "../tidy/tree.js";

describe("manifests/typings.d.ts", () => {
  const text = readFileSync(`${root}manifests/typings.d.ts`, "utf8");
  const named = [...text.matchAll(/^\/\/\/ <reference path="\.\.\/(.+)" \/>$/gm)].map(
    ([, path]) => path ?? "",
  );

  it("names all declarations of the device's modules, and nothing else", () => {
    const there = repositoryPaths().filter((path) => /^hal\/moddable\/.*[.]d[.]ts$/.test(path));
    assert.ok(there.length > 5);
    assert.deepEqual([...named].sort(), there.sort());
  });

  it("is what mcconfig's compiler sees: no other way leads to a module of the device", () => {
    const manifest = readFileSync(`${root}manifests/muster.json`, "utf8");
    const { typescript } = JSON.parse(manifest) as {
      typescript: { tsconfig: { compilerOptions: { types: unknown; paths: unknown } } };
    };
    assert.deepEqual(typescript.tsconfig.compilerOptions.types, ["./typings"]);
    assert.deepEqual(typescript.tsconfig.compilerOptions.paths, {});
  });
});
