import assert from "node:assert/strict";
import { Memory } from "../../firmware/memory.js";
import { encodeSettings } from "../../firmware/storage/settings-codec.js";

describe("what a phone keeps", () => {
  it("says which setting goes back when it could not be stored, and never shows a secret", () => {
    const memory = new Memory({});
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
    const memory = new Memory({
      settings: encodeSettings([
        { name: "volume", value: "11" },
        { name: "colour", value: "red" },
        { name: "microphone", value: "4" },
      ]),
    });
    assert.deepEqual(memory.complaints, [
      "The stored setting volume is not allowed: it is left out.",
      "The stored setting colour is not allowed: it is left out.",
    ]);
    assert.deepEqual([memory.settings.text("volume"), memory.settings.text("microphone")], ["10", "4"]);
  });
});
