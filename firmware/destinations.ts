import type { Instant } from "./core/time.js";
import type { Carrier } from "./carrier.js";
import { forwardsMax } from "./core/limits.js";
import type { NodeId } from "./core/node-id.js";
import type { Credential } from "./identity/credential.js";
import type { LookupPurpose, NameDecision, NameFound } from "./name-lookups.js";
import type { OverlayCarrier } from "./overlay-carrier.js";
import type { FetchOutcome } from "./overlay/overlay.js";
import type { CallEnd, CallId } from "./phone/call-state.js";
import { isStockName, type StockCarrier } from "./stock-carrier.js";

/** Where a call or a message is to go, or why it cannot; peers as the carrier names them. */
export interface Destination {
  readonly purpose: LookupPurpose;
  readonly carrier: Carrier;
  readonly decision: NameDecision;
  /** Of everybody who was found. */
  readonly credentials: readonly Credential[];
}

/** What a call is looked up for. */
export type CallPurpose = Extract<LookupPurpose, { kind: "call" }>;

/** A call goes on to another name: its next lookup, or why it goes no farther. `self`: who calls. */
export function forwardedCall(purpose: CallPurpose, to: string, self: string): CallPurpose | CallEnd {
  const through = [...purpose.through, purpose.name];
  if (to === self) return "forwarded-to-caller";
  if (through.includes(to)) return "forwarded-in-circle";
  return through.length > forwardsMax ? "forwarded-too-often" : { ...purpose, name: to, through };
}

/** Whom a name leads to: the URI of a stock phone to that phone, any other to the devices of a user of the overlay. */
export class Destinations {
  readonly #overlay: OverlayCarrier;
  readonly #stock: StockCarrier;

  constructor(overlay: OverlayCarrier, stock: StockCarrier) {
    this.#overlay = overlay;
    this.#stock = stock;
  }

  /** What carries calls to a name. */
  carrierOf(name: string): Carrier {
    return isStockName(name) ? this.#stock : this.#overlay;
  }

  /** Seeks a name; the end of it where that is known at once, else it comes with `handleFetched`. */
  begin(now: Instant, purpose: LookupPurpose): Destination | undefined {
    if (!isStockName(purpose.name)) return this.found(now, this.#overlay.lookups.begin(now, purpose));
    const peer = this.#stock.reach(purpose.name);
    const decision: NameDecision =
      peer === undefined ? { kind: "unknown" } : { kind: "reachable", nodeKeys: [peer] };
    return { purpose, carrier: this.#stock, decision, credentials: [] };
  }

  /** The overlay's answer to a Fetch. */
  handleFetched(now: Instant, request: number, outcome: FetchOutcome): Destination | undefined {
    return this.found(now, this.#overlay.lookups.handleFinished(now, request, outcome));
  }

  /** The person has chosen one of the phones that a contested call was for. */
  choose(now: Instant, call: CallId, nodeId: NodeId): Destination | undefined {
    return this.found(now, this.#overlay.lookups.choose(call, nodeId));
  }

  private found(now: Instant, found: NameFound | undefined): Destination | undefined {
    if (found === undefined) return undefined;
    this.#overlay.farEnds.remember(now, found);
    return { ...found, carrier: this.#overlay };
  }
}
