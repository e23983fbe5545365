import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { repositoryPaths, root } from "../tidy/tree.js";
import { importsOf } from "./imports.js";
import { leafNames, resolveLeaf, type ResolvedLeaf } from "./manifest.js";

/** What the code that ships may name of the SDK: mcconfig resolves these for every ESP32. */
const allowed = [
  "timer",
  "time",
  "mc/config",
  "net",
  "embedded:io/socket/udp",
  "embedded:io/serial",
  "embedded:storage/key-value",
  "embedded:network/interface/wifi",
  "embedded:io/audio/in",
  "pins/audioout",
];

/** What the SDK's own manifests bring that ours include. */
const broughtBy: Readonly<Record<string, readonly string[]>> = {
  "$(MODDABLE)/examples/manifest_base.json": ["timer", "time", "mc/config"],
  "$(IO)/serial/manifest.json": ["embedded:io/serial"],
  "$(IO)/storage/manifest.json": ["embedded:storage/key-value"],
  "$(IO)/wifi/manifest.json": ["embedded:network/interface/wifi"],
  "$(MODDABLE)/modules/io/audioin/manifest.json": ["embedded:io/audio/in"],
  "$(MODDABLE)/modules/pins/i2s/manifest.json": ["pins/audioout"],
  "$(MODDABLE)/modules/files/file/manifest.json": ["file"],
};

describe("specifiers of the device", () => {
  it("are from the allowed list, or our own natives", () => {
    const files = repositoryPaths().filter((path) => /^(hal\/moddable|manifests)\/[^/]*[.]ts$/.test(path));
    const named = new Set(files.flatMap(importsOf).filter((name) => !name.startsWith(".")));
    assert.ok(named.has("timer") && named.has("muster/sodium"));
    for (const name of named) {
      if (name.startsWith("muster/")) readFileSync(`${root}hal/moddable/native/${name.slice(7)}.js`);
      else assert.ok(allowed.includes(name), name);
    }
  });

  it("are named by no module of the firmware", () => {
    const files = repositoryPaths().filter((path) => /^firmware\/.*[.]ts$/.test(path));
    for (const file of files) {
      for (const name of importsOf(file)) assert.match(name, /^[.]/, `${file} imports ${name}`);
    }
  });

  for (const name of leafNames()) {
    it(`are there in ${name}`, () => {
      const leaf = resolveLeaf(name);
      const there = brought(leaf);
      for (const [specifier, file] of leaf.modules) {
        for (const one of importsOf(file).filter((each) => !each.startsWith("."))) {
          assert.ok(there.has(one), `${specifier} imports ${one}`);
        }
      }
    });
  }
});

function brought(leaf: ResolvedLeaf): Set<string> {
  const there = new Set([...leaf.modules.keys(), ...leaf.sdkModules]);
  for (const path of leaf.included.filter((one) => one.startsWith("$("))) {
    const specifiers = broughtBy[path];
    assert.ok(specifiers !== undefined, `what does ${path} bring?`);
    for (const specifier of specifiers) there.add(specifier);
  }
  return there;
}
