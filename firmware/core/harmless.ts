/** Whether a code point shows as itself and changes nothing around it on a screen. */
export function isHarmless(point: number): boolean {
  if (point < 0x7f) return point >= 0x20;
  for (const [first, last] of harmful) {
    if (point < first) return true;
    if (point <= last) return false;
  }
  return true;
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
