import type { Endpoint } from "../core/endpoint.js";
import { guestIdleMs, sessionFramesMax, sessionLifetimeMs } from "../core/limits.js";
import { after, earliest, type Deadline, type Instant } from "../core/time.js";
import { encodeLeave } from "../wire/kinds/neighbours.js";
import type { LinkContext } from "./context.js";
import type { Initiations } from "./initiations.js";
import { livenessDueAt, livenessStep } from "./liveness.js";
import { groupRows, type LinkRow } from "./link-table.js";
import type { Roster } from "./roster.js";
import type { Session } from "./session.js";
import type { Traffic } from "./traffic.js";

/** What upkeep works on. */
export interface UpkeepParts {
  readonly context: LinkContext;
  readonly initiations: Initiations;
  readonly roster: Roster;
  readonly traffic: Traffic;
}

/**
 * What links need as time goes by: keepalives, pings, an end to the dead, new keys before the old ones are
 * worn.
 */
export class Upkeep {
  readonly #parts: UpkeepParts;
  /** No link of each group of rows needs anything before; reckoned when something has changed. */
  readonly #dueAt: Instant[] = [];

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  handleTimeout(now: Instant): void {
    const { context, roster } = this.#parts;
    roster.handleTimeout(now);
    for (let dropped = roster.reassembly.handleTimeout(now); dropped > 0; dropped--) {
      context.outbox.drop("reassembly-failed");
    }
    for (let detour = roster.detours.next(now); detour !== undefined; detour = roster.detours.next(now)) {
      this.tryDirect(detour.row, detour.direct);
    }
    for (let group = 0; group * groupRows < roster.table.rows.length; group++)
      if (this.takeStirred(group) || (this.#dueAt[group] ?? never) <= now) this.look(group, now);
  }

  /** Asked after each packet: it looks at all links only where something has changed. */
  pollTimeout(): Deadline | undefined {
    const { roster } = this.#parts;
    for (let group = 0; roster.stirred !== 0 && group * groupRows < roster.table.rows.length; group++)
      if (this.takeStirred(group)) this.look(group);
    roster.stirred = 0;
    let first = earliest(roster.pollTimeout(), roster.reassembly.pollTimeout());
    first = earliest(first, roster.detours.pollTimeout());
    let at = never;
    for (const due of this.#dueAt) if (due < at) at = due;
    return at === never ? first : earliest(first, { at, reason: "link: upkeep" });
  }

  /**
   * hello3 was never answered: the link ends, and the other hears so if it has taken hello3; a renewal
   * leaves it as it was.
   */
  handleUnconfirmed(now: Instant, session: Session): void {
    const { roster, traffic } = this.#parts;
    session.unconfirmed = undefined;
    const row = roster.table.row(session.link);
    if (row?.session !== session) {
      roster.drop(session);
      return;
    }
    traffic.sendFrame(now, row, encodeLeave());
    roster.end(row, "silent");
  }

  /** Whether something has changed in a group of rows since it was looked at. */
  private takeStirred(group: number): boolean {
    const { roster } = this.#parts;
    const bit = 1 << group;
    const isStirred = (roster.stirred & bit) !== 0;
    roster.stirred &= ~bit;
    return isStirred;
  }

  /** When a group of rows needs something first; what is due `now`, if that is given, is done before. */
  private look(group: number, now?: Instant): void {
    const { rows } = this.#parts.roster.table;
    let first = never;
    for (let at = group * groupRows; at < (group + 1) * groupRows; at++) {
      const row = rows[at];
      if (row === undefined) continue;
      let due = dueAt(row);
      if (now !== undefined && due <= now) {
        this.keep(now, row);
        due = dueAt(row);
      }
      if (due < first) first = due;
    }
    this.#dueAt[group] = first;
  }

  private keep(now: Instant, row: LinkRow): void {
    const { roster, traffic } = this.#parts;
    if (renewalAt(row) <= now) this.renew(now, row);
    if (row.session.unconfirmed !== undefined) return;
    if (mayEnd(row) && guestEnd(row) <= now) {
      traffic.sendFrame(now, row, encodeLeave());
      roster.end(row, "evicted");
      return;
    }
    switch (livenessStep(row, now)) {
      case "nothing":
        return;
      case "keepalive":
        traffic.sendFrame(now, row, new Uint8Array(0));
        return;
      case "ping":
        if (row.pingsSent++ === 0) row.silentAt = now;
        traffic.ping(now, row);
        return;
      case "dead":
        roster.end(row, "silent");
    }
  }

  /** An empty frame past the tunnel: it is as good as a hello, and the other end does not have to compute on it. */
  private tryDirect({ session }: LinkRow, direct: Endpoint): void {
    const { crypto, outbox } = this.#parts.context;
    if (session.unconfirmed === undefined) outbox.transmit(direct, session.seal(crypto, new Uint8Array(0)));
  }

  private renew(now: Instant, row: LinkRow): void {
    row.renewAt = after(now, renewalRetryMs);
    this.#parts.initiations.connect(now, { endpoint: row.endpoint, nodeId: row.nodeId, renewal: row.id });
  }
}

const never = Infinity as Instant;

/** A renewal that came to nothing is tried again after this. */
const renewalRetryMs = 60_000;
/** A responder waits this much longer than the initiator, so that one of both renews. */
const responderPatienceMs = 60_000;

/** When a link needs something next: a sign of life, new keys, or its end. */
function dueAt(row: LinkRow): Instant {
  let at = renewalAt(row);
  if (row.session.unconfirmed !== undefined) return at;
  const living = livenessDueAt(row);
  if (living < at) at = living;
  if (!mayEnd(row)) return at;
  const end = guestEnd(row);
  return end < at ? end : at;
}

/** Whether a link is there for what is said on it only. */
function mayEnd({ interval, isHeld, session }: LinkRow): boolean {
  return interval === "guest" && !isHeld && session.unconfirmed === undefined;
}

function guestEnd({ messageAt }: LinkRow): Instant {
  return after(messageAt, guestIdleMs);
}

/** When a session is renewed: after 8 h or 2^40 frames, by its initiator, or a minute later by the other. */
function renewalAt(row: LinkRow): Instant {
  const { session, renewAt } = row;
  const patience = session.initiated ? 0 : responderPatienceMs;
  const worn = session.sent >= sessionFramesMax;
  const due = after(session.openedAt, patience + (worn ? 0 : sessionLifetimeMs));
  return due < renewAt ? renewAt : due;
}
