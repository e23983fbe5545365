import { networkInterfaces } from "node:os";
import { addressBytes, addressText } from "../../firmware/core/endpoint.js";

/** An IPv4 address of this machine and the LAN it is on. */
export interface InterfaceAddress {
  /** "eth0" */
  readonly name: string;
  readonly address: string;
  readonly netmask: string;
  /** The subnet's broadcast address: 127.255.255.255 on loopback. */
  readonly broadcast: string;
  readonly loopback: boolean;
}

/** All IPv4 addresses of this machine, those of a LAN first. */
export function interfaceAddresses(): InterfaceAddress[] {
  const found: InterfaceAddress[] = [];
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    for (const { address, netmask, family, internal } of addresses ?? []) {
      if (family !== "IPv4") continue;
      found.push({
        name,
        address,
        netmask,
        broadcast: broadcastAddress(address, netmask),
        loopback: internal,
      });
    }
  }
  return found.sort((a, b) => Number(a.loopback) - Number(b.loopback));
}

/**
 * The LAN that `address` is on. All of 127/8 is on the loopback interface though only 127.0.0.1 is configured there.
 * `undefined`: this machine has no such address.
 */
export function lanOf(address: string): InterfaceAddress | undefined {
  const all = interfaceAddresses();
  const exact = all.find((candidate) => candidate.address === address);
  if (exact !== undefined) return exact;
  const loopback = all.find((candidate) => candidate.loopback && sameSubnet(candidate, address));
  return loopback === undefined ? undefined : { ...loopback, address };
}

/** The address with all host bits set. Both must be IPv4. */
export function broadcastAddress(address: string, netmask: string): string {
  const bytes = addressBytes(address) ?? new Uint8Array(4);
  const mask = addressBytes(netmask) ?? new Uint8Array(4);
  return addressText(bytes.map((byte, i) => byte | (~(mask[i] ?? 0) & 0xff)));
}

/** Whether `other` is on the LAN. */
export function sameSubnet(lan: Pick<InterfaceAddress, "netmask" | "broadcast">, other: string): boolean {
  return addressBytes(other)?.length === 4 && broadcastAddress(other, lan.netmask) === lan.broadcast;
}
