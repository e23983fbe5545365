import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needsXsHost, told } from "./device/device-run.js";

const imports = `import storage from "embedded:storage/key-value"; import Preference from "preference";
  import { tell, thrown, hex } from "tell";
  const open = (path, more) => storage.open({ path, ...more });\n`;

describe("host-sim/xs/device: key-value storage and preference", function () {
  before(function () {
    needsXsHost(this);
  });

  it("keeps buffers, and gives them back whole, into a buffer, or not at all", async () => {
    const script = `${imports}
      const store = open("phone");
      store.write("key", Uint8Array.of(9, 1, 2, 3).subarray(1));
      const room = new Uint8Array(5);
      tell(hex(store.read("key")), store.read("key", room), hex(room));
      tell(thrown(() => store.read("key", new Uint8Array(2))), store.read("other") === undefined);
      store.write("key", new ArrayBuffer(0));
      tell(store.read("key").byteLength, store.read("key") instanceof ArrayBuffer);
      store.delete("key"); store.delete("key");
      tell(store.read("key") === undefined, thrown(() => store.write("key", "text")));
      tell("done");`;
    assert.deepEqual(await told(script), [
      ["010203", 3, "0102030000"],
      ["RangeError: buffer too small", true],
      [0, true],
      [true, "TypeError: this is no buffer"],
    ]);
  });

  it("has formats for strings and whole numbers, which do not mix", async () => {
    const script = `${imports}
      const store = open("formats");
      for (const [format, value] of [["uint8", 257], ["int8", -1], ["uint16", -1], ["int16", 40000], ["uint32", -1],
        ["int32", 2147483648], ["string", "grüß"], ["uint64", 2n ** 64n - 1n], ["int64", -5n]]) {
        store.format = format;
        store.write(format, value);
        tell(format, typeof store.read(format) === "bigint" ? String(store.read(format)) : store.read(format));
      }
      store.format = "string";
      tell(thrown(() => store.read("uint8")));
      store.format = "buffer";
      tell(thrown(() => store.read("string")));
      store.format = "int8";
      tell(thrown(() => store.read("uint8")), thrown(() => { store.format = "number"; }), store.format);
      store.write("string", 7);
      tell(store.read("string"));
      tell("done");`;
    assert.deepEqual(await told(script), [
      ["uint8", 1],
      ["int8", -1],
      ["uint16", 65535],
      ["int16", -25536],
      ["uint32", 4294967295],
      ["int32", -2147483648],
      ["string", "grüß"],
      ["uint64", "18446744073709551615"],
      ["int64", "-5"],
      ["TypeError: mismatch"],
      ["TypeError: mismatch"],
      ["ESP_ERR_NVS_TYPE_MISMATCH", "RangeError: unsupported", "int8"],
      [7],
    ]);
  });

  it("limits domains and keys to 15 characters", async () => {
    const script = `${imports}
      const name = "fifteen-letters";
      const store = open(name);
      store.write(name, new Uint8Array(1));
      tell(store.read(name).byteLength, thrown(() => store.write(name + "x", new Uint8Array(1))));
      tell(store.read(name + "x") === undefined, thrown(() => open(name + "x")), thrown(() => open("")));
      const refused = (more) => thrown(() => open(name, more));
      tell(thrown(() => storage.open({})), refused({ mode: "w" }), refused({ format: "?" }));
      tell("done");`;
    const long = "ESP_ERR_NVS_KEY_TOO_LONG";
    assert.deepEqual(await told(script), [
      [1, long],
      [true, long, "invalid"],
      ["no path", "invalid mode", "RangeError: unsupported"],
    ]);
  });

  it("opens for reading only what is there, and then does not write", async () => {
    const script = `${imports}
      tell(thrown(() => open("none", { mode: "r" })));
      open("some").write("k", Uint8Array.of(7));
      const store = open("some/", { mode: "r" });
      const write = () => store.write("k", new Uint8Array(1));
      tell(hex(store.read("k")), thrown(write), thrown(() => store.delete("k")));
      store.close(); store.close();
      tell(thrown(() => store.read("k")), thrown(() => [...store]), thrown(() => new store.constructor()));
      tell("done");`;
    const closed = "SyntaxError: C: xsGetHostData: invalid";
    const values = await told(script);
    assert.deepEqual(values.slice(0, 2), [["ESP_ERR_NVS_NOT_FOUND"], ["07", "read-only", "read-only"]]);
    assert.deepEqual(values[2]?.slice(0, 2), [closed, closed]);
    assert.match(String(values[2][2]), /^TypeError/);
  });

  it("walks over its keys, also while each is deleted", async () => {
    const script = `${imports}
      const store = open("walk");
      const names = ["a", "b", "c", "d"];
      for (const name of names) store.write(name, new Uint8Array(1));
      open("other").write("z", new Uint8Array(1));
      tell([...store].sort());
      for (const key of store) { if (key === "b") break; }
      for (const key of store) store.delete(key);
      tell([...store], [...open("other")]);
      tell("done");`;
    assert.deepEqual(await told(script), [[["a", "b", "c", "d"]], [[], ["z"]]]);
  });

  it("keeps values over a restart, and none of another kind in their place", async () => {
    const state = mkdtempSync(join(tmpdir(), "muster-state-"));
    const options = { options: { state } };
    const write = `${imports}
      open("phone").write("name", Uint8Array.of(1, 2));
      Preference.set("app", "n", 5);
      tell("done");`;
    const read = `${imports} tell(hex(open("phone").read("name")), Preference.get("app", "n")); tell("done");`;
    assert.deepEqual(await told(write, options), []);
    assert.deepEqual(await told(read, options), [["0102", 5]]);
    rmSync(state, { recursive: true });
  });

  it("refuses a value that is too long, and keeps the old one", async () => {
    const script = `${imports}
      const store = open("long");
      store.write("k", Uint8Array.of(1));
      tell(thrown(() => store.write("k", new Uint8Array(100000))), hex(store.read("k")));
      store.format = "string";
      tell(thrown(() => store.write("s", "x".repeat(4000))), thrown(() => store.write("s", "x".repeat(3900))));
      tell("done");`;
    const long = "ESP_ERR_NVS_VALUE_TOO_LONG";
    assert.deepEqual(await told(script), [
      [long, "01"],
      [long, "nothing"],
    ]);
  });

  it("has preferences: booleans, 32 bit integers, strings and ArrayBuffers, nothing else", async () => {
    const script = `${imports}
      const set = (value) => thrown(() => Preference.set("app", "v", value));
      for (const value of [true, false, -5, 2147483647, "text", ""]) { set(value); tell(Preference.get("app", "v")); }
      set(Uint8Array.of(1, 2).buffer);
      tell(hex(Preference.get("app", "v")));
      tell(set(1.5), set(2147483648), set(NaN), set(Uint8Array.of(1)), set({}), set(null), set(undefined));
      tell(Preference.get("app", "none") === undefined, Preference.get("none", "v") === undefined);
      Preference.set("app", "w", 4.0);
      tell(Preference.keys("app").sort(), Preference.keys("none"));
      Preference.delete("app", "v"); Preference.delete("app", "v"); Preference.delete("none", "v");
      tell(Preference.keys("app"), thrown(() => Preference.set("app", "sixteen-letters!", 1)));
      tell(thrown(() => Preference.set("sixteen-letters!", "v", 1)));
      tell("done");`;
    const [float, type] = ["float unsupported", "unsupported type"];
    assert.deepEqual(await told(script), [
      [true],
      [false],
      [-5],
      [2147483647],
      ["text"],
      [""],
      ["0102"],
      [float, float, float, type, type, type, type],
      [true, true],
      [["v", "w"], []],
      [["w"], "nvs set fail"],
      ["nvs_open fail"],
    ]);
  });
});
