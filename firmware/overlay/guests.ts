import { sameId } from "../core/node-id.js";
import { none } from "../core/none.js";
import type { Instant } from "../core/time.js";
import type { Message } from "../wire/message.js";
import { unseated, type Neighbour, type OverlayLink } from "./node-table.js";

interface Guest extends Pick<OverlayLink, "link" | "credential" | "endpoint" | "flags"> {
  /** Made when it is first asked something or asks itself: most guests are there for a call and never do. */
  asNeighbour: Neighbour | undefined;
}

/**
 * Linked nodes without a row, here or there: bounded by the rows of the link layer. Nothing is routed by way of them,
 * and they are told nothing; but a question put directly to either end is answered by it (protocol §3, in doubt).
 */
export class Guests {
  #all: readonly Guest[] = none;

  /** Guests there are now. */
  get size(): number {
    return this.#all.length;
  }

  /** A list that was taken does not change. */
  get all(): readonly OverlayLink[] {
    return this.#all;
  }

  note({ link, credential, endpoint, flags }: OverlayLink): void {
    this.forget(link);
    this.#all = [...this.#all, { link, credential, endpoint, flags, asNeighbour: undefined }];
  }

  /** False where the link was no guest's. */
  forget(link: number): boolean {
    const others = this.#all.filter((guest) => guest.link !== link);
    const wasGuest = others.length < this.#all.length;
    this.#all = others;
    return wasGuest;
  }

  byLink(link: number): OverlayLink | undefined {
    return this.#all.find((guest) => guest.link === link);
  }

  /** The guest as one to be asked, or who asks: like a neighbour, but in no table. */
  askedByLink(now: Instant, link: number): Neighbour | undefined {
    return asNeighbour(
      now,
      this.#all.find((guest) => guest.link === link),
    );
  }

  /** The same by its Node-ID. */
  askedByNodeId(now: Instant, nodeId: Uint8Array): Neighbour | undefined {
    return asNeighbour(
      now,
      this.#all.find(({ credential }) => sameId(credential.nodeId, nodeId)),
    );
  }
}

/** Whether a message is one that two linked nodes have for each other though neither has a row for the other. */
export function isForGuests(message: Message): boolean {
  if ("hops" in message) return message.hops === 0;
  return "via" in message ? message.via.length === 0 : message.type === "hopAck";
}

function asNeighbour(now: Instant, guest: Guest | undefined): Neighbour | undefined {
  if (guest === undefined) return undefined;
  guest.asNeighbour ??= unseated(now, guest);
  return guest.asNeighbour;
}
