import { assert } from "../core/assert.js";
import type { Endpoint } from "../core/endpoint.js";
import { idKey, type NodeId } from "../core/node-id.js";
import type { Duration, Instant } from "../core/time.js";
import type { Credential } from "../identity/credential.js";
import type { Stage } from "../wire/kinds/neighbours.js";
import type { Member } from "./topology.js";

/**
 * A linked node. It is in the table because its own handshake proved its credential, never because someone named
 * it.
 */
export interface Neighbour extends Member {
  /** Row in the table; with `generation` what a via handle names. */
  readonly row: number;
  /** Counts the nodes this row has held, 0 .. 127. */
  readonly generation: number;
  readonly nodeId: NodeId;
  readonly since: Instant;
  /** Number of the link as the link layer has it; changes with a new session. */
  link: number;
  credential: Credential;
  endpoint: Endpoint;
  /** As the node says in its updates. */
  stage: Stage;
  /** Smoothed round trip, ms. */
  srttMs: Duration;
}

/** What a new link brings. */
export interface LinkedNode {
  readonly link: number;
  readonly credential: Credential;
  readonly endpoint: Endpoint;
}

/** What became of a new link: a row, or no room for it. */
export type Seating =
  | { readonly kind: "seated"; readonly neighbour: Neighbour }
  | { readonly kind: "renewed"; readonly neighbour: Neighbour; readonly formerLink: number }
  | { readonly kind: "full" };

/** The linked nodes, in rows whose number is fixed. A full table refuses; who makes room is decided by the topology. */
export class NodeTable {
  readonly #rows: (Neighbour | undefined)[];
  readonly #generations: Uint8Array;
  readonly #byId = new Map<string, Neighbour>();
  readonly #byLink = new Map<number, Neighbour>();
  #all: readonly Neighbour[] = [];

  constructor(rows: number) {
    assert(rows > 0 && rows <= rowsMax, "a via handle names at most 512 rows");
    this.#rows = new Array<Neighbour | undefined>(rows).fill(undefined);
    this.#generations = new Uint8Array(rows);
  }

  get capacity(): number {
    return this.#rows.length;
  }

  /** All linked nodes, by row. */
  get all(): readonly Neighbour[] {
    return this.#all;
  }

  /** Gives a linked node a row. A node that has one keeps it and gets the new link: its former session is replaced. */
  seat(now: Instant, linked: LinkedNode): Seating {
    const known = this.#byId.get(idKey(linked.credential.nodeId));
    if (known !== undefined) return this.#renew(known, linked);
    const row = this.#rows.indexOf(undefined);
    if (row < 0) return { kind: "full" };
    const neighbour: Neighbour = {
      row,
      generation: this.#generations[row] ?? 0,
      nodeId: linked.credential.nodeId,
      since: now,
      link: linked.link,
      credential: linked.credential,
      endpoint: linked.endpoint,
      stage: "joining",
      srttMs: firstSrttMs,
    };
    this.#rows[row] = neighbour;
    this.#byId.set(idKey(neighbour.nodeId), neighbour);
    this.#byLink.set(neighbour.link, neighbour);
    this.#list();
    return { kind: "seated", neighbour };
  }

  /** Frees the row of a link that is gone; `undefined` when the link has none (any more). */
  remove(link: number): Neighbour | undefined {
    const neighbour = this.#byLink.get(link);
    if (neighbour === undefined) return undefined;
    this.#rows[neighbour.row] = undefined;
    this.#generations[neighbour.row] = (neighbour.generation + 1) % generations;
    this.#byLink.delete(link);
    this.#byId.delete(idKey(neighbour.nodeId));
    this.#list();
    return neighbour;
  }

  byLink(link: number): Neighbour | undefined {
    return this.#byLink.get(link);
  }

  byNodeId(nodeId: Uint8Array): Neighbour | undefined {
    return this.#byId.get(idKey(nodeId));
  }

  /** The node that a handle of ours names, unless its row has been given to another since. */
  byHandle(handle: number): Neighbour | undefined {
    const neighbour = this.#rows[handle & (rowsMax - 1)];
    return neighbour?.generation === handle >> rowBits ? neighbour : undefined;
  }

  /** The 2-byte handle of a row: generation, then row. */
  handleOf(neighbour: Neighbour): number {
    return (neighbour.generation << rowBits) | neighbour.row;
  }

  #renew(known: Neighbour, linked: LinkedNode): Seating {
    const formerLink = known.link;
    this.#byLink.delete(formerLink);
    known.link = linked.link;
    known.credential = linked.credential;
    known.endpoint = linked.endpoint;
    known.stage = "joining";
    this.#byLink.set(linked.link, known);
    return { kind: "renewed", neighbour: known, formerLink };
  }

  #list(): void {
    this.#all = this.#rows.filter((row) => row !== undefined);
  }
}

const rowBits = 9;
const rowsMax = 1 << rowBits;
const generations = 128;

/** Taken for the round trip until one is measured. */
const firstSrttMs = 30;
