import assert from "node:assert/strict";
import { faultSentence } from "../../firmware/console/console-fault.js";
import { render } from "../../firmware/console/render.js";
import { settingTable, settingValue, type SettingName } from "../../firmware/console/setting.js";
import { Settings } from "../../firmware/console/settings.js";

describe("Settings", () => {
  it("begins with valid initial values and tells each", () => {
    const settings = new Settings();
    for (const entry of settingTable) {
      assert.equal(settings.text(entry.name), entry.initial);
      if (entry.initial !== "")
        assert.deepEqual(settingValue(entry, entry.initial), { ok: true, value: entry.initial });
    }
    assert.deepEqual(settings.stored(), []);
    assert.equal(settings.rows().length, settingTable.length);
  });

  const good: readonly (readonly [SettingName, string, string])[] = [
    ["name", "Alice", "alice"],
    ["name", "sip:alice@example.org", "alice@example.org"],
    ["fullname", "Zoë O'Brien-Müller", "Zoë O'Brien-Müller"],
    ["fullname", "None", "none"],
    ["fullname", "", "none"],
    ["fullname", "é".repeat(24), "é".repeat(24)],
    ["overlay", "School.Example", "school.example"],
    [
      "bootstrap",
      "192.0.2.1, 192.0.2.2:7000 [2001:DB8::1]:6084",
      "192.0.2.1:6084,192.0.2.2:7000,[2001:db8::1]:6084",
    ],
    ["bootstrap", "", "none"],
    ["authority", "AB".repeat(32), "ab".repeat(32)],
    ["authority", "None", "none"],
    ["volume", "007", "7"],
    ["auto-answer", "On", "on"],
    ["forward-to", "SIP:Bob", "bob"],
    ["forward-to", "Off", "off"],
    ["forward-to", `${"b".repeat(32)}@${"e".repeat(28)}`, `${"b".repeat(32)}@${"e".repeat(28)}`],
    ["discovery", "Off", "off"],
    ["wifi-password", " with spaces ", " with spaces "],
  ];
  for (const [name, typed, kept] of good) {
    it(`keeps ${name} ${JSON.stringify(typed)} as ${JSON.stringify(kept)}`, () => {
      const settings = new Settings();
      const before = settings.text(name);
      assert.deepEqual(settings.set(name, typed), { ok: true, value: { name, before, after: kept } });
      assert.equal(settings.text(name), kept);
    });
  }

  const bad: readonly (readonly [SettingName, string])[] = [
    ["name", ""],
    ["name", "alice@a..example"],
    ["name", "alice@a-.example"],
    ["forward-to", "bob@-example.org"],
    ["forward-to", `b@${"e".repeat(60)}`],
    ["name", "no spaces"],
    ["overlay", "-school"],
    ["overlay", "a".repeat(64)],
    ["bootstrap", "example..org"],
    ["bootstrap", "192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5"],
    ["bootstrap", "192.0.2.1:0"],
    ["authority", "ab".repeat(31)],
    ["authority", "xy".repeat(32)],
    ["volume", "11"],
    ["volume", "-1"],
    ["volume", "1.5"],
    ["auto-answer", "maybe"],
    ["wifi-network", "x".repeat(33)],
    ["wifi-password", "x".repeat(200)],
  ];
  for (const [name, typed] of bad) {
    it(`refuses ${name} ${JSON.stringify(typed.slice(0, 20))} and keeps the old value`, () => {
      const settings = new Settings();
      const refused = settings.set(name, typed);
      assert.ok(!refused.ok);
      assert.equal(refused.error.kind, "bad-value");
      assert.match(
        faultSentence(refused.error),
        new RegExp(` at column ${name.length + 6} cannot be the <value> of set ${name}\\. .*\\.$`),
      );
      assert.equal(settings.text(name), settingTable.find((entry) => entry.name === name)?.initial);
      assert.equal(settings.revert(), undefined);
    });
  }

  it("says what is wrong with a full name that nobody could see on the screen", () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ["é".repeat(25), /It is too long\. Up to 48 bytes/],
      ["Zoë\u202e", /It holds characters that cannot be seen, or that change the screen\./],
      ["Zoë (bob)", /It holds what stands around names/],
      ["Zoë  Martin", /two in a row/],
      ["Zoe\u0301\u0301\u0301", /more than two on a letter/],
    ];
    for (const [typed, sentence] of wrong) {
      const settings = new Settings();
      const refused = settings.set("fullname", typed);
      assert.ok(!refused.ok && refused.error.kind === "bad-value");
      assert.match(faultSentence(refused.error), sentence);
      assert.equal(settings.text("fullname"), "none");
      const lines = render({ event: "fault", fault: refused.error }, "text").join();
      assert.ok(!lines.includes("\u202e"), "what is refused is shown harmlessly");
    }
  });

  it("puts the old value back when it could not be stored, once", () => {
    const settings = new Settings();
    settings.set("volume", "3");
    settings.set("volume", "5");
    assert.deepEqual(settings.revert(), { name: "volume", before: "3", after: "5" });
    assert.equal(settings.number("volume"), 3);
    assert.equal(settings.revert(), undefined);
  });

  it("stores what differs and loads it again, leaving out what is unknown or no longer allowed", () => {
    const settings = new Settings();
    settings.set("volume", "3");
    settings.set("bootstrap", "192.0.2.1");
    settings.set("discovery", "off");
    settings.set("discovery", "on");
    const stored = settings.stored();
    assert.deepEqual(stored, [
      { name: "bootstrap", value: "192.0.2.1:6084" },
      { name: "volume", value: "3" },
    ]);
    const other = new Settings();
    const refused = other.load([
      ...stored,
      { name: "colour", value: "red" },
      { name: "discovery", value: "maybe" },
    ]);
    assert.deepEqual(refused, ["colour", "discovery"]);
    assert.deepEqual(other.stored(), stored);
    assert.deepEqual(other.places("bootstrap"), [{ address: "192.0.2.1", port: 6084 }]);
    assert.equal(other.isOn("discovery"), true);
  });

  it("prints no secret in any form: rows, one row, faults", () => {
    const settings = new Settings();
    const secret = "correct-horse";
    settings.set("wifi-password", secret);
    const refused = settings.set("wifi-password", secret.repeat(9));
    assert.ok(!refused.ok);
    for (const format of ["text", "json"] as const) {
      const printed = [
        ...render({ event: "settings", settings: settings.rows() }, format),
        ...render({ event: "settings", settings: settings.rows("wifi-password") }, format),
        ...render({ event: "fault", fault: refused.error }, format),
      ].join("\n");
      assert.ok(!printed.includes("correct"), printed);
      assert.ok(printed.includes("(set)"));
    }
    settings.set("wifi-password", "");
    assert.equal(settings.rows("wifi-password")[0]?.value, "");
  });
});
