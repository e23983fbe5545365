import { toHex } from "../../firmware/core/bytes.js";
import { decodeMessage, type Message } from "../../firmware/wire/message.js";
import { wireErrorText } from "../../firmware/wire/wire-error.js";
import { isItems, readCborItem } from "./cbor-item.js";
import { summarizeCredential } from "./credential.js";
import type { Dissection, Field } from "./field.js";
import { dissectFrame, unreadable } from "./frame-fields.js";
import { arrayFields } from "./layout.js";
import { messageLayout } from "./message-layouts.js";

/**
 * Takes bytes apart: a Muster datagram (first byte 192 or more) or a message after its frame was opened (an array,
 * hence below 192; empty: a keepalive). Total: bytes that are neither are shown as bytes, with the reason.
 */
export function dissect(bytes: Uint8Array): Dissection {
  const first = bytes[0];
  if (first === undefined) return { what: "keepalive", bytes: 0, fields: [] };
  return first >= 0xc0 ? dissectFrame(bytes) : dissectMessage(bytes);
}

function dissectMessage(bytes: Uint8Array): Dissection {
  const item = readCborItem(bytes);
  if (!item.ok) return unreadable("message", bytes, wireErrorText(item.error));
  const message = decodeMessage(bytes);
  const number = isItems(item.value.value) ? item.value.value[0]?.value : undefined;
  if (typeof number !== "number") return unreadable("message", bytes, "no array that begins with a type");
  const fields = arrayFields(item.value, messageLayout(number));
  const what = ruleNames[number] ?? `message of type ${number}`;
  if (!message.ok) return { what, bytes: bytes.length, fields, fault: wireErrorText(message.error) };
  return { what, bytes: bytes.length, fields: [...fields, ...signers(message.value)] };
}

const ruleNames: Readonly<globalThis.Record<number, string>> = {
  0: "ping",
  1: "pong",
  2: "hop-ack",
  3: "update",
  4: "digest",
  5: "leave",
  6: "store-request",
  7: "store-answer",
  8: "fetch-request",
  9: "fetch-answer",
  10: "find-request",
  11: "find-answer",
  12: "watch-request",
  13: "watch-answer",
  14: "notify",
  15: "error-answer",
  16: "tunnel",
  17: "tunnel-back",
  18: "sip",
  19: "unknown-credential",
  22: "fragment",
  24: "stat-request",
  25: "stat-answer",
};

/** Who signed the records of a message: not a field of it (0 B), but what its reader wants to know. */
function signers(message: Message): Field[] {
  switch (message.type) {
    case "store": {
      const credentials = message.credential === undefined ? [] : [message.credential];
      return [signer(message.record.key, credentials, true)];
    }
    case "storeAnswer":
      return message.newer === undefined ? [] : [signer(message.newer.key, [], false)];
    case "fetchAnswer": {
      const sole = message.records.length === 1 && message.credentials.length === 1;
      return message.records.map(({ key }) => signer(key, message.credentials, sole));
    }
    default:
      return [];
  }
}

/** A record does not name its signer: the credential that goes with it does, else the key under which it stands. */
function signer(key: Uint8Array, credentials: readonly Uint8Array[], sole: boolean): Field {
  const summaries = credentials.flatMap((bytes) => summarizeCredential(bytes) ?? []);
  const owner =
    summaries.find(({ nodeId }) => nodeId === toHex(key.subarray(0, 16))) ??
    (sole ? summaries[0] : undefined);
  const value = owner === undefined ? signerByKey(key) : `${owner.userName}, key ${owner.publicKey}`;
  return { name: "record signer", bytes: 0, value };
}

function signerByKey(key: Uint8Array): string {
  if (key.length === 0) return "the owner of the resource";
  return `the node ${toHex(key.subarray(0, 16))}, whose entry it is`;
}
