/** One field of a message as a person reads it. */
export interface Field {
  readonly name: string;
  /** What it takes on the wire, its own head included. */
  readonly bytes: number;
  readonly value?: string;
  /** What it consists of. */
  readonly fields?: readonly Field[];
}

/** A datagram or a message taken apart: the bytes of its fields add up to its own. */
export interface Dissection {
  /** The CDDL rule of a message, the name of a frame, "keepalive" or "unreadable". */
  readonly what: string;
  readonly bytes: number;
  readonly fields: readonly Field[];
  /** Why it is not what it should be: "store-request/hops: out-of-range at byte 3". */
  readonly fault?: string;
}

/** A dissection in lines: what it is, then a line for each field with its size. */
export function dissectionLines(dissection: Dissection): string[] {
  const fault = dissection.fault === undefined ? [] : [`  ! ${dissection.fault}`];
  return [
    `${dissection.what}, ${dissection.bytes} B`,
    ...fault,
    ...dissection.fields.flatMap((f) => linesOf(f, 1)),
  ];
}

function linesOf(field: Field, depth: number): string[] {
  const label = `${"  ".repeat(depth)}${field.name}`.padEnd(27);
  const [first = "", ...more] = (field.value ?? "").split("\n");
  const margin = " ".repeat(36);
  return [
    `${label}${`${field.bytes} B`.padStart(7)}  ${first}`.trimEnd(),
    ...more.map((line) => `${margin}${line}`.trimEnd()),
    ...(field.fields ?? []).flatMap((below) => linesOf(below, depth + 1)),
  ];
}
