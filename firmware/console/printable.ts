import { printedCharsMax } from "../core/limits.js";

import { unitsAt } from "../core/text.js";
/**
 * Text from elsewhere (names, messages, reasons) made harmless for a terminal: control characters (C0, C1,
 * DEL), direction marks and overrides, zero-width and other invisible characters, line separators and lone
 * surrogates are shown as `<U+001B>`; more than `charsMax` code points are cut with an ellipsis. So nobody
 * can colour, move or forge lines on another's screen.
 */
export function printable(text: string, charsMax: number = printedCharsMax): string {
  let shown = "";
  let count = 0;
  for (let i = 0; i < text.length; i += unitsAt(text, i)) {
    if (count++ === charsMax) return `${shown}…`;
    const point = text.codePointAt(i) ?? 0;
    shown += isHarmless(point) ? String.fromCodePoint(point) : `<U+${hexOf(point)}>`;
  }
  return shown;
}

/** Whether a code point shows as itself and changes nothing around it. */
export function isHarmless(point: number): boolean {
  if (point < 0x7f) return point >= 0x20;
  for (const [first, last] of harmful) {
    if (point < first) return true;
    if (point <= last) return false;
  }
  return true;
}

function hexOf(point: number): string {
  return point.toString(16).toUpperCase().padStart(4, "0");
}

/** Ranges, ascending, of what is not shown as itself (UAX #9 marks, default ignorables, surrogates, noncharacters). */
const harmful: readonly (readonly [number, number])[] = [
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfdd0, 0xfdef],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0xe0000, 0xe0fff],
  [0xf0000, 0x10ffff],
];
