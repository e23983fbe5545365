import assert from "node:assert/strict";
import { LineReader, OutputQueue } from "../../../hal/node/line-console.js";

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
