import type { Instant } from "./core/time.js";
import type { Carrier } from "./carrier.js";
import type { LookupPurpose, NameDecision, NameFound } from "./name-lookups.js";
import type { OverlayCarrier } from "./overlay-carrier.js";
import type { FetchOutcome } from "./overlay/overlay.js";
import { isStockName, type StockCarrier } from "./stock-carrier.js";

/** Where a call or a message is to go, or why it cannot; peers as the carrier names them. */
export interface Destination {
  readonly purpose: LookupPurpose;
  readonly carrier: Carrier;
  readonly decision: NameDecision;
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
    return { purpose, carrier: this.#stock, decision };
  }

  /** The overlay's answer to a Fetch. */
  handleFetched(now: Instant, request: number, outcome: FetchOutcome): Destination | undefined {
    return this.found(now, this.#overlay.lookups.handleFinished(now, request, outcome));
  }

  private found(now: Instant, found: NameFound | undefined): Destination | undefined {
    if (found === undefined) return undefined;
    this.#overlay.farEnds.remember(now, found.credentials);
    return { purpose: found.purpose, carrier: this.#overlay, decision: found.decision };
  }
}
