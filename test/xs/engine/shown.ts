const longest = 600;
const deepest = 5;

/** A value as a failed assertion shows it: one line, cut where it gets long. */
export function shown(value: unknown): string {
  const text = textOf(value, 0);
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}

function textOf(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (depth > deepest) return "...";
  return objectText(value, depth + 1);
}

function objectText(value: object, depth: number): string {
  if (value instanceof Error) return String(value);
  if (value instanceof Date || value instanceof RegExp) return String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return `${nameOf(value)}[${Array.from(value as Uint8Array).join(",")}]`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item, depth)).join(", ")}]`;
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => `${textOf(key, depth)} => ${textOf(item, depth)}`);
    return `Map{${pairs.join(", ")}}`;
  }
  if (value instanceof Set) return `Set{${[...value].map((item) => textOf(item, depth)).join(", ")}}`;
  const fields = Object.entries(value).map(([key, item]) => `${key}: ${textOf(item, depth)}`);
  return `${nameOf(value)}{${fields.join(", ")}}`;
}

/** The class of an object, nothing for a plain one. */
function nameOf(value: object): string {
  const name = (value as { constructor?: { name?: string } }).constructor?.name ?? "null ";
  return name === "Object" ? "" : name;
}
