import { present } from "../core/assert.js";
import { concatBytes } from "../core/bytes.js";
import { decodeEndpoint, encodeEndpoint } from "../core/endpoint.js";
import { idBytes, nodeId } from "../core/node-id.js";
import type { Contact } from "../wire/kinds/contact.js";

/**
 * Contacts as they are kept where they are looked at seldom: 24 B each with IPv4, a tenth of what they take as objects.
 * Each is its flags, the length of its endpoint, Node-ID, endpoint. None of a tunnel: that has no address.
 */
export function packContacts(contacts: readonly Contact[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const contact of contacts) {
    const endpoint = present(encodeEndpoint(contact.endpoint), "the endpoint's address");
    parts.push(Uint8Array.of(contact.flags, endpoint.length), contact.nodeId, endpoint);
  }
  return concatBytes(...parts);
}

/** What `packContacts` has packed, anew each time; Node-IDs are views of `packed`. */
export function unpackContacts(packed: Uint8Array): Contact[] {
  const contacts: Contact[] = [];
  for (let at = 0; at < packed.length;) {
    const [flags = 0, endpointBytes = 0] = packed.subarray(at, at + headBytes);
    const idAt = at + headBytes;
    const endpointAt = idAt + idBytes;
    at = endpointAt + endpointBytes;
    const endpoint = present(decodeEndpoint(packed.subarray(endpointAt, at)), "an endpoint");
    contacts.push({ nodeId: nodeId(packed.subarray(idAt, endpointAt)), endpoint, flags });
  }
  return contacts;
}

/** Flags and the length of the endpoint. */
const headBytes = 2;
