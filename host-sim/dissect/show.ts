import { toHex } from "../../firmware/core/bytes.js";
import { decodeEndpoint, endpointText } from "../../firmware/core/endpoint.js";
import { decodeText } from "../../firmware/core/text.js";
import { toldStages } from "../../firmware/wire/kinds/neighbours.js";
import { statuses } from "../../firmware/wire/kinds/routed.js";
import { diagnosticText, isItems, readCborItem, type CborItem } from "./cbor-item.js";
import type { Field } from "./field.js";

/** How kinds of values are shown; each falls back to diagnostic notation for what is not of its kind. */
type Shown = Omit<Field, "name" | "bytes">;

const kinds: Readonly<globalThis.Record<number, string>> = { 1: "registration", 2: "service" };

export function showHex(item: CborItem): Shown {
  return { value: item.value instanceof Uint8Array ? toHex(item.value) : diagnosticText(item) };
}

export function showEndpoint(item: CborItem): Shown {
  const endpoint = item.value instanceof Uint8Array ? decodeEndpoint(item.value) : undefined;
  return { value: endpoint === undefined ? diagnosticText(item) : endpointText(endpoint) };
}

export function showTransaction(item: CborItem): Shown {
  return {
    value:
      typeof item.value === "number" ? `0x${item.value.toString(16).padStart(8, "0")}` : diagnosticText(item),
  };
}

export function showStatus(item: CborItem): Shown {
  return showNumbered(item, statuses);
}

export function showStage(item: CborItem): Shown {
  return showNumbered(item, toldStages);
}

export function showKind(item: CborItem): Shown {
  const name = typeof item.value === "number" ? kinds[item.value] : undefined;
  return { value: name === undefined ? diagnosticText(item) : `${diagnosticText(item)} (${name})` };
}

/** "196613 (boot 3, 5)" */
export function showGeneration(item: CborItem): Shown {
  if (typeof item.value !== "number") return { value: diagnosticText(item) };
  return { value: `${item.value} (boot ${Math.floor(item.value / 65536)}, ${item.value % 65536})` };
}

export function showSeconds(item: CborItem): Shown {
  return { value: `${diagnosticText(item)} s` };
}

export function showDestination(item: CborItem): Shown {
  if (!isItems(item.value)) return showHex(item);
  const [peer, client] = item.value.map((id) => showHex(id).value ?? "");
  return { value: `client ${client ?? "?"} by peer ${peer ?? "?"}` };
}

/** A stack of handles: "0102 0304", the last pushed at the end. */
export function showVia(item: CborItem): Shown {
  if (!(item.value instanceof Uint8Array)) return { value: diagnosticText(item) };
  return { value: item.value.length === 0 ? "empty" : toHex(item.value).replaceAll(/(.{4})(?=.)/g, "$1 ") };
}

/** A record's value: the item inside its byte string, in diagnostic notation. */
export function showValue(item: CborItem): Shown {
  if (item.value === null) return { value: "tombstone" };
  const inner = item.value instanceof Uint8Array ? readCborItem(item.value) : undefined;
  return inner?.ok === true ? { value: diagnosticText(inner.value) } : showHex(item);
}

/** Text of another protocol; what a terminal would act upon is replaced. */
export function showText(item: CborItem): Shown {
  const text = item.value instanceof Uint8Array ? decodeText(item.value) : undefined;
  if (text === undefined) return showHex(item);
  return { value: text.replaceAll("\r\n", "\n").replaceAll(/(?!\n)\p{Cc}/gu, "·") };
}

function showNumbered(item: CborItem, names: readonly string[]): Shown {
  const name = typeof item.value === "number" ? names[item.value] : undefined;
  return { value: name === undefined ? diagnosticText(item) : `${diagnosticText(item)} ${name}` };
}
