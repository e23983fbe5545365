import type { Instant } from "../core/time.js";
import { isTunnel } from "../core/tunnel-endpoint.js";
import { stores } from "./neighbourhood.js";
import type { LinkedNode, Neighbour } from "./node-table.js";
import type { OverlayParts } from "./parts.js";

/** What a client says of the receiver: that it is one of its peers, or the one it uses first. */
export type ClientWord = "client" | "associate";

/** Serving clients: who is taken, how closely its link is watched, what hangs on one that goes. */
export class ClientService {
  readonly #parts: OverlayParts;

  constructor(parts: OverlayParts) {
    this.#parts = parts;
  }

  /** Takes a linked node for a client; false where it cannot be served here. */
  take(now: Instant, linked: LinkedNode, word: ClientWord): boolean {
    const { neighbourhood, clientUpdates, guests } = this.#parts;
    // Others are told where a client is: a tunnel is no place.
    if (isTunnel(linked.endpoint)) return false;
    const client = stores(neighbourhood.stage) ? neighbourhood.clients.seat(now, linked) : undefined;
    if (client === undefined) return false;
    guests.forget(linked.link);
    this.rank(client, word);
    clientUpdates.tell(now, client);
    this.#parts.lending.handleChange(now);
    return true;
  }

  /** A client says again what it is. */
  handleWord(client: Neighbour, word: ClientWord): void {
    if (client.isWatched !== (word === "associate")) this.rank(client, word);
  }

  /** A link is gone, or its node is a client no more; false where it was none. */
  remove(link: number): boolean {
    const { neighbourhood, repair, acks } = this.#parts;
    const gone = neighbourhood.clients.remove(link);
    if (gone === undefined) return false;
    repair.handleLinkDown(gone);
    acks.handleLinkDown(link);
    if (gone.isWatched) this.rank(gone, "client");
    return true;
  }

  /** The link to the peer that a client uses first is watched closely by the client: it would be nowhere without it. */
  private rank(client: Neighbour, word: ClientWord): void {
    client.isWatched = word === "associate";
    const interval = client.isWatched ? "telling" : "other";
    this.#parts.outbox.push({ kind: "rank", link: client.link, interval });
  }
}
