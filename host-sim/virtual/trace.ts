/** What became of a datagram. */
export type Fate =
  | "sent"
  | "delivered"
  | "lost"
  | "cut-off"
  | "no-route"
  | "filtered"
  | "nobody-there"
  | "queue-full"
  | "too-long"
  | "switched-off";

/** One line of the network's trace. A datagram is `sent` once, then has a fate at each node it was for. */
export interface TraceRecord {
  /** Virtual time, ms. */
  readonly at: number;
  readonly fate: Fate;
  /** "address:port" */
  readonly from: string;
  readonly to: string;
  readonly toGroup: boolean;
  readonly bytes: Uint8Array;
}

/** One line for a person: "12.345 sent 10.0.0.1:6084 > 10.0.0.2:6084 84 B c0". */
export function traceLine(record: TraceRecord): string {
  const first = record.bytes[0]?.toString(16).padStart(2, "0") ?? "--";
  const group = record.toGroup ? " (group)" : "";
  const path = `${record.from} > ${record.to}${group}`;
  return `${record.at.toFixed(3)} ${record.fate} ${path} ${record.bytes.length} B ${first}`;
}

/** A running hash of everything that happened: equal runs have equal hashes. 64 bits, not cryptographic. */
export class TraceHash {
  #low = 0x811c9dc5;
  #high = 0x1000193;
  #records = 0;

  /** One thing that happened, as whole numbers; each counts with its lower 32 bits. */
  addRecord(at: number, fate: Fate, numbers: readonly number[]): void {
    this.#records++;
    const microseconds = Math.round(1000 * at);
    this.#addWord(microseconds);
    this.#addWord(microseconds / 0x1_0000_0000);
    this.#addWord(fates.indexOf(fate));
    for (const each of numbers) this.#addWord(each);
  }

  /** The content of a datagram. */
  addBytes(bytes: Uint8Array): void {
    let low = this.#low;
    let high = this.#high;
    for (const value of bytes) {
      low = Math.imul(low ^ value, 0x01000193);
      high = Math.imul(high ^ value ^ (low >>> 13), 0x85ebca6b);
    }
    this.#low = low;
    this.#high = high;
  }

  /** Anything else that must be the same in equal runs. */
  addText(text: string): void {
    for (let i = 0; i < text.length; i++) this.#addWord(text.charCodeAt(i));
    this.#addWord(0x100);
  }

  /** 16 hex digits, then the count of records. */
  digest(): string {
    const word = (value: number): string => (value >>> 0).toString(16).padStart(8, "0");
    return `${word(this.#high)}${word(this.#low)}-${this.#records}`;
  }

  #addWord(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x01000193);
    this.#high = Math.imul(this.#high ^ value ^ (this.#low >>> 13), 0x85ebca6b);
  }
}

const fates: readonly Fate[] = [
  "sent",
  "delivered",
  "lost",
  "cut-off",
  "no-route",
  "nobody-there",
  "queue-full",
  "too-long",
  "switched-off",
  "filtered",
];
