import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { randomUint32 } from "../core/random.js";
import { elapsed, type Instant } from "../core/time.js";
import { openData } from "../identity/seal.js";
import { dataHeaderBytes, dataOverheadBytes } from "../wire/frame.js";
import { encodePing, encodePong, type Pong } from "../wire/kinds/liveness.js";
import { decodeMessage, type Message } from "../wire/message.js";
import type { LinkContext } from "./context.js";
import { splitMessage } from "./fragment.js";
import type { Initiations } from "./initiations.js";
import { FramePace } from "./frame-pace.js";
import { smoothed } from "./liveness.js";
import type { LinkRow } from "./link-table.js";
import { isLinksOwn, pongType, typeNumber } from "./message-type.js";
import { asksForProbe, plaintextBytesMax, provesPath } from "./path.js";
import type { Responses } from "./responses.js";
import { indexIn } from "./sieve.js";
import type { Roster } from "./roster.js";
import type { OpenedFrame, Session } from "./session.js";

/** What the traffic of a node needs of its other parts. */
export interface TrafficParts {
  readonly context: LinkContext;
  readonly roster: Roster;
  readonly initiations: Initiations;
  readonly responses: Responses;
  /** Whether messages are captured. */
  readonly capture: boolean;
}

/** An opened message on its way to where it belongs. */
interface Arrival {
  readonly from: Endpoint;
  readonly message: Uint8Array;
  readonly counter: number;
}

/**
 * Data frames, both ways: sealing and opening, pings, fragments, roaming; what is left over are messages
 * for the layers above.
 */
export class Traffic {
  readonly #parts: TrafficParts;
  readonly #pace: FramePace;

  constructor(parts: TrafficParts) {
    this.#parts = parts;
    this.#pace = new FramePace(parts.context.limits);
  }

  /** A data frame that has passed the sieve. False when nothing came of it. */
  handleData(now: Instant, from: Endpoint, bytes: Uint8Array): boolean {
    const { context, responses } = this.#parts;
    const owner = context.indexes.find(indexIn(bytes));
    if (owner?.kind === "session") return this.open(now, from, owner, bytes);
    if (owner?.kind === "response") responses.hold(owner, bytes);
    else context.outbox.drop("unexpected");
    return false;
  }

  /** Sends a message, in fragments where it is long; the counter of its last frame, `undefined`: it is too long. */
  send(now: Instant, row: LinkRow, message: Uint8Array): number | undefined {
    row.messageAt = now;
    const most = plaintextBytesMax(row.endpoint);
    if (message.length <= most) return this.sendFrame(now, row, message);
    const fragments = splitMessage(message, row.fragmentId, most);
    if (fragments === undefined) return undefined;
    row.fragmentId = (row.fragmentId + 1) & 0xff;
    let counter: number | undefined;
    for (const fragment of fragments) counter = this.sendFrame(now, row, fragment);
    return counter;
  }

  /** Sends one frame over the path of a link, or elsewhere as an answer; the low 16 bits of its counter. */
  sendFrame(now: Instant, row: LinkRow, plaintext: Uint8Array, elsewhere?: Endpoint): number {
    const { crypto, outbox } = this.#parts.context;
    const { session } = row;
    const counter = session.sent;
    const frame = session.seal(crypto, plaintext);
    session.unconfirmed?.keep({ counter, plaintext });
    if (elsewhere === undefined) outbox.transmit(row.endpoint, frame);
    else outbox.answer(elsewhere, frame);
    if (elsewhere === undefined) row.sentAt = now;
    row.framesOut++;
    row.bytesOut += frame.length;
    this.capture(now, row, "out", { from: elsewhere ?? row.endpoint, message: plaintext, counter });
    return counter & 0xffff;
  }

  /** Asks the other whether it is alive, and measures the round trip. */
  ping(now: Instant, row: LinkRow): void {
    row.pingToken = this.token();
    row.pingAt = now;
    this.sendFrame(now, row, encodePing({ type: "ping", token: row.pingToken }));
  }

  /**
   * Asks on a session that was replaced whether somebody still answers: then there are two devices with one
   * key.
   */
  probeReplaced(session: Session, endpoint: Endpoint): void {
    const { crypto, outbox } = this.#parts.context;
    outbox.transmit(endpoint, session.seal(crypto, encodePing({ type: "ping", token: this.token() })));
  }

  private open(now: Instant, from: Endpoint, session: Session, bytes: Uint8Array): boolean {
    const { crypto, outbox } = this.#parts.context;
    const row = this.#parts.roster.table.row(session.link);
    const excess = this.#pace.excess(now, row, from);
    if (excess !== undefined) {
      outbox.drop(excess);
      return false;
    }
    const counter = ((bytes[4] ?? 0) << 8) | (bytes[5] ?? 0);
    const opened = session.open(crypto, counter, bytes.subarray(dataHeaderBytes));
    if (typeof opened === "string") {
      const restated = opened === "not-authentic" && this.restates(now, session, counter, bytes);
      if (!restated) outbox.drop(opened);
      return restated;
    }
    session.confirmedAt ??= now;
    if (row === undefined) this.openedOnReplaced(from, session, opened);
    else this.opened(now, row, session, { from, opened, bytes: bytes.length });
    return true;
  }

  /** A frame that tells that our credential is not known there; it is answered by hello3 in full. */
  private restates(now: Instant, session: Session, counter: number, bytes: Uint8Array): boolean {
    const { context, initiations } = this.#parts;
    const { unconfirmed } = session;
    const key = unconfirmed?.machine.unknownCredentialKey;
    if (unconfirmed === undefined || key === undefined) return false;
    const place = { index: session.localIndex, counter };
    const plaintext = openData(context.crypto, key, place, bytes.subarray(dataHeaderBytes));
    const message = plaintext === undefined ? undefined : decodeMessage(plaintext);
    if (message?.ok !== true || message.value.type !== "unknownCredential") return false;
    return initiations.restate(now, unconfirmed);
  }

  private opened(
    now: Instant,
    row: LinkRow,
    session: Session,
    frame: { from: Endpoint; opened: OpenedFrame; bytes: number },
  ): void {
    const { from, opened } = frame;
    this.#pace.note(row);
    row.heardAt = now;
    row.pingsSent = 0;
    row.framesIn++;
    row.bytesIn += frame.bytes;
    this.confirm(now, row, session);
    const arrival: Arrival = { from, message: opened.plaintext, counter: opened.counter };
    this.capture(now, row, "in", arrival);
    if (!sameEndpoint(from, row.endpoint) && opened.newest)
      this.#parts.context.outbox.earn(now, from, frame.bytes);
    if (session === row.session && asksForProbe(row, now, from, opened.newest)) this.probe(now, row, from);
    if (opened.plaintext.length > 0) this.dispatch(now, row, arrival);
  }

  /**
   * The first frame of a session we opened: the other has our credential. A renewed session sends from now
   * on.
   */
  private confirm(now: Instant, row: LinkRow, session: Session): void {
    const { unconfirmed } = session;
    if (unconfirmed === undefined) return;
    session.unconfirmed = undefined;
    this.#parts.roster.stir(row.id);
    this.#parts.initiations.confirm(unconfirmed);
    if (row.session === session || session.retired !== undefined) return;
    const old = row.session;
    row.session = session;
    this.#parts.roster.retire(now, row, old, { why: "renewed", newEndpoint: row.endpoint });
  }

  private probe(now: Instant, row: LinkRow, endpoint: Endpoint): void {
    const token = this.token();
    row.candidate = { endpoint, token, probedAt: now };
    this.sendFrame(now, row, encodePing({ type: "ping", token }), endpoint);
  }

  /**
   * Only a pong proves that somebody holds the keys now; another frame may have been on its way when they
   * were lost.
   */
  private openedOnReplaced(from: Endpoint, session: Session, opened: OpenedFrame): void {
    const { roster, context } = this.#parts;
    const { retired } = session;
    if (retired?.why !== "replaced" || typeNumber(opened.plaintext) !== pongType) return;
    if (!sameEndpoint(from, retired.newEndpoint)) {
      context.outbox.emit({ kind: "clonedKeyNoticed", nodeId: retired.nodeId });
    }
    roster.drop(session);
  }

  /** The link's own business is done here; the rest goes up, undecoded. */
  private dispatch(now: Instant, row: LinkRow, arrival: Arrival): void {
    const { outbox } = this.#parts.context;
    const number = typeNumber(arrival.message);
    if (number === undefined) {
      outbox.drop("bad-message");
    } else if (isLinksOwn(number)) {
      const decoded = decodeMessage(arrival.message);
      if (decoded.ok) this.handleOwn(now, row, decoded.value, arrival);
      else outbox.drop("bad-message");
    } else {
      row.messageAt = now;
      const { message, counter } = arrival;
      outbox.emit({ kind: "messageArrived", link: row.id, message, counter });
    }
  }

  private handleOwn(now: Instant, row: LinkRow, message: Message, arrival: Arrival): void {
    switch (message.type) {
      case "ping":
        this.answerPing(now, row, message.token, arrival.from);
        return;
      case "pong":
        this.handlePong(now, row, message, arrival.from);
        return;
      case "fragment": {
        const whole = this.#parts.roster.reassembly.handleFragment(now, row.id, message);
        if (whole === "refused") this.#parts.context.outbox.drop("reassembly-full");
        else if (whole !== "waiting") this.deliverWhole(now, row, whole, arrival);
        return;
      }
      case "leave":
        this.handleLeave(row, arrival);
        return;
      default:
        this.#parts.context.outbox.drop("unexpected");
    }
  }

  /** A message that came in fragments; the link's own messages never do. */
  private deliverWhole(now: Instant, row: LinkRow, message: Uint8Array, arrival: Arrival): void {
    const number = typeNumber(message);
    if (number === undefined || isLinksOwn(number)) this.#parts.context.outbox.drop("bad-message");
    else this.dispatch(now, row, { ...arrival, message });
  }

  private answerPing(now: Instant, row: LinkRow, token: number, from: Endpoint): void {
    const { configSequence } = this.#parts.context.self;
    const pong = encodePong({ type: "pong", token, configSequence, digest: row.digest });
    this.sendFrame(now, row, pong, sameEndpoint(from, row.endpoint) ? undefined : from);
  }

  private handlePong(now: Instant, row: LinkRow, pong: Pong, from: Endpoint): void {
    if (provesPath(row, from, pong.token)) {
      row.endpoint = from;
      row.candidate = undefined;
      this.#parts.context.outbox.emit({ kind: "pathMoved", link: row.id, endpoint: from });
      return;
    }
    if (pong.token !== row.pingToken) return;
    row.pingToken = -1;
    const roundTripMs = elapsed(row.pingAt, now);
    row.srttMs = smoothed(row.srttMs, roundTripMs);
    const { configSequence } = pong;
    const digest = pong.digest.slice();
    this.#parts.context.outbox.emit({
      kind: "pongArrived",
      link: row.id,
      configSequence,
      digest,
      roundTripMs,
    });
  }

  private handleLeave(row: LinkRow, { message, counter }: Arrival): void {
    const { outbox } = this.#parts.context;
    const refused = row.initiated && row.framesIn === 1;
    if (!refused) outbox.emit({ kind: "messageArrived", link: row.id, message, counter });
    this.#parts.roster.end(row, refused ? "refused" : "left");
    const { endpoint, nodeId } = row;
    if (refused) outbox.emit({ kind: "connectFailed", endpoint, nodeId, reason: "refused" });
  }

  private capture(now: Instant, row: LinkRow, direction: "in" | "out", arrival: Arrival): void {
    if (!this.#parts.capture) return;
    const { message, from } = arrival;
    const frameBytes = dataOverheadBytes + message.length;
    const { nodeId } = row;
    this.#parts.context.outbox.capture({
      at: now,
      direction,
      frameBytes,
      plaintext: message,
      remote: from,
      nodeId,
    });
  }

  private token(): number {
    return randomUint32(this.#parts.context.random) & 0xffff;
  }
}
