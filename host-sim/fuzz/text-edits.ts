import type { Prng } from "../virtual/prng.js";
import { inputBytesMax, type Mutant } from "./mutant.js";

/** One change to the lines, tokens and numbers of a text; `words` are put in where a token may stand. */
export function editText(mutant: Mutant, prng: Prng, words: readonly Uint8Array[], other: Uint8Array): void {
  const at = prng.below(mutant.length + 1);
  switch (prng.below(9)) {
    case 0:
      return replaceLine(mutant, at, none);
    case 1:
      return doubleLine(mutant, prng, at);
    case 2:
      return putLine(mutant, prng, other);
    case 3:
      return mutant.replace(at, at, prng.pick(words));
    case 4:
      return replaceToken(mutant, prng, at, prng.pick(words));
    case 5:
      return replaceNumber(mutant, prng, at);
    case 6:
      return mutant.replace(at, at, prng.pick(encodings));
    case 7:
      return changeCase(mutant, at);
    default:
      return stretch(mutant, prng, at);
  }
}

/** Words for decoders that name none of their own. */
export const separators: readonly string[] = [
  " ",
  ",",
  ";",
  ":",
  "=",
  "<",
  ">",
  '"',
  "\\",
  "/",
  "@",
  "%",
  "?",
  "\r\n",
  "\t",
];

const none = new Uint8Array(0);
const lf = 10;

/** Bytes of strange encodings: of UTF-8 too long, cut, of surrogates, of other planes; NUL, DEL, controls of C1. */
const encodings: readonly Uint8Array[] = [
  [0],
  [0x7f],
  [0x85],
  [0xc0, 0x80],
  [0xc3],
  [0xc3, 0xa9],
  [0xe2, 0x80, 0xae],
  [0xed, 0xa0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xf0, 0x9f, 0x93, 0x9e],
  [0xf4, 0x90, 0x80, 0x80],
  [0xff, 0xfe],
].map((bytes) => Uint8Array.from(bytes));

const numbers: readonly Uint8Array[] = [
  "0",
  "-1",
  "+1",
  "00000000000000000001",
  "255",
  "256",
  "65535",
  "65536",
  "2147483648",
  "4294967296",
  "18446744073709551616",
  "1e9",
  "0x10",
  "9".repeat(400),
].map(ascii);

function lineAround(mutant: Mutant, at: number): { from: number; to: number } {
  let from = Math.min(at, mutant.length);
  while (from > 0 && mutant.byteAt(from - 1) !== lf) from--;
  return { from, to: Math.min(mutant.find(lf, at) + 1, mutant.length) };
}

function replaceLine(mutant: Mutant, at: number, line: Uint8Array): void {
  const { from, to } = lineAround(mutant, at);
  mutant.replace(from, to, line);
}

/** A line comes once more: at its own place, at another, or so often that no table holds it. */
function doubleLine(mutant: Mutant, prng: Prng, at: number): void {
  const { from, to } = lineAround(mutant, at);
  const line = mutant.part(from, to);
  const target = prng.chance(0.5) ? from : lineAround(mutant, prng.below(mutant.length + 1)).from;
  for (let times = prng.chance(0.02) ? 200 : 1; times > 0; times--) mutant.replace(target, target, line);
}

/** A line of another example in the place of one of these, or before it. */
function putLine(mutant: Mutant, prng: Prng, other: Uint8Array): void {
  const anywhere = prng.below(other.length + 1);
  const from = other.lastIndexOf(lf, anywhere) + 1;
  const found = other.indexOf(lf, from);
  const line = other.subarray(from, found < 0 ? other.length : found + 1);
  const place = lineAround(mutant, prng.below(mutant.length + 1));
  mutant.replace(place.from, prng.chance(0.5) ? place.to : place.from, line);
}

function replaceToken(mutant: Mutant, prng: Prng, at: number, word: Uint8Array): void {
  let from = at;
  let to = at;
  while (from > 0 && isWord(mutant.byteAt(from - 1))) from--;
  while (to < mutant.length && isWord(mutant.byteAt(to))) to++;
  mutant.replace(from, prng.chance(0.2) ? from : to, word);
}

/** The number at or after `at` becomes one that is hard to hold. */
function replaceNumber(mutant: Mutant, prng: Prng, at: number): void {
  let from = at;
  while (from < mutant.length && !isDigit(mutant.byteAt(from))) from++;
  let to = from;
  while (to < mutant.length && isDigit(mutant.byteAt(to))) to++;
  mutant.replace(from, to, prng.pick(numbers));
}

function changeCase(mutant: Mutant, at: number): void {
  mutant.replace(at, at + 1, Uint8Array.of(mutant.byteAt(at) ^ 0x20));
}

/** One character many times over: what a backtracking reader would choke on. */
function stretch(mutant: Mutant, prng: Prng, at: number): void {
  const count = prng.chance(0.02) ? prng.below(inputBytesMax) : prng.below(40);
  mutant.replace(at, at, new Uint8Array(count).fill(mutant.byteAt(at)));
}

function isWord(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** The bytes of a word, a character each. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
