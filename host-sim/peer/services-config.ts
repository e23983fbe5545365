import { parseEndpoint } from "../../firmware/core/endpoint.js";
import {
  serviceCapacityMax,
  serviceCostMax,
  serviceNameCharsMax,
  servicePathsMax,
  servicePrefixCharsMax,
} from "../../firmware/core/limits.js";
import { isServiceName } from "../../firmware/core/service-name.js";
import { isNumberPrefix, servicePolicies, type GatewayPath } from "../../firmware/overlay/service-entry.js";
import type { Offer } from "../../firmware/service-offers.js";
import type { ConfigFault } from "./peer-config.js";

type Members = Readonly<Record<string, unknown>>;

/** Beside what every host peer offers. */
const servicesConfiguredMax = 6;

/** What the member `services` of a configuration may be. */
export const servicesRule = `a list of up to ${servicesConfiguredMax} of { "service": "turn", "capacity": 100 }`;

/** The first thing wrong with the list of services. */
export function servicesFault(values: readonly unknown[]): ConfigFault | undefined {
  for (const [at, value] of values.entries()) {
    const fault = serviceFault(value, `services[${at}]`);
    if (fault !== undefined) return fault;
  }
  if (values.length > servicesConfiguredMax)
    return { where: "services", what: `has ${values.length} services`, allowed: servicesRule };
  const names = new Set(offersOf(values).map(({ service }) => service));
  if (names.size === values.length) return undefined;
  return { where: "services", what: "names a service twice", allowed: servicesRule };
}

/** Of a list that was found good. */
export function offersOf(values: readonly unknown[]): readonly Offer[] {
  return values.map((value) => {
    const { service, capacity, policy, address, paths } = membersOf(value);
    const endpoint = typeof address === "string" ? parseEndpoint(address, 0) : undefined;
    return {
      service: typeof service === "string" ? service : "",
      capacity: typeof capacity === "number" ? capacity : 0,
      policy: servicePolicies.find((each) => each === policy) ?? "anyone",
      ...(endpoint !== undefined && { endpoint }),
      ...(Array.isArray(paths) && { paths: pathsOf(paths) }),
    };
  });
}

function pathsOf(values: readonly unknown[]): readonly GatewayPath[] {
  return values.map((value) => {
    const { prefix, cost } = membersOf(value);
    return { prefix: typeof prefix === "string" ? prefix : "", cost: typeof cost === "number" ? cost : 0 };
  });
}

function serviceFault(value: unknown, where: string): ConfigFault | undefined {
  const members = membersOf(value);
  const unknown = Object.keys(members).find((name) => !Object.hasOwn(rules, name));
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { where, what: "is no object", allowed: servicesRule };
  if (unknown !== undefined)
    return {
      where: `${where}.${unknown}`,
      what: "is no member of a service",
      allowed: Object.keys(rules).join(", "),
    };
  for (const [name, { isGood, allowed, isNeeded }] of Object.entries(rules)) {
    const given = members[name];
    if (given === undefined && !isNeeded) continue;
    if (given === undefined) return { where: `${where}.${name}`, what: "is missing", allowed };
    if (!isGood(given)) return { where: `${where}.${name}`, what: `is ${JSON.stringify(given)}`, allowed };
  }
  return undefined;
}

function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

interface Rule {
  readonly isNeeded: boolean;
  readonly allowed: string;
  readonly isGood: (value: unknown) => boolean;
}

/** The members of one service. */
const rules: Readonly<Record<string, Rule>> = {
  service: {
    isNeeded: true,
    allowed: `up to ${serviceNameCharsMax} of a-z, 0-9 and -`,
    isGood: (value) => typeof value === "string" && isServiceName(value),
  },
  capacity: {
    isNeeded: true,
    allowed: `users at one time: a whole number from 1 to ${serviceCapacityMax}`,
    isGood: (value) =>
      typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= serviceCapacityMax,
  },
  policy: {
    isNeeded: false,
    allowed: servicePolicies.join(", "),
    isGood: (value) => servicePolicies.some((policy) => policy === value),
  },
  address: {
    isNeeded: false,
    allowed: "an address with its port, 192.0.2.7:3478",
    isGood: (value) => typeof value === "string" && parseEndpoint(value, 0) !== undefined,
  },
  paths: {
    isNeeded: false,
    allowed:
      `1 to ${servicePathsMax} of { "prefix": "+49", "cost": 12 }: how the numbers begin that a gateway reaches, ` +
      `up to ${servicePrefixCharsMax} characters, and what a minute costs, 0 to ${serviceCostMax}`,
    isGood: (value) =>
      Array.isArray(value) && value.length >= 1 && value.length <= servicePathsMax && value.every(isPath),
  },
};

function isPath(value: unknown): boolean {
  const { prefix, cost, ...others } = membersOf(value);
  if (Object.keys(others).length > 0 || typeof prefix !== "string" || typeof cost !== "number") return false;
  return isNumberPrefix(prefix) && Number.isInteger(cost) && cost >= 0 && cost <= serviceCostMax;
}
