/** What tests, mocha and the packages they use find as globals on Node, and XS lacks. Import it before all else. */
import { Buffer } from "./buffer.js";
import { shown } from "./shown.js";
import { TextDecoder, TextEncoder } from "./text-codec.js";
import { clearTimeout, setTimeout } from "./timers.js";

/** The host's own: writes a line. */
declare const print: (line: string) => void;

function log(...items: readonly unknown[]): void {
  print(items.map((item) => (typeof item === "string" ? item : shown(item))).join(" "));
}

function NotOnXs(): never {
  throw new Error("XS has no such class");
}

Object.assign(globalThis, {
  Buffer,
  TextDecoder,
  TextEncoder,
  setTimeout,
  clearTimeout,
  console: { log, info: log, warn: log, error: log, debug: log },
  // npm cbor2 and cbor-web name these classes when they are loaded; mocha's browser build reads its options there.
  URL: NotOnXs,
  AbortController: NotOnXs,
  AbortSignal: NotOnXs,
  location: { search: "" },
});

// fast-check composes graphemes with it. The text it makes of them is random either way.
Object.assign(String.prototype, {
  normalize(this: string): string {
    return this.slice();
  },
});
