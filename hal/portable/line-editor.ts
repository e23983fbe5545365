import { decodeText } from "../../firmware/core/text.js";
import { lineBytesMax } from "../../firmware/core/limits.js";

/** What the editor wants done after a byte or a run of them. */
export interface Edited {
  /** A line was finished. */
  readonly line?: string;
  /** What an echoing terminal has to show. */
  readonly echo: string;
}

const backspace = 0x08;
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const escape = 0x1b;
const interrupt = 0x03;
const killLine = 0x15;
const rubOut = 0x7f;

/** Room for a line as people type them; a longer one takes more while it lasts. */
const usualBytes = 64;

/**
 * Bytes typed on a serial line, into lines: CR, LF or CR LF end one, backspace takes back a character, Ctrl-C
 * and Ctrl-U the line, arrow keys and other escape sequences are swallowed. Of a line longer than
 * `lineBytesMax` the beginning is kept, so the command parser, which refuses a line of that length, says so.
 * Bytes that are not UTF-8 become U+FFFD.
 */
export class LineEditor {
  #bytes = new Uint8Array(usualBytes);
  #length = 0;
  #afterReturn = false;
  #escape: "none" | "begun" | "inside" = "none";

  /** Takes one byte. */
  feed(byte: number): Edited {
    const wasReturn = this.#afterReturn;
    this.#afterReturn = byte === carriageReturn;
    if (this.#escape !== "none") return this.feedEscape(byte);
    switch (byte) {
      case lineFeed:
        return wasReturn ? nothing : this.finish();
      case carriageReturn:
        return this.finish();
      case backspace:
      case rubOut:
        return this.takeBack();
      case killLine:
        return this.eraseAll();
      case interrupt:
        this.clear();
        return { echo: "^C\r\n" };
      case escape:
        this.#escape = "begun";
        return nothing;
      default:
        return this.add(byte === tab ? 0x20 : byte);
    }
  }

  private feedEscape(byte: number): Edited {
    const opens = this.#escape === "begun" && (byte === 0x5b || byte === 0x4f);
    const ends = this.#escape === "begun" ? !opens : byte >= 0x40 && byte <= 0x7e;
    this.#escape = ends ? "none" : "inside";
    return nothing;
  }

  private add(byte: number): Edited {
    if (byte < 0x20) return nothing;
    if (this.#length === lineBytesMax) return { echo: "\x07" };
    if (this.#length === this.#bytes.length) this.grow();
    this.#bytes[this.#length++] = byte;
    return { echo: this.endsCharacter() ? this.lastCharacter() : "" };
  }

  private finish(): Edited {
    const line = textOf(this.#bytes.subarray(0, this.#length));
    this.clear();
    return { line, echo: "\r\n" };
  }

  private takeBack(): Edited {
    if (this.#length === 0) return nothing;
    this.#length = this.characterStart();
    return { echo: "\b \b" };
  }

  private eraseAll(): Edited {
    const characters = Array.from(textOf(this.#bytes.subarray(0, this.#length))).length;
    this.clear();
    return { echo: "\b \b".repeat(characters) };
  }

  /** A kilobyte is not for a line that nobody types. */
  private grow(): void {
    const larger = new Uint8Array(Math.min(2 * this.#bytes.length, lineBytesMax));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  private clear(): void {
    this.#length = 0;
    if (this.#bytes.length > usualBytes) this.#bytes = new Uint8Array(usualBytes);
  }

  private characterStart(): number {
    let at = this.#length - 1;
    while (at > 0 && ((this.#bytes[at] ?? 0) & 0xc0) === 0x80) at--;
    return at;
  }

  private endsCharacter(): boolean {
    return decodeText(this.#bytes.subarray(this.characterStart(), this.#length)) !== undefined;
  }

  private lastCharacter(): string {
    return textOf(this.#bytes.subarray(this.characterStart(), this.#length));
  }
}

const nothing: Edited = { echo: "" };

/** The text, or what can be read of it, one U+FFFD for each byte that is part of nothing. */
function textOf(bytes: Uint8Array): string {
  return decodeText(bytes) ?? readablePart(bytes);
}

function readablePart(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = characterBytes(bytes, at);
    text += length === 0 ? "\ufffd" : (decodeText(bytes.subarray(at, at + length)) ?? "");
    at += Math.max(1, length);
  }
  return text;
}

/** Bytes of the character that begins at `at`; 0 where none does. */
function characterBytes(bytes: Uint8Array, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++)
    if (decodeText(bytes.subarray(at, at + length)) !== undefined) return length;
  return 0;
}
