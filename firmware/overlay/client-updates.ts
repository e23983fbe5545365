import { after, type Deadline, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { ToldStage } from "../wire/kinds/neighbours.js";
import { encodeMessage } from "../wire/message.js";
import type { Outbox } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";

/**
 * What a peer and its clients tell each other of themselves (protocol §4): the client, that it is one, and which of its
 * peers it uses first; the peer, that it serves it, by its own stage. At once, and twice more: an update may be lost,
 * and who has missed it would not know. They are told of no other nodes: a client asks for those when it needs some.
 */
export class ClientUpdates {
  readonly #neighbourhood: Neighbourhood;
  readonly #outbox: Outbox;
  readonly #configSequence: number;
  /** Nobody is told anything again before. */
  #dueAt: Instant | undefined;

  constructor(neighbourhood: Neighbourhood, outbox: Outbox, configSequence: number) {
    this.#neighbourhood = neighbourhood;
    this.#outbox = outbox;
    this.#configSequence = configSequence;
  }

  /** Says anew what this node is, and once more later. */
  tell(now: Instant, to: Neighbour): void {
    to.toldTimes = 0;
    this.say(now, to);
  }

  /** Says something to one node, once. */
  send(link: number, stage: ToldStage, contacts: readonly Contact[]): void {
    const configSequence = this.#configSequence;
    const message = encodeMessage({ type: "update", configSequence, stage, contacts });
    this.#outbox.push({ kind: "send", link, message });
  }

  /** This node is at another stage now. */
  handleStageChange(now: Instant): void {
    for (const listener of this.listeners) this.tell(now, listener);
  }

  handleTimeout(now: Instant): void {
    if (this.#dueAt === undefined || this.#dueAt > now) return;
    this.#dueAt = undefined;
    for (const listener of this.listeners) {
      if (listener.tellAt === undefined) continue;
      if (listener.tellAt <= now) this.say(now, listener);
      else this.noteDue(listener.tellAt);
    }
  }

  pollTimeout(): Deadline | undefined {
    return this.#dueAt === undefined ? undefined : { at: this.#dueAt, reason: "client update" };
  }

  /** The peers of a client, or the clients of a peer. */
  private get listeners(): readonly Neighbour[] {
    const { stage, table, clients } = this.#neighbourhood;
    return stage === "client" ? table.all : clients.all;
  }

  private say(now: Instant, to: Neighbour): void {
    const { stage } = this.#neighbourhood;
    const told: ToldStage = stage === "client" && to.isWatched ? "associate" : stage;
    to.toldStage = told;
    to.toldAt = now;
    to.tellAt = ++to.toldTimes < tellings ? after(now, retellMs) : undefined;
    if (to.tellAt !== undefined) this.noteDue(to.tellAt);
    this.send(to.link, told, []);
  }

  private noteDue(at: Instant): void {
    if (this.#dueAt === undefined || at < this.#dueAt) this.#dueAt = at;
  }
}

const tellings = 3;
const retellMs = 5_000;
