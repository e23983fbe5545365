import { assert } from "../core/assert.js";
import { copyBytes } from "../core/bytes.js";
import { contactsMax, userDomainCharsMax, userNameCharsMax } from "../core/limits.js";
import { idBytes, nodeId, type NodeId } from "../core/node-id.js";
import type { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";

/** A contact as it is stored: the phone book's own form. */
export interface StoredContact {
  readonly name: string;
  readonly pin?: { readonly nodeId: NodeId; readonly publicKey: Uint8Array };
  readonly generation: number;
}

/** Longest name with its domain, bytes: names are ASCII. */
export const storedNameBytesMax: number = userNameCharsMax + 1 + userDomainCharsMax;
const generationMax = 2 ** 48;

/** The phone book as a content for storage, at most `contactsMax` contacts (rule `stored-contacts`). */
export function encodeContacts(contacts: readonly StoredContact[]): Uint8Array {
  assert(contacts.length <= contactsMax, "more contacts than are stored");
  const writer = new CborWriter("stored-contacts").array(contacts.length);
  for (const { name, pin, generation } of contacts) {
    writer.array(3).text(name).uint(generation);
    if (pin === undefined) writer.null();
    else writer.array(2).bytes(pin.nodeId).bytes(pin.publicKey);
  }
  return writer.finish();
}

/** The phone book from storage. Total. */
export function readContacts(reader: CborReader): StoredContact[] {
  const count = reader.array("contacts", 0, contactsMax);
  const contacts: StoredContact[] = [];
  for (let i = 0; i < count && !reader.failed; i++) contacts.push(readContact(reader));
  return contacts;
}

function readContact(reader: CborReader): StoredContact {
  reader.array("contact", 3, 3);
  const name = reader.text("name", 1, storedNameBytesMax);
  const generation = reader.uint("generation", generationMax);
  if (reader.null()) return { name, generation };
  reader.array("pin", 2, 2);
  const id = nodeId(copyBytes(reader.bytes("node-id", idBytes)));
  return { name, generation, pin: { nodeId: id, publicKey: copyBytes(reader.bytes("public-key", 32)) } };
}
