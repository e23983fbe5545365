import { musterPort } from "../../firmware/core/limits.js";
import { Driver } from "../../firmware/driver.js";
import { Memory } from "../../firmware/memory.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { HostPeer } from "../peer/host-peer.js";
import { VirtualLab } from "../virtual/lab.js";
import { VirtualPlatform } from "../virtual/platform.js";
import { Prng } from "../virtual/prng.js";
import { VirtualStorage } from "../virtual/storage.js";

const overlay = "virtual-lab";
/** The host peers have joined each other by then. */
const hostPeersMs = 10_000;
const warmUpMs = 60_000;
const minuteMs = 60_000;

/**
 * UDP payload that one idle handset sends and receives in a minute, bytes, the mean of `count` handsets of
 * one LAN, in virtual time after 60 s of warm-up: nobody calls, everybody is registered. With host peers on the LAN
 * the handsets are their clients.
 */
export function measureIdle(count: number, seed: number, hostPeers = 0): number {
  const lab = new VirtualLab({ seed, overlay });
  for (let i = 0; i < hostPeers; i++) switchOnHostPeer(lab, { name: `tower${i + 1}`, seed, overlay });
  if (hostPeers > 0) lab.run(hostPeersMs);
  const names: string[] = [];
  for (let i = 0; i < count; i++) names.push(`phone${i + 1}`);
  for (const name of names) lab.switchOn(name);
  for (const name of names) lab.expect(name, "registered");
  lab.run(warmUpMs);
  const before = total(lab, names);
  lab.run(minuteMs);
  return Math.round((total(lab, names) - before) / count);
}

/** Switches a host peer on in virtual time, on the LAN of the handsets. */
export function switchOnHostPeer(
  lab: VirtualLab,
  { name, seed, overlay }: { readonly name: string; readonly seed: number; readonly overlay: string },
): VirtualPlatform {
  const { clock, network } = lab;
  const [crypto, storage, random] = [new SodiumCrypto(), new VirtualStorage(), new Prng(`${seed} ${name}`)];
  const address = lab.addressOf(name);
  const platform = new VirtualPlatform({ clock, network, address, random, crypto, storage });
  const memory = new Memory((key) => storage.get(key));
  const config = { name, overlay, bootstrap: [], discovery: true, services: [] };
  new Driver(platform, new HostPeer({ crypto, random, memory, config }), { port: musterPort }).start();
  return platform;
}

function total(lab: VirtualLab, names: readonly string[]): number {
  let bytes = 0;
  for (const name of names) bytes += lab.bytesOf(name);
  return bytes;
}
