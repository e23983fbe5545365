import { isHarmless } from "../core/harmless.js";
import { unitsAt } from "../core/text.js";

/** What a JSON line is made of. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/**
 * One line of JSON (RFC 8259): members in the order they have, absent ones left out, and everything that
 * `printable` would show as a code point escaped, so the line is harmless on a terminal too. `JSON.stringify`
 * will not do on the device: XS refuses it values that were preloaded into flash.
 */
export function jsonLine(value: JsonValue): string {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (isArray(value)) return `[${value.map(jsonLine).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member !== undefined) members.push(`${quoted(key)}:${jsonLine(member)}`);
  }
  return `{${members.join(",")}}`;
}

function quoted(text: string): string {
  let line = '"';
  for (let i = 0; i < text.length; i += unitsAt(text, i)) {
    const point = text.codePointAt(i) ?? 0;
    const character = String.fromCodePoint(point);
    if (character === '"' || character === "\\") line += `\\${character}`;
    else if (isHarmless(point)) line += character;
    else line += escaped(point);
  }
  return `${line}"`;
}

/** JSON knows units of UTF-16 only: a point beyond them is two. */
function escaped(point: number): string {
  if (point <= 0xffff) return `\\u${point.toString(16).padStart(4, "0")}`;
  return escaped(0xd7c0 + (point >> 10)) + escaped(0xdc00 | (point & 0x3ff));
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
