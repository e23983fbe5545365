import type { SourceFile } from "./tree.js";

/** A rule over one file: what is wrong with it, a sentence each. */
type TextRule = (file: SourceFile) => string[];

const linesMax = 300;
const widthMax = 120;

/** A table of constants, every bound in one place: ESLint counts its entries without their comments. */
const tables = new Set(["firmware/core/limits.ts"]);

/** What our own code and its written documents must satisfy beyond lint. */
export const textRules: Readonly<Record<string, TextRule>> = {
  [`no file of code is longer than ${linesMax} lines`]: ({ path, text }) => {
    const lines = text.trimEnd().split("\n").length;
    return isCode(path) && !tables.has(path) && lines > linesMax ? [`${lines} lines`] : [];
  },

  [`no line of code is wider than ${widthMax} columns`]: ({ path, text }) =>
    isCode(path) ? linesWith(text, (line) => Array.from(line).length > widthMax) : [],

  "a name says what is inside": ({ path }) => {
    const words = path.replace(/\.[^/]*$/, "").split(/[/-]/);
    return words.filter((word) => /^(utils?|helpers?|managers?|common|misc|types|shared)$/.test(word));
  },

  "names are in kebab-case": ({ path }) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return /\.(ts|mts|mjs|cjs|js)$/.test(name) && !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name) ? [name] : [];
  },

  "no licence header: LICENSE speaks for all": ({ path, text }) => {
    const head = text.split("\n").slice(0, 15).join("\n");
    return isCode(path) && /copyright|SPDX-License|licensed under|all rights reserved/i.test(head)
      ? [path]
      : [];
  },

  "what is left to do stands in an issue or a README": ({ path, text }) =>
    isCode(path) ? linesWith(text, (line) => /\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b/.test(line)) : [],

  "no test is switched off or singled out": ({ path, text }) =>
    path.endsWith(".test.ts")
      ? linesWith(text, (line) => /\b(it|describe)\.(only|skip)\b|\bx(it|describe)\(/.test(line))
      : [],

  "a rule of lint or types is put aside only with a reason": ({ path, text }) =>
    isCode(path)
      ? linesWith(text, (line) =>
          /@ts-(ignore|nocheck)|@ts-expect-error\s*$|eslint-disable(?!.* -- )/.test(line),
        )
      : [],

  "text is Unix text": ({ path, text }) =>
    isCode(path) || path.endsWith(".md") ? linesWith(text, (line) => /\r|\t|\s$/.test(line)) : [],
};

function isCode(path: string): boolean {
  return /\.(ts|mts|mjs|cjs|js|cddl|c|h)$/.test(path) && !path.startsWith("test/vectors/");
}

function linesWith(text: string, isBad: (line: string) => boolean): string[] {
  return text
    .split("\n")
    .flatMap((line, at) => (isBad(line) ? [`line ${at + 1}: ${line.slice(0, 60)}`] : []));
}
