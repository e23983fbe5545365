import { Prng } from "../virtual/prng.js";

/** Longest input: past the longest message any decoder reads, so that each meets one that is too long. */
export const inputBytesMax = 9216;

/** Values at the ends of what a byte can be, and those that mean something in a protocol of ours. */
const telling: readonly number[] = [0, 1, 2, 3, 9, 10, 13, 23, 24, 32, 59, 64, 95, 127, 128, 192, 254, 255];
const widths: readonly number[] = [1, 2, 4, 8];

/** Bytes on their way from a valid example to an input: one buffer for all inputs of a run. */
export class Mutant {
  readonly #bytes = new Uint8Array(inputBytesMax);
  #prng: Prng = new Prng(0);
  #length = 0;

  /** Begins anew, from an example. */
  begin(prng: Prng, example: Uint8Array): void {
    this.#prng = prng;
    this.#length = 0;
    this.replace(0, 0, example);
  }

  get length(): number {
    return this.#length;
  }

  /** The input as it now is, in bytes of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  byteAt(at: number): number {
    return at < this.#length ? (this.#bytes[at] ?? 0) : 0;
  }

  /** Where `byte` stands first from `from` on, else the end. */
  find(byte: number, from: number): number {
    const at = this.#bytes.indexOf(byte, from);
    return at < 0 || at > this.#length ? this.#length : at;
  }

  /** Puts `added` in the place of what stands from `from` up to `to`; what does not fit any more is cut off. */
  replace(from: number, to: number, added: Uint8Array): void {
    const start = Math.min(from, this.#length);
    const tail = Math.max(start, Math.min(to, this.#length));
    const room = Math.min(added.length, inputBytesMax - start);
    const moved = Math.min(this.#length - tail, inputBytesMax - start - room);
    this.#bytes.copyWithin(start + room, tail, tail + moved);
    this.#bytes.set(room === added.length ? added : added.subarray(0, room), start);
    this.#length = start + room + moved;
  }

  /** A part of it, as a copy. */
  part(from: number, to: number): Uint8Array {
    return this.#bytes.slice(from, Math.min(to, this.#length));
  }

  /** One change that fits any bytes; `other` is another example to take parts from. */
  editBytes(other: Uint8Array): void {
    const at = this.#prng.below(this.#length + 1);
    switch (this.#prng.below(10)) {
      case 0:
        return this.#set(at, this.byteAt(at) ^ (1 << this.#prng.below(8)));
      case 1:
        return this.#set(at, this.#prng.chance(0.5) ? this.#prng.pick(telling) : this.#prng.below(256));
      case 2:
        return this.replace(at, this.#length, none);
      case 3:
        return this.replace(at, at + this.#span(), none);
      case 4:
        return this.#repeat(at);
      case 5:
        return this.replace(at, at, this.noise(this.#span()));
      case 6:
        return this.replace(at, at + other.length, other.subarray(at, at + this.#span()));
      case 7:
        return this.replace(at, this.#length, other.subarray(this.#prng.below(other.length + 1)));
      case 8:
        return this.#changeNumber(at);
      default:
        return this.#move(at);
    }
  }

  /** Bytes of no meaning. */
  noise(count: number): Uint8Array {
    return this.#prng.fill(new Uint8Array(count));
  }

  /** A part comes once more, or often. */
  #repeat(at: number): void {
    const part = this.part(at, at + this.#span());
    const times = this.#prng.chance(0.02) ? this.#prng.between(2, 400) : 1;
    for (let i = 0; i < times && this.#length < inputBytesMax; i++) this.replace(at, at, part);
  }

  /** A length or count of 1, 2, 4 or 8 bytes becomes a little more, a little less, or as large as can be. */
  #changeNumber(at: number): void {
    const width = this.#prng.pick(widths);
    const extreme = this.#prng.chance(0.3) ? this.#prng.pick([0, 0x7f, 0x80, 0xff]) : undefined;
    let carry = this.#prng.between(-3, 3);
    for (let i = width - 1; i >= 0; i--) {
      const sum = this.byteAt(at + i) + carry;
      carry = sum >> 8;
      this.#set(at + i, extreme ?? sum);
    }
  }

  #move(at: number): void {
    const part = this.part(at, at + this.#span());
    this.replace(at, at + part.length, none);
    const to = this.#prng.below(this.#length + 1);
    this.replace(to, to, part);
  }

  #set(at: number, value: number): void {
    if (at < this.#length) this.#bytes[at] = value;
  }

  /** Short parts are likelier than long ones. */
  #span(): number {
    return this.#prng.chance(0.1) ? this.#prng.below(this.#length + 1) : 1 + this.#prng.below(16);
  }
}

const none = new Uint8Array(0);
