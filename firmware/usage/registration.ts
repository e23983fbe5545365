import { destinationIdsMax, registrationListsMax } from "../core/limits.js";
import { idBytes, type NodeId, nodeId } from "../core/node-id.js";
import { ok, type Result } from "../core/result.js";
import { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";
import type { Destination } from "../wire/kinds/routed.js";
import type { WireError } from "../wire/wire-error.js";

/** Kind number of a registration: a dictionary under the user's name, one entry for each device (protocol §5). */
export const registrationKind = 1;
/** How long a registration holds, seconds (protocol §5); the overlay stores it again in good time. */
export const registrationLifetimeS = 1800;

/**
 * How to reach one device: the ways to it, best first. The key of the entry is the device's Node-ID. A client lists its
 * associated peers, `[peer]` each; the registration of a peer is empty: route to its Node-ID.
 */
export interface Registration {
  /** At most 3 destination lists of 1 or 2 Node-IDs. */
  readonly ways: readonly (readonly NodeId[])[];
}

/** The registration of a peer. */
export function peerRegistration(): Registration {
  return { ways: [] };
}

/** The value of the record: an array of destination lists; a peer's is the one byte 0x80. */
export function encodeRegistration(registration: Registration): Uint8Array {
  const writer = new CborWriter("registration").array(registration.ways.length);
  for (const way of registration.ways) {
    writer.array(way.length);
    for (const id of way) writer.bytes(id);
  }
  return writer.finish();
}

/** The registration in a record's value. */
export function decodeRegistration(value: Uint8Array): Result<Registration, WireError> {
  const reader = new CborReader(value, "registration");
  const ways: NodeId[][] = [];
  const lists = reader.array("ways", 0, registrationListsMax);
  for (let i = 0; i < lists && !reader.failed; i++) {
    const way: NodeId[] = [];
    const ids = reader.array("way", 1, destinationIdsMax);
    for (let j = 0; j < ids; j++) way.push(nodeId(new Uint8Array(reader.bytes("id", idBytes))));
    ways.push(way);
  }
  const read = reader.finish({ ways });
  return read.ok ? ok(read.value) : read;
}

/** Where to route to reach the device `device`, in the order to try. */
export function destinationsOf(device: NodeId, registration: Registration): readonly Destination[] {
  const destinations: Destination[] = [];
  for (const way of registration.ways) {
    const [first, client] = way;
    if (first !== undefined) destinations.push({ first, client: client ?? device });
  }
  return destinations.length > 0 ? destinations : [{ first: device }];
}
