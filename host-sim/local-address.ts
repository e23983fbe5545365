import { printable } from "../firmware/console/printable.js";
import { interfaceAddresses, lanOf } from "../hal/node/interface-address.js";
import { CommandFault } from "./command-line.js";

/** The address asked for if this machine has it; none asked for: the first that others on a network can reach. */
export function localAddress(asked: string | undefined): string {
  if (asked === undefined) return firstAddress();
  if (lanOf(asked) !== undefined) return asked;
  const own = interfaceAddresses().map(({ address, loopback }) => (loopback ? "127.x.x.x" : address));
  throw new CommandFault("bad-address", `this machine has no address ${printable(asked)}`, [...new Set(own)]);
}

/** The address of an interface, by its name. */
export function interfaceAddress(name: string): string {
  const all = interfaceAddresses();
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found.address;
  const names = [...new Set(all.map((one) => one.name))];
  const message = `this machine has no interface ${printable(name)} with an IPv4 address`;
  throw new CommandFault("bad-address", message, names);
}

/** Loopback where there is no network. */
function firstAddress(): string {
  const addresses = interfaceAddresses();
  const outside = addresses.find(({ address }) => !address.startsWith("127."));
  return (outside ?? addresses[0])?.address ?? "127.0.0.1";
}
