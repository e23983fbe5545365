import { VirtualLab } from "../virtual/lab.js";

const warmUpMs = 60_000;
const minuteMs = 60_000;

/**
 * UDP payload that one idle handset sends and receives in a minute, bytes, the mean of `count` handsets of
 * one LAN, in virtual time after 60 s of warm-up: nobody calls, everybody is registered.
 */
export function measureIdle(count: number, seed: number): number {
  const lab = new VirtualLab({ seed });
  const names: string[] = [];
  for (let i = 0; i < count; i++) names.push(`phone${i + 1}`);
  for (const name of names) lab.switchOn(name);
  for (const name of names) lab.expect(name, "registered");
  lab.run(warmUpMs);
  const before = total(lab, names);
  lab.run(minuteMs);
  return Math.round((total(lab, names) - before) / count);
}

function total(lab: VirtualLab, names: readonly string[]): number {
  let bytes = 0;
  for (const name of names) bytes += lab.bytesOf(name);
  return bytes;
}
