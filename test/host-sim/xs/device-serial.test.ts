import assert from "node:assert/strict";
import { needsXsHost, DeviceRun, told } from "./device/device-run.js";

const imports = `import Serial from "embedded:io/serial"; import Timer from "timer";
  import { tell, thrown, hex } from "tell";\n`;
const pins = "receive: 20, transmit: 21, port: 0, baud: 115200";

describe("host-sim/xs/device: serial line", function () {
  before(function () {
    needsXsHost(this);
  });

  it("writes at most what the FIFO of 128 bytes holds, all or nothing", async () => {
    const run = new DeviceRun(`${imports}
      const serial = new Serial({ ${pins} });
      const write = (size) => thrown(() => serial.write(new Uint8Array(size).fill(65)));
      tell(write(129), write(128), write(1));`);
    assert.deepEqual(await run.next(), ["output full", "nothing", "output full"]);
    assert.equal((await run.serial(128)).toString(), "A".repeat(128));
    await run.end();
  });

  it("tells of room with onWritable: at first, and each time the FIFO has emptied after a write", async () => {
    const run = new DeviceRun(`${imports}
      let sent = 0;
      new Serial({ ${pins}, target: { name: "console" }, onWritable(count) {
        if (sent === 3) return tell("emptied", this.target.name);
        tell(count);
        this.write(Uint8Array.of(0, 10, 13, 255, 48 + sent++).subarray(sent - 1));
      } });`);
    for (let i = 0; i < 3; i++) assert.deepEqual(await run.next(), [128]);
    assert.deepEqual(await run.next(), ["emptied", "console"]);
    assert.equal((await run.serial(12)).toString("hex"), "000a0dff30" + "0a0dff31" + "0dff32");
    await run.end();
  });

  it("calls onReadable with the count, and reads all, a number of bytes, or into a buffer", async () => {
    const run = new DeviceRun(`${imports}
      const reads = [
        (serial) => hex(serial.read()),
        (serial) => hex(serial.read(2)),
        (serial) => { const b = new Uint8Array(8); return [serial.read(b.subarray(2, 4)), hex(b)]; },
        (serial) => { const b = new Uint8Array(8); return [serial.read(b), hex(b)]; },
      ];
      const serial = new Serial({ ${pins}, onReadable(count) {
        tell(count, reads.shift()(serial), this === serial);
        if (reads.length === 0) tell(serial.read() === undefined);
      } });
      tell("ready");`);
    await run.next();
    run.type("abcd");
    assert.deepEqual(await run.next(), [4, "61626364", true]);
    run.type("efghijk");
    assert.deepEqual(await run.next(), [7, "6566", true]);
    assert.deepEqual(await run.next(), [5, [2, "0000676800000000"], true]);
    assert.deepEqual(await run.next(), [3, [3, "696a6b0000000000"], true]);
    assert.deepEqual(await run.next(), [true]);
    await run.end();
  });

  it("gives no more than the FIFO at once, and loses nothing while the script is slow", async () => {
    const run = new DeviceRun(`${imports}
      let all = 0, most = 0;
      new Serial({ ${pins}, onReadable(count) {
        most = Math.max(most, count);
        all += this.read().byteLength;
        Timer.delay(1);
        if (all === 5000) tell(most <= 128, all);
      } });
      tell("ready");`);
    await run.next();
    run.type("x".repeat(5000));
    assert.deepEqual(await run.next(), [true, 5000]);
    await run.end();
  });

  it("has a format of numbers, byte by byte", async () => {
    const run = new DeviceRun(`${imports}
      const serial = new Serial({ ${pins}, format: "number", onReadable() { tell(serial.read()); } });
      serial.write(72);
      serial.write(256 + 105);
      tell(serial.format, thrown(() => { serial.format = "string"; }), thrown(() => { serial.format = "x"; }));`);
    assert.deepEqual(await run.next(), ["number", "RangeError: unimplemented", "RangeError: unknown"]);
    run.type("AB");
    assert.deepEqual([await run.next(), await run.next()], [[65], [66]]);
    assert.equal((await run.serial(2)).toString(), "Hi");
    await run.end();
  });

  it("refuses what the device refuses, and reading more than has come", async () => {
    const script = `${imports}
      const made = (options) => thrown(() => new Serial(options));
      tell(made({ baud: 115200 }), made({ receive: 20, baud: 0 }), made({ receive: 20, baud: 9600, port: 5 }));
      tell(made({ ${pins}, format: "string" }), made({ ${pins}, onReadable: 1 }), made({ receive: 99, baud: 9600 }));
      const serial = new Serial({ ${pins} });
      tell(made({ ${pins} }), thrown(() => serial.write("text")), serial.read() === undefined);
      serial.close(); serial.close();
      tell(thrown(() => serial.write(new Uint8Array(1))));
      new Serial({ ${pins}, onReadable() {
        tell(thrown(() => this.read(1000)), thrown(() => this.read(0)), thrown(() => this.read(new Uint8Array(0))));
        tell("done");
      } });
      tell("ready");`;
    const run = new DeviceRun(script);
    assert.deepEqual(await run.next(), ["invalid", "RangeError: invalid baud", "RangeError: invalid port"]);
    const [format, callback, pin] = await run.next();
    assert.deepEqual(
      [format, callback, pin],
      ["RangeError: invalid format", "not a function", "RangeError: invalid pin"],
    );
    assert.deepEqual(await run.next(), ["in use", "TypeError: this is no buffer", true]);
    assert.deepEqual(await run.next(), ["SyntaxError: C: xsGetHostData: invalid"]);
    await run.next();
    run.type("abc");
    assert.deepEqual(await run.next(), ["only 3 bytes to read", "invalid", "invalid"]);
    await run.end();
  });

  it("needs no callbacks to write", async () => {
    const script = `${imports}
      new Serial({ transmit: 21, baud: 115200 }).write(Uint8Array.of(65).buffer);
      tell("done");`;
    assert.deepEqual(await told(script), []);
  });
});
