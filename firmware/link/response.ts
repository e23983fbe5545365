import { equalBytes } from "../core/bytes.js";
import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { elapsed, type Duration, type Instant } from "../core/time.js";
import type { Responder } from "../identity/responder.js";
import type { Hello1 } from "../wire/frame.js";

/** A hello1 as it came. */
export interface ArrivedHello1 {
  readonly from: Endpoint;
  readonly hello: Hello1;
  readonly bytes: Uint8Array;
}

/**
 * One half-open handshake that somebody else began:
 * preparing (hello2 is being made) -> answered (hello2 sent) -> reading (a hello3 is being read; back to
 * answered when it is no good).
 */
export class Response {
  readonly kind = "response" as const;
  readonly machine: Responder;
  readonly from: Endpoint;
  readonly beganAt: Instant;
  /** The sender has shown that it receives at `from`. */
  readonly cookied: boolean;
  readonly initiatorIndex: number;
  readonly #hello1: Uint8Array;
  /** When the hello3 being read came. */
  hello3At: Instant;
  stage: "preparing" | "answered" | "reading" = "preparing";
  /** Times a hello3 opened, was computed on, and was no good. */
  costlyFailures = 0;
  /** Data frames that overtook hello3, or its reading. */
  readonly held: Uint8Array[] = [];

  constructor(machine: Responder, arrived: ArrivedHello1, began: { at: Instant; cookied: boolean }) {
    this.machine = machine;
    this.from = arrived.from;
    this.beganAt = began.at;
    this.hello3At = began.at;
    this.cookied = began.cookied;
    this.initiatorIndex = arrived.hello.initiatorIndex;
    this.#hello1 = arrived.bytes.slice();
  }

  /** Round trip from hello1 to hello3, what both computed included. */
  roundTripMs(): Duration {
    return elapsed(this.beganAt, this.hello3At);
  }

  /** Whether this is the hello1 it answers, come again: every byte, for every byte is in the transcript. */
  answers(from: Endpoint, bytes: Uint8Array): boolean {
    return sameEndpoint(from, this.from) && equalBytes(bytes, this.#hello1);
  }
}
