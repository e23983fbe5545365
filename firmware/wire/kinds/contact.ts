import { present } from "../../core/assert.js";
import { decodeEndpoint, encodeEndpoint, type Endpoint } from "../../core/endpoint.js";
import { contactsInMessageMax } from "../../core/limits.js";
import { idBytes, nodeId, type NodeId } from "../../core/node-id.js";
import type { CborReader } from "../cbor-reader.js";
import type { CborWriter } from "../cbor-writer.js";

/** Where a node is said to be. Hearsay until its own handshake (protocol §6, table poisoning). */
export interface Contact {
  readonly nodeId: NodeId;
  readonly endpoint: Endpoint;
  /** Role and services, 8 bit; the overlay gives the bits their meaning. */
  readonly flags: number;
}

/**
 * Writes contacts as one flat array, three items each: node-id 16 B, endpoint 6 or 18 B, flags. Flat, because an array
 * around each would cost a byte per contact.
 */
export function writeContacts(writer: CborWriter, contacts: readonly Contact[]): void {
  writer.array(3 * contacts.length);
  for (const { nodeId, endpoint, flags } of contacts) {
    writeEndpoint(writer.bytes(nodeId), endpoint).uint(flags);
  }
}

/** Writes 6 or 18 bytes; of an endpoint that has an address, as no tunnel has. */
export function writeEndpoint(writer: CborWriter, endpoint: Endpoint): CborWriter {
  return writer.bytes(present(encodeEndpoint(endpoint), "the endpoint's address"));
}

/** Reads `least .. most` contacts as `writeContacts` writes them. */
export function readContacts(reader: CborReader, field: string, least: number, most: number): Contact[] {
  const items = reader.array(field, 3 * least, 3 * Math.min(most, contactsInMessageMax));
  if (items % 3 !== 0) reader.fail(field, "wrong-length");
  const contacts: Contact[] = [];
  for (let at = 0; at < items && !reader.failed; at += 3) contacts.push(readContact(reader));
  return contacts;
}

/** Reads 6 bytes (IPv4) or 18 bytes (IPv6) of address and port; port 0 is refused. */
export function readEndpoint(reader: CborReader, field: string): Endpoint {
  const at = reader.offset;
  const bytes = reader.bytes(field, 6, 18);
  const endpoint = decodeEndpoint(bytes);
  if (endpoint !== undefined) return endpoint;
  reader.fail(field, bytes.length === 6 || bytes.length === 18 ? "out-of-range" : "wrong-length", at);
  return { address: "0.0.0.0", port: 0 };
}

function readContact(reader: CborReader): Contact {
  return {
    nodeId: nodeId(reader.bytes("node-id", idBytes)),
    endpoint: readEndpoint(reader, "endpoint"),
    flags: reader.uint("flags", 0xff),
  };
}
