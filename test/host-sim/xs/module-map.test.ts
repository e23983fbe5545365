import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { moduleMap, moduleMapText, writeModuleMap } from "../../../host-sim/xs/module-map.js";

const files = [
  "build/firmware/core/result.js",
  "build/firmware/core/result.js.map",
  "build/hal/moddable/udp-port.js",
  "build/hal/node/clock.js",
  "build/hal/portable/line-editor.js",
  "build/hal/portable/tweetnacl-crypto.js",
  "build/manifests/main.js",
  "hal/moddable/native/sodium.js",
  "hal/moddable/native/sodium.d.ts",
  "host-sim/xs/device/timer.js",
];

describe("host-sim/xs/module-map", () => {
  let root = "";

  before(() => {
    root = mkdtempSync(join(tmpdir(), "muster-map-"));
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), "");
    }
    writeFileSync(join(root, "host-sim/xs/device/modules.json"), `{ "embedded:timer": "timer.js" }`);
  });

  after(() => rmSync(root, { recursive: true }));

  it("names what a phone has by its path, natives and the device's modules by their specifiers", () => {
    assert.deepEqual(
      moduleMap({ root }).map(({ specifier, path, preload }) => [
        specifier,
        path.slice(root.length + 1),
        preload,
      ]),
      [
        ["firmware/core/result", "build/firmware/core/result.js", true],
        ["hal/moddable/udp-port", "build/hal/moddable/udp-port.js", true],
        ["hal/portable/line-editor", "build/hal/portable/line-editor.js", true],
        ["manifests/main", "build/manifests/main.js", true],
        ["muster/sodium", "hal/moddable/native/sodium.js", true],
        ["embedded:timer", "host-sim/xs/device/timer.js", true],
      ],
    );
  });

  it("leaves modules live, adds some and puts others in their place", () => {
    const extra = [
      { specifier: "firmware/core/result", path: "/x/result.js", preload: false },
      { specifier: "test/more", path: "/x/more.js", preload: true },
    ];
    const map = moduleMap({ root, live: ["manifests/main"], extra });
    const lines = moduleMapText(map).split("\n");
    assert.ok(lines.includes("firmware/core/result /x/result.js"));
    assert.ok(lines.includes("test/more /x/more.js preload"));
    assert.ok(lines.includes(`manifests/main ${join(root, "build/manifests/main.js")}`));
  });

  it("writes the map, and the module main that hands on the phone's", () => {
    const path = writeModuleMap(join(root, "maps/phone/modules"), { root, main: "manifests/main-silent" });
    assert.match(readFileSync(path, "utf8"), /^main .*maps\/phone\/main\.js$/m);
    const main = readFileSync(join(dirname(path), "main.js"), "utf8");
    assert.equal(main, `export { default } from "manifests/main-silent";\n`);
  });
});
