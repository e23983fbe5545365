import { assert } from "../core/assert.js";
import type { Endpoint } from "../core/endpoint.js";
import { sameId, type NodeId } from "../core/node-id.js";
import type { Duration, Instant } from "../core/time.js";
import type { Credential } from "../identity/credential.js";
import type { Stage, ToldStage } from "../wire/kinds/neighbours.js";
import type { FullAt } from "../core/allowance.js";
import { none } from "../core/none.js";
import type { Member } from "./topology.js";

/**
 * A linked node. It is in the table because its own handshake proved its credential, never because someone named
 * it. What a machine remembers of a neighbour is here, too, so that it ends with it.
 */
export interface Neighbour extends Member, Conversation {
  /** Row in the table. */
  readonly row: number;
  /** What names it in the way back of a message, 2 B: how many nodes the row has held, 0 .. 63, then the row. */
  readonly handle: number;
  readonly nodeId: NodeId;
  readonly since: Instant;
  /** Number of the link as the link layer has it; changes with a new session. */
  link: number;
  credential: Credential;
  endpoint: Endpoint;
  stage: Stage;
  /** What it said of itself in its hello: as in a contact. */
  flags: number;
  /** Smoothed round trip, ms. */
  srttMs: Duration;
  /** What is left to it of its messages, of the signatures verified for it, of its tips that may fail. */
  messages: FullAt;
  signatures: FullAt;
  tips: FullAt;
}

/** What has been said since the link came up; it begins anew with a new session. */
interface Conversation {
  /** As the node says in its updates. */
  stage: Stage;
  /** The update sent last, with our stage, and when the next one is due. */
  toldStage: ToldStage | undefined;
  /** How often our stage was said; an update may be lost. */
  toldTimes: number;
  toldAt: Instant | undefined;
  tellAt: Instant | undefined;
  /**
   * The digest said last, `undefined` when it is to be said again in any case; when it was sent, and when records are
   * compared next.
   */
  digest: string | undefined;
  digestAt: Instant | undefined;
  compareAt: Instant | undefined;
  /** The digests of both, mixed, for which records were compared last because a pong showed that they differ. */
  comparedIn: number;
  /** Whether its link is watched at the short interval. */
  isWatched: boolean;
}

/** What a new link brings. */
export interface LinkedNode {
  readonly link: number;
  readonly credential: Credential;
  readonly endpoint: Endpoint;
  /** What it said of itself in its hello; absent: nothing. */
  readonly flags?: number | undefined;
  /** How long its handshake took, there and back, where that is known. */
  readonly roundTripMs?: Duration;
}

/** A link that is up: the other has proved its credential. */
export interface OverlayLink extends LinkedNode {
  /** Our own address as the other sees it. */
  readonly ownEndpoint?: Endpoint | undefined;
}

/** A neighbour that is one no more; `isLost`: not because one of the two has given the link up. */
export interface Gone {
  readonly neighbour: Neighbour;
  readonly isLost: boolean;
}

/** What became of a new link: a row, or no room for it. */
export type Seating =
  | { readonly kind: "seated"; readonly neighbour: Neighbour }
  | { readonly kind: "renewed"; readonly neighbour: Neighbour; readonly formerLink: number }
  | { readonly kind: "full" };

/** The linked nodes, in rows whose number is fixed. A full table refuses; who makes room is decided by the topology. */
export class NodeTable {
  readonly capacity: number;
  readonly #firstRow: number;
  /** Nodes each row has held, 0 .. 63. */
  readonly #generations: Uint8Array;
  #all: readonly Neighbour[] = none;
  /** By link, where there are too many to look through for each packet. */
  readonly #byLink: Map<number, Neighbour> | undefined;

  /** `firstRow`: rows before it belong to another table of the same node. */
  constructor(rows: number, firstRow = 0) {
    assert(rows > 0 && firstRow + rows <= rowsMax, "a via handle names at most 1024 rows");
    this.capacity = rows;
    this.#firstRow = firstRow;
    this.#generations = new Uint8Array(rows);
    if (rows > rowsLookedThrough) this.#byLink = new Map();
  }

  /** All linked nodes, by row; a list that was taken does not change. */
  get all(): readonly Neighbour[] {
    return this.#all;
  }

  /** Gives a linked node a row. A node that has one keeps it and gets the new link: its former session is replaced. */
  seat(now: Instant, linked: LinkedNode): Seating {
    const known = this.byNodeId(linked.credential.nodeId);
    if (known !== undefined) {
      const formerLink = known.link;
      known.link = linked.link;
      known.credential = linked.credential;
      known.endpoint = linked.endpoint;
      known.flags = linked.flags ?? 0;
      Object.assign(known, strangers);
      this.#byLink?.delete(formerLink);
      this.#byLink?.set(known.link, known);
      return { kind: "renewed", neighbour: known, formerLink };
    }
    const at = this.freeRow();
    if (at >= this.capacity) return { kind: "full" };
    const row = this.#firstRow + at;
    const neighbour: Neighbour = {
      ...unseated(now, linked),
      row,
      handle: ((this.#generations[at] ?? 0) << rowBits) | row,
    };
    this.#all = [...this.#all.slice(0, at), neighbour, ...this.#all.slice(at)];
    this.#byLink?.set(neighbour.link, neighbour);
    return { kind: "seated", neighbour };
  }

  /** Frees the row of a link that is gone; `undefined` when the link has none (any more). */
  remove(link: number): Neighbour | undefined {
    const gone = this.byLink(link);
    if (gone === undefined) return undefined;
    this.#generations[gone.row - this.#firstRow] = ((gone.handle >> rowBits) + 1) % generations;
    this.#all = this.#all.filter((neighbour) => neighbour !== gone);
    this.#byLink?.delete(link);
    return gone;
  }

  byLink(link: number): Neighbour | undefined {
    if (this.#byLink !== undefined) return this.#byLink.get(link);
    for (const neighbour of this.#all) if (neighbour.link === link) return neighbour;
    return undefined;
  }

  byNodeId(nodeId: Uint8Array): Neighbour | undefined {
    for (const neighbour of this.#all) if (sameId(neighbour.nodeId, nodeId)) return neighbour;
    return undefined;
  }

  /** The node that a handle of ours names, unless its row has been given to another since. */
  byHandle(handle: number): Neighbour | undefined {
    for (const neighbour of this.#all) if (neighbour.handle === handle) return neighbour;
    return undefined;
  }

  /** The first row that is free, counted from the table's own first; past the last one when none is. */
  private freeRow(): number {
    let at = 0;
    for (const neighbour of this.#all) if (neighbour.row === this.#firstRow + at) at++;
    return at;
  }
}

/** A linked node as a neighbour without a row: a handle never names it. */
export function unseated(now: Instant, linked: LinkedNode): Neighbour {
  const { link, credential, endpoint, flags = 0, roundTripMs = firstSrttMs } = linked;
  return {
    row: noRow,
    handle: noRow,
    nodeId: credential.nodeId,
    since: now,
    link,
    credential,
    endpoint,
    flags,
    srttMs: roundTripMs,
    messages: 0,
    signatures: 0,
    tips: 0,
    ...strangers,
  };
}

/** Whether a node has a row, as neighbours have and guests have not. */
export function isSeated({ row }: Neighbour): boolean {
  return row !== noRow;
}

/** A round trip was measured: of a ping, or of a message and its acknowledgement. */
export function noteRoundTrip(neighbour: Neighbour, roundTripMs: Duration): void {
  neighbour.srttMs += (roundTripMs - neighbour.srttMs) / 8;
}

/** The digest of no records: what a link shows before it is told otherwise. */
const noRecords = "0000000000000000";

/** Two that have said nothing to each other. */
const strangers: Conversation = {
  stage: "joining",
  toldStage: undefined,
  toldTimes: 0,
  toldAt: undefined,
  tellAt: undefined,
  digest: noRecords,
  digestAt: undefined,
  compareAt: undefined,
  comparedIn: 0,
  isWatched: false,
};

const noRow = -1;
const rowsLookedThrough = 64;
const rowBits = 10;
const rowsMax = 1 << rowBits;
const generations = 64;

/** Taken for the round trip until one is measured. */
const firstSrttMs = 30;
