import type { Socket } from "node:net";

/** What became of frames at one port. */
export interface FrameStreamCounters {
  readonly received: number;
  readonly sent: number;
  /** Not sent because the other end does not read. */
  readonly dropped: number;
}

const lengthBytes = 4;
/** QEMU sends nothing longer than a frame; more is no stream of frames. */
const frameBytesMax = 2048;
/** What may wait for a QEMU that does not read: 150 long frames. */
export const waitingBytesMax = 256 * 1024;

/**
 * Ethernet frames over a stream socket, as QEMU's `-netdev stream` sends them: each behind its length in four bytes,
 * big-endian. A peer that sends anything else is cut off.
 */
export class FrameStream {
  readonly #socket: Socket;
  readonly #onFrame: (frame: Buffer) => void;
  #waiting: Buffer = Buffer.alloc(0);
  readonly #counts = { received: 0, sent: 0, dropped: 0 };

  /** `onClose` is called once, whoever closed. */
  constructor(socket: Socket, onFrame: (frame: Buffer) => void, onClose: () => void) {
    this.#socket = socket;
    this.#onFrame = onFrame;
    socket.on("data", (bytes) => this.#take(bytes));
    socket.on("error", () => socket.destroy());
    socket.on("close", onClose);
  }

  get counters(): FrameStreamCounters {
    return { ...this.#counts };
  }

  send(frame: Buffer): void {
    if (this.#socket.destroyed || this.#socket.writableLength > waitingBytesMax) {
      this.#counts.dropped++;
      return;
    }
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(frame.length);
    this.#counts.sent++;
    this.#socket.write(Buffer.concat([length, frame]));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    while (this.#waiting.length >= lengthBytes) {
      const length = this.#waiting.readUInt32BE();
      if (length > frameBytesMax) {
        this.#socket.destroy();
        return;
      }
      if (this.#waiting.length < lengthBytes + length) return;
      const frame = this.#waiting.subarray(lengthBytes, lengthBytes + length);
      this.#waiting = this.#waiting.subarray(lengthBytes + length);
      this.#counts.received++;
      this.#onFrame(frame);
    }
  }
}
