import { diagnosticText, isItems, type CborItem } from "./cbor-item.js";
import type { Field } from "./field.js";

/** How one item of an array is called and shown. */
export interface Column {
  readonly name: string;
  /** What to make of it; absent: its diagnostic notation. */
  readonly show?: (item: CborItem) => Omit<Field, "name" | "bytes">;
  /** For an item that may be absent: whether this one is it. */
  readonly when?: (item: CborItem) => boolean;
}

/** What the items of an array are, in order; `cycle` goes on for as long as there are items. */
export interface Layout {
  readonly columns: readonly Column[];
  readonly cycle?: readonly Column[];
}

/** The items of an array as fields, with its head as the first: their bytes add up to the array's. */
export function arrayFields(array: CborItem, layout: Layout): Field[] {
  const items = isItems(array.value) ? array.value : [];
  const inside = items.reduce((sum, item) => sum + item.raw.length, 0);
  const head: Field = { name: "head", bytes: array.raw.length - inside, value: `array of ${items.length}` };
  return [head, ...namedFields(items, layout)];
}

/** A column's show for an array that has a layout of its own. */
export function nested(layout: Layout): (item: CborItem) => Omit<Field, "name" | "bytes"> {
  return (item) => ({ fields: arrayFields(item, layout) });
}

export function isBytes(item: CborItem): boolean {
  return item.value instanceof Uint8Array;
}

export function isArray(item: CborItem): boolean {
  return isItems(item.value);
}

export function isNumber(item: CborItem): boolean {
  return typeof item.value === "number";
}

function namedFields(items: readonly CborItem[], { columns, cycle = [] }: Layout): Field[] {
  const fields: Field[] = [];
  let next = 0;
  for (const item of items) {
    while (next < columns.length && columns[next]?.when?.(item) === false) next++;
    const beyond = cycle[(next - columns.length) % Math.max(cycle.length, 1)];
    const column = columns[next] ?? beyond ?? { name: "unexpected" };
    fields.push(fieldOf(item, column));
    next++;
  }
  return fields;
}

function fieldOf(item: CborItem, column: Column): Field {
  const shown = column.show?.(item) ?? { value: diagnosticText(item) };
  return { name: column.name, bytes: item.raw.length, ...shown };
}
