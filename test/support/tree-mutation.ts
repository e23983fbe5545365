import type { Value } from "./cddl/strict-cbor.js";

/** One change to one place of a decoded item. */
export interface TreeMutation {
  /** Positions from the root: "/5/2". */
  readonly path: string;
  readonly change: string;
  readonly value: Value;
}

type Path = readonly Value[];

/**
 * Every single change of type, size and count: each node becomes each other type, each string grows, shrinks,
 * empties and swells, each number goes below zero and beyond every width, each array and map loses each of its
 * items and gains one of each type at either end.
 */
export function treeMutations(root: Value): TreeMutation[] {
  return nodesOf(root, []).flatMap(({ path, value }) =>
    changesOf(value).map(([change, changed]) => ({
      path: `/${path.map(String).join("/")}`,
      change,
      value: replaced(root, path, changed),
    })),
  );
}

const strangers: readonly (readonly [string, Value])[] = [
  ["uint", 7],
  ["nint", -7],
  ["bstr", Uint8Array.of(7)],
  ["tstr", "seven"],
  ["bool", true],
  ["nil", null],
  ["array", [7]],
  ["map", new Map([[7, 7]])],
];

function nodesOf(value: Value, path: Path): { path: Path; value: Value }[] {
  const below = childrenOf(value).flatMap(([key, child]) => nodesOf(child, [...path, key]));
  return [{ path, value }, ...below];
}

function childrenOf(value: Value): (readonly [Value, Value])[] {
  if (Array.isArray(value)) return value.map((child: Value, key): readonly [Value, Value] => [key, child]);
  return value instanceof Map ? [...(value as Map<Value, Value>)] : [];
}

function changesOf(value: Value): (readonly [string, Value])[] {
  const types = strangers
    .filter(([name]) => name !== typeOf(value))
    .map(([name, stranger]): readonly [string, Value] => [`becomes ${name}`, stranger]);
  return [...types, ...sizesOf(value), ...countsOf(value)];
}

function sizesOf(value: Value): (readonly [string, Value])[] {
  if (typeof value === "number") {
    return [
      ["is negated", -1 - value],
      ["becomes 2^53-1", Number.MAX_SAFE_INTEGER],
    ];
  }
  if (typeof value === "string") return value === "" ? [] : [["is emptied", ""]];
  if (!(value instanceof Uint8Array)) return [];
  const grown = [1, 4096].map((more): readonly [string, Value] => [
    `grows by ${more}`,
    lengthened(value, more),
  ]);
  return value.length === 0
    ? grown
    : [...grown, ["shrinks by 1", value.slice(1)], ["is emptied", new Uint8Array(0)]];
}

function countsOf(value: Value): (readonly [string, Value])[] {
  if (value instanceof Map) {
    const map = value as Map<Value, Value>;
    const less = [...map.keys()].map((key): readonly [string, Value] => {
      return [`loses pair ${String(key)}`, new Map([...map].filter(([other]) => other !== key))];
    });
    return [...less, ["gains pair 99", new Map([...map, [99, 7]])]];
  }
  if (!Array.isArray(value)) return [];
  const items: Value[] = value;
  const less = items.map((_, at): readonly [string, Value] => [
    `loses item ${at}`,
    items.filter((__, i) => i !== at),
  ]);
  const more = strangers.flatMap(([name, stranger]): (readonly [string, Value])[] => [
    [`gains ${name} in front`, [stranger, ...items]],
    [`gains ${name} behind`, [...items, stranger]],
  ]);
  return [...less, ...more];
}

function replaced(root: Value, path: Path, changed: Value): Value {
  const [key, ...rest] = path;
  if (path.length === 0) return changed;
  if (Array.isArray(root)) {
    return root.map((child: Value, at) => (at === key ? replaced(child, rest, changed) : child));
  }
  const map = root as Map<Value, Value>;
  return new Map(
    [...map].map(([name, child]) => [name, name === key ? replaced(child, rest, changed) : child]),
  );
}

function typeOf(value: Value): string {
  if (typeof value === "number") return value < 0 ? "nint" : "uint";
  if (typeof value === "string") return "tstr";
  if (typeof value === "boolean") return "bool";
  if (value === null) return "nil";
  if (value instanceof Uint8Array) return "bstr";
  return Array.isArray(value) ? "array" : "map";
}

function lengthened(bytes: Uint8Array, more: number): Uint8Array {
  const longer = new Uint8Array(bytes.length + more);
  longer.set(bytes);
  return longer;
}
