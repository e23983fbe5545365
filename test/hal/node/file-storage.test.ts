import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStorage } from "../../../hal/node/file-storage.js";

describe("FileStorage", function () {
  this.timeout(20_000);
  let folder = "";
  const faults: string[] = [];
  const open = (path = folder): FileStorage => new FileStorage(path, (sentence) => faults.push(sentence));

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "muster-storage-")), "state");
    faults.length = 0;
  });
  afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

  it("keeps values over a restart, replaces and deletes them, for the owner's eyes only", () => {
    const storage = open();
    assert.equal(storage.get("key-ring"), undefined);
    assert.equal(storage.set("key-ring", Uint8Array.of(1, 2, 3)), true);
    assert.equal(storage.set("key-ring", Uint8Array.of(4)), true);
    assert.equal(storage.set("empty", new Uint8Array(0)), true);
    const again = open();
    assert.deepEqual(again.get("key-ring"), Uint8Array.of(4));
    assert.deepEqual(again.get("empty"), new Uint8Array(0));
    again.delete("key-ring");
    again.delete("key-ring");
    assert.equal(open().get("key-ring"), undefined);
    assert.equal(statSync(folder).mode & 0o077, 0);
    assert.equal(statSync(join(folder, "empty")).mode & 0o077, 0);
    assert.deepEqual(faults, []);
  });

  it("forgets a write that was cut and keeps the old value", () => {
    open().set("settings", Uint8Array.of(1));
    writeFileSync(join(folder, "settings.new"), Uint8Array.of(9, 9));
    const storage = open();
    assert.deepEqual(storage.get("settings"), Uint8Array.of(1));
    assert.deepEqual(readdirSync(folder), ["settings"]);
  });

  it("reports what the disk refuses, as a write that failed or a value that is absent", () => {
    const storage = open();
    mkdirSync(join(folder, "calls"));
    mkdirSync(join(folder, "peers.new"));
    writeFileSync(join(folder, "peers"), Uint8Array.of(5));
    assert.equal(storage.set("calls", Uint8Array.of(1)), false);
    assert.equal(storage.get("calls"), undefined);
    assert.equal(storage.set("peers", Uint8Array.of(6)), false);
    assert.deepEqual(storage.get("peers"), Uint8Array.of(5), "the old value is still there");
    assert.equal(faults.length, 3);
    assert.match(faults[0] ?? "", /^could not write .*calls: E/);
  });

  it("throws when the folder can't be made, and on keys that no device would take", () => {
    writeFileSync(join(folder, "..", "file"), "x");
    assert.throws(
      () => open(join(folder, "..", "file", "state")),
      /cannot be used as a folder: part of the path/,
    );
    assert.throws(() => open(join(folder, "..", "file")), /cannot be used as a folder: a file has that name/);
    const storage = open();
    for (const key of ["", "../up", "Upper", "sixteen-letters-", "a.b"]) {
      assert.throws(() => storage.set(key, Uint8Array.of(1)), /is no storage key/);
    }
  });
});
