import { readFullName } from "../core/full-name.js";
import {
  destinationIdsMax,
  forwardCharsMax,
  recordValueBytesMax,
  registrationBytesMax,
  registrationListsMax,
} from "../core/limits.js";
import { idBytes, type NodeId, nodeId } from "../core/node-id.js";
import type { Result } from "../core/result.js";
import { encodeText } from "../core/text.js";
import { validUserName } from "../identity/user-name.js";
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
  /** The user whose calls these are for now: callers go on to that name. Messages still come here. */
  readonly forward?: string;
  /** What the user calls himself beside his user name (`core/full-name.ts`); nothing proves it. */
  readonly fullName?: string;
}

/** The registration of a peer. */
export function peerRegistration(): Registration {
  return { ways: [] };
}

/**
 * The value of the record: an array of destination lists, where calls are forwarded a name, and where the user has one
 * his full name; a peer's is the one byte 0x80. The last ways are left out where all but the full name would be longer
 * than `registrationBytesMax`.
 */
export function encodeRegistration({ ways, ...names }: Registration): Uint8Array {
  const { forward, fullName } = names;
  const namesCount = (forward === undefined ? 0 : 1) + (fullName === undefined ? 0 : 1);
  const writer = new CborWriter("registration").array(ways.length + namesCount);
  for (const way of ways) {
    writer.array(way.length);
    for (const id of way) writer.bytes(id);
  }
  if (forward !== undefined) writer.text(forward);
  if (ways.length > 0 && writer.length > registrationBytesMax)
    return encodeRegistration({ ways: ways.slice(0, -1), ...names });
  if (fullName !== undefined) writer.bytes(encodeText(fullName));
  return writer.finish();
}

/** The registration in a record's value. A full name that is none is left out: the device can be reached without. */
export function decodeRegistration(value: Uint8Array): Result<Registration, WireError> {
  const reader = new CborReader(value, "registration");
  const ways: NodeId[][] = [];
  const items = reader.array("ways", 0, registrationListsMax + 2);
  while (ways.length < items && reader.peek() === "array") ways.push(readWay(reader));
  if (ways.length > registrationListsMax) reader.fail("ways", "wrong-length", 0);
  return reader.finish({ ways, ...readNames(reader, items - ways.length) });
}

/** What stands behind the ways, `items` in all: a text is the name to forward to, bytes are the full name. */
function readNames(reader: CborReader, items: number): Omit<Registration, "ways"> {
  const isForwarded = items > 0 && reader.peek() === "text";
  const names = isForwarded ? { forward: readForward(reader) } : {};
  if (reader.offset > registrationBytesMax) reader.fail("length", "too-long", registrationBytesMax);
  const left = isForwarded ? items - 1 : items;
  if (left > 1) reader.fail("ways", "wrong-length", 0);
  const fullName = left > 0 ? readFullName(reader.bytes("full-name", 0, recordValueBytesMax)) : undefined;
  return fullName === undefined ? names : { ...names, fullName };
}

function readWay(reader: CborReader): NodeId[] {
  const way: NodeId[] = [];
  const ids = reader.array("way", 1, destinationIdsMax);
  for (let i = 0; i < ids; i++) way.push(nodeId(new Uint8Array(reader.bytes("id", idBytes))));
  return way;
}

function readForward(reader: CborReader): string {
  const at = reader.offset;
  const name = reader.text("forward", 1, forwardCharsMax);
  if (!reader.failed && !validUserName(name)) reader.fail("forward", "bad-text", at);
  return name;
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
