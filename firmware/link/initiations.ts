import { compareBytes, equalBytes } from "../core/bytes.js";
import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { handshakeCookiesMax, yieldedMs } from "../core/limits.js";
import { sameId, type NodeId } from "../core/node-id.js";
import { after, earliest, type Deadline, type Instant } from "../core/time.js";
import { isTunnel } from "../core/tunnel-endpoint.js";
import type { Advance } from "../identity/handshake.js";
import { Initiator } from "../identity/initiator.js";
import type { Cookie, Hello1 } from "../wire/frame.js";
import { renewalFlag, type LinkContext } from "./context.js";
import { Initiation, type Sought } from "./initiation.js";
import type { ConnectFailure } from "./link-event.js";
import { endpointToTell } from "./own-place.js";
import type { Session } from "./session.js";
import { TokenBucket } from "../core/token-bucket.js";

/** What a hello1 from somebody is to our own attempts. */
export type Encounter =
  /** Nothing. */
  | "none"
  /** It is ours, sent back. */
  | "reflected"
  /** We have greeted each other, and ours goes on. */
  | "ours-stays"
  /** We have greeted each other, and the other's goes on; ours waits. */
  | "ours-waits";

/**
 * Our own handshakes: at most 4 at once and 3 begun in a second on a phone; the rest waits in line,
 * bounded.
 */
export class Initiations {
  readonly #context: LinkContext;
  readonly #rate: TokenBucket;
  #waiting: Sought[] = [];
  #active: Initiation[] = [];

  constructor(context: LinkContext) {
    const { attempts, attemptsPerSecond } = context.limits;
    this.#context = context;
    this.#rate = new TokenBucket({ perSecond: attemptsPerSecond, burst: attempts });
  }

  get size(): number {
    return this.#active.length;
  }

  /** Queues an attempt; nothing where the same is under way. */
  connect(now: Instant, sought: Sought): void {
    const underWay = this.#active.find((initiation) => sameGoal(initiation.sought, sought));
    if (underWay !== undefined) {
      underWay.isUnproven &&= sought.isUnproven === true;
      return;
    }
    if (this.#waiting.some((waiting) => sameGoal(waiting, sought))) return;
    if (this.#waiting.length >= this.#context.limits.attemptsWaiting) {
      this.report(sought, "too-many-attempts");
      return;
    }
    this.#waiting.push(sought);
    this.start(now);
  }

  /**
   * What a hello1 from `from` means for our own attempts: the greater ephemeral key stays initiator
   * (protocol §2).
   */
  encounter(now: Instant, from: Endpoint, hello: Hello1): Encounter {
    for (const initiation of this.#active) {
      const own = ephemeralOf(initiation);
      if (own !== undefined && equalBytes(own, hello.ephemeral)) return "reflected";
      if (!sameEndpoint(initiation.sought.endpoint, from)) continue;
      if (initiation.stage === "reading") return "ours-stays";
      if (initiation.stage === "completing") continue;
      const greater = own !== undefined && compareBytes(own, hello.ephemeral) > 0;
      if (greater && !initiation.gaveWay) return "ours-stays";
      initiation.giveWay(now, yieldedMs);
      return "ours-waits";
    }
    return "none";
  }

  handleHello2(initiation: Initiation, from: Endpoint, bytes: Uint8Array): void {
    const { outbox, self, work } = this.#context;
    if (initiation.stage !== "greeted") {
      outbox.drop("unexpected");
    } else if (!sameEndpoint(from, initiation.sought.endpoint)) {
      outbox.drop("wrong-address");
    } else if (initiation.readings >= readingsMax) {
      outbox.drop("handshake-failed");
    } else {
      const flags = self.flags | (initiation.sought.renewal === undefined ? 0 : renewalFlag);
      const endpoint = endpointToTell(from, self.place, initiation.sought.direct);
      const { configSequence } = self;
      initiation.machine.handleHello2(bytes, { configSequence, flags, ...(endpoint && { endpoint }) });
      initiation.stage = "reading";
      initiation.readings++;
      work.push(initiation);
    }
  }

  /**
   * The other demands a cookie: greet anew, with a fresh key and under a fresh index, so that a late hello2
   * finds nobody.
   */
  handleCookie(now: Instant, initiation: Initiation, from: Endpoint, frame: Cookie): void {
    const { outbox } = this.#context;
    if (initiation.stage !== "greeted" || initiation.cookies >= handshakeCookiesMax) {
      outbox.drop("unexpected");
    } else if (!sameEndpoint(from, initiation.sought.endpoint)) {
      outbox.drop("wrong-address");
    } else {
      const { giveUpAt } = initiation;
      this.retire(initiation);
      const again = this.prepare(now, initiation.sought, frame.cookie.slice());
      again.cookies = initiation.cookies + 1;
      again.giveUpAt = giveUpAt;
    }
  }

  /** A step of its computing came to this; true when hello3 and the outcome are there. */
  handleAdvanced(now: Instant, initiation: Initiation, advance: Exclude<Advance, "more">): boolean {
    if (initiation.stage === "preparing") {
      this.greet(now, initiation);
      return false;
    }
    if (advance === "done") return initiation.machine.outcome !== undefined;
    this.#context.outbox.drop("handshake-failed");
    initiation.fault = advance.failed;
    initiation.stage = "greeted";
    if (advance.failed === "own-node") initiation.giveUpAt = now;
    if (advance.failed === "wrong-node")
      initiation.giveUpAt = soonerOf(initiation.giveUpAt, after(now, yieldedMs));
    return false;
  }

  /** The link is up: sends hello3, again and again until it is confirmed. */
  complete(now: Instant, initiation: Initiation, session: Session): void {
    initiation.session = session;
    initiation.beginFlight("completing", now, initiation.roundTripMs(now));
    this.sendCurrent(initiation);
  }

  /** The other does not know our credential: says hello3 in full; false where that cannot be. */
  restate(now: Instant, initiation: Initiation): boolean {
    const { machine, session } = initiation;
    if (session === undefined || !machine.restateHello3() || machine.outcome === undefined) return false;
    session.rekey(machine.outcome);
    initiation.beginFlight("completing", now, initiation.roundTripMs(now));
    this.sendCurrent(initiation);
    return true;
  }

  /** The first frame of the session came. */
  confirm(initiation: Initiation): void {
    initiation.machine.confirm();
    this.forget(initiation);
  }

  /** Ends an attempt; `reason`: tell why. */
  abandon(initiation: Initiation, reason?: ConnectFailure): void {
    this.retire(initiation);
    if (reason !== undefined) this.report(initiation.sought, reason);
  }

  /** A link to this node over this path is up: attempts that sought it have found it. Returns an address they tried. */
  handleLinked(endpoint: Endpoint, nodeId: NodeId): Endpoint | undefined {
    const found = (sought: Sought): boolean =>
      sought.renewal === undefined &&
      (sought.nodeId === undefined ? sameEndpoint(sought.endpoint, endpoint) : sameId(sought.nodeId, nodeId));
    let tried = this.#waiting.find((sought) => found(sought) && !isTunnel(sought.endpoint));
    this.#waiting = this.#waiting.filter((sought) => !found(sought));
    for (const initiation of this.#active) {
      const { stage, sought } = initiation;
      if (stage === "completing" || !found(sought)) continue;
      if (!isTunnel(sought.endpoint)) tried = sought;
      this.retire(initiation);
    }
    return tried?.endpoint;
  }

  /** Resends, gives up, begins what waits. Returns those whose hello3 was never confirmed. */
  handleTimeout(now: Instant): Initiation[] {
    const unconfirmed: Initiation[] = [];
    for (const initiation of this.#active) {
      if (initiation.stage === "reading") continue;
      if (initiation.giveUpAt <= now) {
        this.retire(initiation);
        if (initiation.stage === "completing") unconfirmed.push(initiation);
        else this.report(initiation.sought, initiation.failure());
      } else if (initiation.stage !== "preparing" && initiation.resendAt <= now) {
        initiation.noteResent(now);
        this.sendCurrent(initiation);
      }
    }
    this.start(now);
    return unconfirmed;
  }

  pollTimeout(now: Instant): Deadline | undefined {
    let first: Deadline | undefined;
    for (const { stage, giveUpAt, resendAt } of this.#active) {
      if (stage === "reading") continue;
      const at = stage === "preparing" ? giveUpAt : soonerOf(resendAt, giveUpAt);
      first = earliest(first, { at, reason: `link: handshake ${stage}` });
    }
    if (this.#waiting.length === 0 || this.#active.length >= this.#context.limits.attempts) return first;
    return earliest(first, { at: this.#rate.nextAt(now), reason: "link: next attempt" });
  }

  private start(now: Instant): void {
    while (this.#waiting.length > 0 && this.#active.length < this.#context.limits.attempts) {
      if (!this.#rate.take(now)) return;
      const sought = this.#waiting.shift();
      if (sought !== undefined) this.prepare(now, sought, undefined);
    }
  }

  private prepare(now: Instant, sought: Sought, cookie: Uint8Array | undefined): Initiation {
    const { side, indexes, work } = this.#context;
    const machine = new Initiator(side, {
      index: indexes.draw(),
      known: sought.nodeId === undefined ? undefined : side.known.findNode(sought.nodeId),
      sought: sought.nodeId,
      cookie,
      wide: sought.endpoint.address.includes(":"),
    });
    const initiation = new Initiation(sought, machine, now);
    indexes.set(machine.index, initiation);
    this.#active.push(initiation);
    work.push(initiation);
    return initiation;
  }

  /** hello1 is made. An attempt that gave way meanwhile keeps it until its wait is over. */
  private greet(now: Instant, initiation: Initiation): void {
    const { giveUpAt, resendAt } = initiation;
    initiation.beginFlight("greeted", now, 0);
    initiation.giveUpAt = giveUpAt;
    if (initiation.gaveWay) initiation.resendAt = resendAt;
    else this.sendCurrent(initiation);
  }

  /** hello1 or hello3 of the stage, and with hello3 what was sent after it. */
  private sendCurrent(initiation: Initiation): void {
    const { outbox, crypto } = this.#context;
    const { machine, session, flight, stage, sought } = initiation;
    const bytes = stage === "completing" ? machine.hello3 : machine.hello1;
    // A cookie or hello2 with our index, which nobody who forges addresses has seen, is a proof.
    const isUnproven = initiation.isUnproven && stage === "greeted" && initiation.cookies === 0;
    if (bytes !== undefined && isUnproven) outbox.answer(sought.endpoint, bytes);
    else if (bytes !== undefined) outbox.transmit(sought.endpoint, bytes);
    if (stage !== "completing" || session === undefined) return;
    for (const { counter, plaintext } of flight) {
      outbox.transmit(sought.endpoint, session.reseal(crypto, counter, plaintext));
    }
  }

  /** Ends an attempt whose index names nobody any more, unless a session has taken it over. */
  private retire(initiation: Initiation): void {
    initiation.machine.wipe();
    if (initiation.session === undefined) this.#context.indexes.delete(initiation.machine.index);
    this.forget(initiation);
  }

  private forget(initiation: Initiation): void {
    this.#context.work.remove(initiation);
    this.#active = this.#active.filter((active) => active !== initiation);
  }

  private report(sought: Sought, reason: ConnectFailure): void {
    const { endpoint, nodeId, renewal } = sought;
    if (renewal !== undefined) return;
    const whom = nodeId === undefined ? {} : { nodeId };
    this.#context.outbox.emit({ kind: "connectFailed", endpoint, ...whom, reason });
  }
}

/** How many answers of one attempt are looked at: each may cost a public-key operation. */
const readingsMax = 8;

/** An address and a tunnel may be tried side by side. */
function sameGoal(a: Sought, b: Sought): boolean {
  if (isTunnel(a.endpoint) !== isTunnel(b.endpoint)) return false;
  if (a.nodeId !== undefined && b.nodeId !== undefined) return sameId(a.nodeId, b.nodeId);
  return a.nodeId === b.nodeId && sameEndpoint(a.endpoint, b.endpoint);
}

/** The ephemeral key in a hello1 that was made. */
function ephemeralOf(initiation: Initiation): Uint8Array | undefined {
  return initiation.machine.hello1?.subarray(4, 36);
}

function soonerOf(a: Instant, b: Instant): Instant {
  return b < a ? b : a;
}
