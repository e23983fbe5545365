/**
 * The serial console: lines in, text out. Line ends (CR, LF, both) and over-long lines are the
 * implementation's business.
 */
export interface Console {
  /** Who reads it: a person (`text`), or a tool (`json`: one object a line for every answer and event). */
  readonly format: "text" | "json";
  /**
   * The next line, without its end, or `undefined` when none is complete. At most `lineBytesMax` bytes are
   * kept of one.
   */
  readLine(): string | undefined;
  /** Prints one line. */
  writeLine(text: string): void;
  close(): void;
}
