import { nodeId, sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import type { Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { FindAnswer, FindRequest } from "../wire/kinds/find.js";
import type { Outbox } from "./effect.js";
import { contactFlags, type Neighbourhood } from "./neighbourhood.js";
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
   * who wants to know whom else it could be attached to, and where there are few of those, who else is attached here:
   * they find each other by that when we are gone. `undefined`: it concerns none.
   */
  answer(request: FindRequest, from: Neighbour | undefined): FindAnswer | undefined {
    const { neighbourhood } = this.#parts;
    const { client } = request.destination;
    let contacts: readonly Contact[];
    if (client !== undefined) contacts = neighbourhood.contactsOfClient(client);
    else if (from !== undefined && isOwnQuestion(request, from)) {
      const peers = neighbourhood.contactsForClient(from.nodeId, request.count);
      contacts = [...peers, ...this.fellows(from, request.count - peers.length)];
    } else return undefined;
    const { transaction, via } = request;
    const status = contacts.length > 0 ? "ok" : "not-found";
    return { type: "findAnswer", transaction, via, status, contacts };
  }

  /**
   * Other clients of ours: half of them those nearest to it, half those that stand before it in our list, around the
   * list's end. By the second half all of them are one chain, where the nearest alone may be groups apart.
   */
  private fellows(client: Neighbour, count: number): readonly Contact[] {
    if (count <= 0) return [];
    const { clients, topology } = this.#parts.neighbourhood;
    const at = clients.all.indexOf(client);
    const others = [...clients.all.slice(at + 1), ...clients.all.slice(0, Math.max(0, at))];
    const nearest = topology.nearest(client.nodeId, others, count >> 1);
    const before = others.filter((other) => !nearest.includes(other)).slice(nearest.length - count);
    return [...nearest, ...before].map(fellow);
  }
}

/** Whether one of our clients asks us for nodes to be attached to, and not where something else is. */
function isOwnQuestion({ hops, destination }: FindRequest, from: Neighbour): boolean {
  return from.stage === "client" && hops === 0 && sameId(destination.first, from.nodeId);
}

function fellow({ nodeId: id, endpoint }: Neighbour): Contact {
  return { nodeId: id, endpoint, flags: contactFlags("client") };
}
