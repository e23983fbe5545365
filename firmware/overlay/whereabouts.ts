import { nodeId, sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import type { Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { FindAnswer, FindRequest } from "../wire/kinds/find.js";
import type { Outbox } from "./effect.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { traceOf } from "./trace.js";
import type { Inquiry, Outcome, Requests } from "./request.js";

/** What it works with. */
interface WhereaboutsParts {
  readonly neighbourhood: Neighbourhood;
  readonly requests: Requests;
  readonly outbox: Outbox;
}

/** Questions after the way to a place, and after where a client is: asked here, and answered where a client is ours. */
export class Whereabouts {
  readonly #parts: WhereaboutsParts;

  constructor(parts: WhereaboutsParts) {
    this.#parts = parts;
  }

  /** Asks for the way to a place by a Find that is answered there; `traced` brings it. Our own: by a neighbour. */
  trace(now: Instant, request: number, target: NodeId | ResourceId): void {
    const { neighbourhood, requests, outbox } = this.#parts;
    const { table, self } = neighbourhood;
    const first = sameId(target, self) ? table.all[0] : undefined;
    const inquiry: Inquiry = {
      asker: "trace",
      reference: request,
      target,
      question: { type: "find", count: 1, trace: new Uint8Array(0) },
      ...(first !== undefined && { first }),
    };
    if (!requests.ask(now, inquiry)) outbox.push({ kind: "traced", request, trace: undefined });
  }

  /** Asks the peer that a client is attached to where that is; `findFinished` brings it. */
  locateClient(now: Instant, request: number, way: { readonly peer: NodeId; readonly client: NodeId }): void {
    const { requests, outbox } = this.#parts;
    const inquiry: Inquiry = {
      asker: "whereabouts",
      reference: request,
      target: way.peer,
      client: way.client,
      question: { type: "find", count: 1 },
    };
    if (!requests.ask(now, inquiry)) outbox.push({ kind: "findFinished", request, contacts: [] });
  }

  /** Of a trace and of where a client is. */
  handleOutcome(outcome: Outcome): void {
    const { inquiry, result } = outcome;
    const { outbox } = this.#parts;
    const { reference: request, asker, target } = inquiry;
    const found =
      result.kind === "answered" && result.answer.type === "findAnswer" ? result.answer : undefined;
    if (asker === "trace") outbox.push({ kind: "traced", request, trace: traceOf(outcome) });
    else {
      const contacts = found?.contacts ?? [];
      outbox.push({ kind: "findFinished", request, contacts, namedBy: nodeId(target) });
    }
  }

  /**
   * The answer to a Find that concerns a client: where one of ours is, as its link has it; or what one of ours asks us,
   * who wants to know whom else it could be attached to. `undefined`: it concerns none.
   */
  answer(request: FindRequest, from: Neighbour | undefined): FindAnswer | undefined {
    const { neighbourhood } = this.#parts;
    const { client } = request.destination;
    let contacts: readonly Contact[];
    if (client !== undefined) contacts = neighbourhood.contactsOfClient(client);
    else if (from?.stage === "client" && request.hops === 0)
      contacts = neighbourhood.contactsForClient(from.nodeId, request.count);
    else return undefined;
    const { transaction, via } = request;
    const status = contacts.length > 0 ? "ok" : "not-found";
    return { type: "findAnswer", transaction, via, status, contacts };
  }
}
