import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { amplificationMax, halfOpenCalm, halfOpenKeptMs, handshakeLifetimeMs } from "../core/limits.js";
import { after, elapsed, type Deadline, type Instant } from "../core/time.js";
import { answersShort, hello2Bytes, type Advance } from "../identity/handshake.js";
import { Responder } from "../identity/responder.js";
import { sealData } from "../identity/seal.js";
import { encodeFrame } from "../wire/frame.js";
import { encodeUnknownCredential } from "../wire/kinds/session.js";
import type { LinkContext } from "./context.js";
import { CookieJar } from "./cookie.js";
import { HelloLimiter } from "./hello-limiter.js";
import { endpointToTell } from "./own-place.js";
import { Response, type ArrivedHello1 } from "./response.js";

/**
 * Handshakes that others began. Everything here is cheap until a hello has passed all of: rate, cookie
 * (under load), rule of three, a free place; only then is it queued for its three public-key operations.
 */
export class Responses {
  readonly #context: LinkContext;
  readonly #limiter: HelloLimiter;
  readonly #cookies: CookieJar;
  #halfOpen: Response[] = [];
  #busy = false;
  #quiet = false;

  constructor(context: LinkContext) {
    this.#context = context;
    this.#limiter = new HelloLimiter(context.limits);
    this.#cookies = new CookieJar(context.crypto, context.random);
  }

  get size(): number {
    return this.#halfOpen.length;
  }

  /** Addresses whose hellos are counted. */
  get helloSources(): number {
    return this.#limiter.sources;
  }

  /** In a call only hellos with a cookie or the right hint are answered; the others get a cookie. */
  setBusy(busy: boolean): void {
    this.#busy = busy;
  }

  /** Quiet: hellos without the right hint are not answered at all. */
  setQuiet(quiet: boolean): void {
    this.#quiet = quiet;
  }

  handleHello1(now: Instant, arrived: ArrivedHello1): void {
    const { outbox } = this.#context;
    const { from, hello, bytes } = arrived;
    outbox.earn(now, from, bytes.length);
    const again = this.#halfOpen.find((response) => response.answers(from, bytes));
    if (again !== undefined) {
      if (again.stage === "answered") this.repeatHello2(again);
      return;
    }
    const cookied = hello.cookie !== undefined && this.#cookies.accepts(now, from, hello.cookie);
    const hinted = answersShort(this.#context.side, hello);
    if (this.#quiet && !hinted) outbox.drop("quiet");
    else if (!cookied && this.wantsCookie(arrived, hinted)) this.demandCookie(now, arrived);
    else this.begin(now, arrived, cookied);
  }

  handleHello3(now: Instant, response: Response, from: Endpoint, bytes: Uint8Array): void {
    const { outbox, work } = this.#context;
    if (!sameEndpoint(from, response.from)) {
      outbox.drop("wrong-address");
    } else if (response.stage !== "answered") {
      outbox.drop("unexpected");
    } else {
      response.machine.handleHello3(bytes);
      response.hello3At = now;
      response.stage = "reading";
      work.push(response);
    }
  }

  /** Holds a data frame that overtook hello3: two of one handshake, and few in all. */
  hold(response: Response, bytes: Uint8Array): void {
    let held = 0;
    for (const other of this.#halfOpen) held += other.held.length;
    const room = held < this.#context.limits.heldFrames && response.held.length < heldOfOneMax;
    if (room && response.stage !== "preparing") response.held.push(bytes.slice());
    else this.#context.outbox.drop("held-full");
  }

  /** A step of its computing came to this; true when the outcome is there. */
  handleAdvanced(response: Response, advance: Exclude<Advance, "more">): boolean {
    if (response.stage === "preparing") {
      if (advance === "done") {
        response.stage = "answered";
        this.sendHello2(response);
      } else {
        this.#context.outbox.drop("handshake-failed");
        this.remove(response);
      }
      return false;
    }
    if (advance === "done") return response.machine.outcome !== undefined;
    this.#context.outbox.drop("handshake-failed");
    response.stage = "answered";
    if (advance.failed === "unknown-credential") this.sendUnknownCredential(response);
    else if (advance.failed !== "credential-not-authentic" && ++response.costlyFailures >= costlyFailuresMax)
      this.remove(response);
    return false;
  }

  /** Ends a half-open handshake, complete or not; what it held is gone with it. */
  remove(response: Response): void {
    response.machine.wipe();
    this.#context.work.remove(response);
    this.#context.indexes.delete(response.machine.index);
    this.#halfOpen = this.#halfOpen.filter((other) => other !== response);
  }

  handleTimeout(now: Instant): void {
    this.#limiter.handleTimeout(now);
    for (const response of this.#halfOpen) {
      if (after(response.beganAt, handshakeLifetimeMs) <= now && response.stage !== "reading")
        this.remove(response);
    }
  }

  pollTimeout(): Deadline | undefined {
    const first = this.#halfOpen.find(({ stage }) => stage !== "reading");
    return first && { at: after(first.beganAt, handshakeLifetimeMs), reason: "link: half-open" };
  }

  /** Under load, in a call, or where the answer would be more than three times as long as the question. */
  private wantsCookie(arrived: ArrivedHello1, hinted: boolean): boolean {
    const { side, work } = this.#context;
    if (this.#halfOpen.length >= halfOpenCalm || work.length > 0 || (this.#busy && !hinted)) return true;
    const answer = hello2Bytes(side.keyRing, hinted, arrived.from.address.includes(":"));
    return answer > amplificationMax * arrived.bytes.length;
  }

  private demandCookie(now: Instant, { from, hello }: ArrivedHello1): void {
    const { outbox } = this.#context;
    if (!this.#limiter.admitsCookie(now)) {
      outbox.drop("cookie-rate");
      return;
    }
    const cookie = this.#cookies.bake(now, from);
    outbox.answer(from, encodeFrame({ type: "cookie", initiatorIndex: hello.initiatorIndex, cookie }));
  }

  private begin(now: Instant, arrived: ArrivedHello1, cookied: boolean): void {
    const { outbox, side, indexes, work, self } = this.#context;
    const { from, bytes } = arrived;
    const admitted = this.#limiter.admits(now, from.address, cookied);
    if (admitted !== "yes") {
      outbox.drop(admitted);
      return;
    }
    if (!this.makeRoom(now, cookied)) {
      outbox.drop("half-open-full");
      return;
    }
    const { configSequence, flags, place } = self;
    const endpoint = endpointToTell(from, place, undefined);
    const machine = new Responder(side, {
      index: indexes.draw(),
      hello1: bytes,
      parameters: { configSequence, flags, ...(endpoint && { endpoint }) },
    });
    const response = new Response(machine, arrived, { at: now, cookied });
    indexes.set(machine.index, response);
    this.#halfOpen.push(response);
    work.push(response);
  }

  /**
   * The oldest gives way once it had half a second, or at once when it has not shown that it receives and
   * the new one has.
   */
  private makeRoom(now: Instant, cookied: boolean): boolean {
    if (this.#halfOpen.length < this.#context.limits.halfOpen) return true;
    const unproven = cookied ? this.#halfOpen.find((response) => !response.cookied) : undefined;
    const oldest = this.#halfOpen[0];
    const old = oldest !== undefined && elapsed(oldest.beganAt, now) >= halfOpenKeptMs ? oldest : undefined;
    const evicted = unproven ?? old;
    if (evicted === undefined) return false;
    this.#context.outbox.drop("half-open-evicted");
    this.remove(evicted);
    return true;
  }

  private sendHello2(response: Response): void {
    const { hello2 } = response.machine;
    if (hello2 === undefined) return;
    if (response.cookied) this.#context.outbox.transmit(response.from, hello2);
    else this.#context.outbox.answer(response.from, hello2);
  }

  /** A hello1 that comes again may be a copy, sent by anybody: its answer is counted, cookie or not. */
  private repeatHello2({ machine, from }: Response): void {
    if (machine.hello2 !== undefined) this.#context.outbox.answer(from, machine.hello2);
  }

  /** Whoever made a hello3 that opened has received hello2, so it is at its address. */
  private sendUnknownCredential(response: Response): void {
    const { crypto, outbox } = this.#context;
    const key = response.machine.unknownCredentialKey;
    response.held.length = 0;
    if (key === undefined) return;
    const place = { index: response.initiatorIndex, counter: 0 };
    outbox.transmit(response.from, sealData(crypto, key, place, encodeUnknownCredential()));
  }
}

const heldOfOneMax = 2;

/**
 * Bad hello3s of one handshake that may cost public-key operations. Without the initiator's keys nobody can make one
 * whose first part opens; a copy of a right one with its end changed does, but whoever stands there can stop the
 * handshake anyway.
 */
const costlyFailuresMax = 8;
