import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { StdioConsole } from "../../../hal/node/stdio-console.js";
import { until } from "./until.js";

describe("StdioConsole", function () {
  this.timeout(20_000);
  it("reads lines and prints lines", async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const read: string[] = [];
    const console = new StdioConsole({
      format: "json",
      input,
      output,
      onReadable: () => {
        for (let line = console.readLine(); line !== undefined; line = console.readLine()) read.push(line);
      },
    });
    input.write("call b");
    input.write("ob\r\nhangup\n");
    await until("two lines", () => read.length === 2);
    assert.deepEqual(read, ["call bob", "hangup"]);
    console.writeLine("ok");
    assert.equal(String(output.read()), "ok\n");
    assert.equal(console.format, "json");
    input.end();
    console.writeLine("still there");
    assert.equal(String(output.read()), "still there\n");
    console.close();
    console.close();
    console.writeLine("closed");
    assert.equal(output.read(), null);
  });

  it("neither blocks nor grows when nobody reads, and survives a reader that went away", async () => {
    const stuck = new Writable({ highWaterMark: 1, write: () => undefined });
    const console = new StdioConsole({
      format: "text",
      input: new PassThrough(),
      output: stuck,
      onReadable: () => undefined,
    });
    for (let i = 0; i < 20_000; i++) console.writeLine("0123456789");
    assert.ok(stuck.writableLength < 100_000, `${stuck.writableLength}`);
    assert.ok(console.dropped > 10_000);
    console.close();
    const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
    const other = new StdioConsole({
      format: "text",
      input: new PassThrough(),
      output: gone,
      onReadable: () => undefined,
    });
    other.writeLine("x");
    await until("the error", () => gone.destroyed);
    other.writeLine("y");
    other.close();
  });
});
