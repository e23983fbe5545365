import assert from "node:assert/strict";
import type { KeyValueDomain } from "embedded:storage/key-value";
import { KeyValueStorage } from "../../../hal/moddable/key-value-storage.js";
import { RecordingGuard } from "./stand-ins.js";

/** NVS with room for so many bytes: it writes the new value beside the old one, as NVS does. */
class FakeNvs {
  readonly values = new Map<string, Uint8Array>();
  readonly opened: object[] = [];
  room = Infinity;
  refusal: string | undefined;

  open(options: object): KeyValueDomain {
    this.#refuse();
    this.opened.push(options);
    return {
      read: (key) => {
        this.#refuse();
        return this.values.get(key)?.slice().buffer;
      },
      write: (key, value) => {
        this.#refuse();
        const used = [...this.values.values()].reduce((sum, { length }) => sum + length, 0);
        if (used + value.length > this.room) throw new Error("ESP_ERR_NVS_NOT_ENOUGH_SPACE");
        this.values.set(key, value.slice());
      },
      delete: (key) => {
        this.#refuse();
        this.values.delete(key);
      },
      close: () => undefined,
    };
  }

  #refuse(): void {
    if (this.refusal !== undefined) throw new Error(this.refusal);
  }
}

function bench(): { nvs: FakeNvs; told: RecordingGuard; storage: KeyValueStorage } {
  const nvs = new FakeNvs();
  const told = new RecordingGuard();
  return { nvs, told, storage: new KeyValueStorage(nvs, told.guard) };
}

describe("KeyValueStorage on NVS", () => {
  it("keeps values under their keys, in one domain of ours, as blobs", () => {
    const { nvs, storage } = bench();
    assert.equal(storage.get("settings"), undefined);
    assert.ok(storage.set("settings", Uint8Array.of(1, 2, 3)));
    assert.deepEqual(storage.get("settings"), Uint8Array.of(1, 2, 3));
    storage.delete("settings");
    storage.delete("settings");
    assert.equal(storage.get("settings"), undefined);
    assert.deepEqual(nvs.opened, [{ path: "muster", mode: "r+", format: "buffer" }]);
  });

  it("does not open before it is used: a machine that is preloaded has no flash", () => {
    assert.deepEqual(bench().nvs.opened, []);
  });

  it("writes a view as what it shows", () => {
    const { nvs, storage } = bench();
    storage.set("peers", Uint8Array.of(9, 1, 2, 9).subarray(1, 3));
    assert.deepEqual(nvs.values.get("peers"), Uint8Array.of(1, 2));
  });

  it("a full memory keeps the old value and says so", () => {
    const { nvs, told, storage } = bench();
    nvs.room = 250;
    assert.ok(storage.set("contacts", new Uint8Array(100).fill(1)));
    assert.equal(storage.set("contacts", new Uint8Array(200).fill(2)), false);
    assert.deepEqual(storage.get("contacts"), new Uint8Array(100).fill(1));
    assert.deepEqual(told.traces, ["muster: storage: write contacts: Error: ESP_ERR_NVS_NOT_ENOUGH_SPACE\n"]);
  });

  it("a memory that does not work is absent values and failed writes; it is opened again later", () => {
    const { nvs, told, storage } = bench();
    nvs.refusal = "ESP_ERR_NVS_NOT_INITIALIZED";
    assert.equal(storage.get("settings"), undefined);
    assert.equal(storage.set("settings", Uint8Array.of(1)), false);
    storage.delete("settings");
    assert.equal(told.traces.length, 3);
    nvs.refusal = undefined;
    assert.ok(storage.set("settings", Uint8Array.of(1)));
    nvs.refusal = "mismatch";
    assert.equal(storage.get("settings"), undefined);
  });

  it("a key that NVS would not take is a mistake of ours", () => {
    const { storage } = bench();
    for (const key of ["", "a-key-of-16-char", "Upper", "under_score", "a/b"])
      assert.throws(() => storage.get(key), /assertion failed/);
    assert.ok(storage.set("a-key-of-15-cha", Uint8Array.of(1)));
  });
});
