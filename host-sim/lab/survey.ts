import { compareBytes, fromHex } from "../../firmware/core/bytes.js";
import type { HandsetProcess } from "./handset-process.js";
import { answerOf } from "./scenario.js";

/** A record as a phone that keeps it shows it. */
interface KeptRecord {
  readonly name: string;
  readonly resource: string;
  readonly isRemoved: boolean;
}

/** What one node says of itself, on its own console: a phone or a host peer. */
export interface Testimony {
  readonly process: HandsetProcess;
  readonly name: string;
  readonly nodeId: string;
  /** Names of those it has a link to, whatever the link is for. */
  readonly links: readonly string[];
  /** Names whose registrations it keeps. */
  readonly keeps: readonly KeptRecord[];
}

/** What a phone says. */
export interface PhoneTestimony extends Testimony {
  /** Names it has called or been called by. */
  readonly callsWith: readonly string[];
}

/** A node that keeps the record of a name. */
export interface Holder {
  readonly name: string;
  readonly nodeId: string;
  /** XOR of its Node-ID and the record's place, hex: the least is the nearest. */
  readonly distance: string;
}

/** Asks every node for what it knows. */
export async function survey(nodes: readonly HandsetProcess[]): Promise<Testimony[]> {
  return Promise.all(nodes.map(testify));
}

/** Asks every phone, for its calls, too. */
export async function surveyPhones(phones: readonly HandsetProcess[]): Promise<PhoneTestimony[]> {
  return Promise.all(
    phones.map(async (phone) => {
      const calls = (await answerOf(phone, "log", "calls"))["calls"] as readonly { readonly name: string }[];
      return { ...(await testify(phone)), callsWith: calls.map(({ name }) => name) };
    }),
  );
}

/** The nodes that say they keep the record of `name`, the nearest first. */
export function holdersOf(name: string, nodes: readonly Testimony[]): Holder[] {
  const holders: Holder[] = [];
  for (const node of nodes) {
    const record = node.keeps.find((kept) => kept.name === name && !kept.isRemoved);
    if (record === undefined) continue;
    holders.push({ name: node.name, nodeId: node.nodeId, distance: xor(node.nodeId, record.resource) });
  }
  return holders.sort((a, b) => compareBytes(bytes(a.distance), bytes(b.distance)));
}

async function testify(process: HandsetProcess): Promise<Testimony> {
  const identity = await answerOf(process, "show", "identity");
  const peers = (await answerOf(process, "peers", "peers"))["peers"] as readonly { readonly name: string }[];
  const records = (await answerOf(process, "records", "records"))["records"] as readonly KeptRecord[];
  return {
    process,
    name: process.name,
    nodeId: String(identity["nodeId"]),
    links: peers.map(({ name }) => name).sort(),
    keeps: records,
  };
}

function xor(a: string, b: string): string {
  const other = bytes(b);
  return Buffer.from(bytes(a).map((byte, i) => byte ^ (other[i] ?? 0))).toString("hex");
}

function bytes(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array();
}
