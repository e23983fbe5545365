import { mediaPacketBytesMax, mediaPacketsOutboundMax } from "../core/limits.js";

/** Packets on their way out, in buffers that are made once and used again; a full ring gives up its oldest. */
export class OutboundPackets {
  readonly #buffers: readonly Uint8Array[] = Array.from(
    { length: mediaPacketsOutboundMax },
    () => new Uint8Array(mediaPacketBytesMax),
  );
  readonly #lengths: number[] = new Array<number>(mediaPacketsOutboundMax).fill(0);
  #oldest = 0;
  #count = 0;

  /** The buffer the next packet is to be written into; `commit` then queues it. */
  get free(): Uint8Array {
    if (this.#count === mediaPacketsOutboundMax) this.#drop();
    return this.#buffers[(this.#oldest + this.#count) % mediaPacketsOutboundMax] as Uint8Array;
  }

  /** Queues the first `length` bytes of `free`. */
  commit(length: number): void {
    this.#lengths[(this.#oldest + this.#count) % mediaPacketsOutboundMax] = length;
    this.#count++;
  }

  /** The oldest packet, valid until the session is used again; `undefined` when there is none. */
  poll(): Uint8Array | undefined {
    if (this.#count === 0) return undefined;
    const packet = this.#buffers[this.#oldest]?.subarray(0, this.#lengths[this.#oldest]);
    this.#drop();
    return packet;
  }

  #drop(): void {
    this.#oldest = (this.#oldest + 1) % mediaPacketsOutboundMax;
    this.#count--;
  }
}
