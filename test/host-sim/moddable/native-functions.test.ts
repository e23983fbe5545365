import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { undefinedNatives } from "../../../host-sim/moddable/native-functions.js";

describe("native functions of a leaf", () => {
  let folder: string;
  const linked = [
    "\t{ (xsCallback)xs_audioin_destructor, -1, 0 },",
    "\t{ xs_audioin_start, 0, 559 },",
    "\t{ xs_udp_read, 0, 12 },",
    "",
  ].join("\n");

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "muster-natives-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function compile(files: Readonly<Record<string, string>>): void {
    mkdirSync(join(folder, "a"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const rules = Object.keys(files).map((name) => `$(TMP_DIR)/${name}.o: ${join(folder, name)} $(HEADERS)`);
    writeFileSync(join(folder, "makefile"), rules.join("\n\t$(CC)\n"));
  }

  it("are all defined by the C that is compiled, or by what that includes", () => {
    compile({
      "audioin.c":
        "void xs_audioin_destructor(void *data)\n{\n}\n\nvoid xs_audioin_start(xsMachine *the)\n{\n}\n",
      "udp.c": '#include "a/shared.c"\n',
    });
    writeFileSync(join(folder, "a/shared.c"), "void xs_udp_read(xsMachine* the) {}\n");
    assert.deepEqual(undefinedNatives(folder, linked), []);
  });

  it("are told by name when another file of the same name was compiled", () => {
    compile({
      "audioin.c": "void xs_audioin_destructor(void *data)\n{\n}\n",
      "udp.c": "void xs_udp_read(int) {}\n",
    });
    assert.deepEqual(undefinedNatives(folder, linked), ["xs_audioin_start"]);
  });

  it("are not defined by being called or declared", () => {
    compile({ "udp.c": "void xs_udp_read(xsMachine* the);\n  xs_audioin_start(the);\n" });
    assert.equal(undefinedNatives(folder, linked).length, 3);
  });
});
