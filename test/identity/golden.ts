import { fileJson } from "../support/file.js";
import type { ReferenceNode, Transcript } from "./reference-handshake.js";

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

/** What the file of vectors holds. */
export function goldenFile(): { cases: Record<string, Transcript> } {
  return fileJson(goldenPath) as { cases: Record<string, Transcript> };
}

export const goldenPath = "test/vectors/muster/handshake.json";

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
