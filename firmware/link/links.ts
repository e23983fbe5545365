import { nodeIdWorkBits } from "../core/limits.js";
import type { Endpoint } from "../core/endpoint.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { earliest, type Deadline, type Instant } from "../core/time.js";
import { openAdmission } from "../identity/admission.js";
import type { Credential } from "../identity/credential.js";
import { KnownCredentials } from "../identity/known-credentials.js";
import { dataByte, decodeFrame } from "../wire/frame.js";
import { encodeLeave } from "../wire/kinds/neighbours.js";
import type { Opened } from "./capture.js";
import { renewalFlag, type LinkContext } from "./context.js";
import { Handshakes } from "./handshakes.js";
import { IndexRegistry } from "./index-registry.js";
import { Initiations } from "./initiations.js";
import type {
  ConnectFailure,
  DropReason,
  LinkDescription,
  LinkDownReason,
  LinkEvent,
  LinkId,
  LivenessInterval,
} from "./link-event.js";
import type { ConnectTarget, LinksOptions } from "./links-options.js";
import { Outbox, type Transmit } from "./outbox.js";
import type { OwnPlace } from "./own-place.js";
import { returnPath } from "./path.js";
import { Responses } from "./responses.js";
import { Roster } from "./roster.js";
import { indexIn, Sieve } from "./sieve.js";
import { Traffic } from "./traffic.js";
import { Upkeep } from "./upkeep.js";
import { WorkQueue } from "./work-queue.js";

export type { LinkDescription, LinkEvent, LinkId, LivenessInterval } from "./link-event.js";
export type { ConnectTarget, LinksOptions } from "./links-options.js";
export type { Transmit } from "./outbox.js";

/**
 * The links of a node, as one sans-IO machine: handshakes, sessions, liveness, paths (README.md in this
 * folder). Datagrams of class "frame" come in by `handleFrame`; events go up; one public-key operation is
 * done in each `handleTimeout`.
 */
export class Links {
  readonly #context: LinkContext;
  readonly #initiations: Initiations;
  readonly #responses: Responses;
  readonly #roster: Roster;
  readonly #traffic: Traffic;
  readonly #handshakes: Handshakes;
  readonly #upkeep: Upkeep;
  readonly #sieve: Sieve;
  #now: Instant = 0 as Instant;

  constructor(options: LinksOptions) {
    const { crypto, random, keyRing, limits, configSequence } = options;
    const admission =
      options.admission ?? openAdmission(options.overlayId, options.workBits ?? nodeIdWorkBits);
    const known = new KnownCredentials(limits.knownCredentials);
    const context: LinkContext = {
      crypto,
      random,
      limits,
      side: { crypto, random, keyRing, admission, known },
      outbox: new Outbox(limits),
      indexes: new IndexRegistry(random),
      work: new WorkQueue(),
      self: { configSequence, flags: 0 },
    };
    const initiations = new Initiations(context);
    const responses = new Responses(context);
    const roster = new Roster(context, initiations);
    const traffic = new Traffic({
      context,
      roster,
      initiations,
      responses,
      capture: options.capture ?? false,
    });
    responses.setQuiet(options.quiet ?? false);
    this.#sieve = new Sieve(context.indexes, limits);
    this.#context = context;
    this.#initiations = initiations;
    this.#responses = responses;
    this.#roster = roster;
    this.#traffic = traffic;
    this.#handshakes = new Handshakes({ context, initiations, responses, roster, traffic });
    this.#upkeep = new Upkeep({ context, initiations, roster, traffic });
  }

  /**
   * Opens a link; nothing where there is one already or it is under way. Ends in `linkUp` or
   * `connectFailed`.
   */
  connect(now: Instant, target: ConnectTarget): void {
    this.#now = now;
    const { endpoint, nodeId, credential, direct } = target;
    if (credential !== undefined) this.rememberCredential(credential);
    const sought = nodeId ?? credential?.nodeId;
    if (sought !== undefined && sameId(sought, this.#context.side.keyRing.nodeId)) {
      this.reportFailure(endpoint, sought, "own-node");
      return;
    }
    const { table } = this.#roster;
    const linked = sought === undefined ? table.toEndpoint(endpoint) : table.toNode(sought);
    if (linked !== undefined) return;
    const attempt = { endpoint, nodeId: sought, isUnproven: target.isUnproven ?? false, direct };
    if (this.#roster.hasRoom(now, sought)) this.#initiations.connect(now, attempt);
    else this.reportFailure(endpoint, sought, "table-full");
  }

  /**
   * A datagram whose first byte is 192 .. 223. Any bytes do. `from` absent: it came back through a tunnel of ours; its
   * index says whose it is. False: nobody need be asked what came of it.
   */
  handleFrame(now: Instant, from: Endpoint | undefined, bytes: Uint8Array): boolean {
    const refusal = this.#sieve.refusal(now, bytes);
    if (refusal !== undefined) {
      this.#context.outbox.drop(refusal);
      return false;
    }
    this.#now = now;
    const path = from ?? returnPath(this.#context.indexes.find(indexIn(bytes)), this.#roster.table);
    if (path === undefined) {
      this.#context.outbox.drop("wrong-address");
      return false;
    }
    if (bytes[0] === dataByte) return this.#traffic.handleData(now, path, bytes);
    const decoded = decodeFrame(bytes);
    if (decoded.ok) this.#handshakes.handleFrame(now, { from: path, frame: decoded.value, bytes });
    else this.#context.outbox.drop("malformed");
    return decoded.ok;
  }

  /** Bytes came from an address that is being greeted and has not proved itself: three for each may go there. */
  noteHeard(now: Instant, from: Endpoint, bytes: number): void {
    this.#context.outbox.earn(now, from, bytes);
  }

  /** Does what is due, and one public-key operation if any is waiting. */
  handleTimeout(now: Instant): void {
    this.#now = now;
    this.#handshakes.advance(now);
    for (const { session } of this.#initiations.handleTimeout(now)) {
      if (session !== undefined) this.#upkeep.handleUnconfirmed(now, session);
    }
    this.#responses.handleTimeout(now);
    this.#context.outbox.handleTimeout(now);
    this.#upkeep.handleTimeout(now);
  }

  /** When to call `handleTimeout`: at once while public-key operations wait. */
  pollTimeout(): Deadline | undefined {
    if (this.#context.work.length > 0) return { at: this.#now, reason: "link: a public-key operation" };
    const handshakes = earliest(this.#initiations.pollTimeout(this.#now), this.#responses.pollTimeout());
    return earliest(handshakes, this.#upkeep.pollTimeout());
  }

  pollTransmit(): Transmit | undefined {
    return this.#context.outbox.pollTransmit();
  }

  pollEvent(): LinkEvent | undefined {
    return this.#context.outbox.pollEvent();
  }

  /** A message as it was before sealing or after opening; only with the option `capture`. */
  pollOpened(): Opened | undefined {
    return this.#context.outbox.pollOpened();
  }

  /**
   * Sends an encoded message, in up to three fragments. The 16-bit counter of its (last) frame, or
   * `undefined` where there is no such link or the message is too long.
   */
  send(now: Instant, link: LinkId, message: Uint8Array): number | undefined {
    this.#now = now;
    const row = this.#roster.table.row(link);
    if (row !== undefined) return this.#traffic.send(now, row, message);
    this.#context.outbox.drop("stale-link");
    return undefined;
  }

  /** Asks the other for a pong: a round trip, and its digest. */
  ping(now: Instant, link: LinkId): void {
    this.#now = now;
    const row = this.#roster.table.row(link);
    if (row !== undefined) this.#traffic.ping(now, row);
  }

  /** How closely the link is watched; only those ranked "other" and "guest" are ever evicted. */
  rank(link: LinkId, interval: LivenessInterval): void {
    const row = this.#roster.table.row(link);
    if (row === undefined) return;
    row.interval = interval;
    this.#roster.stir(link);
  }

  /** The nodes a call is with, in place of those before: their links are watched closely and never given up. */
  hold(nodeIds: readonly NodeId[]): void {
    this.#roster.hold(nodeIds);
  }

  /** What our pongs on this link carry, 8 B. */
  setDigest(link: LinkId, digest: Uint8Array): void {
    const row = this.#roster.table.row(link);
    if (row !== undefined) row.digest = digest;
  }

  setConfigSequence(sequence: number): void {
    this.#context.self.configSequence = sequence;
  }

  /** What we say of our role and offers in a handshake, 7 bits. */
  setFlags(flags: number): void {
    this.#context.self.flags = flags & ~renewalFlag;
  }

  /** Where this node is: said to the other end where a path is a tunnel. */
  setPlace(place: OwnPlace): void {
    this.#context.self.place = place;
  }

  /** In a call only hellos with a cookie or the right hint are answered. */
  setBusy(busy: boolean): void {
    this.#responses.setBusy(busy);
    this.#sieve.isBusy = busy;
  }

  /** Tells the other and ends the link; `linkDown` follows with this reason. */
  close(now: Instant, link: LinkId, reason: LinkDownReason): void {
    this.#now = now;
    const row = this.#roster.table.row(link);
    if (row === undefined) return;
    this.#traffic.sendFrame(now, row, encodeLeave());
    this.#roster.end(row, reason);
  }

  /** A credential that was verified (it came with a record): handshakes with its owner will be short. */
  rememberCredential(credential: Credential): void {
    this.#context.side.known.remember({ credential, knowsUs: false });
  }

  describe(): LinkDescription[] {
    const descriptions: LinkDescription[] = [];
    for (const row of this.#roster.table.rows) if (row !== undefined) descriptions.push(row.describe());
    return descriptions;
  }

  /** How often what was dropped. */
  drops(): ReadonlyMap<DropReason, number> {
    return this.#context.outbox.drops;
  }

  /** How full the bounded tables are: for status, and for tests that they stay bounded. */
  occupancy(): { links: number; attempts: number; halfOpen: number; retired: number; indexes: number } {
    return {
      links: this.#roster.table.size,
      attempts: this.#initiations.size,
      halfOpen: this.#responses.size,
      retired: this.#roster.retiredSessions,
      indexes: this.#context.indexes.size,
    };
  }

  /** What is remembered beside the links for a while, and work that waits: all but credentials end by themselves. */
  bookkeeping(): Readonly<
    Record<"publicKeyWork" | "reassemblies" | "helloSources" | "creditSources" | "knownCredentials", number>
  > {
    return {
      publicKeyWork: this.#context.work.length,
      reassemblies: this.#roster.reassembly.size,
      helloSources: this.#responses.helloSources,
      creditSources: this.#context.outbox.creditSources,
      knownCredentials: this.#context.side.known.size,
    };
  }

  private reportFailure(endpoint: Endpoint, nodeId: NodeId | undefined, reason: ConnectFailure): void {
    const whom = nodeId === undefined ? {} : { nodeId };
    this.#context.outbox.emit({ kind: "connectFailed", endpoint, ...whom, reason });
  }
}
