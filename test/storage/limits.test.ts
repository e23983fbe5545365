import assert from "node:assert/strict";
import { settingTable } from "../../firmware/console/setting.js";
import { checksum } from "../../firmware/core/checksum.js";
import {
  callLogEntriesMax,
  contactsMax,
  fullNameBytesMax,
  storedBytesMax,
  storedSettingsMax,
} from "../../firmware/core/limits.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { encodeBootCount, readBootCount } from "../../firmware/storage/boot-count-codec.js";
import { encodeCallLog, readCallLog, type StoredCall } from "../../firmware/storage/call-log-codec.js";
import {
  encodeContacts,
  readContacts,
  storedNameBytesMax,
  type StoredContact,
} from "../../firmware/storage/contacts-codec.js";
import { encodeSettings, type StoredSetting } from "../../firmware/storage/settings-codec.js";
import { openItem, readContent } from "../../firmware/storage/stored-item.js";
import { CborWriter } from "../../firmware/wire/cbor-writer.js";

describe("storage of the count of starts", () => {
  it("round trip, and not more than 32 bits", () => {
    for (const count of [0, 1, 23, 24, 2 ** 32 - 1])
      assert.deepEqual(readContent("boot-count", encodeBootCount(count), readBootCount), {
        ok: true,
        value: count,
      });
    const over = readContent("boot-count", Uint8Array.of(0x1b, 0, 0, 0, 1, 0, 0, 0, 0), readBootCount);
    assert.ok(!over.ok && over.error.kind === "unreadable");
  });
});

describe("storage of a call with a stock phone", () => {
  const stock = (name: string): StoredCall => ({
    ...{ direction: "incoming", name, outcome: "talked", bootCount: 1 },
    ...{ startedAt: instant(5), talkedMs: 7 },
  });

  it("is kept by its URI, without a Node-ID", () => {
    const calls = [stock("sip:100@192.0.2.7"), stock("sip:a.long.user-name@[2001:db8:1:2:3:4:5:6]:65060")];
    assert.deepEqual(readContent("calls", encodeCallLog(calls), readCallLog), { ok: true, value: calls });
  });

  it("a name that is too long, or none, costs its end and not the log", () => {
    const calls = [stock("é".repeat(100)), stock(`${"a".repeat(127)}🙂`), stock("")];
    const read = readContent("calls", encodeCallLog(calls), readCallLog);
    assert.ok(read.ok);
    assert.deepEqual(
      read.value.map(({ name }) => name),
      ["é".repeat(64), "a".repeat(127), ""],
    );
  });
});

describe("storage of contacts", () => {
  const content = (fullName: string): Uint8Array =>
    new CborWriter("stored-contacts").array(1).array(4).text("bob").uint(0).null().text(fullName).finish();

  it("of earlier firmware, which knew no full names, are read", () => {
    const contacts = [{ name: "bob", generation: 5 }];
    const writer = new CborWriter("stored-item").array(5).uint(1).uint(1).uint(9);
    const covered = writer.bytes(encodeContacts(contacts)).uint(0).finish().subarray(0, -1);
    const bytes = new CborWriter("stored-item").raw(covered).uint(checksum(covered)).finish();
    const opened = openItem("contacts", bytes);
    assert.ok(opened.ok);
    const read = readContent("contacts", opened.value.content, readContacts);
    assert.deepEqual(read, { ok: true, value: contacts });
  });

  it("with a full name that nobody may have are unreadable", () => {
    assert.equal(readContent("contacts", content("Bob Martin"), readContacts).ok, true);
    for (const fullName of ["Bob (bob)", "Bob\u202e", " Bob"]) {
      const read = readContent("contacts", content(fullName), readContacts);
      assert.ok(!read.ok && read.error.kind === "unreadable", fullName);
      assert.equal(read.error.error.in, "stored-contacts/full-name");
    }
  });
});

describe("storage limits", () => {
  it("a full phone book, log and set of settings of the longest entries fit one item", () => {
    const name = "n".repeat(storedNameBytesMax);
    const pin = { nodeId: nodeId(new Uint8Array(16)), publicKey: new Uint8Array(32) };
    const fullName = "é".repeat(fullNameBytesMax / 2);
    const entry = { name, generation: 2 ** 48, pin };
    const book = new Array<StoredContact>(contactsMax).fill(entry);
    const named = book.map((contact) => ({ ...contact, fullName }));
    const at = instant(2 ** 48);
    const calls = new Array<StoredCall>(callLogEntriesMax).fill({
      direction: "incoming",
      name,
      nodeId: pin.nodeId,
      outcome: "failed",
      bootCount: 2 ** 32 - 1,
      startedAt: at,
      talkedMs: at,
    });
    const settings = new Array<StoredSetting>(storedSettingsMax).fill({
      name: "n".repeat(24),
      value: "v".repeat(128),
    });
    for (const bytes of [
      encodeContacts(book),
      encodeContacts(named),
      encodeCallLog(calls),
      encodeSettings(settings),
    ]) {
      assert.ok(bytes.length <= storedBytesMax, `${bytes.length}`);
    }
    const read = (contacts: readonly StoredContact[]): ReturnType<typeof readContent<StoredContact[]>> =>
      readContent("contacts", encodeContacts(contacts), readContacts);
    assert.deepEqual(read(book), { ok: true, value: book });
    assert.deepEqual(read(named), { ok: true, value: book }, "full names are what is left out of too much");
    assert.deepEqual(read(named.slice(0, 50)), { ok: true, value: named.slice(0, 50) });
    assert.ok(settingTable.length <= storedSettingsMax);
    assert.ok(settingTable.every((entry) => entry.name.length <= 24));
  });
});
