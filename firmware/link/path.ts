import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { datagramBytesMax, pathProbeSpacingMs, tunnelFrameBytesMax } from "../core/limits.js";
import { isTunnel } from "../core/tunnel-endpoint.js";
import { elapsed, type Instant } from "../core/time.js";
import { dataOverheadBytes } from "../wire/frame.js";
import type { IndexOwner } from "./context.js";
import type { LinkRow, LinkTable } from "./link-table.js";

/** An address that authentic frames came from, being asked whether the other really is there. */
export interface CandidatePath {
  readonly endpoint: Endpoint;
  /** Of the ping sent there. */
  readonly token: number;
  readonly probedAt: Instant;
}

/**
 * Whether an authentic frame is reason to ask its source for a pong (roaming, protocol §2): it is the
 * newest so far, comes from elsewhere than the path, and nothing was asked a moment ago. Anyone can send a
 * copy of a frame from anywhere, so the path moves only when the pong comes from there. It never moves from an address
 * into a tunnel: what carries tunnels must not be carried by one.
 */
export function asksForProbe(row: LinkRow, now: Instant, from: Endpoint, newest: boolean): boolean {
  if (!newest || sameEndpoint(from, row.endpoint) || betterPath(row.endpoint, from) !== from) return false;
  return row.candidate === undefined || elapsed(row.candidate.probedAt, now) >= pathProbeSpacingMs;
}

/** Whether a pong proves the candidate path: its token, from its address. */
export function provesPath(row: LinkRow, from: Endpoint, token: number): boolean {
  const { candidate } = row;
  return candidate?.token === token && sameEndpoint(candidate.endpoint, from);
}

/** The path of a link that could have both: a tunnel is for those that have no other. */
export function betterPath(former: Endpoint, latter: Endpoint): Endpoint {
  return isTunnel(latter) && !isTunnel(former) ? former : latter;
}

/** Longest plaintext of a data frame on this path: a datagram's, or what a datagram can carry of another node's. */
export function plaintextBytesMax(path: Endpoint): number {
  return (isTunnel(path) ? tunnelFrameBytesMax : datagramBytesMax) - dataOverheadBytes;
}

/**
 * The path by which a frame came back through a tunnel of ours: that of whom its index names. For a link whose path has
 * moved to an address since it counts as having come from there; a handshake that uses no tunnel has no such path.
 */
export function returnPath(owner: IndexOwner | undefined, table: LinkTable): Endpoint | undefined {
  if (owner?.kind === "session") return table.row(owner.link)?.endpoint ?? owner.retired?.endpoint;
  if (owner?.kind !== "initiation") return undefined;
  const { endpoint } = owner.sought;
  return isTunnel(endpoint) ? endpoint : undefined;
}
