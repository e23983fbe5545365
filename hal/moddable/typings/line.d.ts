/** The serial port (modules/io/serial/esp32/serial.c): 8N1, no flow control, the UART's own FIFOs of 128 bytes. */
declare module "embedded:io/serial" {
  export interface SerialOptions {
    readonly port: number;
    /** Pins; at least one must be given. */
    readonly receive?: number;
    readonly transmit?: number;
    readonly baud: number;
    readonly format: "buffer";
    readonly onReadable?: (bytes: number) => void;
    /** Told once when the FIFO is nearly empty: at first by itself, then after each write. */
    readonly onWritable?: (bytes: number) => void;
  }

  class Serial {
    constructor(options: SerialOptions);
    /** Fills at most the array; the count, or `undefined` when nothing waits. */
    read(target: Uint8Array): number | undefined;
    /** Throws `output full` when not all of it fits into the FIFO. */
    write(bytes: Uint8Array): void;
    close(): void;
  }
  export default Serial;
}
