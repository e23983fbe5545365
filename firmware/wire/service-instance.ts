import { fromHex, toHex } from "../core/bytes.js";
import type { Endpoint } from "../core/endpoint.js";
import type { DnsData, DnsMessage, DnsRecord } from "./dns-message.js";
import { sameDnsName, type DnsName } from "./dns-reader.js";

/** The service that host peers announce on their LAN (RFC 6763 §7). */
export const serviceName: DnsName = ["_muster", "_udp", "local"];

/** Where multicast DNS is spoken (RFC 6762 §3). */
export const multicastDns: Endpoint = { address: "224.0.0.251", port: 5353 };

/**
 * First byte of the number of each question from the port of everything, and so of the answers that come there: RFC
 * 7983 gives it to nobody.
 */
export const questionByte = 13;

/** A host peer as DNS-SD tells of it. Nothing of it is proven. */
export interface ServiceInstance {
  /** What tells it from others on the LAN, one label of up to 63 B: its Node-ID in hexadecimal digits. */
  readonly label: string;
  /** 8 B */
  readonly overlayId: Uint8Array;
  readonly endpoint: Endpoint;
}

/** What there is of an instance, by its names. */
export interface InstanceRecords {
  /** `_muster._udp.local` is also it: shared with all others. */
  readonly pointer: DnsRecord;
  /** Port and host; the overlay; the address. */
  readonly details: readonly DnsRecord[];
}

/** The records of an instance; they hold for `ttlS` seconds, 0: it is gone. */
export function instanceRecords(instance: ServiceInstance, ttlS: number): InstanceRecords {
  const { label, overlayId, endpoint } = instance;
  const name = [label, ...serviceName];
  const host = [`muster-${label}`, "local"];
  const texts = ["txtvers=1", `${overlayKey}${toHex(overlayId)}`];
  return {
    pointer: { type: "PTR", name: serviceName, ttlS, isWhole: false, target: name },
    details: [
      { type: "SRV", name, ttlS, isWhole: true, port: endpoint.port, target: host },
      { type: "TXT", name, ttlS, isWhole: true, texts },
      { type: "A", name: host, ttlS, isWhole: true, address: endpoint.address },
    ],
  };
}

/** The instances that a message tells of in full; what is said of others is of no use. */
export function instancesIn({ answers, additional }: DnsMessage): ServiceInstance[] {
  const instances: ServiceInstance[] = [];
  const all = [...answers, ...additional];
  for (const record of all) {
    if (record.type !== "PTR" || record.ttlS === 0 || !sameDnsName(record.name, serviceName)) continue;
    const instance = instanceNamed(record.target, all);
    if (instance !== undefined) instances.push(instance);
  }
  return instances;
}

function instanceNamed(name: DnsName, all: readonly DnsRecord[]): ServiceInstance | undefined {
  const place = find(all, "SRV", name);
  if (place === undefined || place.port === 0) return undefined;
  const address = find(all, "A", place.target)?.address;
  const text = find(all, "TXT", name)?.texts.find((one) => one.startsWith(overlayKey));
  if (address === undefined || text === undefined) return undefined;
  const overlayId = fromHex(text.slice(overlayKey.length));
  if (overlayId?.length !== overlayIdBytes) return undefined;
  return { label: name[0] ?? "", overlayId, endpoint: { address, port: place.port } };
}

function find<Type extends DnsData["type"]>(
  records: readonly DnsRecord[],
  type: Type,
  name: DnsName,
): (DnsRecord & { readonly type: Type }) | undefined {
  return records.find(
    (record): record is DnsRecord & { readonly type: Type } =>
      record.type === type && sameDnsName(record.name, name),
  );
}

const overlayKey = "overlay=";
const overlayIdBytes = 8;
