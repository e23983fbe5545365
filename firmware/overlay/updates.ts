import { contactsInMessageMax } from "../core/limits.js";
import { jitter, type Random } from "../core/random.js";
import { after, instant, type Deadline, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import { encodeMessage } from "../wire/message.js";
import { Acquaintances } from "./acquaintances.js";
import type { Outbox } from "./effect.js";
import { contactFlags, stores, type Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { Member } from "./topology.js";

/**
 * Telling neighbours of each other (protocol §4, upkeep): at link-up, when a node is new here or gone, when our own
 * stage changes; at most one update in 2 s to each, with those nearest the receiver that it does not know from us. Who
 * learns nothing new says nothing, so news spreads once. In an overlay that fits the tables this makes the full
 * mesh, beacons or not. In a larger one a neighbour hears of the eight nearest to it only, and so of its siblings.
 */
export class Updates {
  readonly #neighbourhood: Neighbourhood;
  readonly #outbox: Outbox;
  readonly #random: Random;
  readonly #configSequence: number;
  /** Whom a neighbour knows of: we told it, or it told us. */
  readonly #known: Acquaintances;
  /** Nobody is to be told anything before. */
  #dueAt: Instant | undefined;

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

  /** A new neighbour hears from us at once, the others of it a little later, if it is for us to announce it. */
  handleLinkUp(now: Instant, neighbour: Neighbour): void {
    this.#known.forget(neighbour.row);
    this.tellAt(now, neighbour);
    if (this.isNearTo(neighbour)) this.announce(now, neighbour);
  }

  /** A neighbour is gone: in a crowd others may take its place for those who knew it from us. */
  handleLinkDown(now: Instant, gone: Neighbour): void {
    if (this.#neighbourhood.isCrowded) this.scheduleFor(now, gone);
  }

  /** Our stage has changed: all are told at once. */
  handleStageChange(now: Instant): void {
    for (const neighbour of this.#neighbourhood.table.all) this.tellAt(now, neighbour);
  }

  /** A neighbour names nodes: it is linked to them, so they know it and it knows them. */
  handleUpdate(now: Instant, from: Neighbour, contacts: readonly Contact[]): void {
    for (const { nodeId } of contacts) {
      const neighbour = this.#neighbourhood.table.byNodeId(nodeId);
      if (neighbour === undefined) continue;
      this.#known.introduce(from.row, neighbour.row);
      this.#known.introduce(neighbour.row, from.row);
    }
    if (!stores(from.stage) || this.#known.knows(from.row, from.row)) return;
    if (from.stage === "peer" || this.isNearTo(from)) this.announce(now, from);
    this.#known.introduce(from.row, from.row);
  }

  handleTimeout(now: Instant): void {
    if (this.#dueAt === undefined || this.#dueAt > now) return;
    this.#dueAt = undefined;
    for (const neighbour of this.#neighbourhood.table.all) {
      const { tellAt } = neighbour;
      if (tellAt !== undefined && tellAt <= now) this.tell(now, neighbour);
      if (neighbour.tellAt !== undefined) this.tellAt(neighbour.tellAt, neighbour);
    }
  }

  pollTimeout(): Deadline | undefined {
    return this.#dueAt === undefined ? undefined : { at: this.#dueAt, reason: "update" };
  }

  private tellAt(at: Instant, neighbour: Neighbour): void {
    neighbour.tellAt = at;
    if (this.#dueAt === undefined || at < this.#dueAt) this.#dueAt = at;
  }

  /**
   * Whether a newcomer is for this node to announce: of all who have linked it those do that are nearest to it. Who
   * comes as a peer may have an overlay behind it: of that one all tell.
   */
  private isNearTo(newcomer: Neighbour): boolean {
    const { self, stage, table, topology } = this.#neighbourhood;
    const me: Member = { nodeId: self, stage };
    const tellers = table.all.filter((other) => other !== newcomer && stores(other.stage));
    return topology.isAround(newcomer.nodeId, me, [...tellers, me], tellersOfNewcomer);
  }

  /** Once for each link: that is noted as if the node were introduced to itself. */
  private announce(now: Instant, neighbour: Neighbour): void {
    this.#known.introduce(neighbour.row, neighbour.row);
    this.scheduleFor(now, neighbour);
  }

  /** A node has come or gone: those hear of it for whom that makes a difference, in a crowd a few. */
  private scheduleFor(now: Instant, node: Neighbour): void {
    const { table, topology, isCrowded } = this.#neighbourhood;
    const others = table.all.filter((other) => other !== node);
    const members = [...others, node];
    for (const other of others) {
      if (other.tellAt !== undefined) continue;
      // One more than it is told of, for it is among them itself.
      const isWorth = !isCrowded || topology.isAround(other.nodeId, node, members, contactsInMessageMax + 1);
      if (isWorth) this.schedule(now, other);
    }
  }

  private schedule(now: Instant, neighbour: Neighbour): void {
    const soon = after(now, jitter(this.#random, ...newsDelayMs));
    const allowed = neighbour.toldAt === undefined ? soon : after(neighbour.toldAt, leastPauseMs);
    // What is told to several goes out in one waking.
    const at = Math.ceil((soon > allowed ? soon : allowed) / beatMs) * beatMs;
    this.tellAt(instant(at), neighbour);
  }

  /** Whom it does not know from us; in a crowd only of those that are of most use to it. */
  private newsFor(neighbour: Neighbour): Neighbour[] {
    const { table, topology, isCrowded } = this.#neighbourhood;
    const others = table.all.filter((other) => other !== neighbour && other.stage !== "leaving");
    const worth = isCrowded ? topology.around(neighbour.nodeId, others, contactsInMessageMax) : others;
    return worth.filter((other) => !this.#known.knows(neighbour.row, other.row));
  }

  private tell(now: Instant, neighbour: Neighbour): void {
    const { topology, stage } = this.#neighbourhood;
    const { row } = neighbour;
    const news = this.newsFor(neighbour);
    const named = topology.around(neighbour.nodeId, news, contactsInMessageMax);
    neighbour.tellAt = undefined;
    if (neighbour.toldStage !== stage) neighbour.toldTimes = 0;
    if (named.length === 0 && neighbour.toldTimes >= stageTellings) return;
    const contacts = named.map(({ nodeId, endpoint, stage, flags }) => ({
      nodeId,
      endpoint,
      flags: contactFlags(stage, flags),
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
const beatMs = 250;
const tellersOfNewcomer = 4;
/** A stage is said so often, so far apart, ms: who missed it would go on storing elsewhere, and nothing would tell. */
const stageTellings = 3;
const retellMs = 5_000;
