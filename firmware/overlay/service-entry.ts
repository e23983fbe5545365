import { present } from "../core/assert.js";
import { encodeEndpoint, type Endpoint } from "../core/endpoint.js";
import { serviceCapacityMax, serviceLevelsMax, serviceNameCharsMax } from "../core/limits.js";
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
}

/** The value of the record: `[service, level, capacity, policy, ? endpoint]`. */
export function encodeServiceEntry(entry: ServiceEntry): Uint8Array {
  const { service, level, capacity, policy, endpoint } = entry;
  const writer = new CborWriter("service").array(endpoint === undefined ? 4 : 5);
  writer.text(service).uint(level).uint(capacity).uint(servicePolicies.indexOf(policy));
  if (endpoint !== undefined) writer.bytes(present(encodeEndpoint(endpoint), "the endpoint's address"));
  return writer.finish();
}

/** The service in a record's value. */
export function decodeServiceEntry(value: Uint8Array): Result<ServiceEntry, WireError> {
  const reader = new CborReader(value, "service");
  const items = reader.array("items", 4, 5);
  const at = reader.offset;
  const service = reader.text("service-name", 1, serviceNameCharsMax);
  if (!reader.failed && !isServiceName(service)) reader.fail("service-name", "out-of-range", at);
  const entry: ServiceEntry = {
    service,
    level: reader.uint("level", serviceLevelsMax),
    capacity: reader.uint("capacity", serviceCapacityMax),
    policy: servicePolicies[reader.uint("policy", servicePolicies.length - 1)] ?? "anyone",
    ...(items === 5 && { endpoint: readEndpoint(reader, "endpoint") }),
  };
  const read = reader.finish(entry);
  return read.ok ? ok(read.value) : read;
}
