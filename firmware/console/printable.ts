import { isHarmless } from "../core/harmless.js";
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

function hexOf(point: number): string {
  return point.toString(16).toUpperCase().padStart(4, "0");
}
