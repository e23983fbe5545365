import { equalBytes } from "../core/bytes.js";
import type { Endpoint } from "../core/endpoint.js";
import { avoidPrefixBytes } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import { jitter, type Random } from "../core/random.js";
import { after, earliest, type Deadline, type Instant } from "../core/time.js";
import type { Record } from "../wire/kinds/record.js";
import type { Outbox } from "./effect.js";
import { stores } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { PublishedRecord } from "./publication.js";
import type { Publisher } from "./publisher.js";
import type { Inquiry, Outcome, Question, Requests } from "./request.js";
import { Search, type Surroundings } from "./search.js";

interface Check {
  readonly entry: PublishedRecord;
  readonly record: Record;
  readonly search: Search;
  readonly until: Instant;
  isDetourOver: boolean;
  unanswered: number;
  /** The nearest that has answered the Fetch, and whether it has our record. */
  nearest: Neighbour | undefined;
  hasIt: boolean;
}

/** What the checks work with. */
interface OwnCopiesParts {
  readonly publisher: Publisher;
  readonly requests: Requests;
  readonly outbox: Outbox;
  readonly random: Random;
}

/**
 * Whether our records are where they belong (protocol §3, first store; §6, forged answers): another way shows which
 * nodes are nearest, and these are asked themselves. Any hop can say "stored", and a Store may end at a node that only
 * takes itself for the nearest. What is missing is stored directly with the node that should have it first. One check
 * at a time.
 */
export class OwnCopies {
  readonly #around: Surroundings;
  readonly #parts: OwnCopiesParts;
  #check: Check | undefined;
  #missing = 0;

  constructor(around: Surroundings, parts: OwnCopiesParts) {
    this.#around = around;
    this.#parts = parts;
  }

  /** Records of ours that were missing where they belong. */
  get missing(): number {
    return this.#missing;
  }

  handleOutcome(now: Instant, { inquiry, result }: Outcome): void {
    const check = this.#check;
    if (inquiry.reference !== check?.entry.reference) return;
    check.unanswered--;
    const { direct, question } = inquiry;
    if (direct !== undefined && question.type === "fetch")
      check.search.handleEnd(direct.nodeId, result.kind === "answered");
    if (result.kind === "answered") {
      const { answer } = result;
      if (answer.type === "findAnswer") check.search.handleNamed(answer.contacts);
      else if (answer.type === "fetchAnswer" && direct !== undefined) {
        const { signature } = check.record;
        const hasIt = answer.records.some((shown) => equalBytes(shown.signature, signature));
        this.note(check, direct, hasIt);
      }
    }
    this.advance(now, check);
  }

  handleLinkUp(now: Instant, nodeId: NodeId): void {
    if (this.#check === undefined) return;
    this.#check.search.handleLinkUp(now, nodeId);
    this.advance(now, this.#check);
  }

  handleConnectFailed(now: Instant, endpoint: Endpoint, reason: string): void {
    if (this.#check === undefined) return;
    this.#check.search.handleConnectFailed(now, endpoint, reason);
    this.advance(now, this.#check);
  }

  handleTimeout(now: Instant): void {
    const check = this.#check;
    if (check !== undefined) {
      if (check.until <= now) this.finish(now, check);
      else if ((check.search.pollTimeout() ?? check.until) <= now) {
        check.search.handleTimeout(now);
        this.advance(now, check);
      }
    }
    for (const entry of this.#parts.publisher.entries)
      if (entry.checkAt !== undefined && entry.checkAt <= now) this.begin(now, entry);
  }

  pollTimeout(): Deadline | undefined {
    let first = deadlineOf(this.#check?.until);
    first = earliest(first, deadlineOf(this.#check?.search.pollTimeout()));
    for (const { checkAt } of this.#parts.publisher.entries) first = earliest(first, deadlineOf(checkAt));
    return first;
  }

  private begin(now: Instant, entry: PublishedRecord): void {
    const { record, publication, isUnderWay } = entry;
    const isFree = this.#check === undefined && !isUnderWay;
    entry.checkAt = isFree ? undefined : after(now, jitter(this.#parts.random, ...againMs));
    if (!isFree || record === undefined) return;
    const { resource } = publication;
    const check: Check = {
      entry,
      record,
      search: new Search(this.#around, resource, nearestAsked),
      until: after(now, checkMsMax),
      isDetourOver: false,
      unanswered: 0,
      nearest: undefined,
      hasIt: false,
    };
    this.#check = check;
    const { topology, table } = this.#around.neighbourhood;
    const [usual, other] = topology.nearest(resource, table.all, 2);
    if (usual !== undefined && other !== undefined) {
      const avoid = [usual.nodeId.slice(0, avoidPrefixBytes)];
      this.ask(now, check, { type: "find", count: nodesFound }, { first: other, avoid });
    }
    this.advance(now, check);
  }

  private advance(now: Instant, check: Check): void {
    if (!check.isDetourOver && check.unanswered > 0) return;
    check.isDetourOver = true;
    const { kind, key } = check.entry.publication;
    for (let step = check.search.next(now); step !== undefined; step = check.search.next(now)) {
      if (step.kind === "link") {
        const { endpoint, nodeId } = step.contact;
        this.#parts.outbox.push({ kind: "connect", endpoint, nodeId });
        continue;
      }
      const { neighbour: direct } = step;
      this.ask(now, check, { type: "find", count: nodesFound }, { direct });
      this.ask(now, check, { type: "fetch", kind, key, wantCredentials: false }, { direct });
    }
    if (check.unanswered === 0 && check.search.isOver) this.finish(now, check);
  }

  private ask(
    now: Instant,
    check: Check,
    question: Question,
    way: Pick<Inquiry, "direct" | "first" | "avoid">,
  ): void {
    const { reference, publication } = check.entry;
    const inquiry: Inquiry = {
      asker: "ownCopy",
      reference,
      target: publication.resource,
      question,
      ...way,
    };
    if (this.#parts.requests.ask(now, inquiry)) check.unanswered++;
    else if (way.direct !== undefined) check.search.handleEnd(way.direct.nodeId, false);
  }

  private note(check: Check, from: Neighbour, hasIt: boolean): void {
    const { nearest, entry } = check;
    const { topology } = this.#around.neighbourhood;
    const { resource } = entry.publication;
    if (nearest !== undefined && topology.order(resource, nearest.nodeId, from.nodeId) < 0) return;
    check.nearest = from;
    check.hasIt = hasIt;
  }

  /** Where we are the nearest ourselves, nobody else is to have it first. */
  private finish(now: Instant, { entry, record, nearest, hasIt }: Check): void {
    this.#check = undefined;
    if (nearest === undefined || hasIt || entry.record !== record || entry.isUnderWay) return;
    const { topology, self, stage } = this.#around.neighbourhood;
    const { resource } = entry.publication;
    if (stores(stage) && topology.order(resource, self, nearest.nodeId) < 0) return;
    this.#missing++;
    entry.referral = nearest;
    entry.dueAt = now;
  }
}

function deadlineOf(at: Instant | undefined): Deadline | undefined {
  return at === undefined ? undefined : { at, reason: "own record" };
}

/** One that lies or is cut off from the others is not enough. */
const nearestAsked = 2;
const nodesFound = 4;
const checkMsMax = 9_000;
/** While something else is under way, ms. */
const againMs: readonly [number, number] = [2_000, 4_000];
