import assert from "node:assert/strict";
import { fullNameFault, readFullName, shownUser, type FullNameFault } from "../../firmware/core/full-name.js";
import { fullNameBytesMax } from "../../firmware/core/limits.js";
import { encodeText } from "../../firmware/core/text.js";

const good: readonly string[] = [
  "A",
  "Alice Martin",
  "Zoë O'Brien-Müller, 2nd",
  "Nguyê\u0303n Va\u0306n A\u0301n",
  "李小龍",
  "Ольга Петрова",
  "שרה לוי",
  "محمد علي",
  "Bob 🙂",
  "a".repeat(fullNameBytesMax),
  "é".repeat(fullNameBytesMax / 2),
];

const bad: readonly (readonly [string, FullNameFault])[] = [
  ["", "empty"],
  ["a".repeat(fullNameBytesMax + 1), "too-long"],
  ["é".repeat(fullNameBytesMax / 2 + 1), "too-long"],
  ["🙂".repeat(fullNameBytesMax), "too-long"],
  ["Bob\u0000", "invisible"],
  ["\u001b[31mBob", "invisible"],
  ["Bob\r\nMallory", "invisible"],
  ["Bob\tMartin", "invisible"],
  ["Bob\u007f", "invisible"],
  ["Bob\u0085", "invisible"],
  ["\u202ebob", "invisible"],
  ["bob\u2066x\u2069", "invisible"],
  ["Bob\u200f", "invisible"],
  ["B\u200dob", "invisible"],
  ["B\u00adob", "invisible"],
  ["Bob\u3164", "invisible"],
  ["Bob\ufeff", "invisible"],
  ["Bob\u{e0041}", "invisible"],
  ["Bob (bob)", "reserved"],
  ["Bob（bob）", "reserved"],
  ["Bob <sip:bob@x>", "reserved"],
  ['Bob "B"', "reserved"],
  ["Bob \\", "reserved"],
  ["Bob …b0b0", "reserved"],
  ["Bob: hello", "reserved"],
  [" Bob", "spaces"],
  ["Bob ", "spaces"],
  [" ", "spaces"],
  ["Bob  Martin", "spaces"],
  ["Bob\u00a0Martin", "spaces"],
  ["\u3000Bob", "spaces"],
  ["\u2800", "spaces"],
  ["\u0301Bob", "marks"],
  ["Bob \u0301", "marks"],
  ["Bob\u0301\u0302\u0303", "marks"],
];

describe("full name", () => {
  for (const text of good) {
    it(`may be ${text.slice(0, 24)}, and is read as it was written`, () => {
      assert.equal(fullNameFault(text), undefined);
      assert.equal(readFullName(encodeText(text)), text);
    });
  }

  for (const [text, fault] of bad) {
    it(`may not be ${escape(text.slice(0, 24))}: ${fault}`, () => {
      assert.equal(fullNameFault(text), fault);
      assert.equal(readFullName(encodeText(text)), undefined);
    });
  }

  it("may not be half a character of UTF-16", () => {
    assert.equal(fullNameFault("Bob\ud800"), "invisible");
  });

  it("of others is left out where it is no UTF-8, or longer than anybody may have", () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x41, 0xe2, 0x82]])
      assert.equal(readFullName(Uint8Array.from(bytes)), undefined);
    assert.equal(readFullName(new Uint8Array(500).fill(0x61)), undefined);
  });

  it("is shown in front of the user name, never without it", () => {
    assert.equal(shownUser("alice", undefined), "alice");
    assert.equal(shownUser("alice", "Alice Martin"), "Alice Martin (alice)");
  });
});

/** As it can stand in a title. */
function escape(text: string): string {
  return text.replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`);
}
