import assert from "node:assert/strict";
import type Serial from "embedded:io/serial";
import type { SerialOptions } from "embedded:io/serial";
import { readConfig } from "../../../hal/moddable/config.js";
import { SerialConsole } from "../../../hal/moddable/serial-console.js";
import { RecordingGuard } from "./stand-ins.js";

const fifoBytes = 128;

/** A UART with its two FIFOs; the test is the wire. */
class FakeUart {
  options: SerialOptions | undefined;
  received = "";
  refusal: string | undefined;
  readonly #incoming: number[] = [];
  #used = 0;

  get serial(): typeof Serial {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class below has a `this` of its own
    const uart = this;
    return class {
      constructor(options: SerialOptions) {
        if (uart.refusal !== undefined) throw new Error(uart.refusal);
        uart.options = options;
      }
      read(target: Uint8Array): number | undefined {
        const taken = uart.#incoming.splice(0, target.length);
        target.set(taken);
        return taken.length === 0 ? undefined : taken.length;
      }
      write(bytes: Uint8Array): void {
        if (uart.#used + bytes.length > fifoBytes) throw new Error("output full");
        uart.#used += bytes.length;
        uart.received += Buffer.from(bytes).toString("latin1");
      }
      close(): void {
        uart.options = undefined;
      }
    };
  }

  /** The wire takes what is in the FIFO, and the phone is told. */
  drain(): void {
    this.#used = 0;
    this.options?.onWritable?.(fifoBytes);
  }

  /** Until the phone has nothing more to send. */
  drainAll(): void {
    for (let before = -1; before !== this.received.length;) {
      before = this.received.length;
      this.drain();
    }
  }

  type(text: string): void {
    this.#incoming.push(...Buffer.from(text));
    this.options?.onReadable?.(this.#incoming.length);
  }
}

interface Bench {
  readonly uart: FakeUart;
  readonly console: SerialConsole;
  readonly lines: string[];
  readonly told: RecordingGuard;
}

function bench(format: "text" | "json", refusal?: string): Bench {
  const uart = new FakeUart();
  uart.refusal = refusal;
  const told = new RecordingGuard();
  const lines: string[] = [];
  const console: SerialConsole = new SerialConsole({
    serial: uart.serial,
    config: readConfig({ console: format }),
    guard: told.guard,
    onReadable: () => {
      for (let line = console.readLine(); line !== undefined; line = console.readLine()) lines.push(line);
    },
  });
  return { uart, console, lines, told };
}

describe("SerialConsole", () => {
  it("opens the UART as configured, in buffers", () => {
    const { uart } = bench("text");
    const { onReadable, onWritable, ...rest } = uart.options ?? {};
    assert.ok(onReadable && onWritable);
    assert.deepEqual(rest, { port: 0, receive: 3, transmit: 1, baud: 115_200, format: "buffer" });
  });

  it("gives lines as they are typed, in whatever pieces they come", () => {
    const { uart, lines } = bench("json");
    uart.type("sta");
    uart.type("tus\r");
    uart.type("\ncall bob\nse");
    uart.type("t name zoë\n");
    assert.deepEqual(lines, ["status", "call bob", "set name zoë"]);
  });

  it("takes more at once than its own buffer and the FIFO hold", () => {
    const { uart, lines } = bench("json");
    const typed = Array.from({ length: 40 }, (_, n) => `line ${n}`);
    uart.type(`${typed.join("\n")}\n`);
    assert.deepEqual(lines, typed);
  });

  it("writes no more than the FIFO has room for, and the rest when the wire has taken it", () => {
    const { uart, console, told } = bench("json");
    console.writeLine("a".repeat(300));
    assert.equal(uart.received, "");
    uart.drain();
    assert.equal(uart.received.length, fifoBytes);
    assert.equal(console.isDrained, false);
    uart.drainAll();
    assert.equal(uart.received, `${"a".repeat(300)}\n`);
    assert.equal(console.isDrained, true);
    console.writeLine("at once: there is room");
    assert.ok(uart.received.endsWith("room\n"));
    assert.deepEqual(told.traces, []);
  });

  it("a terminal gets an echo and CR LF, a tool gets neither", () => {
    const text = bench("text");
    text.uart.drain();
    text.uart.type("hi\x7fello\r");
    text.console.writeLine("done");
    text.uart.drainAll();
    assert.equal(text.uart.received, "hi\b \bello\r\ndone\r\n");
    const json = bench("json");
    json.uart.drain();
    json.uart.type("hello\r");
    json.console.writeLine("{}");
    assert.equal(json.uart.received, "{}\n");
  });

  for (const format of ["text", "json"] as const) {
    it(`lines that nobody takes are lost by the line, and a ${format} console says so`, () => {
      const { uart, console } = bench(format);
      const lines = Array.from({ length: 2000 }, (_, n) => `{"event":"done","sentence":"${n}"}`);
      for (const line of lines) console.writeLine(line);
      uart.drainAll();
      const read = uart.received.trimEnd().split(/\r?\n/);
      assert.match(read[0] ?? "", /[0-9]+ lines were lost/);
      assert.deepEqual(read.slice(1), lines.slice(-(read.length - 1)));
      if (format === "json") for (const line of read) assert.ok(JSON.parse(line));
    });
  }

  it("closed it takes nothing more, but sends what was printed", () => {
    const { uart, console, lines } = bench("json");
    console.writeLine("last words");
    console.close();
    console.writeLine("too late");
    uart.type("too late\n");
    uart.drainAll();
    assert.equal(uart.received, "last words\n");
    assert.deepEqual(lines, []);
  });

  it("a UART that is not free is reported, and the phone goes without a console", () => {
    const { console, told } = bench("text", "in use");
    assert.deepEqual(told.traces, ["muster: opening the console: Error: in use\n"]);
    console.writeLine("to nobody");
    assert.equal(console.isDrained, true);
    assert.equal(console.readLine(), undefined);
  });

  it("an exception behind a line is a fault; the lines after it are read", () => {
    const uart = new FakeUart();
    const told = new RecordingGuard();
    let calls = 0;
    const config = readConfig({ console: "json" });
    const onReadable = (): void => {
      if (calls++ === 0) throw new RangeError("broken");
    };
    const console = new SerialConsole({ serial: uart.serial, config, guard: told.guard, onReadable });
    uart.type("one\n");
    uart.type("two\n");
    assert.equal(calls, 2);
    assert.deepEqual([console.readLine(), console.readLine()], ["one", "two"]);
    assert.deepEqual(told.traces, ["muster: fault in console: RangeError: broken\n"]);
  });
});
