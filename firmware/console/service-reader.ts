import { serviceCapacityMax, serviceNameCharsMax } from "../core/limits.js";
import type { Result } from "../core/result.js";
import { isServiceName } from "../core/service-name.js";
import type { ArgumentReader } from "./argument-reader.js";
import type { ConsoleFault } from "./console-fault.js";

/** What is asked about services. */
export type ServiceCommand =
  /** `number`: the telephone number that a gateway is wanted for. */
  | { readonly kind: "findService"; readonly service: string; readonly number?: string }
  | { readonly kind: "offers" }
  /** Capacity 0 takes the offer back. */
  | { readonly kind: "offer"; readonly service: string; readonly capacity: number };

/** `find-service stun`, `find-service gateway +49301234` */
export function readFindService(reader: ArgumentReader): Result<ServiceCommand, ConsoleFault> {
  const service = readServiceName(reader);
  if (reader.done) return reader.finish({ kind: "findService", service });
  return reader.finish({ kind: "findService", service, number: readNumber(reader) });
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

function readNumber(reader: ArgumentReader): string {
  const { text, at } = reader.word("number", numberRule);
  if (!/^\+?[0-9]{1,15}$/.test(text))
    reader.fail("bad-digits", { argument: "number", at, given: text, allowed: numberRule });
  return text;
}

/** As many as a number has anywhere (ITU-T E.164 §6). */
const numberRule = "A telephone number, up to 15 digits, perhaps with a + in front.";
const nameRule = `The name of a service, up to ${serviceNameCharsMax} of a-z, 0-9 and -, as in stun.`;
