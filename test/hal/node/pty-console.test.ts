import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SerialPort } from "serialport";
import { PtyConsole } from "../../../hal/node/pty-console.js";
import { until } from "./until.js";

/** The other end, as a program that knows nothing of terminals has it: a file, opened without waiting. */
class PlainProgram {
  readonly #descriptor: number;
  #text = "";

  constructor(path: string) {
    this.#descriptor = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  }

  type(text: string): void {
    writeSync(this.#descriptor, text);
  }

  get text(): string {
    const chunk = Buffer.alloc(65_536);
    try {
      for (
        let count = readSync(this.#descriptor, chunk);
        count > 0;
        count = readSync(this.#descriptor, chunk)
      ) {
        this.#text += chunk.toString("utf8", 0, count);
      }
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
    }
    return this.#text;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

describe("PtyConsole", function () {
  this.timeout(30_000);
  const consoles: PtyConsole[] = [];

  function open(format: "text" | "json"): { console: PtyConsole; read: string[] } {
    const read: string[] = [];
    const console: PtyConsole = new PtyConsole({
      format,
      onReadable: () => {
        for (let line = console.readLine(); line !== undefined; line = console.readLine()) {
          read.push(line);
          console.writeLine(`got ${line}`);
        }
      },
    });
    consoles.push(console);
    return { console, read };
  }

  afterEach(() => {
    for (const console of consoles.splice(0)) console.close();
  });

  it("is a serial port to npm serialport, both ways, again after closing", async () => {
    const { console, read } = open("json");
    assert.match(console.path, /^\/dev\/pts\/\d+$/);
    for (const word of ["status", "peers"]) {
      const port = new SerialPort({ path: console.path, baudRate: 115_200, autoOpen: false });
      await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
      let heard = "";
      port.on("data", (bytes: Buffer) => (heard += bytes.toString()));
      port.write(`${word} \u00e9\r\n`);
      await until(`the answer to ${word}`, () => heard.includes("\n"));
      assert.equal(heard, `got ${word} \u00e9\r\n`);
      await new Promise<void>((resolve) => port.close(() => resolve()));
    }
    assert.deepEqual(read, ["status \u00e9", "peers \u00e9"]);
  });

  it("is a file to a plain program: no echo of what is printed, none of what a tool types", async () => {
    const { console, read } = open("json");
    const program = new PlainProgram(console.path);
    console.writeLine('{"event":"started"}');
    program.type("call bob\n");
    await until("the answer", () => program.text.includes("got"));
    assert.equal(program.text, '{"event":"started"}\r\ngot call bob\r\n');
    assert.deepEqual(read, ["call bob"]);
    program.close();
  });

  it("echoes to a person and edits the line", async () => {
    const { console, read } = open("text");
    const program = new PlainProgram(console.path);
    program.type("sxx\x7f\x7ftatus\r");
    await until("the answer", () => program.text.includes("got"));
    assert.equal(program.text, "sxx\b \b\b \btatus\r\ngot status\r\n");
    assert.deepEqual(read, ["status"]);
    program.close();
  });

  it("neither blocks nor grows while nobody reads, and tells a late reader what it missed", async () => {
    const { console } = open("json");
    for (let i = 0; i < 20_000; i++) console.writeLine(`event number ${i}`);
    assert.ok(console.waiting <= 66_000, `${console.waiting}`);
    const program = new PlainProgram(console.path);
    await until("all that waits", () => program.text.length > 60_000 && console.waiting === 0);
    console.writeLine("here again");
    await until("the next line", () => program.text.endsWith("here again\r\n"));
    assert.match(program.text, /^event number 0\r\nevent number 1\r\n/);
    assert.match(program.text, /\[\d+ lines were lost: nobody read them\]\r\nhere again\r\n$/);
    program.close();
  });

  it("lets the process end once it is closed, and harms no other process in doing so", async () => {
    const bystander = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20000)"], { stdio: "ignore" });
    const module = fileURLToPath(new URL("../../../hal/node/pty-console.ts", import.meta.url));
    const script = `
      const { PtyConsole } = await import(${JSON.stringify(module)});
      const console_ = new PtyConsole({ format: "text", onReadable: () => {} });
      console_.writeLine("printed to nobody");
      setTimeout(() => { console_.close(); console_.close(); process.stdout.write("closed"); }, 50);`;
    const env = { ...process.env, NODE_OPTIONS: "--import tsx" };
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
      env,
    });
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
    const kill = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const status = await new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
    clearTimeout(kill);
    assert.equal(status, 0);
    assert.equal(said, "closed");
    assert.equal(bystander.exitCode, null);
    assert.equal(bystander.signalCode, null);
    bystander.kill();
  });
});
