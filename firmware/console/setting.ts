import { parseEndpoint, endpointText, type Endpoint } from "../core/endpoint.js";
import { fullNameFault, type FullNameFault } from "../core/full-name.js";
import { hostAddressText, parseHostAddress, type HostAddress } from "../core/host-address.js";
import {
  bootstrapEndpointsMax,
  forwardCharsMax,
  fullNameBytesMax,
  musterPort,
  settingBytesMax,
} from "../core/limits.js";
import { err, ok, type Result } from "../core/result.js";
import { encodeText } from "../core/text.js";
import { canonicalName, nameRule } from "./argument-reader.js";
import type { ConsoleFault } from "./console-fault.js";

export type SettingName =
  | "name"
  | "fullname"
  | "overlay"
  | "authority"
  | "bootstrap"
  | "discovery"
  | "role"
  | "volume"
  | "microphone"
  | "auto-answer"
  | "forward-to"
  | "stock-sip"
  | "wifi-network"
  | "wifi-password";

/** What a setting's value may be. */
export type SettingForm =
  | { readonly kind: "user-name" | "full-name" | "other-user" | "overlay-name" | "authority" | "places" }
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "text"; readonly bytesMax: number };

/** One line of the table of settings. */
export interface SettingEntry {
  readonly name: SettingName;
  readonly form: SettingForm;
  /** The value as text before anybody sets one; empty: none. */
  readonly initial: string;
  readonly takesEffect: "now" | "next call" | "next start";
  readonly purpose: string;
  /** Never printed, only whether there is one. */
  readonly secret?: true;
}

/** All settings in the order they are listed. Values are kept, compared and stored as canonical text. */
export const settingTable: readonly SettingEntry[] = [
  {
    name: "name",
    form: { kind: "user-name" },
    initial: "",
    takesEffect: "next start",
    purpose: "the name others call you by",
  },
  {
    name: "fullname",
    form: { kind: "full-name" },
    initial: "none",
    takesEffect: "now",
    purpose: "what others see beside it, Alice Martin; nothing proves it",
  },
  {
    name: "overlay",
    form: { kind: "overlay-name" },
    initial: "muster",
    takesEffect: "next start",
    purpose: "the overlay to be in; only phones with the same one meet",
  },
  {
    name: "authority",
    form: { kind: "authority" },
    initial: "none",
    takesEffect: "next start",
    purpose: "the key of who enrolls the overlay's phones; none: everybody may join",
  },
  {
    name: "bootstrap",
    form: { kind: "places" },
    initial: "none",
    takesEffect: "next start",
    purpose: "addresses or names of peers to begin with, beside those heard on the LAN",
  },
  {
    name: "discovery",
    form: { kind: "choice", choices: ["on", "off"] },
    initial: "on",
    takesEffect: "next start",
    purpose: "whether the phone sends beacons on the LAN, to be found by others",
  },
  {
    name: "role",
    form: { kind: "choice", choices: ["auto", "client", "peer"] },
    initial: "auto",
    takesEffect: "now",
    purpose: "whether the phone serves others (peer), is served (client), or finds out by itself",
  },
  {
    name: "volume",
    form: { kind: "number", least: 0, most: 10 },
    initial: "10",
    takesEffect: "now",
    purpose: "loudspeaker: 10 as it came, 3 dB less each step, 0 silent",
  },
  {
    name: "microphone",
    form: { kind: "number", least: 0, most: 10 },
    initial: "10",
    takesEffect: "now",
    purpose: "microphone: 10 as it came, 3 dB less each step, 0 mute",
  },
  {
    name: "auto-answer",
    form: { kind: "choice", choices: ["off", "on"] },
    initial: "off",
    takesEffect: "now",
    purpose: "whether the phone takes calls by itself, for tests",
  },
  {
    name: "forward-to",
    form: { kind: "other-user" },
    initial: "off",
    takesEffect: "now",
    purpose: "the name that calls go on to instead of ringing here; texts still come here",
  },
  {
    name: "stock-sip",
    form: { kind: "choice", choices: ["on", "off"] },
    initial: "on",
    takesEffect: "next start",
    purpose: "whether plain SIP phones on the LAN can call this one, and be called",
  },
  {
    name: "wifi-network",
    form: { kind: "text", bytesMax: 32 },
    initial: "",
    takesEffect: "next start",
    purpose: "the Wi-Fi network to join; on a PC without effect",
  },
  {
    name: "wifi-password",
    form: { kind: "text", bytesMax: 63 },
    initial: "",
    takesEffect: "next start",
    purpose: "its password; on a PC without effect",
    secret: true,
  },
];

export function settingNames(): readonly SettingName[] {
  return settingTable.map((entry) => entry.name);
}

/** The table's line for a name. */
export function settingEntry(name: SettingName): SettingEntry {
  const entry = settingTable.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new Error(`assertion failed: no setting ${name}`);
  return entry;
}

/** What is allowed as a value: a sentence. */
export function settingRule({ form }: SettingEntry): string {
  switch (form.kind) {
    case "user-name":
      return nameRule;
    case "full-name":
      return `Up to ${fullNameBytesMax} bytes of text that can be seen, without brackets, quotes, colons; or none.`;
    case "other-user":
      return `${nameRule} Up to ${forwardCharsMax} characters in all; or off.`;
    case "overlay-name":
      return "An overlay name is up to 63 of a-z, 0-9, dot and dash, like a domain name.";
    case "authority":
      return "The authority's public key, 64 hex digits, or none.";
    case "places":
      return (
        `Up to ${bootstrapEndpointsMax} of address, name, address:port or name:port with commas between, ` +
        `${settingBytesMax} characters in all with their ports, or none.`
      );
    case "number":
      return `A whole number from ${form.least} to ${form.most}.`;
    case "choice":
      return `One of: ${form.choices.join(", ")}.`;
    case "text":
      return `Text of up to ${form.bytesMax} bytes.`;
  }
}

/** The value in canonical form, or what is wrong with it. A secret is not repeated in the fault. */
export function settingValue(entry: SettingEntry, text: string): Result<string, ConsoleFault> {
  const value = isShort(text) ? canonicalValue(entry.form, text) : undefined;
  // Ports that were left out are in the value, which is to be stored and read again.
  if (value !== undefined && isShort(value)) return ok(value);
  const given = entry.secret === true ? "" : text;
  const place = { at: `set ${entry.name} `.length, in: `set ${entry.name}/value` };
  return err({ kind: "bad-value", ...place, given, allowed: reason(entry, text), suggestions: [] });
}

/** What is allowed, and of a full name first what is wrong with it: that may be what cannot be seen. */
function reason(entry: SettingEntry, text: string): string {
  const fault = entry.form.kind === "full-name" ? fullNameFault(text) : undefined;
  return `${fault === undefined ? "" : `${fullNameFaults[fault]} `}${settingRule(entry)}`;
}

const fullNameFaults: Readonly<Record<FullNameFault, string>> = {
  empty: "It is empty.",
  "too-long": "It is too long.",
  invisible: "It holds characters that cannot be seen, or that change the screen.",
  reserved: "It holds what stands around names: brackets, quotes, a colon, a backslash or dots in one.",
  spaces: "It has spaces at an end, two in a row, or others than the plain one.",
  marks: "It has accents on nothing, or more than two on a letter.",
};

/** The addresses and names of a `places` setting's canonical text. */
export function settingPlaces(value: string): readonly (Endpoint | HostAddress)[] {
  return parsePlaces(value) ?? [];
}

function isShort(text: string): boolean {
  return encodeText(text).length <= settingBytesMax;
}

function canonicalValue(form: SettingForm, text: string): string | undefined {
  switch (form.kind) {
    case "user-name":
      return canonicalName(text);
    case "full-name":
      return canonicalFullName(text);
    case "other-user":
      return text.length <= forwardCharsMax ? canonicalName(text) : undefined;
    case "overlay-name":
      return canonicalOverlay(text);
    case "authority":
      return /^([0-9a-f]{64}|none)$/.test(text.toLowerCase()) ? text.toLowerCase() : undefined;
    case "places":
      return placesText(parsePlaces(text));
    case "number":
      return /^[0-9]{1,9}$/.test(text) && Number(text) >= form.least && Number(text) <= form.most
        ? String(Number(text))
        : undefined;
    case "choice":
      return form.choices.find((choice) => choice === text.toLowerCase());
    case "text":
      return encodeText(text).length <= form.bytesMax ? text : undefined;
  }
}

function canonicalFullName(text: string): string | undefined {
  if (text === "" || text.toLowerCase() === "none") return "none";
  return fullNameFault(text) === undefined ? text : undefined;
}

function canonicalOverlay(text: string): string | undefined {
  const name = text.toLowerCase();
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name) && name.length <= 63 ? name : undefined;
}

function parsePlaces(text: string): readonly (Endpoint | HostAddress)[] | undefined {
  if (text === "" || text === "none") return [];
  const places: (Endpoint | HostAddress)[] = [];
  for (const part of text.split(/[ ,]+/)) {
    const place = parseEndpoint(part, musterPort) ?? parseHostAddress(part, musterPort);
    if (place === undefined || places.length === bootstrapEndpointsMax) return undefined;
    places.push(place);
  }
  return places;
}

function placesText(places: readonly (Endpoint | HostAddress)[] | undefined): string | undefined {
  if (places === undefined) return undefined;
  const texts = places.map((place) => ("host" in place ? hostAddressText(place) : endpointText(place)));
  return texts.length === 0 ? "none" : texts.join(",");
}
