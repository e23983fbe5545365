/** Where a name leads to: for the platform to look up. */
export interface HostAddress {
  /** A domain name in small letters, "tower.example.org". */
  readonly host: string;
  /** 1 .. 65535 */
  readonly port: number;
}

/** Characters of a name and of one of its labels (RFC 1123 §2.1). */
const hostCharsMax = 253;
const labelCharsMax = 63;

/** A name from "name:port" or "name" (then `defaultPort`); `undefined` where it is none. */
export function parseHostAddress(text: string, defaultPort: number): HostAddress | undefined {
  const [host = "", number, ...rest] = text.toLowerCase().split(":");
  if (rest.length > 0 || !isHost(host)) return undefined;
  if (number !== undefined && !/^[0-9]{1,5}$/.test(number)) return undefined;
  const port = number === undefined ? defaultPort : Number(number);
  return port < 1 || port > 65535 ? undefined : { host, port };
}

/** "tower.example.org:6084" */
export function hostAddressText({ host, port }: HostAddress): string {
  return `${host}:${port}`;
}

/** The last label begins with a letter: else it would be an address. Lengths are no matter of XS's `{0,61}`. */
function isHost(host: string): boolean {
  const labels = host.split(".");
  const isLabel = (label: string): boolean =>
    label.length <= labelCharsMax && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label);
  return (
    host.length <= hostCharsMax && labels.every(isLabel) && /^[a-z]/.test(labels[labels.length - 1] ?? "")
  );
}
