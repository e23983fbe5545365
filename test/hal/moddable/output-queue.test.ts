import assert from "node:assert/strict";
import { serialWaitingCharsMax } from "../../../firmware/core/limits.js";
import { encodeText } from "../../../firmware/core/text.js";
import { OutputQueue } from "../../../hal/moddable/output-queue.js";

function queue(): OutputQueue {
  return new OutputQueue((lines) => `[${lines} lost]\n`);
}

/** Takes everything, `room` bytes at a time. */
function drained(from: OutputQueue, room: number): string {
  const bytes: number[] = [];
  for (let taken = from.take(room); taken.length > 0; taken = from.take(room)) {
    assert.ok(taken.length <= room);
    bytes.push(...taken);
  }
  return Buffer.from(bytes).toString();
}

describe("OutputQueue", () => {
  it("gives lines in their order, in pieces that fit the room there is", () => {
    const lines = ["status\n", "", "x".repeat(500), "\n", "dernière — ☎ 🎉\n", "z\n"];
    for (const room of [1, 7, 42, 128]) {
      const output = queue();
      for (const line of lines) output.push(line);
      assert.equal(output.isEmpty, false);
      assert.equal(drained(output, room), lines.filter((line) => line !== "").join(""));
      assert.equal(output.isEmpty, true);
    }
  });

  it("encodes as a whole line would be, wherever it is cut", () => {
    for (let at = 0; at < 90; at++) {
      const line = `${"a".repeat(at)}🎉é${"b".repeat(50)}🎉\ud800\n`;
      const output = queue();
      output.push(line);
      const bytes: number[] = [];
      for (let taken = output.take(3); taken.length > 0; taken = output.take(3)) bytes.push(...taken);
      assert.deepEqual(Uint8Array.from(bytes), encodeText(line));
    }
  });

  it("an empty line is no end of what waits", () => {
    const output = queue();
    output.push("");
    output.push("after\n");
    assert.equal(drained(output, 10), "after\n");
  });

  it("when too much waits the oldest whole lines go, and it is said how many", () => {
    const output = queue();
    const line = (n: number): string => `${String(n).padStart(99, ".")}\n`;
    output.push(line(0));
    assert.equal(output.take(10).length, 10);
    for (let n = 1; n <= 100; n++) output.push(line(n));
    const text = drained(output, 128);
    const kept = Math.floor(serialWaitingCharsMax / 100);
    assert.ok(
      text.startsWith(`${line(0).slice(10)}[${100 - kept} lost]\n${line(101 - kept)}`),
      text.slice(0, 300),
    );
    assert.ok(text.endsWith(line(100)));
    assert.equal(text.length, 90 + `[${100 - kept} lost]\n`.length + kept * 100);
  });

  it("a line that is longer than the bound is kept alone", () => {
    const output = queue();
    const long = `${"y".repeat(2 * serialWaitingCharsMax)}\n`;
    output.push("before\n");
    output.push(long);
    assert.equal(drained(output, 128), `[1 lost]\n${long}`);
  });

  it("never holds more than the bound, however much is printed", () => {
    const output = queue();
    for (let n = 0; n < 10_000; n++) output.push("0123456789\n");
    assert.ok(drained(output, 128).length <= serialWaitingCharsMax + 20);
  });
});
