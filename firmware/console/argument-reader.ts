import { fromHex } from "../core/bytes.js";
import { dialDigitsMax, userDomainCharsMax, userNameCharsMax } from "../core/limits.js";
import { encodeText } from "../core/text.js";
import { err, ok, type Result } from "../core/result.js";
import type { ConsoleFault, ConsoleFaultKind } from "./console-fault.js";
import { suggestions } from "./suggestion.js";

/** A word of the line and where it begins. */
export interface Word {
  readonly text: string;
  readonly at: number;
}

/**
 * Reads a command line argument by argument. Words are separated by spaces; one in double quotes may contain
 * them, with `\"` and `\\` inside. A last argument of free text is the rest of the line as it stands, unless
 * it begins with a quote. The first thing wrong is remembered and everything read after it is an empty value,
 * so a command's reader is written straight down and `finish` says at the end whether it is true.
 */
export class ArgumentReader {
  readonly #line: string;
  #at: number;
  #in = "line";
  #fault: ConsoleFault | undefined;

  constructor(line: string) {
    this.#line = line;
    this.#at = 0;
    this.skipSpaces();
  }

  /** Whether nothing is left. */
  get done(): boolean {
    return this.#at >= this.#line.length;
  }

  /** Names the command, for the faults. */
  enter(command: string): void {
    this.#in = command;
  }

  /** The next word; `allowed` says what would be right when there is none. */
  word(argument: string, allowed: string): Word {
    const at = this.#at;
    if (this.#fault !== undefined || this.done) {
      this.fail("missing-argument", { argument, at: this.#line.length, allowed });
      return { text: "", at };
    }
    const text = this.#line[at] === '"' ? this.quoted(argument) : this.plain();
    this.skipSpaces();
    return { text, at };
  }

  /** One of several words. */
  choice<T extends string>(argument: string, kind: ConsoleFaultKind, choices: readonly T[]): T | undefined {
    const allowed = `One of: ${choices.join(", ")}.`;
    const { text, at } = this.word(argument, allowed);
    const found = choices.find((choice) => choice === text.toLowerCase());
    if (found === undefined) this.fail(kind, { argument, at, given: text, allowed, among: choices });
    return found;
  }

  /** A user's name, `alice` or `alice@example.org`, also as a SIP address; lower case whatever was typed. */
  userName(argument: string): string {
    const { text, at } = this.word(argument, nameRule);
    const name = canonicalName(text);
    if (name === undefined) this.fail("bad-name", { argument, at, given: text, allowed: nameRule });
    return name ?? "";
  }

  /** A whole number `least` .. `most`. */
  count(argument: string, least: number, most: number): number {
    const allowed = `A whole number from ${least} to ${most}.`;
    const { text, at } = this.word(argument, allowed);
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.fail("bad-number", { argument, at, given: text, allowed });
    return least;
  }

  /** Keys of a telephone, with spaces or dashes between them left out. */
  digits(argument: string): string {
    const allowed = `Up to ${dialDigitsMax} of the keys 0-9, *, #, A-D.`;
    const { text, at } = this.rest(argument, allowed);
    const digits = text.replace(/[ -]/g, "").toUpperCase();
    if (/^[0-9*#A-D]+$/.test(digits) && digits.length <= dialDigitsMax) return digits;
    this.fail("bad-digits", { argument, at, given: text, allowed });
    return "";
  }

  /** The beginning of a Node-ID: 4 to 32 hex digits, with the dots in front of it that a screen shows. */
  nodeIdPrefix(argument: string): string {
    const allowed = "At least 4 hex digits, the beginning of a Node-ID.";
    const { text, at } = this.word(argument, allowed);
    const digits = text.replace(/^(…|\.\.\.)/, "").toLowerCase();
    if (/^[0-9a-f]{4,32}$/.test(digits)) return digits;
    this.fail("bad-node-id", { argument, at, given: text, allowed });
    return "";
  }

  /** Bytes in hexadecimal, 1 .. `bytesMax`. */
  bytes(argument: string, bytesMax: number): Uint8Array {
    const allowed = `Two hex digits for each byte, for up to ${bytesMax} bytes.`;
    const { text, at } = this.word(argument, allowed);
    const bytes = fromHex(text) ?? new Uint8Array(0);
    if (bytes.length === 0 || bytes.length > bytesMax)
      this.fail("bad-hex", { argument, at, given: `${text.length} characters`, allowed });
    return bytes;
  }

  /** Free text to the end of the line, 1 .. `bytesMax` bytes of UTF-8. */
  text(argument: string, bytesMax: number): string {
    const allowed = `Text of up to ${bytesMax} bytes.`;
    const { text, at } = this.rest(argument, allowed);
    if (text === "") this.fail("missing-argument", { argument, at, allowed });
    const length = encodeText(text).length;
    if (length > bytesMax) this.fail("text-too-long", { argument, at, given: `${length} bytes`, allowed });
    return text;
  }

  /** The rest of the line without spaces at its ends; if it begins with a quote, what is quoted. */
  rest(argument: string, allowed: string): Word {
    const at = this.#at;
    if (this.done || this.#line[at] === '"') {
      const word = this.word(argument, allowed);
      if (!this.done)
        this.fail("text-after-quote", { argument, at: this.#at, given: this.plain(), allowed: quoteRule });
      return word;
    }
    this.#at = this.#line.length;
    return { text: this.#line.slice(at).trim(), at };
  }

  /** Notes what is wrong, if nothing was before. */
  fail(kind: ConsoleFaultKind, what: FaultPlace): void {
    const { argument, at, given = "", allowed, among = [] } = what;
    const where = argument === "" ? this.#in : `${this.#in}/${argument}`;
    this.#fault ??= { kind, at, in: where, given, allowed, suggestions: suggestions(given, among) };
  }

  /** `value` if the line was right and nothing is left of it. */
  finish<T>(value: T): Result<T, ConsoleFault> {
    if (this.#fault === undefined && !this.done) {
      this.fail("extra-argument", {
        argument: "",
        at: this.#at,
        given: this.plain(),
        allowed: `See: help ${this.#in}.`,
      });
    }
    return this.#fault === undefined ? ok(value) : err(this.#fault);
  }

  private plain(): string {
    const from = this.#at;
    while (!this.done && this.#line[this.#at] !== " ") this.#at++;
    return this.#line.slice(from, this.#at);
  }

  private quoted(argument: string): string {
    const from = this.#at++;
    let text = "";
    while (!this.done && this.#line[this.#at] !== '"') text += this.quotedCharacter(argument);
    if (this.done) this.fail("unclosed-quote", { argument, at: from, allowed: quoteRule });
    this.#at++;
    if (!this.done && this.#line[this.#at] !== " ") {
      this.fail("text-after-quote", { argument, at: this.#at, given: this.plain(), allowed: quoteRule });
    }
    return text;
  }

  private quotedCharacter(argument: string): string {
    const first = this.#line[this.#at++] ?? "";
    if (first !== "\\") return first;
    const escaped = this.#line[this.#at++] ?? "";
    if (escaped !== '"' && escaped !== "\\") {
      this.fail("bad-escape", { argument, at: this.#at - 2, given: first + escaped, allowed: quoteRule });
    }
    return escaped;
  }

  private skipSpaces(): void {
    while (this.#line[this.#at] === " ") this.#at++;
  }
}

/** Where and what of a fault. */
interface FaultPlace {
  readonly argument: string;
  readonly at: number;
  readonly given?: string;
  readonly allowed: string;
  /** Words that would have been right. */
  readonly among?: readonly string[];
}

/** The name in the one form it is stored and compared in, or `undefined` when it can't be one. */
export function canonicalName(text: string): string | undefined {
  const name = text.toLowerCase().replace(/^sips?:/, "");
  const [user, domain, ...more] = name.split("@");
  if (
    user === undefined ||
    more.length > 0 ||
    !/^[a-z0-9._+-]+$/.test(user) ||
    user.length > userNameCharsMax
  ) {
    return undefined;
  }
  if (domain === undefined) return name;
  const isDomain = domain.split(".").every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label));
  return isDomain && domain.length <= userDomainCharsMax ? name : undefined;
}

export const nameRule: string = "A name is up to 32 of a-z, 0-9 and . _ + -, perhaps with @domain.";
const quoteRule = 'Quoted text ends with ", and inside it write \\" for " and \\\\ for \\.';
