import { serviceCapacityMax, serviceNameCharsMax } from "../core/limits.js";
import type { Result } from "../core/result.js";
import { isServiceName } from "../core/service-name.js";
import type { ArgumentReader } from "./argument-reader.js";
import type { ConsoleFault } from "./console-fault.js";

/** What is asked about services. */
export type ServiceCommand =
  | { readonly kind: "findService"; readonly service: string }
  | { readonly kind: "offers" }
  /** Capacity 0 takes the offer back. */
  | { readonly kind: "offer"; readonly service: string; readonly capacity: number };

/** `find-service stun` */
export function readFindService(reader: ArgumentReader): Result<ServiceCommand, ConsoleFault> {
  return reader.finish({ kind: "findService", service: readServiceName(reader) });
}

/** `offer`, `offer stun 100`, `offer stun 0` */
export function readOffer(reader: ArgumentReader): Result<ServiceCommand, ConsoleFault> {
  if (reader.done) return reader.finish({ kind: "offers" });
  const service = readServiceName(reader);
  return reader.finish({ kind: "offer", service, capacity: reader.count("capacity", 0, serviceCapacityMax) });
}

function readServiceName(reader: ArgumentReader): string {
  const { text, at } = reader.word("service", nameRule);
  const name = text.toLowerCase();
  if (isServiceName(name)) return name;
  reader.fail("bad-name", { argument: "service", at, given: text, allowed: nameRule });
  return "";
}

const nameRule = `The name of a service, up to ${serviceNameCharsMax} of a-z, 0-9 and -, as in stun.`;
