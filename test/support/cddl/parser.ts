import type { Entry, Group, Inline, Member, Operator, Rule, Type } from "./syntax.js";
import { tokensOf, type Token } from "./tokens.js";

/** The rules of a CDDL text, by name. Throws with "source:line: reason" on what is not in our subset. */
export function parseRules(text: string, source: string): Map<string, Rule> {
  return new Parser(tokensOf(text, source), source).rules();
}

/** Recursive descent over the tokens of one text. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #source: string;
  #at = 0;

  constructor(tokens: readonly Token[], source: string) {
    this.#tokens = tokens;
    this.#source = source;
  }

  rules(): Map<string, Rule> {
    const rules = new Map<string, Rule>();
    while (this.#peek().kind !== "end") {
      const name = this.#take("name").text;
      if (rules.has(name)) this.#refuse(`${name} is defined twice`);
      this.#sign("=");
      rules.set(name, this.#rule());
    }
    return rules;
  }

  /** A right-hand side: a type, or a group when it is one in parentheses that no type could be. */
  #rule(): Rule {
    const start = this.#at;
    if (this.#peek().text === "(") {
      const group = this.#closed("(", ")");
      if (soleType(group) === undefined) return { form: "group", group };
      this.#at = start;
    }
    return { form: "type", type: this.#type() };
  }

  #type(): Type {
    const of = [this.#controlled()];
    while (this.#trySign("/")) of.push(this.#controlled());
    return of.length === 1 && of[0] !== undefined ? of[0] : { form: "choice", of };
  }

  #controlled(): Type {
    const target = this.#plain();
    const next = this.#peek().text;
    if (next === ".." || next === "...") return this.#range(target);
    if (next !== ".size" && next !== ".cbor" && next !== ".regexp") return target;
    this.#at++;
    return { form: "control", target, operator: next satisfies Operator, argument: this.#plain() };
  }

  #range(low: Type): Type {
    const open = this.#tokens[this.#at++]?.text === "...";
    const high = this.#plain();
    if (low.form !== "literal" || high.form !== "literal") this.#refuse("a range needs numbers");
    if (typeof low.value !== "number" || typeof high.value !== "number")
      this.#refuse("a range needs numbers");
    return { form: "range", least: low.value, most: open ? high.value - 1 : high.value };
  }

  #plain(): Type {
    const token = this.#peek();
    if (token.text === "[") return { form: "array", group: this.#closed("[", "]") };
    if (token.text === "{") return { form: "map", group: this.#closed("{", "}") };
    if (token.text === "(") {
      const type = soleType(this.#closed("(", ")"));
      return type ?? this.#refuse("a group stands where a type is needed");
    }
    this.#at++;
    if (token.kind === "name") return { form: "name", name: token.text };
    const value = literalOf(token);
    return value === undefined ? this.#refuse(`${token.text} begins no type`) : { form: "literal", value };
  }

  #closed(opening: string, closing: string): Group {
    this.#sign(opening);
    const group: Entry[][] = [[]];
    while (!this.#trySign(closing)) {
      if (this.#trySign("//")) group.push([]);
      else group[group.length - 1]?.push(this.#entry());
      this.#trySign(",");
    }
    return group;
  }

  #entry(): Entry {
    const { least, most } = this.#occurrence();
    const start = this.#at;
    if (this.#peek().text === "(") {
      const group = this.#closed("(", ")");
      const next = this.#peek().text;
      const isType = soleType(group) !== undefined && (next === "/" || next === "=>" || next.startsWith("."));
      if (!isType) return { least, most, what: { form: "inline", group } };
      this.#at = start;
    }
    return { least, most, what: this.#member() };
  }

  #member(): Member {
    const first = this.#peek();
    const second = this.#tokens[this.#at + 1];
    if (second?.text === ":") {
      this.#at += 2;
      const value = first.kind === "name" ? first.text : literalOf(first);
      if (value === undefined) this.#refuse(`${first.text} is no key`);
      return {
        form: "member",
        key: { text: first.text, type: { form: "literal", value } },
        type: this.#type(),
      };
    }
    const type = this.#type();
    if (!this.#trySign("=>")) return { form: "member", type };
    return { form: "member", key: { text: `${first.text}…`, type }, type: this.#type() };
  }

  #occurrence(): { least: number; most: number } {
    if (this.#trySign("?")) return { least: 0, most: 1 };
    if (this.#trySign("+")) return { least: 1, most: Infinity };
    if (this.#trySign("*")) return { least: 0, most: this.#upperBound() };
    const low = this.#peek();
    if (low.kind !== "number" || this.#tokens[this.#at + 1]?.text !== "*") return { least: 1, most: 1 };
    this.#at += 2;
    return { least: Number(low.text), most: this.#upperBound() };
  }

  /** The number that stands close behind the star, if one does. */
  #upperBound(): number {
    const { kind, spaced, text } = this.#peek();
    if (kind !== "number" || spaced) return Infinity;
    this.#at++;
    return Number(text);
  }

  #peek(): Token {
    const token = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)];
    if (token === undefined) throw new Error("a token list has an end");
    return token;
  }

  #take(kind: Token["kind"]): Token {
    const token = this.#peek();
    if (token.kind !== kind) this.#refuse(`${token.text} stands where a ${kind} is needed`);
    this.#at++;
    return token;
  }

  #sign(text: string): void {
    if (!this.#trySign(text)) this.#refuse(`${this.#peek().text} stands where ${text} is needed`);
  }

  #trySign(text: string): boolean {
    if (this.#peek().kind !== "sign" || this.#peek().text !== text) return false;
    this.#at++;
    return true;
  }

  #refuse(reason: string): never {
    throw new Error(`${this.#source}:${this.#peek().line}: ${reason}`);
  }
}

/** The type that a parenthesized group is, when it is no more than that. */
function soleType(group: Group): Type | undefined {
  const entry = group.length === 1 && group[0]?.length === 1 ? group[0][0] : undefined;
  if (entry?.least !== 1 || entry.most !== 1) return undefined;
  const what: Member | Inline = entry.what;
  if (what.form === "inline") return soleType(what.group);
  return what.key === undefined ? what.type : undefined;
}

function literalOf(token: Token): number | string | Uint8Array | undefined {
  switch (token.kind) {
    case "number":
      return Number(token.text);
    case "text":
      return JSON.parse(token.text) as string;
    case "bytes":
      return Uint8Array.from(Buffer.from(token.text.slice(2, -1).replaceAll(/\s/g, ""), "hex"));
    default:
      return undefined;
  }
}
