/**
 * Which counters of a session have come: the highest, and the 64 up to it (RFC 4303 §3.4.3 has the idea).
 * Counters begin at 0. To be asked before a frame is opened (`accepts`) and told after it proved authentic
 * (`note`).
 */
export class ReplayWindow {
  /** One past the highest counter seen: 0 means none was. */
  #next = 0;
  /** Bit i of `#recent`: counter `#next - 1 - i` has come; `#older` goes on with i = 32 .. 63. */
  #recent = 0;
  #older = 0;

  /** The highest counter seen, -1 before the first. */
  get highest(): number {
    return this.#next - 1;
  }

  /** The counter that ends in these 16 bits and lies nearest the one expected next; never negative. */
  restore(low16: number): number {
    const base = this.#next - (this.#next % span);
    const same = base + low16;
    if (same - this.#next > span / 2) return same >= span ? same - span : same;
    return this.#next - same > span / 2 ? same + span : same;
  }

  /** Whether a frame with this counter may be new. */
  accepts(counter: number): boolean {
    const age = this.#next - 1 - counter;
    if (age < 0) return true;
    if (age >= windowBits) return false;
    const word = age < 32 ? this.#recent : this.#older;
    return ((word >>> (age % 32)) & 1) === 0;
  }

  /** Notes an authentic frame; true when it is the newest so far. */
  note(counter: number): boolean {
    const ahead = counter - (this.#next - 1);
    if (ahead > 0) this.slide(ahead);
    const age = this.#next - 1 - counter;
    if (age < 32) this.#recent |= 1 << age;
    else if (age < windowBits) this.#older |= 1 << (age - 32);
    return ahead > 0;
  }

  private slide(by: number): void {
    this.#next += by;
    if (by >= 32) {
      this.#older = by < windowBits ? this.#recent << (by - 32) : 0;
      this.#recent = 0;
      return;
    }
    this.#older = (this.#older << by) | (this.#recent >>> (32 - by));
    this.#recent <<= by;
  }
}

const windowBits = 64;
const span = 0x10000;
