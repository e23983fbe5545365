import { addressText, ipv4Number } from "../../firmware/core/endpoint.js";

/** Of a network that does not say how large it is. */
const netmaskDefault = "255.255.255.0";

/** The IPv4 network that an address is on. */
export class Lan {
  readonly address: string;
  /** The address with all host bits set: what is sent there reaches everybody on it. */
  readonly broadcast: string;
  readonly #mask: number;
  readonly #prefix: number;
  /** How the addresses of a network begin whose mask is of whole bytes, "192.168.1.": nearly all are. */
  readonly #begin: string | undefined;

  /** `address` must be IPv4; a netmask that is none is taken for 255.255.255.0. */
  constructor(address: string, netmask: string | undefined) {
    this.address = address;
    this.#mask = numberOf(netmask ?? netmaskDefault) ?? numberOf(netmaskDefault) ?? 0;
    this.#prefix = (numberOf(address) ?? 0) & this.#mask;
    this.#begin = beginningOf(address, this.#mask);
    const broadcast = (this.#prefix | ~this.#mask) >>> 0;
    this.broadcast = addressText(
      Uint8Array.of(broadcast >>> 24, broadcast >>> 16, broadcast >>> 8, broadcast),
    );
  }

  /** Whether `other`, an address as a socket tells it, is on it. */
  has(other: string): boolean {
    if (this.#begin !== undefined) return other.startsWith(this.#begin);
    const number = numberOf(other);
    return number !== undefined && (number & this.#mask) === this.#prefix;
  }
}

/** Whether a text is an IPv4 address: before DHCP answers, the radio shows an IPv6 one of the link. */
export function isIpv4(address: string): boolean {
  return numberOf(address) !== undefined;
}

function beginningOf(address: string, mask: number): string | undefined {
  const bytes = [0, -1 << 24, -1 << 16, -1 << 8].indexOf(mask);
  return bytes < 1 ? undefined : `${address.split(".").slice(0, bytes).join(".")}.`;
}

/** The 32 bits of an IPv4 address, perhaps negative. */
function numberOf(address: string): number | undefined {
  const number = ipv4Number(address);
  return number === undefined ? undefined : number | 0;
}
