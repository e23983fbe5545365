/** Why a line was not done. */
export type ConsoleFaultKind =
  | "line-too-long"
  | "control-character"
  | "unclosed-quote"
  | "bad-escape"
  | "text-after-quote"
  | "unknown-command"
  | "unknown-action"
  | "unknown-setting"
  | "unknown-codec"
  | "missing-argument"
  | "extra-argument"
  | "bad-name"
  | "bad-address"
  | "bad-number"
  | "bad-digits"
  | "bad-node-id"
  | "bad-hex"
  | "bad-value"
  | "text-too-long";

/** What was wrong with a line, where, and what would have been right. */
export interface ConsoleFault {
  readonly kind: ConsoleFaultKind;
  /** Where in the line it begins, characters from 0. */
  readonly at: number;
  /** In what: "call/name", "set/volume"; "line" before the command is known. */
  readonly in: string;
  /** What stood there; empty when nothing did, and for secrets. */
  readonly given: string;
  /** What would be right: a phrase. */
  readonly allowed: string;
  /** Words of which one was probably meant. */
  readonly suggestions: readonly string[];
}

/**
 * The fault as a person reads it, with column numbers from 1. Remote or typed text in it is not yet made
 * `printable`.
 */
export function faultSentence(fault: ConsoleFault): string {
  const meant = fault.suggestions.length === 0 ? "" : ` Did you mean ${fault.suggestions.join(" or ")}?`;
  return `${problem(fault)}${meant} ${fault.allowed}`.trim();
}

function problem({ kind, at, in: where, given }: ConsoleFault): string {
  const what = given === "" ? "This" : `"${given}"`;
  switch (kind) {
    case "unknown-command":
      return `${what} is not a command.`;
    case "missing-argument":
      return `${where.replace("/", " needs <")}>, which is missing.`;
    case "extra-argument":
      return `${what} at column ${at + 1} is too much for ${where}.`;
    case "unclosed-quote":
      return `The quote at column ${at + 1} is not closed.`;
    case "line-too-long":
      return "The line is too long; nothing was done.";
    default:
      return `${what} at column ${at + 1} cannot be ${partText(where)}.`;
  }
}

/** "set volume/value" as "the <value> of set volume"; "line" as "part of a line". */
function partText(where: string): string {
  const [command = "", argument] = where.split("/");
  return argument === undefined ? `part of a ${command}` : `the <${argument}> of ${command}`;
}
