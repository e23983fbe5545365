import type { Endpoint } from "../core/endpoint.js";
import { guestShieldMs } from "../core/limits.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { none } from "../core/none.js";
import type { Instant } from "../core/time.js";
import type { Credential } from "../identity/credential.js";
import type { LinkContext } from "./context.js";
import { Detours } from "./detours.js";
import { ReassemblyTable } from "./fragment.js";
import type { Initiations } from "./initiations.js";
import type { LinkDownReason, LinkId } from "./link-event.js";
import { groupOf, LinkRow, LinkTable } from "./link-table.js";
import { RetiredSessions, type Retirement } from "./retirement.js";
import type { Session } from "./session.js";

/** The links that are, the sessions that were, and how one becomes the other. */
export class Roster {
  readonly table: LinkTable;
  readonly reassembly: ReassemblyTable;
  readonly detours: Detours = new Detours();
  /**
   * The groups of rows, as bits, in which something has changed by which a link may need something earlier than upkeep
   * reckoned. What comes and goes on a link only puts that off, so most packets leave this as it is.
   */
  stirred: number = everyGroup;
  readonly #context: LinkContext;
  readonly #initiations: Initiations;
  readonly #retired: RetiredSessions;
  /** Nodes a call is with. */
  #held: readonly NodeId[] = none;

  constructor(context: LinkContext, initiations: Initiations) {
    this.table = new LinkTable(context.limits.rows);
    this.reassembly = new ReassemblyTable(context.limits.reassemblies);
    this.#context = context;
    this.#initiations = initiations;
    this.#retired = new RetiredSessions(context.limits.retiredSessions);
  }

  get retiredSessions(): number {
    return this.#retired.size;
  }

  /** The nodes a call is with, in place of those before: their links are watched closely and never given up. */
  hold(nodeIds: readonly NodeId[]): void {
    this.#held = nodeIds;
    this.stirred = everyGroup;
    for (const row of this.table.rows) if (row !== undefined) row.isHeld = this.holds(row.nodeId);
  }

  /** Whether a new link, to this node where it is known, would find a row. */
  hasRoom(now: Instant, nodeId: NodeId | undefined): boolean {
    return this.table.freeId() !== undefined || this.evictable(now, nodeId) !== undefined;
  }

  /** Who goes where every row is taken. A call of one's own comes before any guest that is in none. */
  evictable(now: Instant, nodeId: NodeId | undefined): LinkRow | undefined {
    const isForCall = nodeId !== undefined && this.holds(nodeId);
    return this.table.evictable(now, isForCall ? 0 : guestShieldMs);
  }

  /** Gives a session a row of its own; `undefined` where the table is full. */
  begin(session: Session, credential: Credential, endpoint: Endpoint): LinkRow | undefined {
    const id = this.table.freeId();
    if (id === undefined) return undefined;
    const row = new LinkRow(id, credential, session, endpoint);
    session.link = id;
    this.#context.indexes.set(session.localIndex, session);
    row.isHeld = this.holds(row.nodeId);
    this.table.add(row);
    this.stir(id);
    return row;
  }

  /** A link may need something earlier than upkeep reckoned. */
  stir(link: LinkId): void {
    this.stirred |= 1 << groupOf(link);
  }

  private holds(nodeId: NodeId): boolean {
    return this.#held.some((held) => sameId(held, nodeId));
  }

  /** Ends a link and says so. */
  end(row: LinkRow, reason: LinkDownReason): void {
    this.table.remove(row);
    this.reassembly.forget(row.id);
    this.detours.forget(row);
    if (row.session.retired === undefined) this.drop(row.session);
    const { id, nodeId, isHeld } = row;
    this.#context.outbox.emit({ kind: "linkDown", link: id, nodeId, isHeld, reason });
  }

  /** A session no longer sends; its row sends with another, or is gone. */
  retire(
    now: Instant,
    row: LinkRow,
    session: Session,
    how: { why: Retirement; newEndpoint: Endpoint },
  ): void {
    const { unconfirmed } = session;
    this.stir(row.id);
    session.unconfirmed = undefined;
    if (unconfirmed !== undefined) this.#initiations.abandon(unconfirmed);
    this.#context.indexes.set(session.localIndex, session);
    const { nodeId, endpoint } = row;
    const early = this.#retired.add(now, { session, nodeId, endpoint, ...how });
    if (early !== undefined) this.drop(early.session);
  }

  /** Ends a session: its index names nobody, its keys are overwritten. */
  drop(session: Session): void {
    const { unconfirmed, retired } = session;
    this.stir(session.link);
    if (unconfirmed !== undefined) this.#initiations.abandon(unconfirmed);
    if (retired !== undefined) this.#retired.remove(retired);
    session.unconfirmed = undefined;
    session.retired = undefined;
    this.#context.indexes.delete(session.localIndex);
    session.wipe();
  }

  handleTimeout(now: Instant): void {
    for (const { session } of this.#retired.expire(now)) this.drop(session);
  }

  pollTimeout(): ReturnType<RetiredSessions["pollTimeout"]> {
    return this.#retired.pollTimeout();
  }
}

const everyGroup = -1;
