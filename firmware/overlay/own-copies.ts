import { equalBytes } from "../core/bytes.js";
import type { Endpoint } from "../core/endpoint.js";
import { avoidPrefixBytes, replicasMax } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import { jitter, type Random } from "../core/random.js";
import { after, earliest, elapsed, type Deadline, type Instant } from "../core/time.js";
import type { KeyRing } from "../identity/key-ring.js";
import type { Record } from "../wire/kinds/record.js";
import type { Outbox } from "./effect.js";
import { stores } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import type { PublishedRecord } from "./publication.js";
import type { Publisher } from "./publisher.js";
import type { Inquiry, InquiryResult, Outcome, Question, Requests } from "./request.js";
import { Search, type Surroundings } from "./search.js";

interface Check {
  readonly entry: PublishedRecord;
  readonly record: Record;
  readonly search: Search;
  readonly until: Instant;
  isDetourOver: boolean;
  unanswered: number;
  /** Those that have answered the Fetch and lack it. */
  lacking: readonly Neighbour[];
}

/** What the checks work with. */
interface OwnCopiesParts extends Surroundings {
  readonly publisher: Publisher;
  readonly requests: Requests;
  readonly outbox: Outbox;
  readonly random: Random;
  /** With our credential: who lacks the record may lack that, too. */
  readonly keyRing: KeyRing;
}

/**
 * Whether our records are where they belong (protocol §3, first store; §6, forged answers): another way shows which
 * nodes are nearest, and these are asked themselves. Any hop can say "stored", and a Store may end at a node that only
 * takes itself for the nearest. Where it is missing it is stored directly. One check at a time.
 */
export class OwnCopies {
  readonly #parts: OwnCopiesParts;
  #check: Check | undefined;
  #missing = 0;
  /** Neighbours lost within a minute, and since when they are counted. */
  #losses = 0;
  #lossesSince: Instant | undefined;

  constructor(parts: OwnCopiesParts) {
    this.#parts = parts;
  }

  /** Records of ours that were missing where they belong. */
  get missing(): number {
    return this.#missing;
  }

  /**
   * A neighbour was lost; so many are left. Where many go within a minute the network has fallen apart, and all who
   * hold a record of ours may be in the other part: who is not linked to them does not see it, and so looks.
   */
  handleLoss(now: Instant, left: number): void {
    const isAnew = this.#lossesSince === undefined || elapsed(this.#lossesSince, now) > lossesMs;
    if (isAnew) this.#lossesSince = now;
    this.#losses = isAnew ? 1 : this.#losses + 1;
    if (this.#losses < suddenLosses || this.#losses * suddenPart < left + this.#losses) return;
    for (const entry of this.#parts.publisher.entries)
      if (entry.isStored) entry.checkAt ??= after(now, jitter(this.#parts.random, ...afterLossMs));
  }

  handleOutcome(now: Instant, { inquiry, result }: Outcome): void {
    const check = this.#check;
    if (inquiry.reference !== check?.entry.reference) return;
    check.unanswered--;
    const { direct, question } = inquiry;
    if (direct !== undefined && question.type === "fetch")
      check.search.handleEnd(direct.nodeId, result.kind === "answered");
    if (result.kind === "answered") this.handleAnswer(check, result, direct);
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
      search: new Search(this.#parts, resource, nearestAsked),
      until: after(now, checkMsMax),
      isDetourOver: false,
      unanswered: 0,
      lacking: [],
    };
    this.#check = check;
    const { topology, table } = this.#parts.neighbourhood;
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

  private handleAnswer(
    check: Check,
    { answer, from }: Extract<InquiryResult, { kind: "answered" }>,
    direct: Neighbour | undefined,
  ): void {
    if (answer.type === "findAnswer")
      check.search.handleNamed(answer.contacts, from?.nodeId ?? this.#parts.neighbourhood.self);
    if (answer.type !== "fetchAnswer" || direct === undefined) return;
    const { signature } = check.record;
    const hasIt = answer.records.some((shown) => equalBytes(shown.signature, signature));
    if (!hasIt) check.lacking = [...check.lacking, direct];
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

  /**
   * All that lack it get it directly: one that says "stored" and keeps nothing is not enough. Where we are nearer
   * ourselves, it is not theirs to have first. Where none has it, it is stored as if it never had been: they may be
   * full, and name others.
   */
  private finish(now: Instant, { entry, record, lacking }: Check): void {
    this.#check = undefined;
    if (entry.record !== record || entry.isUnderWay) return;
    const { topology, self, stage } = this.#parts.neighbourhood;
    const { resource: target, kind } = entry.publication;
    const isNearer = ({ nodeId }: Neighbour): boolean =>
      !stores(stage) || topology.order(target, nodeId, self) < 0;
    const ageS = Math.floor(elapsed(entry.signedAt, now) / 1000);
    const remainingS = Math.max(1, record.lifetimeS - ageS);
    const { keyRing, requests } = this.#parts;
    const { bytes: credential } = keyRing.credential;
    const wanting = lacking.filter(isNearer);
    if (wanting.length > 0) this.#missing++;
    if (lacking.length >= nearestAsked) entry.dueAt = now;
    for (const direct of wanting) {
      const question: Question = { type: "store", kind, record, remainingS, credential };
      requests.ask(now, { asker: "ownCopy", reference: noReference, target, question, direct });
    }
  }
}

function deadlineOf(at: Instant | undefined): Deadline | undefined {
  return at === undefined ? undefined : { at, reason: "own record" };
}

/** Nobody waits for how these Stores end. */
const noReference = 0;
/** As many as should hold it: one that lies or is cut off from the others is not enough. */
const nearestAsked = replicasMax;
const nodesFound = 4;
const checkMsMax = 9_000;
/** A quarter of the neighbours, and three at least, within this time is no chance; when it is looked then, ms. */
const suddenPart = 4;
const suddenLosses = 3;
const lossesMs = 60_000;
const afterLossMs: readonly [number, number] = [5_000, 15_000];
/** While something else is under way, ms. */
const againMs: readonly [number, number] = [2_000, 4_000];
