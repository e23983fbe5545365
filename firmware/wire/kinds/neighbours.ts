import { contactsInMessageMax } from "../../core/limits.js";
import type { CborReader } from "../cbor-reader.js";
import { CborWriter } from "../cbor-writer.js";
import { readContacts, writeContacts, type Contact } from "./contact.js";

/** How far a node is in becoming, or ceasing to be, a peer (protocol §4). Its place in `stages` is its number. */
export type Stage = "joining" | "filling" | "peer" | "leaving" | "client";

/**
 * What an update says of its sender: its stage; that it has no row for the receiver, who is no neighbour; that it is a
 * client and the receiver the peer it uses first; that it asks whether it may become a client, or grants that.
 */
export type ToldStage = Stage | "unseated" | "associate" | "asking" | "granting";

/** Whether what an update says is a stage of its sender's. */
export function isStage(told: ToldStage): told is Stage {
  return told !== "unseated" && told !== "associate" && told !== "asking" && told !== "granting";
}

/** The nodes nearest the receiver that the sender knows: `[3, config sequence, stage, [contact, ...]]`. */
export interface Update {
  readonly type: "update";
  readonly configSequence: number;
  readonly stage: ToldStage;
  /** At most 8. */
  readonly contacts: readonly Contact[];
}

/** One record of a digest. */
export interface DigestEntry {
  /** First 4 B of SHA-512("Muster/1 digest" ‖ resource ‖ kind ‖ key). */
  readonly short: Uint8Array;
  readonly generation: number;
}

/** What the sender holds of the records both should hold: `[4, short, generation, ...]`. */
export interface Digest {
  readonly type: "digest";
  /** At most 64. */
  readonly entries: readonly DigestEntry[];
}

/** The sender ends this link and goes: `[5]`. */
export interface Leave {
  readonly type: "leave";
}

/** Their numbers in an update are their places here. */
export const toldStages: readonly ToldStage[] = [
  "joining",
  "filling",
  "peer",
  "leaving",
  "unseated",
  "client",
  "asking",
  "granting",
  "associate",
];
const shortBytes = 4;

export function encodeUpdate(message: Update): Uint8Array {
  const writer = new CborWriter("update").array(4).uint(3);
  writer.uint(message.configSequence).uint(toldStages.indexOf(message.stage));
  writeContacts(writer, message.contacts);
  return writer.finish();
}

export function readUpdate(reader: CborReader): Update {
  return {
    type: "update",
    configSequence: reader.uint("config-sequence", 0xffffffff),
    stage: toldStages[reader.uint("stage", toldStages.length - 1)] ?? "joining",
    contacts: readContacts(reader, "contacts", 0, contactsInMessageMax),
  };
}

export function encodeDigest(message: Digest): Uint8Array {
  const writer = new CborWriter("digest").array(1 + 2 * message.entries.length).uint(4);
  for (const { short, generation } of message.entries) writer.bytes(short).uint(generation);
  return writer.finish();
}

/** `items` counts the type. */
export function readDigest(reader: CborReader, items: number): Digest {
  if (items % 2 !== 1) reader.fail("entries", "wrong-length");
  const entries: DigestEntry[] = [];
  for (let i = 1; i < items && !reader.failed; i += 2) {
    entries.push({
      short: reader.bytes("short", shortBytes),
      generation: reader.uint("generation", 0xffffffffffff),
    });
  }
  return { type: "digest", entries };
}

export function encodeLeave(): Uint8Array {
  return new CborWriter("leave").array(1).uint(5).finish();
}
