import { existsSync, statSync } from "node:fs";
import { cloneFile } from "../clone-file.js";

const headerBytes = 44;
const bytesPerSecond = 16_000;

/** What a handset of the lab says: its own file where there is one (alice, bob), else alice's. */
export function speechFile(name: string): string {
  const own = cloneFile(`test/vectors/speech/${name}.wav`);
  return existsSync(own) ? own : cloneFile("test/vectors/speech/alice.wav");
}

/** Length of a handset's speech: 8 kHz, 16 bit, mono. */
export function speechSeconds(name: string): number {
  return (statSync(speechFile(name)).size - headerBytes) / bytesPerSecond;
}
