import type { SourceFile } from "./tree.js";

/** The rules that `message = a / b / …` of the CDDL lists: one for each kind of message. */
export function messageRules(cddl: string): string[] {
  const choice = /^message = (.*?)\n\n/ms.exec(cddl)?.[1] ?? "";
  return choice
    .replace(/;.*$/gm, "")
    .split(/[\s/]+/)
    .filter((name) => name !== "");
}

/** Rules that code names when it makes a writer of CBOR. */
export function writtenRules(files: readonly SourceFile[]): string[] {
  const names = files.flatMap(({ text }) => [...text.matchAll(/new CborWriter\(\s*"([a-z0-9-]+)"/g)]);
  return [...new Set(names.map(([, name]) => name ?? ""))].sort();
}

/**
 * Decoders of the wire layer that code outside it calls, and that no test feeds with random input: a test
 * that names the decoder and draws from fast-check or from the seeded mutations. Their inner parts are
 * reached through them.
 */
export function decodersWithoutRandomTest(
  codecs: readonly SourceFile[],
  callers: readonly SourceFile[],
  tests: readonly SourceFile[],
): string[] {
  const random = tests.filter(({ path, text }) => /\bfc\.|Mutation|mutat|fuzz|prng/i.test(path + text));
  const names = codecs.flatMap(({ text }) => [...text.matchAll(/^export function (decode\w+)/gm)]);
  return names
    .map(([, name]) => name ?? "")
    .filter((name) => isNamed(name, callers) && !isNamed(name, random));
}

function isNamed(name: string, files: readonly SourceFile[]): boolean {
  const word = new RegExp(`\\b${name}\\b`);
  return files.some(({ text }) => word.test(text));
}
