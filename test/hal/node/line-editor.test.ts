import assert from "node:assert/strict";
import fc from "fast-check";
import { lineBytesMax } from "../../../firmware/core/limits.js";
import { LineEditor } from "../../../hal/node/line-editor.js";
import { LineReader, OutputQueue } from "../../../hal/node/line-console.js";
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
});

describe("LineReader", () => {
  it("tells each line as it ends, so a page pasted at once is read whole", () => {
    const read: string[] = [];
    const reader = new LineReader(() => {
      for (let line = reader.readLine(); line !== undefined; line = reader.readLine()) read.push(line);
    });
    const page = Array.from({ length: 500 }, (_, i) => `line ${i}`);
    reader.feed(Buffer.from(page.join("\n") + "\n"));
    assert.deepEqual(read, page);
  });

  it("keeps a bounded number for a firmware that does not read", () => {
    const reader = new LineReader(() => undefined);
    reader.feed(Buffer.from("x\n".repeat(1000)));
    let count = 0;
    while (reader.readLine() !== undefined) count++;
    assert.equal(count, 64);
  });
});

describe("OutputQueue", () => {
  it("is bounded, drops whole lines, and tells of it when there is room again", () => {
    const queue = new OutputQueue();
    for (let i = 0; i < 10_000; i++) queue.push("0123456789\r\n");
    assert.ok(queue.length <= 65_536 + 12);
    assert.ok(queue.dropped > 4000);
    const dropped = queue.dropped;
    let text = "";
    const drain = (): void => {
      for (let piece = queue.peek(); piece.length > 0; piece = queue.peek()) {
        text += Buffer.from(piece.subarray(0, 5)).toString();
        queue.take(Math.min(5, piece.length));
      }
    };
    drain();
    queue.push("next\r\n");
    drain();
    assert.ok(text.endsWith(`[${dropped} lines were lost: nobody read them]\r\nnext\r\n`));
    assert.equal(queue.length, 0);
  });
});
