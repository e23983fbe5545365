/** A word of a CDDL text and where it stands. */
export interface Token {
  readonly kind: "name" | "number" | "text" | "bytes" | "sign" | "end";
  readonly text: string;
  readonly line: number;
  /** Whether white space or a comment stands before it. */
  readonly spaced: boolean;
}

/** The words of a CDDL text (RFC 8610 appendix B); `source` names it in errors. */
export function tokensOf(text: string, source: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const blank = /^(?:\s|;[^\n]*)+/.exec(text.slice(at))?.[0] ?? "";
    at += blank.length;
    line += blank.split("\n").length - 1;
    if (at >= text.length) break;
    const token = tokenAt(text.slice(at));
    if (token === undefined) throw new Error(`${source}:${line}: not understood: ${text.slice(at, at + 20)}`);
    tokens.push({ kind: token.kind, text: token.text, line, spaced: blank !== "" });
    at += token.text.length;
  }
  tokens.push({ kind: "end", text: "the end", line, spaced: true });
  return tokens;
}

const forms: readonly { kind: Token["kind"]; pattern: RegExp }[] = [
  { kind: "bytes", pattern: /^h'[0-9a-fA-F\s]*'/ },
  { kind: "name", pattern: /^[A-Za-z@_$](?:[-.]*[A-Za-z0-9@_$])*/ },
  { kind: "number", pattern: /^-?(?:0x[0-9a-fA-F]+|[0-9]+)/ },
  { kind: "text", pattern: /^"(?:[^"\\\n]|\\.)*"/ },
  { kind: "sign", pattern: /^(?:\.\.\.?|\.(?:size|cbor|regexp)\b|=>|\/\/|[=/:,?*+()[\]{}])/ },
];

function tokenAt(rest: string): { kind: Token["kind"]; text: string } | undefined {
  for (const { kind, pattern } of forms) {
    const text = pattern.exec(rest)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return undefined;
}
