/**
 * `embedded:io/serial` on Linux: the SDK's port over the terminal that `config.serialDevice` names. Pins mean nothing
 * here; arrays are filled and taken as on the ESP32, and `write` refuses more than its FIFO holds.
 */
import config from "mc/config";
import Port from "lin/serial-port";

const fifoBytes = 128;

class Serial {
  #port;

  constructor({ baud, onReadable, onWritable }) {
    this.#port = new Port({
      device: config.serialDevice,
      baud,
      format: "buffer",
      onReadable: (bytes) => onReadable?.call(this, bytes),
      onWritable: () => onWritable?.call(this, fifoBytes),
    });
  }

  read(target) {
    const bytes = this.#port.read(target.byteLength);
    if (bytes === undefined) return undefined;
    new Uint8Array(target.buffer, target.byteOffset).set(new Uint8Array(bytes));
    return bytes.byteLength;
  }

  write(bytes) {
    if (bytes.byteLength > fifoBytes) throw new Error("output full");
    this.#port.write(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  }

  close() {
    this.#port.close();
  }
}

export default Serial;
