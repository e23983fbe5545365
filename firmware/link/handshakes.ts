import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import type { Instant } from "../core/time.js";
import type { Frame, Hello1 } from "../wire/frame.js";
import { Establishment, type EstablishmentParts } from "./establishment.js";
import type { Session } from "./session.js";

/** A frame of a handshake as it came. */
export interface ArrivedFrame {
  readonly from: Endpoint;
  readonly frame: Frame;
  readonly bytes: Uint8Array;
}

/** Handshakes of both directions: frames to whom they are for, and the one public-key operation of a turn. */
export class Handshakes {
  readonly #parts: EstablishmentParts;
  readonly #establishment: Establishment;

  constructor(parts: EstablishmentParts) {
    this.#parts = parts;
    this.#establishment = new Establishment(parts);
  }

  handleFrame(now: Instant, arrived: ArrivedFrame): void {
    const { initiations, traffic } = this.#parts;
    const { from, frame, bytes } = arrived;
    switch (frame.type) {
      case "hello1":
        this.handleHello1(now, from, frame, bytes);
        return;
      case "hello2":
      case "cookie": {
        const owner = this.#parts.context.indexes.find(frame.initiatorIndex);
        if (owner?.kind !== "initiation") this.#parts.context.outbox.drop("unknown-index");
        else if (frame.type === "hello2") initiations.handleHello2(owner, from, bytes);
        else initiations.handleCookie(now, owner, from, frame);
        return;
      }
      case "hello3":
        this.handleHello3(now, from, frame.responderIndex, bytes);
        return;
      case "data":
        traffic.handleData(now, from, bytes);
    }
  }

  /**
   * Does one public-key operation, if any is waiting, and what follows when it was the last of its
   * handshake.
   */
  advance(now: Instant): void {
    const { context, initiations, responses } = this.#parts;
    const handshake = context.work.first;
    const advance = handshake?.machine.advance();
    if (handshake === undefined || advance === undefined || advance === "more") return;
    context.work.remove(handshake);
    const finished =
      handshake.kind === "initiation"
        ? initiations.handleAdvanced(now, handshake, advance)
        : responses.handleAdvanced(handshake, advance);
    const { outcome } = handshake.machine;
    if (!finished || outcome === undefined) return;
    if (handshake.kind === "initiation") this.#establishment.handleInitiated(now, handshake, outcome);
    else this.#establishment.handleResponded(now, handshake, outcome);
  }

  private handleHello1(now: Instant, from: Endpoint, hello: Hello1, bytes: Uint8Array): void {
    const { context, initiations, responses } = this.#parts;
    const encounter = initiations.encounter(now, from, hello);
    if (encounter === "reflected") context.outbox.drop("reflected");
    else if (encounter === "ours-stays") context.outbox.drop("simultaneous-open");
    else responses.handleHello1(now, { from, hello, bytes });
  }

  /** A hello3 that comes again after it was taken says that its confirmation was lost. */
  private handleHello3(now: Instant, from: Endpoint, index: number, bytes: Uint8Array): void {
    const { context, responses } = this.#parts;
    const owner = context.indexes.find(index);
    if (owner?.kind === "response") {
      responses.handleHello3(now, owner, from, bytes);
      return;
    }
    if (owner?.kind === "session" && this.confirmsAgain(now, from, owner)) return;
    context.outbox.drop(owner === undefined ? "unknown-index" : "unexpected");
  }

  private confirmsAgain(now: Instant, from: Endpoint, session: Session): boolean {
    const { roster, traffic } = this.#parts;
    const row = roster.table.row(session.link);
    if (row?.session !== session || session.initiated || session.sent >= confirmingFramesMax) return false;
    if (!sameEndpoint(from, row.endpoint)) return false;
    traffic.sendFrame(now, row, new Uint8Array(0));
    return true;
  }
}

/** A confirmation is repeated only while few frames were sent: a hello3 replayed later gets nothing. */
const confirmingFramesMax = 64;
