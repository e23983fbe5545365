import { decodeStrictly, type Value } from "./strict-cbor.js";
import type { Entry, Group, Member, Operator, Rule, Type } from "./syntax.js";

/** Why an item is not what a rule describes: where it was furthest on its way, and the reason. */
export interface Mismatch {
  /** "store-request/record/generation" */
  readonly path: string;
  readonly reason: string;
}

/** A place in an item: names for people, positions to tell which of two places is further. */
interface Place {
  readonly names: readonly string[];
  readonly positions: readonly number[];
}

/** The array that is being matched. */
interface ArrayItems {
  readonly items: readonly Value[];
  readonly place: Place;
}

/** Whether what follows a matched part matches from here on. */
type Then = (at: number) => boolean;

/**
 * Matches one item. Groups are matched with backtracking: a choice that fails later is tried otherwise, so a
 * description accepts what it reads as, not what a greedy reading leaves of it.
 */
export class Matcher {
  readonly #rules: ReadonlyMap<string, Rule>;
  #furthest: { place: Place; reason: string } | undefined;

  constructor(rules: ReadonlyMap<string, Rule>) {
    this.#rules = rules;
  }

  /** Nothing when `value` is what the rule `name` describes. */
  mismatch(name: string, value: Value): Mismatch | undefined {
    this.#furthest = undefined;
    if (this.#type({ form: "name", name }, value, { names: [name], positions: [] })) return undefined;
    return this.#reached(name);
  }

  #reached(name: string): Mismatch {
    if (this.#furthest === undefined) return { path: name, reason: "does not match" };
    return { path: this.#furthest.place.names.join("/"), reason: this.#furthest.reason };
  }

  #type(type: Type, value: Value, place: Place): boolean {
    switch (type.form) {
      case "choice":
        return type.of.some((alternative) => this.#type(alternative, value, place));
      case "literal":
        return (
          sameLiteral(type.value, value) || this.#fail(place, `${show(value)} is not ${show(type.value)}`)
        );
      case "range":
        return (
          (isInteger(value) && value >= type.least && value <= type.most) ||
          this.#fail(place, `${show(value)} is not in ${type.least}..${type.most}`)
        );
      case "name":
        return this.#name(type.name, value, place);
      case "array":
        return this.#array(type.group, value, place);
      case "map":
        return this.#map(type.group, value, place);
      case "control":
        return (
          this.#type(type.target, value, place) && this.#control(type.operator, type.argument, value, place)
        );
    }
  }

  #name(name: string, value: Value, place: Place): boolean {
    const rule = this.#rules.get(name);
    if (rule?.form === "type") return this.#type(rule.type, value, place);
    const test = rule === undefined ? prelude[name] : undefined;
    if (test === undefined) throw new Error(`${name} is no type`);
    return test(value) || this.#fail(place, `${show(value)} is not ${name}`);
  }

  #control(operator: Operator, argument: Type, value: Value, place: Place): boolean {
    switch (operator) {
      case ".size":
        return this.#size(argument, value, place);
      case ".regexp":
        if (argument.form !== "literal") throw new Error(".regexp needs a text");
        return (
          new RegExp(`^(?:${String(argument.value)})$`, "u").test(String(value)) ||
          this.#fail(place, `${show(value)} is not like ${show(argument.value)}`)
        );
      case ".cbor":
        return this.#embedded(argument, value, place);
    }
  }

  /** RFC 8610 §3.8.1: length of a string in bytes, or bytes an unsigned integer fits into. */
  #size(argument: Type, value: Value, place: Place): boolean {
    if (isInteger(value)) {
      if (argument.form !== "literal" || typeof argument.value !== "number") throw new Error(".size of uint");
      return (
        value < 256 ** argument.value || this.#fail(place, `${show(value)} exceeds ${argument.value} bytes`)
      );
    }
    const length = value instanceof Uint8Array ? value.length : Buffer.byteLength(String(value));
    const inner = new Matcher(this.#rules);
    return inner.#type(argument, length, place) || this.#fail(place, `a length of ${length} bytes`);
  }

  #embedded(argument: Type, value: Value, place: Place): boolean {
    if (!(value instanceof Uint8Array)) return this.#fail(place, ".cbor needs bytes");
    let item: Value;
    try {
      item = decodeStrictly(value);
    } catch (error) {
      return this.#fail(place, `embedded CBOR: ${error instanceof Error ? error.message : String(error)}`);
    }
    return this.#type(argument, item, place);
  }

  #array(group: Group, value: Value, place: Place): boolean {
    if (!Array.isArray(value)) return this.#fail(place, `${show(value)} is no array`);
    return this.#group(group, 0, { items: value, place }, (at) => {
      return (
        at === value.length ||
        this.#fail(deeper(place, `[${at}]`, at), `an item too many: ${show(value[at])}`)
      );
    });
  }

  /** Whether an alternative of `group` matches the array from `at` on and `then` accepts the place behind it. */
  #group(group: Group, at: number, array: ArrayItems, then: Then): boolean {
    return group.some((entries) => this.#entries(entries, at, array, then));
  }

  #entries(entries: readonly Entry[], at: number, array: ArrayItems, then: Then): boolean {
    const [entry, ...rest] = entries;
    if (entry === undefined) return then(at);
    return this.#repeat(entry, at, array, (behind) => this.#entries(rest, behind, array, then));
  }

  /** As many of `entry` as there may be, and fewer where what follows needs it. */
  #repeat(entry: Entry, at: number, array: ArrayItems, then: Then): boolean {
    const fewer = { ...entry, least: Math.max(entry.least - 1, 0), most: entry.most - 1 };
    const again = (behind: number): boolean =>
      (behind > at || entry.least > 0) && this.#repeat(fewer, behind, array, then);
    if (entry.most > 0 && this.#once(entry, at, array, again)) return true;
    return entry.least === 0 && then(at);
  }

  #once(entry: Entry, at: number, array: ArrayItems, then: Then): boolean {
    const group = entry.what.form === "inline" ? entry.what.group : this.#groupNamed(entry.what);
    if (group !== undefined) return this.#group(group, at, array, then);
    const { key, type } = entry.what as Member;
    const here = deeper(array.place, key?.text ?? nameOf(type) ?? `[${at}]`, at);
    if (at >= array.items.length) return this.#fail(here, "is missing");
    return this.#type(type, array.items[at], here) && then(at + 1);
  }

  #groupNamed(member: Member): Group | undefined {
    if (member.type.form !== "name") return undefined;
    const rule = this.#rules.get(member.type.name);
    return rule?.form === "group" ? rule.group : undefined;
  }

  #map(group: Group, value: Value, place: Place): boolean {
    if (!(value instanceof Map)) return this.#fail(place, `${show(value)} is no map`);
    return group.some((entries) => {
      const left = new Map<Value, Value>(value);
      return this.#pairs(entries, left, place) && (left.size === 0 || this.#unexpected(left, place));
    });
  }

  /** Takes from `left` the pairs that `entries` describe: each entry takes as many as it may. */
  #pairs(entries: readonly Entry[], left: Map<Value, Value>, place: Place): boolean {
    return entries.every((entry) => {
      const group = entry.what.form === "inline" ? entry.what.group : this.#groupNamed(entry.what);
      if (group !== undefined) {
        const kept = new Map(left);
        if (group.some((alternative) => this.#pairs(alternative, left, place))) return true;
        kept.forEach((item, key) => left.set(key, item));
        return entry.least === 0;
      }
      return this.#pair(entry, entry.what as Member, left, place);
    });
  }

  #pair(entry: Entry, member: Member, left: Map<Value, Value>, place: Place): boolean {
    const { key } = member;
    if (key === undefined) throw new Error(`${place.names.join("/")}: a map's entry needs a key`);
    const here = deeper(place, key.text, 0);
    let count = 0;
    for (const [name, item] of [...left]) {
      if (count >= entry.most) break;
      if (!new Matcher(this.#rules).#type(key.type, name, here)) continue;
      if (!this.#type(member.type, item, here)) return false;
      left.delete(name);
      count++;
    }
    return count >= entry.least || this.#fail(here, "is missing");
  }

  #unexpected(left: ReadonlyMap<Value, Value>, place: Place): boolean {
    const key = show([...left.keys()][0]);
    return this.#fail(deeper(place, key, 0), "a pair too many");
  }

  #fail(place: Place, reason: string): false {
    if (this.#furthest === undefined || further(place, this.#furthest.place))
      this.#furthest = { place, reason };
    return false;
  }
}

/** RFC 8610 appendix D, as far as our profile of CBOR goes. */
export const prelude: Readonly<globalThis.Record<string, (value: Value) => boolean>> = {
  any: () => true,
  uint: (value) => isInteger(value) && value >= 0,
  nint: (value) => isInteger(value) && value < 0,
  int: isInteger,
  bstr: (value) => value instanceof Uint8Array,
  bytes: (value) => value instanceof Uint8Array,
  tstr: (value) => typeof value === "string",
  text: (value) => typeof value === "string",
  bool: (value) => typeof value === "boolean",
  true: (value) => value === true,
  false: (value) => value === false,
  nil: (value) => value === null,
  null: (value) => value === null,
};

/** What a member without a key is called in a path: by its type's name, where that is one of ours. */
function nameOf(type: Type): string | undefined {
  return type.form === "name" && !(type.name in prelude) ? type.name : undefined;
}

function isInteger(value: Value): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
}

function sameLiteral(literal: number | string | Uint8Array, value: Value): boolean {
  if (literal instanceof Uint8Array)
    return value instanceof Uint8Array && Buffer.compare(literal, value) === 0;
  return literal === value;
}

function deeper(place: Place, name: string, position: number): Place {
  return { names: [...place.names, name], positions: [...place.positions, position] };
}

/** Later in the item, and at the same place deeper. */
function further(a: Place, b: Place): boolean {
  for (let i = 0; i < Math.min(a.positions.length, b.positions.length); i++) {
    const difference = (a.positions[i] ?? 0) - (b.positions[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return a.positions.length > b.positions.length;
}

function show(value: Value): string {
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString("hex")}'`.slice(0, 40);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Map) return `a map of ${value.size}`;
  return typeof value === "string" ? JSON.stringify(value).slice(0, 40) : String(value);
}
