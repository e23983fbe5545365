import { copyBytes, equalBytes } from "../core/bytes.js";
import { hopsMax, loanS } from "../core/limits.js";
import { resourceId, sameId } from "../core/node-id.js";
import { none } from "../core/none.js";
import { after, elapsed, type Instant } from "../core/time.js";
import type { FetchAnswer, FetchRequest, Loan } from "../wire/kinds/fetch.js";
import type { HeldRecord } from "../wire/kinds/record.js";
import type { RoutedMessage } from "../wire/message.js";
import { HotKeys } from "./hot-keys.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { copyRecord } from "./record-store.js";
import type { Responder } from "./responder.js";
import { routeRequest } from "./route.js";

/** What another holds and this node answers with for a time. */
interface Borrowed {
  readonly resource: Uint8Array;
  readonly kind: number;
  readonly records: readonly HeldRecord[];
  readonly credentials: readonly Uint8Array[];
  readonly bytes: number;
  readonly since: Instant;
  readonly until: Instant;
}

/**
 * Copies of what everybody asks for (protocol §4, hot keys). A peer asked for one resource too often lends it, with
 * its answer, to the node that passed the question on, for 30 s; that one answers in its place, and lends in turn what
 * it is asked for too often, never for longer than is left. So the load of a name spreads over those who are on the way
 * to it, for 20 B in an answer that is sent anyhow.
 *
 * A loan is taken only of the node to which the question would be passed on: whoever is that can answer what it likes
 * in any case, so nobody gains by lending a lie, and no signature need be checked before the reader does. Who is in
 * doubt asks past copies: directly, or with nodes to avoid.
 */
export class Loans {
  readonly #neighbourhood: Neighbourhood;
  readonly #responder: Responder;
  readonly #bytesMax: number;
  readonly #hot: HotKeys = new HotKeys();
  #all: readonly Borrowed[] = none;

  constructor(neighbourhood: Neighbourhood, responder: Responder, bytesMax: number) {
    this.#neighbourhood = neighbourhood;
    this.#responder = responder;
    this.#bytesMax = bytesMax;
  }

  /** Copies at hand, some of them perhaps at their end. */
  get size(): number {
    return this.#all.length;
  }

  /** The answer of this node to a Fetch of what it holds, or should; with a loan where it is asked too often. */
  fetch(now: Instant, request: FetchRequest, from: Neighbour | undefined): FetchAnswer {
    const answer = this.#responder.fetch(now, request);
    const isLent = this.isLendable(now, request, from) && this.#responder.isWhole(request, answer);
    return isLent ? lent(request, answer, loanS) : answer;
  }

  /** The answer to a Fetch on its way, or to one of our own, from a copy; `undefined`: it goes on. */
  answerTo(now: Instant, request: FetchRequest, from: Neighbour | undefined): FetchAnswer | undefined {
    if (this.#all.length === 0 || !isForCopies(request)) return undefined;
    const { transaction, via } = request;
    const copy = this.#all.find(
      (one) => one.kind === request.kind && sameId(one.resource, destinationOf(request)),
    );
    if (copy === undefined || copy.until <= now) return undefined;
    const ageS = Math.floor(elapsed(copy.since, now) / 1000);
    const records = copy.records.map((record) => ({
      ...record,
      remainingS: Math.max(1, record.remainingS - ageS),
    }));
    const { credentials } = copy;
    const answer = { type: "fetchAnswer", transaction, via, status: "ok", records, credentials } as const;
    const leftS = Math.floor(elapsed(now, copy.until) / 1000);
    return this.isLendable(now, request, from) ? lent(request, answer, leftS) : answer;
  }

  /**
   * What came from a neighbour, as it is answered or goes on: a loan is for this node and ends here. What is stored
   * anew makes a copy old.
   */
  handlePassing(now: Instant, message: RoutedMessage, from: Neighbour): RoutedMessage {
    if (message.type === "store" && this.#all.length > 0) this.forget(message.destination.first);
    if (message.type !== "fetchAnswer" || message.loan === undefined) return message;
    const { loan, ...answer } = message;
    if (this.isNextHop(loan.resource, from)) this.take(now, answer, loan);
    return answer;
  }

  private forget(resource: Uint8Array): void {
    this.#all = this.#all.filter((one) => !sameId(one.resource, resource));
  }

  private isLendable(now: Instant, request: FetchRequest, from: Neighbour | undefined): boolean {
    if (from?.stage !== "peer" || !isForCopies(request)) return false;
    return this.#hot.isHot(now, destinationOf(request));
  }

  private isNextHop(resource: Uint8Array, from: Neighbour): boolean {
    const request = { type: "fetch", hops: hopsMax, destination: { first: resourceId(resource) } };
    const route = routeRequest(this.#neighbourhood, request, undefined);
    return route.kind === "forward" && route.to === from;
  }

  /** Copied, for the answer is a view into its datagram. What ended goes; of too many bytes the oldest. */
  private take(now: Instant, answer: FetchAnswer, loan: Loan): void {
    const bytes = bytesOf(answer);
    if (bytes > this.#bytesMax) return;
    const { resource, kind } = loan;
    const isSame = (one: Borrowed): boolean => one.kind === kind && sameId(one.resource, resource);
    if (this.#all.some((one) => isSame(one) && isNewer(one.records, answer.records))) return;
    const seconds = Math.min(loan.seconds, loanS, ...answer.records.map(({ remainingS }) => remainingS));
    const copy: Borrowed = {
      resource: copyBytes(resource),
      kind,
      records: answer.records.map((held) => copyHeld(held)),
      credentials: answer.credentials.map(copyBytes),
      bytes,
      since: now,
      until: after(now, 1000 * seconds),
    };
    const others = this.#all.filter((one) => one.until > now && !isSame(one));
    while (bytesOfAll(others) > this.#bytesMax - bytes) others.shift();
    this.#all = [...others, copy];
  }
}

/** Whether a copy may answer: all that is at the resource is wanted, and nobody is in doubt. */
function isForCopies({ hops, key, avoid, wantCredentials }: FetchRequest): boolean {
  return hops > 0 && key === undefined && avoid === undefined && wantCredentials;
}

function destinationOf({ destination }: FetchRequest): Uint8Array {
  return destination.first;
}

function lent(request: FetchRequest, answer: FetchAnswer, seconds: number): FetchAnswer {
  if (answer.records.length === 0 || seconds < 1) return answer;
  return { ...answer, loan: { resource: destinationOf(request), kind: request.kind, seconds } };
}

/** Whether what is here has a later generation of anything. */
function isNewer(here: readonly HeldRecord[], offered: readonly HeldRecord[]): boolean {
  return here.some(({ key, generation }) =>
    offered.some((record) => equalBytes(record.key, key) && record.generation < generation),
  );
}

function copyHeld(held: HeldRecord): HeldRecord {
  const { remainingS, heldS } = held;
  return { ...copyRecord(held), remainingS, ...(heldS !== undefined && { heldS }) };
}

function bytesOfAll(copies: readonly Borrowed[]): number {
  let bytes = 0;
  for (const copy of copies) bytes += copy.bytes;
  return bytes;
}

function bytesOf({ records, credentials }: FetchAnswer): number {
  let bytes = 0;
  for (const { key, value, signature } of records)
    bytes += key.length + signature.length + (value?.length ?? 0);
  for (const credential of credentials) bytes += credential.length;
  return bytes;
}
