import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The beginning of a function's body: a declaration ends in a semicolon first. */
const definition = /^[ \t]*(?:\w+ )*void\s+(xs_\w+)\s*\([^;{}]*\{/gm;

/**
 * Native functions that modules of a leaf name (`@ "xs_..."`) and none of its C files defines. No compiler for the chip
 * is at hand to say so; and mcconfig drops, without a word, a C file whose name another one bears.
 */
export function undefinedNatives(folder: string, linkedSource: string): string[] {
  const named = new Set<string>();
  const callbacks = linkedSource.matchAll(/^\t\{ (?:\(xsCallback\))?(xs_\w+), -?\d+, \d+ \},$/gm);
  for (const [, name] of callbacks) named.add(name ?? "");
  const defined = new Set<string>();
  for (const file of compiledFiles(join(folder, "makefile"))) {
    for (const [, name] of textOf(file).matchAll(definition)) defined.add(name ?? "");
  }
  return [...named].filter((name) => !defined.has(name)).sort();
}

/** The C files of modules, as the makefile compiles them. */
function compiledFiles(makefile: string): string[] {
  const rules = readFileSync(makefile, "utf8").matchAll(/^\$\(TMP_DIR\)\/[^\s:]+[.]c[.]o: (\/\S+[.]c)\b/gm);
  return [...rules].map(([, file]) => file ?? "");
}

/** A C file with the C files it includes: some of the SDK's consist of that alone. */
function textOf(file: string): string {
  if (!existsSync(file)) return "";
  const text = readFileSync(file, "utf8");
  const included = [...text.matchAll(/^#include "([^"]+[.]c)"/gm)].map(([, name]) =>
    join(dirname(file), name ?? ""),
  );
  return [text, ...included.map(textOf)].join("\n");
}
