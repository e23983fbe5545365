import { mediaPacketBytesMax, mediaPacketsOutboundMax } from "../core/limits.js";

/**
 * Packets on their way out, in buffers that are made when first needed and used again: as they are polled after each
 * tick, two serve nearly always. A full ring gives up its oldest.
 */
export class OutboundPackets {
  readonly #buffers: Uint8Array[] = [];
  readonly #lengths: number[] = [];
  #oldest = 0;
  #count = 0;

  /** The buffer the next packet is to be written into; `commit` then queues it. */
  get free(): Uint8Array {
    if (this.#count === mediaPacketsOutboundMax) this.drop();
    return (this.#buffers[this.next] ??= new Uint8Array(mediaPacketBytesMax));
  }

  /** Queues the first `length` bytes of `free`. */
  commit(length: number): void {
    this.#lengths[this.next] = length;
    this.#count++;
  }

  /** The oldest packet, valid until the session is used again; `undefined` when there is none. */
  poll(): Uint8Array | undefined {
    if (this.#count === 0) return undefined;
    const packet = this.#buffers[this.#oldest]?.subarray(0, this.#lengths[this.#oldest]);
    this.drop();
    return packet;
  }

  private get next(): number {
    return (this.#oldest + this.#count) % mediaPacketsOutboundMax;
  }

  private drop(): void {
    this.#count--;
    this.#oldest = this.#count === 0 ? 0 : (this.#oldest + 1) % mediaPacketsOutboundMax;
  }
}
