import type { CborItem } from "./cbor-item.js";
import { isItems } from "./cbor-item.js";
import { showCredential } from "./credential.js";
import { isArray, isBytes, isNumber, nested, type Column, type Layout } from "./layout.js";
import * as show from "./show.js";

/** What the items of each message are called; the order and the names are those of `firmware/wire/muster.cddl`. */

const type: Column = { name: "type" };
const configSequence: Column = { name: "config-sequence" };
const generation: Column = { name: "generation", show: show.showGeneration };
const key: Column = { name: "key", show: show.showHex };

const destination: Column = { name: "destination", show: show.showDestination };
const via: Column = { name: "via", show: show.showVia };
const frame: Column = { name: "frame", show: show.showHex };

const contact: readonly Column[] = [
  { name: "node-id", show: show.showHex },
  { name: "endpoint", show: show.showEndpoint },
  { name: "flags" },
];

const requestHeader: readonly Column[] = [
  type,
  { name: "hops" },
  { name: "transaction", show: show.showTransaction },
  destination,
  via,
];

const answerHeader: readonly Column[] = [
  type,
  { name: "transaction", show: show.showTransaction },
  via,
  { name: "status", show: show.showStatus },
];

const recordFields: readonly Column[] = [
  key,
  generation,
  { name: "lifetime", show: show.showSeconds },
  { name: "epoch" },
];
const value: Column = { name: "value", show: show.showValue };
const signature: Column = { name: "signature", show: show.showHex };

const record: Layout = { columns: [...recordFields, value, signature] };
const heldRecord: Layout = {
  columns: [
    ...recordFields,
    { name: "remaining", show: show.showSeconds },
    value,
    signature,
    { name: "held", when: isNumber, show: show.showSeconds },
    { name: "place", when: isBytes, show: show.showEndpoint },
  ],
};

const kind: Column = { name: "kind", show: show.showKind };
const watched: Column = { name: "watched", show: show.showSeconds };
const watchState: Column = { name: "state", show: show.showHex };
const statEntry: readonly Column[] = [
  key,
  generation,
  { name: "remaining", show: show.showSeconds },
  { name: "value-bytes" },
];

const avoid: Column = {
  name: "avoid",
  when: isArray,
  show: nested({ columns: [], cycle: [{ name: "prefix", show: show.showHex }] }),
};
const trace: Column = { name: "trace", when: isBytes, show: show.showHex };
const contacts = nested({ columns: [], cycle: contact });

const link: Readonly<globalThis.Record<number, Layout>> = {
  0: { columns: [type, { name: "token" }] },
  1: { columns: [type, { name: "token" }, configSequence, { name: "digest8", show: show.showHex }] },
  2: { columns: [type], cycle: [{ name: "counter" }] },
  3: {
    columns: [
      type,
      configSequence,
      { name: "stage", show: show.showStage },
      { name: "contacts", show: contacts },
    ],
  },
  4: { columns: [type], cycle: [{ name: "short", show: show.showHex }, generation] },
  5: { columns: [type] },
  18: { columns: [type, { name: "text", show: show.showText }] },
  19: { columns: [type] },
  22: {
    columns: [
      type,
      { name: "id" },
      { name: "index" },
      { name: "count" },
      { name: "part", show: show.showHex },
    ],
  },
};

const routed: Readonly<globalThis.Record<number, Layout>> = {
  6: {
    columns: [
      ...requestHeader,
      kind,
      { name: "record", show: nested(record) },
      { name: "remaining", when: isNumber, show: show.showSeconds },
      { name: "credential", when: isBytes, show: showCredential },
      avoid,
    ],
  },
  7: {
    columns: [
      ...answerHeader,
      { ...generation, when: isNumber },
      { name: "newer", when: beginsWithRecord, show: nested(heldRecord) },
      { name: "candidates", show: contacts },
    ],
  },
  8: {
    columns: [
      ...requestHeader,
      kind,
      { ...key, when: isBytes },
      { name: "want-credentials", when: (item) => item.value === true },
      avoid,
    ],
  },
  9: {
    columns: [
      ...answerHeader,
      {
        name: "records",
        show: nested({ columns: [], cycle: [{ name: "record", show: nested(heldRecord) }] }),
      },
      {
        name: "credentials",
        when: isArray,
        show: nested({ columns: [], cycle: [{ name: "credential", show: showCredential }] }),
      },
      { name: "lent resource", show: show.showHex },
      { name: "lent kind", show: show.showKind },
      { name: "lent for", show: show.showSeconds },
    ],
  },
  12: { columns: [...requestHeader, kind, watched, { name: "watcher", show: show.showDestination }, avoid] },
  13: { columns: [...answerHeader, watched, watchState] },
  14: {
    columns: [
      ...requestHeader,
      { name: "resource-id", show: show.showHex },
      kind,
      watched,
      watchState,
      avoid,
    ],
  },
  24: { columns: [...requestHeader, kind, { ...key, when: isBytes }, avoid] },
  25: { columns: [...answerHeader, { name: "entries", show: nested({ columns: [], cycle: statEntry }) }] },
  10: { columns: [...requestHeader, { name: "count" }, trace, avoid] },
  11: { columns: [...answerHeader, { name: "contacts", when: isArray, show: contacts }, trace] },
  15: { columns: answerHeader },
  16: { columns: [type, { name: "hops" }, destination, via, frame] },
  17: { columns: [type, via, frame] },
};

/** The layout of the type with this number. */
export function messageLayout(number: number): Layout {
  return link[number] ?? routed[number] ?? { columns: [type] };
}

/** A held record's second item is a number, a contact's its endpoint. */
function beginsWithRecord(item: CborItem): boolean {
  return isItems(item.value) && typeof item.value[1]?.value === "number";
}
