import { contactsInMessageMax } from "../core/limits.js";
import { jitter, type Random } from "../core/random.js";
import { after, type Deadline, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import { encodeMessage } from "../wire/message.js";
import { Acquaintances } from "./acquaintances.js";
import type { Outbox } from "./effect.js";
import { contactFlags, type Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";

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
  /** Whom a neighbour knows of: we told it, or it told us. */
  readonly #known: Acquaintances;

  constructor(
    neighbourhood: Neighbourhood,
    outbox: Outbox,
    parts: { random: Random; configSequence: number },
  ) {
    this.#neighbourhood = neighbourhood;
    this.#outbox = outbox;
    this.#random = parts.random;
    this.#configSequence = parts.configSequence;
    this.#known = new Acquaintances(neighbourhood.table.capacity);
  }

  /** A new neighbour hears from us at once, the others of it a little later. */
  handleLinkUp(now: Instant, neighbour: Neighbour): void {
    this.#known.forget(neighbour.row);
    this.#known.introduce(neighbour.row, neighbour.row);
    neighbour.tellAt = now;
    for (const other of this.#neighbourhood.table.all) if (other !== neighbour) this.schedule(now, other);
  }

  /** Our stage has changed: all are told at once. */
  handleStageChange(now: Instant): void {
    for (const neighbour of this.#neighbourhood.table.all) neighbour.tellAt = now;
  }

  /** A neighbour names nodes, so it knows them. */
  handleContacts(from: Neighbour, contacts: readonly Contact[]): void {
    for (const { nodeId } of contacts) {
      const neighbour = this.#neighbourhood.table.byNodeId(nodeId);
      if (neighbour !== undefined) this.#known.introduce(from.row, neighbour.row);
    }
  }

  handleTimeout(now: Instant): void {
    for (const neighbour of this.#neighbourhood.table.all) {
      if (neighbour.tellAt !== undefined && neighbour.tellAt <= now) this.tell(now, neighbour);
    }
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { tellAt } of this.#neighbourhood.table.all) {
      if (tellAt !== undefined && (at === undefined || tellAt < at)) at = tellAt;
    }
    return at === undefined ? undefined : { at, reason: "update" };
  }

  private schedule(now: Instant, neighbour: Neighbour): void {
    if (neighbour.tellAt !== undefined) return;
    const soon = after(now, jitter(this.#random, ...newsDelayMs));
    const allowed = neighbour.toldAt === undefined ? soon : after(neighbour.toldAt, leastPauseMs);
    neighbour.tellAt = soon > allowed ? soon : allowed;
  }

  private tell(now: Instant, neighbour: Neighbour): void {
    const { table, topology, stage } = this.#neighbourhood;
    const { row } = neighbour;
    const news = table.all.filter((other) => !this.#known.knows(row, other.row) && other.stage !== "leaving");
    const named = topology.nearest(neighbour.nodeId, news, contactsInMessageMax);
    neighbour.tellAt = undefined;
    if (neighbour.toldStage !== stage) neighbour.toldTimes = 0;
    if (named.length === 0 && neighbour.toldTimes >= stageTellings) return;
    const contacts = named.map(({ nodeId, endpoint, stage }) => ({
      nodeId,
      endpoint,
      flags: contactFlags(stage),
    }));
    for (const other of named) this.#known.introduce(row, other.row);
    neighbour.toldStage = stage;
    neighbour.toldTimes++;
    neighbour.toldAt = now;
    const message = encodeMessage({ type: "update", configSequence: this.#configSequence, stage, contacts });
    this.#outbox.push({ kind: "send", link: neighbour.link, message });
    if (named.length < news.length) neighbour.tellAt = after(now, leastPauseMs);
    else if (neighbour.toldTimes < stageTellings) neighbour.tellAt = after(now, retellMs);
  }
}

const newsDelayMs: readonly [number, number] = [500, 2_000];
const leastPauseMs = 2_000;
/** A stage is said so often, so far apart, ms: who missed it would go on storing elsewhere, and nothing would tell. */
const stageTellings = 3;
const retellMs = 5_000;
