import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const headerBytes = 44;
const bytesPerSecond = 16_000;

/** What a handset of the lab says: its own file where there is one (alice, bob), else alice's. */
export function speechFile(name: string): string {
  const own = fromRoot(`test/vectors/speech/${name}.wav`);
  return existsSync(own) ? own : fromRoot("test/vectors/speech/alice.wav");
}

/** Length of a handset's speech: 8 kHz, 16 bit, mono. */
export function speechSeconds(name: string): number {
  return (statSync(speechFile(name)).size - headerBytes) / bytesPerSecond;
}

/** A file of the clone, from where the compiled output of this module lies: build/host-sim/lab. */
function fromRoot(path: string): string {
  const compiled = fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  return existsSync(compiled) ? compiled : fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
