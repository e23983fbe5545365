import { fileText, filesBelow } from "../file.js";
import { Matcher, prelude } from "./matcher.js";
import { parseRules } from "./parser.js";
import { decodeStrictly } from "./strict-cbor.js";
import type { Entry, Group, Rule, Type } from "./syntax.js";

/**
 * A description in CDDL and what conforms to it. Written against RFC 8610 and npm `cbor2` only: it shares no line with
 * the codecs it judges.
 */
export class Schema {
  readonly #rules: ReadonlyMap<string, Rule>;

  /** From texts that may use each other's rules; throws on a name defined twice or not at all. */
  constructor(texts: readonly { source: string; text: string }[]) {
    const rules = new Map<string, Rule>();
    for (const { source, text } of texts) {
      for (const [name, rule] of parseRules(text, source)) {
        if (rules.has(name) || name in prelude)
          throw new Error(`${source}: ${name} is defined elsewhere too`);
        rules.set(name, rule);
      }
    }
    this.#rules = rules;
    for (const [name, rule] of rules) this.#checkNames(name, rule);
  }

  /** From every .cddl file below a folder of the repository. */
  static below(folder: string): Schema {
    const files = filesBelow(folder).filter((file) => file.endsWith(".cddl"));
    return new Schema(files.map((file) => ({ source: file, text: fileText(file) })));
  }

  /** Names of all rules that are types. */
  get types(): string[] {
    return [...this.#rules].filter(([, rule]) => rule.form === "type").map(([name]) => name);
  }

  /** Why `bytes` are not one deterministic item that `rule` describes: "path: reason"; nothing when they are. */
  validate(rule: string, bytes: Uint8Array): string | undefined {
    if (this.#rules.get(rule)?.form !== "type" && !(rule in prelude))
      return `${rule}: no such rule in any .cddl file`;
    let value: unknown;
    try {
      value = decodeStrictly(bytes);
    } catch (error) {
      return `${rule}: ${error instanceof Error ? error.message : String(error)}`;
    }
    const mismatch = new Matcher(this.#rules).mismatch(rule, value);
    return mismatch === undefined ? undefined : `${mismatch.path}: ${mismatch.reason}`;
  }

  #checkNames(where: string, rule: Rule): void {
    for (const name of rule.form === "type" ? namesOfType(rule.type) : namesOfGroup(rule.group)) {
      if (!this.#rules.has(name) && !(name in prelude)) throw new Error(`${where}: ${name} is not defined`);
    }
  }
}

function namesOfType(type: Type): string[] {
  switch (type.form) {
    case "choice":
      return type.of.flatMap(namesOfType);
    case "name":
      return [type.name];
    case "array":
    case "map":
      return namesOfGroup(type.group);
    case "control":
      return [...namesOfType(type.target), ...namesOfType(type.argument)];
    case "literal":
    case "range":
      return [];
  }
}

function namesOfGroup(group: Group): string[] {
  return group.flat().flatMap(namesOfEntry);
}

function namesOfEntry({ what }: Entry): string[] {
  if (what.form === "inline") return namesOfGroup(what.group);
  return [...(what.key === undefined ? [] : namesOfType(what.key.type)), ...namesOfType(what.type)];
}
