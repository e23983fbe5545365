import { readFileSync } from "node:fs";
import {
  referenceData,
  referenceHandshake,
  type ReferenceNode,
  type Transcript,
} from "./reference-handshake.js";

/** The two nodes of the golden example. */
export const alice: ReferenceNode = {
  userName: "alice",
  seed: sequence(0x00),
  nonce: Buffer.from("00001f00", "hex"),
  services: 0x1f,
  index: Buffer.from("010203", "hex"),
  ephemeralSecret: sequence(0x40),
  parameters: Buffer.from("0000000703c0a8011817c4", "hex"),
};
export const carol: ReferenceNode = {
  userName: "carol",
  seed: sequence(0x20),
  nonce: Buffer.from("000073fb", "hex"),
  services: 0x1f,
  index: Buffer.from("a0b0c0", "hex"),
  ephemeralSecret: sequence(0x60),
  parameters: Buffer.from("0000000701c0a8011717c4", "hex"),
};
export const overlayName = "office.example";
export const cookie: Buffer = sequence(0x80).subarray(0, 16);

/** The cases of test/vectors/muster/handshake.json, computed by the reference. */
export function goldenCases(): Record<string, Transcript> {
  const common = { overlayName, initiator: alice, responder: carol };
  const cold = referenceHandshake({ ...common, hinted: false, shortHello3: false });
  const key = Buffer.from(cold["key i-r"] ?? "", "hex");
  cold["data i-r 0"] = referenceData(key, carol.index, 0n, Buffer.from("muster")).toString("hex");
  cold["data i-r 65537"] = referenceData(key, carol.index, 65_537n, Buffer.alloc(0)).toString("hex");
  return {
    cold,
    "cold with cookie": referenceHandshake({ ...common, hinted: false, shortHello3: false, cookie }),
    "responder known": referenceHandshake({ ...common, hinted: true, shortHello3: false }),
    "both known": referenceHandshake({ ...common, hinted: true, shortHello3: true }),
  };
}

/** What the file of vectors holds. */
export function goldenFile(): { cases: Record<string, Transcript> } {
  return JSON.parse(readFileSync(goldenPath, "utf8")) as { cases: Record<string, Transcript> };
}

export const goldenPath: URL = new URL("../vectors/muster/handshake.json", import.meta.url);

/** 32 bytes that count up. */
function sequence(from: number): Buffer {
  return Buffer.from(Array.from({ length: 32 }, (_, i) => from + i));
}

/** The golden example as README.md shows it: each value under its name and length, 48 bytes a line. */
export function goldenText(transcript: Transcript): string {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(transcript)) {
    lines.push(`${name} (${value.length / 2})`);
    for (let at = 0; at < value.length; at += 96) lines.push(`  ${value.slice(at, at + 96)}`);
  }
  return lines.join("\n");
}
