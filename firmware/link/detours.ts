import type { Endpoint } from "../core/endpoint.js";
import { detourTryMs, detourTryMsMax } from "../core/limits.js";
import { none } from "../core/none.js";
import { after, type Deadline, type Duration, type Instant } from "../core/time.js";
import { isTunnel } from "../core/tunnel-endpoint.js";
import type { LinkRow } from "./link-table.js";

/** A link through a tunnel whose other end may be at an address, too. */
interface Detour {
  readonly row: LinkRow;
  readonly direct: Endpoint;
  waitMs: Duration;
  tryAt: Instant;
}

/**
 * The links that go through a tunnel though there is an address at which the other end may be: a frame goes there now
 * and then, ever more seldom. One that arrives makes the other end ask for a pong at where it came from, and so, by the
 * rule of roaming, both ends come to use that path; the layers above notice nothing. As many as there are such links.
 */
export class Detours {
  #all: readonly Detour[] = none;

  /** A link has come up through a tunnel. */
  note(now: Instant, row: LinkRow, direct: Endpoint): void {
    this.forget(row);
    this.#all = [...this.#all, { row, direct, waitMs: detourTryMs, tryAt: after(now, detourTryMs) }];
  }

  /** A link has ended. */
  forget(row: LinkRow): void {
    this.#all = this.#all.filter((detour) => detour.row !== row);
  }

  /** The next link that is to send a frame to the address given with it; asked until there is none. */
  next(now: Instant): { readonly row: LinkRow; readonly direct: Endpoint } | undefined {
    this.#all = this.#all.filter(({ row }) => isTunnel(row.endpoint));
    const due = this.#all.find(({ tryAt }) => tryAt <= now);
    if (due === undefined) return undefined;
    due.waitMs = Math.min(2 * due.waitMs, detourTryMsMax);
    due.tryAt = after(now, due.waitMs);
    return due;
  }

  pollTimeout(): Deadline | undefined {
    let at: Instant | undefined;
    for (const { tryAt } of this.#all) if (at === undefined || tryAt < at) at = tryAt;
    return at === undefined ? undefined : { at, reason: "link: an address instead of a tunnel" };
  }
}
