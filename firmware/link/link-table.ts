import { assert } from "../core/assert.js";
import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { linkIdleMs } from "../core/limits.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { elapsed, type Duration, type Instant } from "../core/time.js";
import type { LinkDescription, LinkId, LivenessInterval } from "./link-event.js";
import type { CandidatePath } from "./path.js";
import type { Session } from "./session.js";

/** One link: who the other is, its session, its path, its counts. */
export class LinkRow {
  readonly id: LinkId;
  readonly nodeId: NodeId;
  readonly userName: string;
  readonly initiated: boolean;
  readonly upAt: Instant;
  /** What sends. */
  session: Session;
  endpoint: Endpoint;
  interval: LivenessInterval = "other";
  /** A call is with this node: its link is watched closely and never given up. */
  isHeld = false;
  /** What our pongs on this link carry, as two numbers: an array of 8 B would take 128. */
  #digestHigh = 0;
  #digestLow = 0;
  /** Last authentic frame; last frame sent; last message of an upper layer either way. */
  heardAt: Instant;
  sentAt: Instant;
  messageAt: Instant;
  /** Pings since the link fell silent, 0: it has not; when the first of them went. */
  pingsSent = 0;
  silentAt: Instant;
  /** The last ping that measures the round trip. */
  pingToken = -1;
  pingAt: Instant;
  srttMs: Duration | undefined;
  /** An address that frames come from and that has not answered yet. */
  candidate: CandidatePath | undefined;
  /** When a renewal of the session may be tried. */
  renewAt: Instant;
  fragmentId = 0;
  /** Authentic frames that came in this second, by `frame-pace.ts`, and which second that is. */
  paced = 0;
  pacedIn = 0;
  framesIn = 0;
  framesOut = 0;
  bytesIn = 0;
  bytesOut = 0;

  constructor(
    id: LinkId,
    remote: { readonly nodeId: NodeId; readonly userName: string },
    session: Session,
    endpoint: Endpoint,
  ) {
    const now = session.openedAt;
    this.id = id;
    this.nodeId = remote.nodeId;
    this.userName = remote.userName;
    this.initiated = session.initiated;
    this.session = session;
    this.endpoint = endpoint;
    this.upAt = now;
    this.heardAt = now;
    this.sentAt = now;
    this.messageAt = now;
    this.silentAt = now;
    this.pingAt = now;
    this.renewAt = now;
  }

  /** What our pongs on this link carry, 8 B; zeros at first. */
  get digest(): Uint8Array {
    const digest = new Uint8Array(digestBytes);
    const view = new DataView(digest.buffer);
    view.setUint32(0, this.#digestHigh);
    view.setUint32(4, this.#digestLow);
    return digest;
  }

  set digest(digest: Uint8Array) {
    const view = new DataView(digest.buffer, digest.byteOffset, digestBytes);
    this.#digestHigh = view.getUint32(0);
    this.#digestLow = view.getUint32(4);
  }

  describe(): LinkDescription {
    const { id, nodeId, userName, endpoint, initiated, interval, isHeld, srttMs, upAt } = this;
    const { framesIn, framesOut, bytesIn, bytesOut } = this;
    return {
      link: id,
      nodeId,
      userName,
      endpoint,
      initiated,
      interval,
      isHeld,
      srttMs,
      sinceMs: upAt,
      framesIn,
      framesOut,
      bytesIn,
      bytesOut,
    };
  }
}

const digestBytes = 8;

/** Rows of the table that upkeep looks at together; with `slotsMax` rows there are 26 groups at most. */
export const groupRows = 40;

/**
 * The links of a node: a fixed number of rows. A full table gives up an idle link, or takes no new one; it
 * never grows.
 */
export class LinkTable {
  readonly #rows: (LinkRow | undefined)[] = [];
  readonly #rowsMax: number;
  /** Links there were so far: makes each handle a new one. */
  #links = 0;

  constructor(rows: number) {
    assert(rows >= 1 && rows <= slotsMax, "rows of the link table");
    this.#rowsMax = rows;
  }

  /** Rows that were ever taken; the array is this table's own. */
  get rows(): readonly (LinkRow | undefined)[] {
    return this.#rows;
  }

  get size(): number {
    let size = 0;
    for (const row of this.#rows) if (row !== undefined) size++;
    return size;
  }

  /** The link of this handle, if it still is. */
  row(link: LinkId): LinkRow | undefined {
    const row = this.#rows[link % slotsMax];
    return row?.id === link ? row : undefined;
  }

  /** The link to a node. */
  toNode(nodeId: NodeId): LinkRow | undefined {
    return this.#rows.find((row) => row !== undefined && sameId(row.nodeId, nodeId));
  }

  /** The link over a path. */
  toEndpoint(endpoint: Endpoint): LinkRow | undefined {
    return this.#rows.find((row) => row !== undefined && sameEndpoint(row.endpoint, endpoint));
  }

  /** A handle for a new link, or `undefined` when every row is taken. */
  freeId(): LinkId | undefined {
    const free = this.#rows.indexOf(undefined);
    const slot = free < 0 ? this.#rows.length : free;
    return slot < this.#rowsMax ? (this.#links + 1) * slotsMax + slot : undefined;
  }

  /** Puts a row under its handle, which `freeId` gave. */
  add(row: LinkRow): void {
    const slot = row.id % slotsMax;
    assert(this.#rows[slot] === undefined, "a free row");
    this.#rows[slot] = row;
    this.#links = Math.floor(row.id / slotsMax);
  }

  remove(row: LinkRow): void {
    const slot = row.id % slotsMax;
    assert(this.#rows[slot] === row, "a row of this table");
    this.#rows[slot] = undefined;
  }

  /**
   * The link a full table gives up for a new one: a guest that has said nothing for `guestShield`, ms, else of those
   * that are not siblings the one without messages for longest, and for a minute at least. Live links in use are never
   * displaced: whoever floods us with links gains nothing.
   */
  evictable(now: Instant, guestShield: Duration): LinkRow | undefined {
    let longest: LinkRow | undefined;
    for (const row of this.#rows) {
      if (row === undefined) continue;
      const isGuest = row.interval === "guest";
      if (!isIdle(row, now, isGuest ? guestShield : linkIdleMs)) continue;
      const former = longest?.interval === "guest";
      if (longest === undefined || (isGuest === former ? row.messageAt < longest.messageAt : isGuest))
        longest = row;
    }
    return longest;
  }
}

/** The group of rows that a link's row is in. */
export function groupOf(link: LinkId): number {
  return Math.floor((link % slotsMax) / groupRows);
}

/** Whether a row may be given to another link. */
function isIdle({ interval, isHeld, messageAt }: LinkRow, now: Instant, afterMs: number): boolean {
  const mayGo = !isHeld && (interval === "other" || interval === "guest");
  return mayGo && elapsed(messageAt, now) >= afterMs;
}

/** Handle = number of the link · slotsMax + slot. */
const slotsMax = 1024;
