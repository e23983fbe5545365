import { sameEndpoint, type Endpoint } from "../core/endpoint.js";
import type { LinkLimits } from "../core/limits.js";
import type { Duration, Instant } from "../core/time.js";
import type { DropReason } from "./link-event.js";
import type { LinkRow } from "./link-table.js";

/**
 * How many frames of links are opened in a second. A neighbour that has proved who it is may still say too much: what
 * comes above its share is not opened, so it keeps neither speech nor the other links from their turn. Only authentic
 * frames count, so nobody else can use its share up. And a frame that comes from elsewhere than its link is, which
 * happens when a phone roams, may be anybody's: of those few are tried.
 */
export class FramePace {
  readonly #limits: LinkLimits;
  /** Counts the seconds in which frames came. */
  #second = 0;
  #secondAt: Instant = 0 as Instant;
  #strays = 0;

  constructor(limits: LinkLimits) {
    this.#limits = limits;
  }

  /** Why a frame is not to be opened; `row`: its link, unless its session was replaced. */
  excess(now: Instant, row: LinkRow | undefined, from: Endpoint): DropReason | undefined {
    if (now - this.#secondAt >= secondMs) {
      this.#second++;
      this.#secondAt = now;
      this.#strays = 0;
    }
    if (row?.pacedIn === this.#second && row.paced >= this.#limits.linkFramesPerSecond) return "link-rate";
    if (row !== undefined && sameEndpoint(from, row.endpoint)) return undefined;
    return ++this.#strays > this.#limits.strayFramesPerSecond ? "stray-rate" : undefined;
  }

  /** A frame of a link was authentic. */
  note(row: LinkRow): void {
    if (row.pacedIn === this.#second) row.paced++;
    else {
      row.pacedIn = this.#second;
      row.paced = 1;
    }
  }
}

const secondMs: Duration = 1000;
