import assert from "node:assert/strict";
import fc from "fast-check";
import { lineBytesMax } from "../../../firmware/core/limits.js";
import { LineEditor } from "../../../hal/portable/line-editor.js";
import { seeded } from "../../support/seed.js";

function type(text: string | Uint8Array): { lines: string[]; echo: string } {
  const editor = new LineEditor();
  const lines: string[] = [];
  let echo = "";
  for (const byte of typeof text === "string" ? Buffer.from(text) : text) {
    const edited = editor.feed(byte);
    echo += edited.echo;
    if (edited.line !== undefined) lines.push(edited.line);
  }
  return { lines, echo };
}

describe("LineEditor", function () {
  this.timeout(20_000);
  const cases: readonly (readonly [string, string, string[]])[] = [
    ["CR, LF and CR LF each end one line", "a\rb\nc\r\nd\r\r\n", ["a", "b", "c", "d", ""]],
    ["LF CR is two ends", "a\n\rb\n", ["a", "", "b"]],
    ["backspace and delete take back a character", "hx\x7fel\x08lp\n", ["help"]],
    ["backspace takes back a whole character of several bytes", "aé\x08📞\x7fb\n", ["ab"]],
    ["backspace at the beginning does nothing", "\x08\x08a\n", ["a"]],
    ["Ctrl-U and Ctrl-C drop the line", "abc\x15def\x03ghi\n", ["ghi"]],
    ["a tab is a space, other controls are dropped", "a\tb\x00\x07\x1ac\n", ["a bc"]],
    ["arrow keys and other escape sequences are swallowed", "a\x1b[A\x1b[1;5Cb\x1bOPc\x1bxd\n", ["abcd"]],
  ];
  for (const [what, typed, lines] of cases) it(what, () => assert.deepEqual(type(typed).lines, lines));

  it("echoes what a person needs to see", () => {
    assert.equal(type("ab\x7f\r\n").echo, "ab\b \b\r\n");
    assert.equal(type("éé\x15").echo, "éé\b \b\b \b");
    assert.equal(type("x\x03").echo, "x^C\r\n");
  });

  it("keeps the beginning of a line that is too long, rings the bell, and goes on with the next", () => {
    const { lines, echo } = type(`${"x".repeat(lineBytesMax + 50)}\nstatus\n`);
    assert.equal(lines[0]?.length, lineBytesMax);
    assert.equal(lines[1], "status");
    assert.equal([...echo].filter((character) => character === "\x07").length, 50);
  });

  it("makes text of any bytes, and never a control character", () => {
    assert.deepEqual(type(Uint8Array.of(0x61, 0xff, 0x62, 0x0a)).lines, ["a\ufffdb"]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const line of type(bytes).lines) assert.doesNotMatch(line, /[\u0000-\u001f\u007f]/);
      }),
      seeded(1000),
    );
  });

  it("shows one U+FFFD for each byte that is part of no character, and the characters between them", () => {
    const bytes = [0x61, 0xff, 0xc3, 0xa9, 0xe2, 0x82, 0x62, 0xf0, 0x9f, 0x8e, 0x89, 0xed, 0xa0, 0x80, 0x0d];
    assert.deepEqual(type(Uint8Array.from(bytes)).lines, ["a\ufffdé\ufffd\ufffdb🎉\ufffd\ufffd\ufffd"]);
  });
});
