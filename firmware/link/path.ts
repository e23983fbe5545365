import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { pathProbeSpacingMs } from "../core/limits.js";
import { elapsed, type Instant } from "../core/time.js";
import type { LinkRow } from "./link-table.js";

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
 * copy of a frame from anywhere, so the path moves only when the pong comes from there.
 */
export function asksForProbe(row: LinkRow, now: Instant, from: Endpoint, newest: boolean): boolean {
  if (!newest || sameEndpoint(from, row.endpoint)) return false;
  return row.candidate === undefined || elapsed(row.candidate.probedAt, now) >= pathProbeSpacingMs;
}

/** Whether a pong proves the candidate path: its token, from its address. */
export function provesPath(row: LinkRow, from: Endpoint, token: number): boolean {
  const { candidate } = row;
  return candidate?.token === token && sameEndpoint(candidate.endpoint, from);
}
