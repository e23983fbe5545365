import { digestEntriesMax, digestPartsMax } from "../core/limits.js";
import { uniform, type Random } from "../core/random.js";
import type { DigestEntry } from "../wire/kinds/neighbours.js";

/**
 * Digests of more records than a message names. The records stand on a circle by their digest short, and each full
 * message speaks for the arc from its first entry to its last, and for nothing else; a message that is not full speaks
 * for all. The arcs of one digest overlap by their ends and go round the whole circle, so a message that is lost, or
 * that comes late, takes nothing from the others, and nobody keeps state.
 */

/**
 * The messages that name all of `entries`; of so many that it would take more than a few messages, some of them from a
 * random place on, for the next time brings others.
 */
export function digestParts(entries: readonly DigestEntry[], random: Random): (readonly DigestEntry[])[] {
  const count = entries.length;
  if (count < digestEntriesMax) return [entries];
  const circle = [...entries].sort((a, b) => shortOf(a) - shortOf(b));
  const step = digestEntriesMax - 1;
  const from = count > digestPartsMax * step ? uniform(random, count) : 0;
  const parts: DigestEntry[][] = [];
  for (let done = 0; done < count && parts.length < digestPartsMax; done += step) {
    const part: DigestEntry[] = [];
    for (let at = 0; at < digestEntriesMax; at++)
      part.push(circle[(from + done + at) % count] as DigestEntry);
    parts.push(part);
  }
  return parts;
}

/** Whether a message with these entries would name a record of this short if its sender had it. */
export function speaksFor(entries: readonly DigestEntry[], short: number): boolean {
  const first = entries[0];
  const last = entries.at(-1);
  if (entries.length < digestEntriesMax || first === undefined || last === undefined) return true;
  const from = shortOf(first);
  const to = shortOf(last);
  return from <= to ? short >= from && short <= to : short >= from || short <= to;
}

/** The first 32 bits of the hash of a record's address, by which it is named. */
export function shortOf({ short }: DigestEntry): number {
  return new DataView(short.buffer, short.byteOffset, short.length).getUint32(0);
}
