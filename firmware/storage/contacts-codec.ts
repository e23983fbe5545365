import { assert } from "../core/assert.js";
import { copyBytes } from "../core/bytes.js";
import { fullNameFault } from "../core/full-name.js";
import {
  contactsMax,
  fullNameBytesMax,
  storedBytesMax,
  userDomainCharsMax,
  userNameCharsMax,
} from "../core/limits.js";
import { idBytes, nodeId, type NodeId } from "../core/node-id.js";
import type { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";

/** A contact as it is stored: the phone book's own form. */
export interface StoredContact {
  readonly name: string;
  readonly pin?: { readonly nodeId: NodeId; readonly publicKey: Uint8Array };
  readonly fullName?: string;
  readonly generation: number;
}

/** Longest name with its domain, bytes: names are ASCII. */
export const storedNameBytesMax: number = userNameCharsMax + 1 + userDomainCharsMax;
const generationMax = 2 ** 48;

/**
 * The phone book as a content for storage, at most `contactsMax` contacts (rule `stored-contacts`). Where all of them
 * are too long to be stored, full names are left out: they are learnt again with the next call.
 */
export function encodeContacts(contacts: readonly StoredContact[]): Uint8Array {
  assert(contacts.length <= contactsMax, "more contacts than are stored");
  const writer = new CborWriter("stored-contacts").array(contacts.length);
  for (const { name, pin, fullName, generation } of contacts) {
    writer
      .array(fullName === undefined ? 3 : 4)
      .text(name)
      .uint(generation);
    if (pin === undefined) writer.null();
    else writer.array(2).bytes(pin.nodeId).bytes(pin.publicKey);
    if (fullName !== undefined) writer.text(fullName);
  }
  const content = writer.finish();
  if (content.length <= storedBytesMax) return content;
  return encodeContacts(contacts.map(({ fullName: _, ...contact }) => contact));
}

/** The phone book from storage. Total. */
export function readContacts(reader: CborReader): StoredContact[] {
  const count = reader.array("contacts", 0, contactsMax);
  const contacts: StoredContact[] = [];
  for (let i = 0; i < count && !reader.failed; i++) contacts.push(readContact(reader));
  return contacts;
}

function readContact(reader: CborReader): StoredContact {
  const isNamed = reader.array("contact", 3, 4) === 4;
  const name = reader.text("name", 1, storedNameBytesMax);
  const generation = reader.uint("generation", generationMax);
  const pinned = reader.null() ? {} : { pin: readPin(reader) };
  return { name, generation, ...pinned, ...(isNamed && { fullName: readName(reader) }) };
}

function readPin(reader: CborReader): NonNullable<StoredContact["pin"]> {
  reader.array("pin", 2, 2);
  const id = nodeId(copyBytes(reader.bytes("node-id", idBytes)));
  return { nodeId: id, publicKey: copyBytes(reader.bytes("public-key", 32)) };
}

function readName(reader: CborReader): string {
  const at = reader.offset;
  const fullName = reader.text("full-name", 1, fullNameBytesMax);
  if (!reader.failed && fullNameFault(fullName) !== undefined) reader.fail("full-name", "bad-text", at);
  return fullName;
}
