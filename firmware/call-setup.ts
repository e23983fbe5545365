import type { Instant } from "./core/time.js";
import type { CallProgress, CurrentCall } from "./call-progress.js";
import { Destinations, forwardedCall, type CallPurpose, type Destination } from "./destinations.js";
import type { MessageDelivery } from "./message-delivery.js";
import type { OverlayCarrier } from "./overlay-carrier.js";
import type { FetchOutcome } from "./overlay/overlay.js";
import type { CallEnd, CallId } from "./phone/call-state.js";
import type { PhoneEffect } from "./phone/phone-event.js";
import type { Phone } from "./phone/phone.js";
import type { StockCarrier } from "./stock-carrier.js";

/** What a name is turned into a call, a text or an adoption with. */
export interface CallSetupParts {
  readonly phone: Phone;
  readonly overlay: OverlayCarrier;
  readonly stock: StockCarrier;
  readonly messages: MessageDelivery;
  readonly progress: CallProgress;
  /** The user of this phone. */
  readonly userName: string;
}

/**
 * From a name to those who are asked: looks it up, follows where its calls are forwarded to, has the person choose
 * where several go by it, and sends the INVITE, the text, or the wish to be adopted.
 */
export class CallSetup {
  readonly #parts: CallSetupParts;
  readonly #destinations: Destinations;

  constructor(parts: CallSetupParts) {
    this.#parts = parts;
    this.#destinations = new Destinations(parts.overlay, parts.stock);
  }

  /** Begins a call to a name. */
  place(now: Instant, call: CallId, name: string): void {
    const carrier = this.#destinations.carrierOf(name);
    const { progress } = this.#parts;
    const found = { fullName: undefined, sip: undefined, peer: undefined, talk: undefined };
    progress.current = { phone: call, carrier, name, ...found };
    this.handleFound(now, this.#destinations.begin(now, { kind: "call", call, name, through: [] }));
  }

  /** The person has chosen one of the phones that go by the name called. */
  choose(now: Instant, { call, nodeId }: Extract<PhoneEffect, { kind: "chooseClaim" }>): void {
    this.handleFound(now, this.#destinations.choose(now, call, nodeId));
  }

  /** Sends a text. */
  write(now: Instant, { message, name, text }: Extract<PhoneEffect, { kind: "sendMessage" }>): void {
    this.handleFound(now, this.#destinations.begin(now, { kind: "message", message, name, text }));
  }

  /** The person wants this phone to be one of the user `name`; `code`: what that user's first phone shows. */
  joinUser(now: Instant, name: string, code: string): void {
    this.#parts.overlay.adoption.seek(now, name, code);
    this.handleFound(now, this.#destinations.begin(now, { kind: "adoption", name }));
  }

  /** The overlay's answer to a Fetch. */
  handleFetched(now: Instant, request: number, outcome: FetchOutcome): void {
    this.handleFound(now, this.#destinations.handleFetched(now, request, outcome));
  }

  private handleFound(now: Instant, found: Destination | undefined): void {
    if (found === undefined) return;
    const { purpose } = found;
    const call = this.#parts.progress.current;
    if (purpose.kind === "message") this.#parts.messages.send(now, found);
    else if (purpose.kind === "adoption") this.#parts.overlay.adoption.handleFound(now, found);
    else if (call?.phone === purpose.call) this.goOn(now, call, purpose, found);
  }

  private goOn(now: Instant, call: CurrentCall, purpose: CallPurpose, { decision }: Destination): void {
    switch (decision.kind) {
      case "reachable":
        call.fullName = decision.fullName;
        this.invite(now, call, decision.nodeKeys);
        return;
      case "forwarded":
        this.follow(now, call, forwardedCall(purpose, decision.to, this.#parts.userName));
        return;
      case "contested":
        this.#parts.phone.handleContested(now, call.phone, decision.claims);
        return;
      case "unknown":
        this.#parts.progress.end(now, "not-found");
        return;
      case "failed":
        this.#parts.progress.end(now, "unreachable");
    }
  }

  /** The call goes on to whom it is forwarded, or no farther. */
  private follow(now: Instant, call: CurrentCall, next: CallPurpose | CallEnd): void {
    if (typeof next === "string") {
      this.#parts.progress.end(now, next);
      return;
    }
    call.name = next.name;
    this.#parts.phone.handleForwarded(now, call.phone, next.name);
    this.handleFound(now, this.#destinations.begin(now, next));
  }

  private invite(now: Instant, call: CurrentCall, peers: readonly string[]): void {
    const { carrier, name } = call;
    const targets = peers.map((nodeKey) => ({ nodeKey, media: carrier.mediaEndpoint(nodeKey) }));
    carrier.hold(peers);
    call.sip = carrier.agent?.invite(now, name, targets);
    if (call.sip === undefined) this.#parts.progress.end(now, "failed");
  }
}
