import { contactsInMessageMax } from "../core/limits.js";
import { jitter, type Random } from "../core/random.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { Stage } from "../wire/kinds/neighbours.js";
import { encodeMessage } from "../wire/message.js";
import type { Outbox } from "./effect.js";
import { contactFlags, type Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";

/** What a neighbour has been told. */
interface Told {
  /** Rows of nodes it knows of: we told it, or it told us. */
  readonly rows: Set<number>;
  stage: Stage | undefined;
  sentAt: Instant | undefined;
  dueAt: Instant | undefined;
}

/**
 * Telling neighbours of each other (protocol §4, upkeep): at link-up, when a node is new here, when our own stage
 * changes; at most one update in 2 s to each, with those nearest the receiver that it does not know from us. Who
 * learns nothing new says nothing, so news spreads once. In an overlay that fits the tables this makes the full
 * mesh, beacons or not.
 */
export class Updates {
  readonly #neighbourhood: Neighbourhood;
  readonly #outbox: Outbox;
  readonly #random: Random;
  readonly #configSequence: number;
  readonly #told = new Map<Neighbour, Told>();

  constructor(
    neighbourhood: Neighbourhood,
    outbox: Outbox,
    parts: { random: Random; configSequence: number },
  ) {
    this.#neighbourhood = neighbourhood;
    this.#outbox = outbox;
    this.#random = parts.random;
    this.#configSequence = parts.configSequence;
  }

  /** A new neighbour hears from us at once, the others of it a little later. */
  handleLinkUp(now: Instant, neighbour: Neighbour): void {
    this.#told.set(neighbour, {
      rows: new Set([neighbour.row]),
      stage: undefined,
      sentAt: undefined,
      dueAt: now,
    });
    for (const [other, told] of this.#told) {
      if (other === neighbour) continue;
      told.rows.delete(neighbour.row);
      this.#schedule(now, told);
    }
  }

  handleLinkDown(gone: Neighbour): void {
    this.#told.delete(gone);
    for (const told of this.#told.values()) told.rows.delete(gone.row);
  }

  /** Our stage has changed: all are told at once. */
  handleStageChange(now: Instant): void {
    for (const told of this.#told.values()) told.dueAt = now;
  }

  /** A neighbour names nodes, so it knows them. */
  handleContacts(from: Neighbour, contacts: readonly Contact[]): void {
    const told = this.#told.get(from);
    for (const { nodeId } of contacts) {
      const neighbour = this.#neighbourhood.table.byNodeId(nodeId);
      if (neighbour !== undefined) told?.rows.add(neighbour.row);
    }
  }

  handleTimeout(now: Instant): void {
    for (const [neighbour, told] of this.#told) {
      if (told.dueAt !== undefined && told.dueAt <= now) this.#tell(now, neighbour, told);
    }
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { dueAt } of this.#told.values()) {
      if (dueAt !== undefined && (at === undefined || dueAt < at)) at = dueAt;
    }
    return at === undefined ? undefined : { at, reason: "update" };
  }

  #schedule(now: Instant, told: Told): void {
    if (told.dueAt !== undefined) return;
    const soon = after(now, jitter(this.#random, ...newsDelayMs));
    const allowed = told.sentAt === undefined ? soon : after(told.sentAt, leastPauseMs);
    told.dueAt = soon > allowed ? soon : allowed;
  }

  #tell(now: Instant, neighbour: Neighbour, told: Told): void {
    const { table, topology, stage } = this.#neighbourhood;
    const news = table.all.filter((other) => !told.rows.has(other.row) && other.stage !== "leaving");
    const named = topology.nearest(neighbour.nodeId, news, contactsInMessageMax);
    told.dueAt = undefined;
    if (named.length === 0 && told.stage === stage) return;
    const contacts = named.map(({ nodeId, endpoint, stage }) => ({
      nodeId,
      endpoint,
      flags: contactFlags(stage),
    }));
    for (const { row } of named) told.rows.add(row);
    told.stage = stage;
    told.sentAt = now;
    const message = encodeMessage({ type: "update", configSequence: this.#configSequence, stage, contacts });
    this.#outbox.push({ kind: "send", link: neighbour.link, message });
    if (named.length < news.length) told.dueAt = after(now, leastPauseMs);
  }
}

const newsDelayMs: readonly [number, number] = [500, 2_000];
const leastPauseMs = 2_000;
