import { messageRules } from "./wire-kinds.js";

/**
 * What PROTOCOL.md quotes, and whether it is so: CDDL rules in blocks marked `cddl`, annotated examples in
 * blocks marked `golden <title>`, values written as a constant's name and its value.
 */

/** A fenced block of a Markdown text. */
interface Block {
  /** What follows the language on the fence. */
  readonly title: string;
  readonly text: string;
}

/** Rules of CDDL by name, each with the lines it goes on for, as they stand; comments between rules are left out. */
export function rulesOf(cddl: string): ReadonlyMap<string, string> {
  const rules = new Map<string, string>();
  let name: string | undefined;
  for (const line of cddl.split("\n")) {
    const [, begun] = /^([a-z][a-z0-9-]*) = /.exec(line) ?? [];
    if (begun !== undefined) rules.set(begun, line);
    else if (name !== undefined && /^(\s+\S|\])/.test(line))
      rules.set(name, `${rules.get(name) ?? ""}\n${line}`);
    name = begun ?? (/^(\s+\S|\])/.test(line) ? name : undefined);
  }
  return rules;
}

/** Rules quoted that are not word for word those of the description. */
export function misquotedRules(document: string, cddl: string): string[] {
  const described = rulesOf(cddl);
  const quoted = blocksOf(document, "cddl").flatMap(({ text }) => [...rulesOf(text)]);
  return quoted.filter(([name, text]) => described.get(name) !== text).map(([name]) => name);
}

/**
 * Kinds of messages without a section of their own. A section begins with "### <number> `<rule>`" and has the
 * rule and at least one example of it.
 */
export function untoldMessages(
  document: string,
  cddl: string,
  examples: readonly { readonly title: string; readonly rule: string }[],
): string[] {
  const rules = rulesOf(cddl);
  return messageRules(cddl).filter((rule) => {
    const [, number] = /= \[(\d+)/.exec(rules.get(rule) ?? "") ?? [];
    const section = sectionOf(document, `### ${number ?? "?"} \`${rule}\``);
    const shown = blocksOf(section, "golden").map(({ title }) => title);
    const isQuoted = blocksOf(section, "cddl").some(({ text }) => rulesOf(text).has(rule));
    return !isQuoted || !examples.some((example) => example.rule === rule && shown.includes(example.title));
  });
}

/** Numbers below the greatest type that have neither a message nor a line among the reserved ones. */
export function unaccountedTypes(document: string, cddl: string): number[] {
  const taken = [...rulesOf(cddl).values()].flatMap(
    (rule) => /^\S+ = \[(\d+)[,\]]/.exec(rule)?.slice(1) ?? [],
  );
  const reserved = [...sectionOf(document, "## 11 Reserved").matchAll(/^\| ([\d, ]+) \|/gm)];
  const named = [...taken, ...reserved.flatMap(([, numbers]) => numbers?.split(", ") ?? [])].map(Number);
  return Array.from({ length: Math.max(...named) }, (_, number) => number).filter(
    (number) => named.filter((other) => other === number).length !== 1,
  );
}

/** Examples whose hex, the annotations taken off, is not that of the vector with their title. */
export function wrongGoldens(document: string, vectors: ReadonlyMap<string, string>): string[] {
  return blocksOf(document, "golden")
    .filter(({ title, text }) => vectors.get(title) !== hexOf(text))
    .map(({ title }) => title);
}

/** Hex of an annotated example: in each line what stands before two spaces. */
function hexOf(annotated: string): string {
  return annotated
    .split("\n")
    .map((line) => /^((?:[0-9a-f]+ ?)*)(?: |$)/.exec(line)?.[1] ?? "?")
    .join("")
    .replaceAll(" ", "");
}

/**
 * Values quoted, "`name` = value" in a sentence and "| `name` | value |" in a table, that `valueOf` does not
 * confirm.
 */
export function wrongValues(document: string, valueOf: (name: string) => string | undefined): string[] {
  return quotedValues(document)
    .filter(({ name, value }) => valueOf(name) !== value)
    .map(({ name, value }) => `${name} is ${valueOf(name) ?? "no constant"}, not ${value}`);
}

/** Every value that a document quotes. */
export function quotedValues(document: string): { readonly name: string; readonly value: string }[] {
  const quotes = document.matchAll(
    /`((?:[\w./-]+\.ts )?[a-z][\w.]*)`\s(?:=|\|)\s(\d+(?:\.\d+)*(?:-\d+)?)(?!\w|\.\d)/g,
  );
  return [...quotes].map(([, name, value]) => ({ name: name ?? "", value: value ?? "" }));
}

/** The value of a constant that a source text declares: a number, a product, a power, a quotient, or a range of two. */
export function declaredValue(source: string, name: string): string | undefined {
  const [, value] = new RegExp(`^(?:export )?const ${name}(?:: [^=]+)? = ([^;]+);`, "m").exec(source) ?? [];
  if (value === undefined) return undefined;
  const [, least, most] = /^\[([^,]+), ([^,\]]+)\]$/.exec(value) ?? [];
  return least === undefined || most === undefined
    ? numberText(value)
    : `${numberText(least)}-${numberText(most)}`;
}

function numberText(expression: string): string {
  const [first, operator, second] = expression.replaceAll("_", "").split(" ");
  const [a, b] = [Number(first), Number(second)];
  switch (operator) {
    case "*":
      return String(a * b);
    case "**":
      return String(a ** b);
    case "/":
      return String(a / b);
    default:
      return String(a);
  }
}

/** Constants of one section of limits.ts, by name. */
export function limitsOfSection(limits: string, section: string): string[] {
  const [, text] = new RegExp(`^// ${section} -+$([^]*?)(?=^// \\w+ -+$|(?![^]))`, "m").exec(limits) ?? [];
  return [...(text ?? "").matchAll(/^export const (\w+)(?:: number)? = /gm)].map(([, name]) => name ?? "");
}

function blocksOf(document: string, language: string): Block[] {
  const blocks = document.matchAll(new RegExp(`^\`\`\`${language}(?: (.*))?\n([^]*?)\n\`\`\`$`, "gm"));
  return [...blocks].map(([, title, text]) => ({ title: title ?? "", text: text ?? "" }));
}

/** From a heading to the next one of any depth. */
function sectionOf(document: string, heading: string): string {
  const at = `\n${document}`.indexOf(`\n${heading}\n`);
  return at < 0 ? "" : (document.slice(at + heading.length).split(/^#+ /m)[0] ?? "");
}
