import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { suggestions } from "../../firmware/console/suggestion.js";
import { settingEntry, settingPlaces, settingRule, settingValue } from "../../firmware/console/setting.js";
import { fromHex } from "../../firmware/core/bytes.js";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import type { HostAddress } from "../../firmware/core/host-address.js";
import { hostOverlay, musterPort, type OverlayLimits } from "../../firmware/core/limits.js";
import { err, ok, type Result } from "../../firmware/core/result.js";
import type { Offer } from "../../firmware/service-offers.js";
import { offersOf, servicesFault, servicesRule } from "./services-config.js";

/** What a host peer is told by its configuration file. */
export interface PeerConfig {
  /** The user name its credential is for. */
  readonly name: string;
  readonly overlay: string;
  /** The public key of the overlay's authority, lower-case hex; absent: the overlay is open. */
  readonly authority?: string;
  /** What the authority has issued for this peer's key. */
  readonly credential?: Uint8Array;
  /** The local IPv4 address to bind, or the interface whose address is taken; neither: the first that others reach. */
  readonly address?: string;
  readonly interface?: string;
  readonly port: number;
  /** The folder of its key and state; absolute. */
  readonly state: string;
  /** Peers to begin with. */
  readonly bootstrap: readonly (Endpoint | HostAddress)[];
  /** Whether it sends beacons on its LAN. */
  readonly discovery: boolean;
  /** It holds no records of others, and so serves no clients either: it joins and routes. */
  readonly records?: false;
  /** What it offers to the overlay. */
  readonly services: readonly Offer[];
}

/** How much of the overlay it takes on: who holds no records cannot take those of clients. */
export function overlayLimitsOf({ records }: Pick<PeerConfig, "records">): OverlayLimits {
  return records === false ? { ...hostOverlay, storeBytes: 0, clients: 0 } : hostOverlay;
}

/** What is wrong with a configuration. */
export interface ConfigFault {
  /** "line 3, column 5" of a file that is no JSON, or the member: "bootstrap[1]". */
  readonly where: string;
  /** What is wrong there, a sentence without its full stop. */
  readonly what: string;
  /** What is allowed in its place. */
  readonly allowed: string;
}

type Members = Readonly<Record<string, unknown>>;

/** All members, in the order they are documented (README.md), and what each may be. */
const rules: Readonly<Record<keyof PeerConfig, string>> = {
  name: settingRule(settingEntry("name")),
  overlay: settingRule(settingEntry("overlay")),
  authority: settingRule(settingEntry("authority")),
  credential: "what the authority has issued for this peer, hex digits",
  address: 'an IPv4 address of this machine, "192.0.2.7"',
  interface: 'the name of a network interface, "eth0"',
  port: "a whole number from 1 to 65535",
  state: "a folder; a relative one is taken from where the configuration file is",
  bootstrap: `a list of texts. ${settingRule(settingEntry("bootstrap"))}`,
  discovery: "true or false",
  records: "true or false",
  services: servicesRule,
};

/** Reads a configuration; `path` is where the text stands, relative folders begin there. Total: any text may come. */
export function readPeerConfig(text: string, path: string): Result<PeerConfig, ConfigFault> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (fault) {
    return err(jsonFault(text, fault));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return err({ where: "the file", what: "holds no object", allowed: '{ "name": "tower", ... }' });
  const fault = faultOf({ ...value });
  return fault === undefined ? ok(configOf({ ...value }, path)) : err(fault);
}

/** The first thing wrong, members in the order of the file. */
function faultOf(members: Members): ConfigFault | undefined {
  for (const [name, value] of Object.entries(members)) {
    const fault = memberFault(name, value);
    if (fault !== undefined) return fault;
  }
  if (!("name" in members)) return { where: "name", what: "is missing", allowed: rules.name };
  if ("credential" in members && !("authority" in members))
    return { where: "credential", what: "stands without authority", allowed: rules.authority };
  if ("address" in members && "interface" in members)
    return { where: "interface", what: "stands beside address", allowed: "one of the two" };
  return undefined;
}

function memberFault(name: string, value: unknown): ConfigFault | undefined {
  const known = Object.keys(rules);
  if (!isMember(name)) {
    const meant = suggestions(name, known);
    const hint = meant.length === 0 ? "" : `; did you mean ${meant.join(" or ")}?`;
    return { where: name, what: `is no member of a configuration${hint}`, allowed: known.join(", ") };
  }
  if (name === "bootstrap" && Array.isArray(value)) return bootstrapFault(value);
  if (name === "services" && Array.isArray(value)) return servicesFault(value);
  if (isGood(name, value)) return undefined;
  return { where: name, what: `is ${shown(value)}`, allowed: rules[name] };
}

function bootstrapFault(values: readonly unknown[]): ConfigFault | undefined {
  const allowed = rules.bootstrap;
  for (const [at, value] of values.entries()) {
    const isPlace = typeof value === "string" && placesOf([value]).length === 1;
    if (!isPlace) return { where: `bootstrap[${at}]`, what: `is ${shown(value)}`, allowed };
  }
  if (placesOf(values as readonly string[]).length === values.length) return undefined;
  return { where: "bootstrap", what: `has ${values.length} addresses`, allowed };
}

function isMember(name: string): name is keyof PeerConfig {
  return Object.hasOwn(rules, name);
}

function isGood(name: keyof PeerConfig, value: unknown): boolean {
  switch (name) {
    case "name":
    case "overlay":
    case "authority":
      return typeof value === "string" && settingValue(settingEntry(name), value).ok && value !== "";
    case "credential":
      return typeof value === "string" && value !== "" && fromHex(value) !== undefined;
    case "address":
      return typeof value === "string" && /^\d{1,3}(\.\d{1,3}){3}$/.test(value);
    case "interface":
    case "state":
      return typeof value === "string" && value !== "";
    case "port":
      return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;
    case "discovery":
    case "records":
      return typeof value === "boolean";
    case "bootstrap":
    case "services":
      return false;
  }
}

/** Of members that were found good. */
function configOf(members: Members, path: string): PeerConfig {
  const text = (name: "name" | "overlay" | "authority"): string => {
    const entry = settingEntry(name);
    const given = members[name];
    const value = typeof given === "string" ? settingValue(entry, given) : undefined;
    return value?.ok === true ? value.value : entry.initial;
  };
  const {
    address,
    credential,
    interface: network,
    port,
    state,
    bootstrap,
    discovery,
    services,
    records,
  } = members;
  const name = text("name");
  const authority = text("authority");
  const issued = typeof credential === "string" ? fromHex(credential) : undefined;
  return {
    name,
    overlay: text("overlay"),
    ...(authority !== "none" && { authority }),
    ...(issued !== undefined && { credential: issued }),
    ...(typeof address === "string" && { address }),
    ...(typeof network === "string" && { interface: network }),
    port: typeof port === "number" ? port : musterPort,
    state:
      typeof state === "string" ? resolve(dirname(path), state) : join(homedir(), ".muster", `${name}-peer`),
    bootstrap: Array.isArray(bootstrap) ? placesOf(bootstrap as readonly string[]) : [],
    discovery: discovery !== false,
    ...(records === false && { records }),
    services: Array.isArray(services) ? offersOf(services) : [],
  };
}

/** Empty where any of them is none, or there are too many. */
function placesOf(texts: readonly string[]): PeerConfig["bootstrap"] {
  const value = settingValue(settingEntry("bootstrap"), texts.join(","));
  return value.ok ? settingPlaces(value.value) : [];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Node tells where by a count of characters; a person counts lines. */
function jsonFault(text: string, fault: unknown): ConfigFault {
  const said = fault instanceof Error ? fault.message : String(fault);
  const position = / at position (\d+)/.exec(said)?.[1];
  const before = text.slice(0, position === undefined ? text.length : Number(position)).split("\n");
  const where = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return {
    where,
    what: "is no JSON",
    allowed: "JSON (RFC 8259): names and texts in double quotes, no comments",
  };
}
