import { avoidMax, avoidPrefixBytes } from "../core/limits.js";
import type { Instant } from "../core/time.js";
import { decodeMessage, encodeMessage, type RoutedMessage } from "../wire/message.js";
import type { Outbox } from "./effect.js";
import type { HopRepair, HeldFrame } from "./hop-repair.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { routeAnswer, routeRequest, type RequestRoute, type RoutedRequest } from "./route.js";
import { traced } from "./trace.js";
import { PassedMessages } from "./passed-messages.js";
import { popHandle, pushHandle } from "./via.js";

/** Answers to routed requests. */
export type RoutedAnswer = Exclude<RoutedMessage, RoutedRequest>;

/** Where a request of our own went. */
export type Departure =
  | { readonly kind: "sent"; readonly to: Neighbour }
  | { readonly kind: "here" }
  | { readonly kind: "noRoute" };

/** Sends routed messages on their way, ours and those of others, and repairs hops that fail. */
export class Router {
  readonly #neighbourhood: Neighbourhood;
  readonly #repair: HopRepair;
  readonly #outbox: Outbox;
  readonly #passed: PassedMessages;
  readonly #stranded: number[] = [];
  #staleHandles = 0;

  constructor(neighbourhood: Neighbourhood, repair: HopRepair, outbox: Outbox) {
    this.#passed = new PassedMessages(repair.capacity);
    this.#neighbourhood = neighbourhood;
    this.#repair = repair;
    this.#outbox = outbox;
  }

  /** Answers dropped because the way back is gone. */
  get staleHandles(): number {
    return this.#staleHandles;
  }

  /** Sends a request of our own, by `first` when it is given; "here": this node is the one to answer it. */
  originate(now: Instant, request: RoutedRequest, first: Neighbour | undefined): Departure {
    if (first !== undefined) return this.depart(now, first, request);
    const route = this.firstRoute(request);
    switch (route.kind) {
      case "deliver":
        return { kind: "here" };
      case "answerError":
        return { kind: "noRoute" };
      case "forward":
        return this.depart(now, route.to, { ...request, destination: route.destination });
    }
  }

  /** Passes on a request of another; true when it is to be answered here. */
  handleRequest(now: Instant, request: RoutedRequest, from: Neighbour): boolean {
    const route = routeRequest(this.#neighbourhood, request, from);
    if (route.kind === "deliver") return true;
    const { transaction } = request;
    if (route.kind === "answerError") {
      this.answer(now, from, { type: "errorAnswer", transaction, via: request.via, status: route.status });
      return false;
    }
    if (this.#passed.has(now, from, request)) return false;
    const via = pushHandle(request.via, from.handle);
    if (via === undefined) {
      this.answer(now, from, { type: "errorAnswer", transaction, via: request.via, status: "hops-exceeded" });
    } else {
      this.sendRequest(now, route.to, {
        ...request,
        ...(request.type === "find" && traced(request, this.#neighbourhood.self)),
        destination: route.destination,
        hops: request.hops - 1,
        via,
      });
    }
    return false;
  }

  /** Passes on a request of another to a node of the caller's choice; false when it has come too far for that. */
  passTo(now: Instant, request: RoutedRequest, way: { from: Neighbour; to: Neighbour }): boolean {
    const via = pushHandle(request.via, way.from.handle);
    if (via !== undefined) this.sendRequest(now, way.to, { ...request, via });
    return via !== undefined;
  }

  /** Passes on an answer; true when it has come home. */
  handleAnswer(now: Instant, answer: RoutedAnswer, from: Neighbour): boolean {
    this.#repair.handleAnswer(now, from, answer.transaction);
    const route = routeAnswer(this.#neighbourhood, answer.via);
    if (route.kind === "deliver") return true;
    if (route.kind === "drop") this.#staleHandles++;
    else if (!this.#passed.has(now, from, answer)) this.answer(now, route.to, { ...answer, via: route.via });
    return false;
  }

  /** Sends an answer on its way back. */
  answer(now: Instant, to: Neighbour, answer: RoutedAnswer): void {
    const message = encodeMessage(answer);
    this.transmit(now, {
      to,
      message,
      transaction: answer.transaction,
      isRequest: false,
      mayReroute: false,
    });
  }

  /** Does what hop repair asks for. */
  repair(now: Instant): void {
    for (let repair = this.#repair.pollRepair(); repair !== undefined; repair = this.#repair.pollRepair()) {
      const { frame } = repair;
      if (repair.kind === "resend") {
        this.#outbox.push({ kind: "send", link: frame.to.link, message: frame.message, token: frame.token });
      } else if (repair.kind === "giveUp" || !this.reroute(now, frame)) {
        this.giveUp(now, frame);
      }
    }
  }

  /** The transaction of a request of our own that found no way. */
  pollStranded(): number | undefined {
    return this.#stranded.shift();
  }

  /** Another first hop than the one to avoid; where there is no other, that one again. */
  private firstRoute(request: RoutedRequest): RequestRoute {
    const route = routeRequest(this.#neighbourhood, request, undefined);
    if (route.kind !== "deliver" || request.avoid === undefined) return route;
    return routeRequest(this.#neighbourhood, { ...request, avoid: [] }, undefined);
  }

  private depart(now: Instant, to: Neighbour, request: RoutedRequest): Departure {
    this.sendRequest(now, to, request);
    return { kind: "sent", to };
  }

  private sendRequest(now: Instant, to: Neighbour, request: RoutedRequest): void {
    const message = encodeMessage(request);
    const { transaction } = request;
    this.transmit(now, { to, message, transaction, isRequest: true, mayReroute: request.hops > 0 });
  }

  private transmit(now: Instant, outgoing: Parameters<HopRepair["hold"]>[1]): void {
    const token = this.#repair.hold(now, outgoing);
    const { message } = outgoing;
    const { link } = outgoing.to;
    this.#outbox.push(
      token === undefined ? { kind: "send", link, message } : { kind: "send", link, message, token },
    );
  }

  /** Sends the frame by the next-nearest neighbour, telling it whom to keep off. False when there is none. */
  private reroute(now: Instant, frame: HeldFrame): boolean {
    const decoded = decodeMessage(frame.message);
    if (!decoded.ok || !isRequest(decoded.value)) return false;
    const former = decoded.value.avoid ?? [];
    if (former.length >= avoidMax) return false;
    const request = { ...decoded.value, avoid: [...former, frame.to.nodeId.slice(0, avoidPrefixBytes)] };
    const route = routeRequest(this.#neighbourhood, request, this.cameFrom(request.via));
    if (route.kind !== "forward") return false;
    const message = encodeMessage(request);
    this.#repair.reroute(now, frame, route.to, message);
    this.#outbox.push({ kind: "send", link: route.to.link, message, token: frame.token });
    return true;
  }

  /** Tells whoever asked that there is no route: the node a hop back, or ourselves. */
  private giveUp(now: Instant, frame: HeldFrame): void {
    if (!frame.isRequest) return;
    const decoded = decodeMessage(frame.message);
    if (!decoded.ok || !isRequest(decoded.value)) return;
    const { transaction, via } = decoded.value;
    const popped = popHandle(via);
    const back = this.cameFrom(via);
    if (popped === undefined) this.#stranded.push(transaction);
    else if (back !== undefined) {
      this.answer(now, back, { type: "errorAnswer", transaction, via: popped.rest, status: "no-route" });
    }
  }

  /** The neighbour that a request we pass on came from; `undefined` for our own, and when it is gone. */
  private cameFrom(via: Uint8Array): Neighbour | undefined {
    const popped = popHandle(via);
    return popped === undefined ? undefined : this.#neighbourhood.table.byHandle(popped.handle);
  }
}

/** Whether a message is a routed request. */
export function isRequest(message: { readonly type: string }): message is RoutedRequest {
  return message.type === "store" || message.type === "fetch" || message.type === "find";
}
