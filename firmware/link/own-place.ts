import { noAddress, type Endpoint } from "../core/endpoint.js";
import { isTunnel } from "../core/tunnel-endpoint.js";

/** Where this node is: by its own address, and as nodes beyond a NAT see it, where there is one. */
export interface OwnPlace {
  readonly local: Endpoint;
  readonly seen?: Endpoint | undefined;
}

/**
 * The endpoint that a handshake over this path tells the other end: where that one is, as we see it; in a tunnel, where
 * we see nothing, where we may be ourselves, so that both ends can try it. `direct` is where the other end may be: who
 * is behind the same NAT as we are is told our own address. `undefined`: there is nothing to tell.
 */
export function endpointToTell(
  path: Endpoint,
  place: OwnPlace | undefined,
  direct: Endpoint | undefined,
): Endpoint | undefined {
  if (!isTunnel(path)) return path;
  if (place === undefined) return undefined;
  const { local, seen = local } = place;
  const own = direct?.address === seen.address ? local : seen;
  // In a tunnel there is room for an IPv4 address.
  return own.address === noAddress || own.address.includes(":") ? undefined : own;
}
