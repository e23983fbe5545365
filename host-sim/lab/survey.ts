import { compareBytes, fromHex } from "../../firmware/core/bytes.js";
import type { LabHandset } from "./call.js";
import { answerOf } from "./scenario.js";

/** A record as a phone that keeps it shows it. */
interface KeptRecord {
  readonly name: string;
  readonly resource: string;
  readonly isRemoved: boolean;
}

/** What one phone says of itself, on its own console. */
export interface Testimony {
  readonly handset: LabHandset;
  readonly name: string;
  readonly nodeId: string;
  /** Names of the phones it has a link to, whatever the link is for. */
  readonly links: readonly string[];
  /** Names whose registrations it keeps. */
  readonly keeps: readonly KeptRecord[];
  /** Names it has called or been called by. */
  readonly callsWith: readonly string[];
}

/** A phone that keeps the record of a name. */
export interface Holder {
  readonly name: string;
  readonly nodeId: string;
  /** XOR of its Node-ID and the record's place, hex: the least is the nearest. */
  readonly distance: string;
}

/** Asks every phone for what it knows. */
export async function survey(handsets: readonly LabHandset[]): Promise<Testimony[]> {
  return Promise.all(handsets.map(testify));
}

/** The phones that say they keep the record of `name`, the nearest first. */
export function holdersOf(name: string, phones: readonly Testimony[]): Holder[] {
  const holders: Holder[] = [];
  for (const phone of phones) {
    const record = phone.keeps.find((kept) => kept.name === name && !kept.isRemoved);
    if (record === undefined) continue;
    holders.push({ name: phone.name, nodeId: phone.nodeId, distance: xor(phone.nodeId, record.resource) });
  }
  return holders.sort((a, b) => compareBytes(bytes(a.distance), bytes(b.distance)));
}

async function testify(handset: LabHandset): Promise<Testimony> {
  const { process, planned } = handset;
  const identity = await answerOf(process, "show", "identity");
  const peers = (await answerOf(process, "peers", "peers"))["peers"] as readonly { readonly name: string }[];
  const records = (await answerOf(process, "records", "records"))["records"] as readonly KeptRecord[];
  const calls = (await answerOf(process, "log", "calls"))["calls"] as readonly { readonly name: string }[];
  return {
    handset,
    name: planned.name,
    nodeId: String(identity["nodeId"]),
    links: peers.map(({ name }) => name).sort(),
    keeps: records,
    callsWith: calls.map(({ name }) => name),
  };
}

function xor(a: string, b: string): string {
  const other = bytes(b);
  return Buffer.from(bytes(a).map((byte, i) => byte ^ (other[i] ?? 0))).toString("hex");
}

function bytes(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array();
}
