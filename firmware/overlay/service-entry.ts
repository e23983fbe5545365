import { present } from "../core/assert.js";
import { encodeEndpoint, type Endpoint } from "../core/endpoint.js";
import {
  serviceCapacityMax,
  serviceCostMax,
  serviceLevelsMax,
  serviceLoadMax,
  serviceNameCharsMax,
  servicePathsMax,
  servicePrefixCharsMax,
} from "../core/limits.js";
import { isServiceName } from "../core/service-name.js";
import { ok, type Result } from "../core/result.js";
import { CborReader } from "../wire/cbor-reader.js";
import { CborWriter } from "../wire/cbor-writer.js";
import { readEndpoint } from "../wire/kinds/contact.js";
import type { WireError } from "../wire/wire-error.js";

/** Whom a provider serves; its place in `servicePolicies` is its number. */
export type ServicePolicy = "anyone" | "domain" | "arranged";

/** All policies in the order of their numbers: any node of the overlay, users of its domain, whom it knows. */
export const servicePolicies: readonly ServicePolicy[] = ["anyone", "domain", "arranged"];

/** Telephone numbers that a gateway reaches. */
export interface GatewayPath {
  /** How they begin, 1 .. 8 digits, a `+` in front where the country's code stands there: "+49", "0". */
  readonly prefix: string;
  /** What a minute costs, 16 bit, in a unit that the overlay has agreed on; 0: nothing. */
  readonly cost: number;
}

/** What a provider says of a service it offers: the value of a record of Kind 2 (RFC 7374 §4). */
export interface ServiceEntry {
  /** 1 .. 16 of `a-z 0-9 -`: "stun". */
  readonly service: string;
  /** Level of the tree it stands at; the record's place must be the tree node of that level. */
  readonly level: number;
  /** Users it can serve at one time, 16 bit; 0: none at present. */
  readonly capacity: number;
  readonly policy: ServicePolicy;
  /** Where it is, for what is not spoken over links; absent: route to the provider's Node-ID. */
  readonly endpoint?: Endpoint;
  /** How much of the capacity was in use when this was stored, 1 .. 255 of 255; absent: nearly nothing. */
  readonly load?: number;
  /** Of a gateway: where it leads, 1 .. 3. */
  readonly paths?: readonly GatewayPath[];
}

/** Whether a text is how telephone numbers begin. */
export function isNumberPrefix(text: string): boolean {
  return text.length <= servicePrefixCharsMax && /^\+?[0-9]+$/.test(text);
}

/** The value of the record: `[service, level, capacity, policy, ? endpoint, ? load, ? paths]`. */
export function encodeServiceEntry(entry: ServiceEntry): Uint8Array {
  const { service, level, capacity, policy, endpoint, load = 0, paths } = entry;
  const items = 4 + (endpoint === undefined ? 0 : 1) + (load === 0 ? 0 : 1) + (paths === undefined ? 0 : 1);
  const writer = new CborWriter("service").array(items);
  writer.text(service).uint(level).uint(capacity).uint(servicePolicies.indexOf(policy));
  if (endpoint !== undefined) writer.bytes(present(encodeEndpoint(endpoint), "the endpoint's address"));
  if (load > 0) writer.uint(load);
  if (paths !== undefined) {
    writer.array(2 * paths.length);
    for (const { prefix, cost } of paths) writer.text(prefix).uint(cost);
  }
  return writer.finish();
}

/** The service in a record's value. */
export function decodeServiceEntry(value: Uint8Array): Result<ServiceEntry, WireError> {
  const reader = new CborReader(value, "service");
  const items = reader.array("items", 4, 7);
  const at = reader.offset;
  const service = reader.text("service-name", 1, serviceNameCharsMax);
  if (!reader.failed && !isServiceName(service)) reader.fail("service-name", "out-of-range", at);
  const entry: ServiceEntry = {
    service,
    level: reader.uint("level", serviceLevelsMax),
    capacity: reader.uint("capacity", serviceCapacityMax),
    policy: servicePolicies[reader.uint("policy", servicePolicies.length - 1)] ?? "anyone",
    ...readOptional(reader, items - 4),
  };
  const read = reader.finish(entry);
  return read.ok ? ok(read.value) : read;
}

/** What stands behind the first four; each is known by its type. */
function readOptional(reader: CborReader, items: number): Pick<ServiceEntry, "endpoint" | "load" | "paths"> {
  let left = items;
  const has = (type: ReturnType<CborReader["peek"]>): boolean => {
    const isThere = left > 0 && reader.peek() === type;
    if (isThere) left--;
    return isThere;
  };
  const read = {
    ...(has("bytes") && { endpoint: readEndpoint(reader, "endpoint") }),
    ...(has("uint") && { load: readLoad(reader) }),
    ...(has("array") && { paths: readPaths(reader) }),
  };
  if (left > 0) reader.fail("items", "wrong-length");
  return read;
}

/** None is not written. */
function readLoad(reader: CborReader): number {
  const at = reader.offset;
  const load = reader.uint("load", serviceLoadMax);
  if (load === 0) reader.fail("load", "out-of-range", at);
  return load;
}

function readPaths(reader: CborReader): GatewayPath[] {
  const items = reader.array("paths", 2, 2 * servicePathsMax);
  if (items % 2 !== 0) reader.fail("paths", "wrong-length");
  const paths: GatewayPath[] = [];
  for (let at = 0; at < items && !reader.failed; at += 2) paths.push(readPath(reader));
  return paths;
}

function readPath(reader: CborReader): GatewayPath {
  const at = reader.offset;
  const prefix = reader.text("prefix", 1, servicePrefixCharsMax);
  if (!reader.failed && !isNumberPrefix(prefix)) reader.fail("prefix", "out-of-range", at);
  return { prefix, cost: reader.uint("cost", serviceCostMax) };
}
