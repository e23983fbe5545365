import { callOutcomes } from "../../firmware/core/call-outcome.js";
import { nodeId, resourceId } from "../../firmware/core/node-id.js";
import { instant } from "../../firmware/core/time.js";
import { encodeBootCount, readBootCount } from "../../firmware/storage/boot-count-codec.js";
import { encodeCallLog, readCallLog } from "../../firmware/storage/call-log-codec.js";
import { encodeContacts, readContacts } from "../../firmware/storage/contacts-codec.js";
import { readItem } from "../../firmware/storage/item-slots.js";
import { encodeOwnRecords, readOwnRecords } from "../../firmware/storage/own-records-codec.js";
import { encodeRememberedPeers, readRememberedPeers } from "../../firmware/storage/remembered-peers-codec.js";
import { encodeSettings, readSettings } from "../../firmware/storage/settings-codec.js";
import {
  openItem,
  sealItem,
  storageFaultSentence,
  type StoredItem,
} from "../../firmware/storage/stored-item.js";
import { CborReader } from "../../firmware/wire/cbor-reader.js";
import { exactly, mustEqual, refused } from "./checks.js";
import { must, pure, type Decoder } from "./decoder.js";

/** One item's content: how it is read and written, and an example. */
interface Codec<T> {
  readonly item: StoredItem;
  readonly read: (reader: CborReader) => T;
  readonly encode: (value: T) => Uint8Array;
  readonly examples: readonly T[];
}

/** What a phone finds in its storage: each item's content, items as they stand there, and the two places of one. */
export function storageDecoders(): readonly Decoder[] {
  return [
    content({ item: "contacts", read: readContacts, encode: encodeContacts, examples: [contacts, []] }),
    content({ item: "calls", read: readCallLog, encode: encodeCallLog, examples: [calls, []] }),
    content({ item: "settings", read: readSettings, encode: encodeSettings, examples: [settings, []] }),
    content({
      item: "peers",
      read: readRememberedPeers,
      encode: encodeRememberedPeers,
      examples: [peers, []],
    }),
    content({ item: "records", read: readOwnRecords, encode: encodeOwnRecords, examples: [records, []] }),
    content({ item: "boot-count", read: readBootCount, encode: encodeBootCount, examples: [0, 300, 70_000] }),
    { name: "stored/item", form: "cbor", examples: sealedItems, open: pure(openAnyItem) },
    { name: "stored/slots", form: "binary", examples: sealedItems, open: pure(readSlots) },
  ];
}

/** A content under a right checksum, as a bug of the firmware that wrote it would leave it. */
function content<T>({ item, read, encode, examples }: Codec<T>): Decoder {
  const decode = (bytes: Uint8Array): ReturnType<CborReader["finish"]> => {
    const reader = new CborReader(bytes, `stored-${item}`);
    return reader.finish(read(reader));
  };
  return {
    name: `stored/${item}`,
    form: "cbor",
    examples: () => examples.map(encode),
    open: pure((bytes) => exactly(bytes, decode, (value) => encode(value as T))),
  };
}

const id = nodeId(Uint8Array.from({ length: 16 }, (_, i) => 0x30 + i));
const pin = { nodeId: id, publicKey: new Uint8Array(32).fill(0x60) };
const contacts = [
  { name: "bob", generation: 65_541 },
  { name: "carol@example.org", generation: 1, pin },
  { name: "zoe", generation: 2, pin, fullName: "Zoë Martin" },
];
const calls = callOutcomes.map((outcome, i) => ({
  direction: i % 2 === 0 ? ("incoming" as const) : ("outgoing" as const),
  name: `user${i}`,
  ...(i % 3 === 0 ? { nodeId: id } : {}),
  outcome,
  bootCount: i,
  startedAt: instant(1000 * i),
  talkedMs: 70_000 * i,
}));
const settings = [
  { name: "volume", value: "7" },
  { name: "overlay", value: "übung" },
];
const peers = ["192.0.2.7", "2001:db8::7"].map((address) => ({
  nodeId: id,
  endpoint: { address, port: 6084 },
}));
const good = sealItem("settings", encodeSettings(settings), 2);
const records = [{ resource: resourceId(id), kind: 1, generation: 196_613 }];

function sealedItems(): readonly Uint8Array[] {
  return [
    sealItem("contacts", encodeContacts(contacts), 3),
    sealItem("calls", encodeCallLog(calls), 70_000),
    sealItem("settings", encodeSettings(settings), 1),
    sealItem("peers", encodeRememberedPeers(peers), 4),
    sealItem("records", encodeOwnRecords(records), 5),
    sealItem("boot-count", encodeBootCount(9), 6),
    encodeBootCount(9),
  ];
}

const items: readonly StoredItem[] = [
  "contacts",
  "calls",
  "settings",
  "peers",
  "records",
  "boot-count",
  "key-ring",
];

/** Flash wears in bits: what is not what was written is found, whatever item it is taken for. */
function openAnyItem(bytes: Uint8Array): string {
  let verdict = "";
  for (const item of items) {
    const opened = openItem(item, bytes);
    if (!opened.ok) {
      must(storageFaultSentence(opened.error, false).endsWith("."), "a fault without a sentence");
      if (opened.error.kind === "unreadable") refused(opened.error.error, bytes.length);
      verdict ||= opened.error.kind;
      continue;
    }
    const { content, sequence } = opened.value;
    must(content.length <= bytes.length, "the content is longer than the item");
    if (sequence > 0) mustEqual(sealItem(item, content, sequence), bytes, "sealed again");
    verdict = "accepted";
  }
  return verdict;
}

/** One of the two places is damaged: the other is what counts. */
function readSlots(bytes: Uint8Array): string {
  const found = readItem("settings", (key) => (key === "settings" ? bytes : good), readSettings);
  must(found.good !== undefined, "the good place is not found");
  if (found.fault !== undefined) return found.fault.kind;
  must(openItem("settings", bytes).ok, "a damaged place is not told");
  return "accepted";
}
