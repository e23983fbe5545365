import { equalBytes } from "../core/bytes.js";
import type { Endpoint } from "../core/endpoint.js";
import { avoidPrefixBytes, replicasMax } from "../core/limits.js";
import { sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { jitter, type Random } from "../core/random.js";
import { after, earliest, elapsed, type Deadline, type Instant } from "../core/time.js";
import type { KeyRing } from "../identity/key-ring.js";
import type { Record } from "../wire/kinds/record.js";
import type { Outbox } from "./effect.js";
import { stores } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { storeOf, type PublishedRecord } from "./publication.js";
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
  /** Those that have answered the Fetch and lack it; those that have it. */
  lacking: readonly Neighbour[];
  having: readonly Neighbour[];
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
 * takes itself for the nearest. Where it is missing it is stored directly, and where the nearest lacked it, which late
 * copies do not explain, it is looked at once more: who has said "stored" to us and does not have it is caught
 * lying. One check at a time.
 */
export class OwnCopies {
  readonly #parts: OwnCopiesParts;
  #check: Check | undefined;
  #missing = 0;
  /** A record that was missing, by its reference, and who has said since then that it is stored. */
  #given: { readonly reference: number; readonly holders: readonly NodeId[] } | undefined;
  /** When somebody was caught lying about a record of ours last. */
  #caughtAt: Instant | undefined;
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
    const { direct, question } = inquiry;
    if (question.type === "store") {
      this.handleGiven(now, inquiry, result);
      return;
    }
    const check = this.#check;
    if (inquiry.reference !== check?.entry.reference) return;
    check.unanswered--;
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
      search: new Search(this.#parts, resource, this.isBeset(now, resource) ? besetMax : nearestAsked, false),
      until: after(now, checkMsMax),
      isDetourOver: false,
      unanswered: 0,
      lacking: none,
      having: none,
    };
    this.#check = check;
    const { neighbourhood, requests } = this.#parts;
    const { topology, table } = neighbourhood;
    const trusted = requests.suspicions?.trusted(table.all) ?? table.all;
    const [usual, other] = topology.nearest(resource, trusted, 2);
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
    if (hasIt) check.having = [...check.having, direct];
    else check.lacking = [...check.lacking, direct];
  }

  /** How it went to store a record directly with one that lacked it. */
  private handleGiven(now: Instant, { reference, direct }: Inquiry, result: InquiryResult): void {
    const given = this.#given;
    if (reference !== given?.reference || direct === undefined) return;
    const isStored =
      result.kind === "answered" && result.answer.type === "storeAnswer" && result.answer.status === "ok";
    const entry = this.#parts.publisher.entries.find((one) => one.reference === reference);
    if (!isStored || entry === undefined) return;
    this.#given = { reference, holders: [...given.holders, direct.nodeId] };
    entry.checkAt ??= after(now, jitter(this.#parts.random, ...keptMs));
  }

  /** Who took it the last time and lacks it again has kept nothing. */
  private catchLiars(now: Instant, reference: number, lacking: readonly Neighbour[]): void {
    const given = this.#given;
    if (reference !== given?.reference) return;
    this.#given = undefined;
    for (const { nodeId } of lacking) {
      if (!given.holders.some((holder) => sameId(holder, nodeId))) continue;
      const suspicions = this.#parts.requests.suspect();
      suspicions.note(now, nodeId, "broken");
      suspicions.handleCaught(now);
      this.#caughtAt = now;
    }
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
   * All that lack it get it directly, also who seems to lie, for that may be wrong: one that says "stored" and keeps
   * nothing is not enough. Where we are nearer
   * ourselves, it is not theirs to have first. Where none has it, it is stored as if it never had been: they may be
   * full, and name others.
   */
  private finish(now: Instant, { entry, record, lacking, having }: Check): void {
    const { reference } = entry;
    this.#check = undefined;
    if (entry.record !== record || entry.isUnderWay) return;
    this.catchLiars(now, reference, lacking);
    const { topology, self, stage } = this.#parts.neighbourhood;
    const { resource } = entry.publication;
    const isNearer = ({ nodeId }: Neighbour): boolean =>
      !stores(stage) || topology.order(resource, nodeId, self) < 0;
    const wanting = lacking.filter(isNearer);
    if (wanting.length > 0) this.#missing++;
    if (this.isBeset(now, resource)) {
      entry.checkAt = after(now, jitter(this.#parts.random, ...besetMs));
      this.#given = { reference, holders: none };
      this.give(now, entry, record, [...lacking, ...having].filter(isNearer));
      return;
    }
    if (lacking.length >= nearestAsked) entry.dueAt = now;
    const [nearest] = topology.nearest(resource, [...wanting, ...having], 1);
    const isTested = nearest !== undefined && wanting.includes(nearest);
    if (isTested && this.#parts.requests.suspicions?.avoids(nearest.nodeId) !== true)
      this.#given = { reference, holders: none };
    this.give(now, entry, record, topology.nearest(resource, wanting, nearestAsked));
  }

  /** Whether a liar is to hold what stands there. Then the next ones get it ever again: they do not keep it long. */
  private isBeset(now: Instant, target: ResourceId): boolean {
    if (this.#caughtAt === undefined || elapsed(this.#caughtAt, now) >= caughtMs) return false;
    const { neighbourhood, requests } = this.#parts;
    return neighbourhood.replicas(target).some(({ nodeId }) => requests.suspicions?.avoids(nodeId) === true);
  }

  private give(now: Instant, entry: PublishedRecord, record: Record, to: readonly Neighbour[]): void {
    const { reference, publication } = entry;
    const { bytes } = this.#parts.keyRing.credential;
    const question = storeOf(now, { ...entry, record, withCredential: true }, bytes);
    const inquiry: Inquiry = { asker: "ownCopy", reference, target: publication.resource, question };
    for (const direct of to) this.#parts.requests.ask(now, { ...inquiry, direct });
  }
}

function deadlineOf(at: Instant | undefined): Deadline | undefined {
  return at === undefined ? undefined : { at, reason: "own record" };
}

/** After a record was stored directly, until it is looked whether it was kept, ms. */
const keptMs: readonly [number, number] = [4_000, 8_000];
/** As many as should hold it: one that lies or is cut off from the others is not enough. */
const nearestAsked = replicasMax;
/** While somebody lies: so many are asked, and get it; again before they would drop their copies, ms. */
const besetMax = 2 * replicasMax;
const besetMs: readonly [number, number] = [35_000, 45_000];
const caughtMs = 1_800_000;
const nodesFound = 4;
const checkMsMax = 9_000;
/** A quarter of the neighbours, and three at least, within this time is no chance; when it is looked then, ms. */
const suddenPart = 4;
const suddenLosses = 3;
const lossesMs = 60_000;
const afterLossMs: readonly [number, number] = [5_000, 15_000];
/** While something else is under way, ms. */
const againMs: readonly [number, number] = [2_000, 4_000];
