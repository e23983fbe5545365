import assert from "node:assert/strict";
import { CallLog } from "../../firmware/phone/call-log.js";
import { instant } from "../../firmware/core/time.js";
import { checksum } from "../../firmware/core/checksum.js";
import { encodeContacts } from "../../firmware/storage/contacts-codec.js";
import { encodeSettings } from "../../firmware/storage/settings-codec.js";
import { sealItem, storedItems } from "../../firmware/storage/stored-item.js";
import { flip, memoryOf, restarted, write, type Values } from "../support/stored-values.js";

describe("what a phone keeps", () => {
  it("says which setting goes back when it could not be stored, and never shows a secret", () => {
    const memory = memoryOf(new Map());
    memory.settings.set("name", "alice");
    const failed = "The settings could not be stored: ";
    assert.equal(memory.handleSaveFailed("settings"), `${failed}name stays without a value.`);
    memory.settings.set("volume", "3");
    assert.equal(memory.handleSaveFailed("settings"), `${failed}volume stays 10.`);
    memory.settings.set("wifi-password", "open sesame");
    memory.settings.set("wifi-password", "another one");
    assert.equal(memory.handleSaveFailed("settings"), `${failed}wifi-password stays (set).`);
    assert.equal(memory.settings.text("wifi-password"), "open sesame");
  });

  it("leaves out a stored setting that is not allowed, says so, and keeps the others", () => {
    const settings = encodeSettings([
      { name: "volume", value: "11" },
      { name: "colour", value: "red" },
      { name: "microphone", value: "4" },
    ]);
    const memory = memoryOf(new Map([["settings", sealItem("settings", settings, 1)]]));
    assert.deepEqual(memory.complaints, [
      "The stored setting volume is not allowed: it is left out.",
      "The stored setting colour is not allowed: it is left out.",
    ]);
    assert.deepEqual([memory.settings.text("volume"), memory.settings.text("microphone")], ["10", "4"]);
  });

  it("writes what a person tells to both places, and nothing when nothing changed", () => {
    const values: Values = new Map();
    const memory = restarted(values);
    for (const volume of ["3", "4", "5"]) {
      memory.settings.set("volume", volume);
      memory.saveSettings();
      assert.deepEqual(write(memory, values), ["settings", "settings-b"]);
      memory.saveSettings();
      assert.deepEqual(write(memory, values), []);
    }
    assert.equal(restarted(values).settings.text("volume"), "5");
    const again = restarted(values);
    again.saveSettings();
    assert.deepEqual(write(again, values), [], "nor after a restart");
    for (const key of ["settings", "settings-b"]) {
      const damaged = new Map(values);
      flip(damaged, key);
      assert.equal(restarted(damaged).settings.text("volume"), "5", "one flipped byte costs nothing");
    }
  });

  it("writes what the phone has met to two places at first, then to them in turn", () => {
    const values: Values = new Map();
    const memory = restarted(values);
    const log = new CallLog();
    const keys = [["calls", "calls-b"], ["calls"], ["calls-b"], ["calls"]];
    for (const [n, written] of keys.entries()) {
      log.add({
        direction: "incoming",
        name: `bob${n}`,
        outcome: "talked",
        ...{ bootCount: 1, startedAt: instant(n), talkedMs: 1 },
      });
      memory.saveCalls(log);
      assert.deepEqual(write(memory, values), written);
    }
    assert.deepEqual(restarted(values).calls, log.entries());
  });

  it("takes the last good state where the newest is damaged, says so, and mends it once", () => {
    const values: Values = new Map();
    const memory = restarted(values);
    const log = new CallLog();
    for (const name of ["bob", "carol"]) {
      log.add({
        direction: "incoming",
        name,
        outcome: "talked",
        ...{ bootCount: 1, startedAt: instant(1), talkedMs: 1 },
      });
      memory.saveCalls(log);
      write(memory, values);
    }
    flip(values, "calls");
    const mended = memoryOf(values);
    assert.deepEqual(mended.complaints, [
      "Of the stored calls one copy is damaged: the last good one is used.",
    ]);
    assert.deepEqual(
      mended.calls.map(({ name }) => name),
      ["bob"],
    );
    assert.deepEqual(write(mended, values), ["calls", "boot-count"].reverse());
    assert.deepEqual(restarted(values).complaints, []);
    flip(values, "calls-b");
    assert.equal(restarted(values).calls.length, 1, "the copy is as good");
  });

  it("with both places damaged leaves the item out, and says so", () => {
    const values: Values = new Map();
    const memory = restarted(values);
    memory.saveContacts([{ name: "bob", generation: 0 }]);
    write(memory, values);
    for (const key of ["contacts", "contacts-b"]) flip(values, key);
    const lost = memoryOf(values);
    assert.deepEqual(lost.complaints, ["What is stored as contacts is damaged: they are left out."]);
    assert.deepEqual(lost.contacts, []);
    lost.saveContacts([{ name: "carol", generation: 0 }]);
    assert.deepEqual(write(lost, values).slice(1), ["contacts", "contacts-b"]);
  });

  it("what a newer firmware has written stays until there is something to write", () => {
    const values: Values = new Map();
    restarted(values).saveContacts([]);
    const content = encodeContacts([{ name: "bob", generation: 0 }]);
    values.set("contacts", sealItem("contacts", content, 5));
    const newer = Uint8Array.from(sealItem("contacts", content, 6));
    // The version is the third byte; the checksum then no longer fits, so it is sealed as the newer would be.
    values.set("contacts-b", newerVersion(newer));
    const memory = memoryOf(values);
    assert.deepEqual(memory.complaints, [
      "Of the stored contacts one copy is of a newer firmware (version 3): the last good one is used.",
    ]);
    assert.deepEqual(memory.contacts, [{ name: "bob", generation: 0 }]);
    assert.equal(write(memory, values).includes("contacts-b"), false);
  });

  it("a write that failed is tried in the same place again, and the other copy is not touched", () => {
    const values: Values = new Map();
    const memory = restarted(values);
    for (const volume of ["3", "4"]) {
      memory.settings.set("volume", volume);
      memory.saveSettings();
      write(memory, values);
    }
    const keys: string[] = [];
    for (const volume of ["5", "6"]) {
      memory.settings.set("volume", volume);
      memory.saveSettings();
      keys.push(memory.pollSave()?.key ?? "");
      assert.match(memory.handleSaveFailed("settings"), /volume stays 4/);
    }
    assert.deepEqual(keys, ["settings", "settings"]);
    assert.equal(restarted(values).settings.text("volume"), "4");
  });

  it("a second copy that finds no room is said, and the setting stays as it is stored", () => {
    const memory = memoryOf(new Map());
    while (memory.pollSave() !== undefined);
    memory.settings.set("volume", "3");
    memory.saveSettings();
    assert.equal(memory.pollSave()?.key, "settings");
    assert.equal(memory.pollSave()?.key, "settings-b");
    assert.match(memory.handleSaveFailed("settings"), /could be stored but once/);
    assert.equal(memory.settings.text("volume"), "3");
  });
});

/** As the firmware of the next version would seal it: the same fields, another version, a right checksum. */
function newerVersion(sealed: Uint8Array): Uint8Array {
  const covered = sealed.slice(0, sealed.lastIndexOf(0x1a));
  covered[2] = storedItems.contacts.version + 1;
  const sum = checksum(covered);
  return Uint8Array.from([...covered, 0x1a, sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255]);
}
