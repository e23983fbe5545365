import { isHarmless } from "./harmless.js";
import { fullNameBytesMax } from "./limits.js";
import { decodeText, encodeText, unitsAt } from "./text.js";

/** Why a text cannot be a full name. */
export type FullNameFault =
  | "empty"
  | "too-long"
  /** Characters that control a screen, turn the direction of writing, or cannot be seen. */
  | "invisible"
  /** What is shown around a user name: nobody shall write another's into his full name. */
  | "reserved"
  /** At an end, two in a row, or of another width than the plain one. */
  | "spaces"
  /** Accents on nothing, or piled up. */
  | "marks";

/**
 * What is wrong with a text as a user's full name; `undefined`: it can be one. A full name is 1 .. 48 bytes of UTF-8 in
 * any writing. Others show it on their screens, so it holds nothing but what shows as itself, on one line.
 */
export function fullNameFault(text: string): FullNameFault | undefined {
  if (text === "") return "empty";
  // No character is less than a byte: what is far too long is not encoded first.
  if (text.length > fullNameBytesMax || encodeText(text).length > fullNameBytesMax) return "too-long";
  return characterFault(text);
}

/** The full name in UTF-8 that somebody else says is his; `undefined`: it is none, and nobody shall see it. */
export function readFullName(bytes: Uint8Array): string | undefined {
  const text = bytes.length > fullNameBytesMax ? undefined : decodeText(bytes);
  return text === undefined || fullNameFault(text) !== undefined ? undefined : text;
}

/**
 * A user as he is shown: "Alice Martin (alice)", or "alice" where no full name is known. The user name is always there:
 * it is what is looked up and pinned, where anybody may take any full name.
 */
export function shownUser(name: string, fullName: string | undefined): string {
  return fullName === undefined ? name : `${fullName} (${name})`;
}

function characterFault(text: string): FullNameFault | undefined {
  let marks = 0;
  let former = space;
  for (let at = 0; at < text.length; at += unitsAt(text, at)) {
    const point = text.codePointAt(at) ?? 0;
    const fault = faultOf(point, former);
    if (fault !== undefined) return fault;
    marks = isMark(point) ? marks + 1 : 0;
    if (marks > (former === space ? 0 : marksMax)) return "marks";
    former = point;
  }
  return former === space ? "spaces" : undefined;
}

function faultOf(point: number, former: number): FullNameFault | undefined {
  if (!isHarmless(point)) return "invisible";
  if (point === space) return former === space ? "spaces" : undefined;
  if (isIn(otherSpaces, point)) return "spaces";
  return reserved.includes(String.fromCodePoint(point)) ? "reserved" : undefined;
}

function isMark(point: number): boolean {
  return point >= 0x300 && isIn(marksAbove, point);
}

function isIn(ranges: readonly (readonly [number, number])[], point: number): boolean {
  return ranges.some(([first, last]) => point >= first && point <= last);
}

const space = 0x20;
/** As many as any writing puts on one letter. */
const marksMax = 2;

/** What stands around a user name on a screen, quotes of SIP, and the sign before a Node-ID, in all their widths. */
const reserved = '()<>[]{}":\\…⋯（）＜＞［］｛｝＂：＼';

/** Blanks that are not the plain space. */
const otherSpaces: readonly (readonly [number, number])[] = [
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x2800, 0x2800],
  [0x3000, 0x3000],
];

/** Marks that stand on the letter before them, whatever the writing. */
const marksAbove: readonly (readonly [number, number])[] = [
  [0x300, 0x36f],
  [0x483, 0x489],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
];
