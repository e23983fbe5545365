import { endpointText, type Endpoint } from "../../firmware/core/endpoint.js";
import { after, type Instant } from "../../firmware/core/time.js";
import type { Prng } from "./prng.js";

/** On what of a far end something depends (RFC 4787 §4.1 and §5): on nothing, its address, its address and port. */
export type NatDependence = "endpoint-independent" | "address-dependent" | "address-and-port-dependent";

/** How a NAT behaves (RFC 4787). */
export interface NatBehaviour {
  /** What decides whether two datagrams of one inside endpoint leave from one outside port. */
  readonly mapping: NatDependence;
  /** Whose datagrams may come in: everybody's, or of those that something was sent to. */
  readonly filtering: NatDependence;
  /** How long a binding lasts after the last datagram that left by it (§4.3), ms; what comes in prolongs nothing. */
  readonly bindingMs: number;
  /** Whether a datagram from inside to an outside endpoint of this NAT comes in again (§6). */
  readonly hairpins: boolean;
}

/** The kinds of NAT that are met most, by the names they had before RFC 4787; `symmetric` forbids most of all. */
export type NatName = "full-cone" | "address-restricted" | "port-restricted" | "symmetric";

/** As long as RFC 4787 asks for at least, and no hairpinning: the worse of what is allowed. */
const usual = { bindingMs: 120_000, hairpins: false } as const;

export const natKinds: { readonly [name in NatName]: NatBehaviour } = {
  "full-cone": { ...usual, mapping: "endpoint-independent", filtering: "endpoint-independent" },
  "address-restricted": { ...usual, mapping: "endpoint-independent", filtering: "address-dependent" },
  "port-restricted": { ...usual, mapping: "endpoint-independent", filtering: "address-and-port-dependent" },
  symmetric: {
    ...usual,
    mapping: "address-and-port-dependent",
    filtering: "address-and-port-dependent",
  },
};

/** One inside endpoint as those see it that its mapping is for. */
interface Binding {
  readonly inside: Endpoint;
  readonly port: number;
  until: Instant;
  /** The far ends that may send to it, by what the filter goes by, each until it is forgotten. */
  readonly permitted: Map<string, Instant>;
}

/** A NAT with one outside address, in virtual time. What it knows it knows from the datagrams that cross it. */
export class Nat {
  readonly address: string;
  readonly behaviour: NatBehaviour;
  readonly #prng: Prng;
  readonly #byScope = new Map<string, Binding>();
  readonly #byPort = new Map<number, Binding>();

  constructor(address: string, behaviour: NatBehaviour, prng: Prng) {
    this.address = address;
    this.behaviour = behaviour;
    this.#prng = prng;
  }

  /** Where a datagram from inside seems to come from, outside. It makes or prolongs the binding; answers may come. */
  outbound(now: Instant, inside: Endpoint, to: Endpoint): Endpoint {
    const { mapping, filtering, bindingMs } = this.behaviour;
    const scope = `${endpointText(inside)} ${keyOf(mapping, to)}`;
    const binding = this.#living(now, this.#byScope.get(scope)) ?? this.#bind(now, inside, scope);
    binding.until = after(now, bindingMs);
    binding.permitted.set(keyOf(filtering, to), binding.until);
    return { address: this.address, port: binding.port };
  }

  /** Whom inside a datagram to an outside port is for; `undefined`: it is dropped. */
  inbound(now: Instant, from: Endpoint, port: number): Endpoint | undefined {
    const binding = this.#living(now, this.#byPort.get(port));
    if (binding === undefined) return undefined;
    const { filtering } = this.behaviour;
    const until = filtering === "endpoint-independent" ? now : binding.permitted.get(keyOf(filtering, from));
    return until !== undefined && until >= now ? binding.inside : undefined;
  }

  #living(now: Instant, binding: Binding | undefined): Binding | undefined {
    return binding !== undefined && binding.until >= now ? binding : undefined;
  }

  /** The inside port where that is free (§4.2.1), else one by chance. */
  #bind(now: Instant, inside: Endpoint, scope: string): Binding {
    const isFree = (port: number): boolean => this.#living(now, this.#byPort.get(port)) === undefined;
    const former = this.#byScope.get(scope);
    let { port } = inside;
    while (!isFree(port) || port === former?.port) port = 1024 + this.#prng.below(64_512);
    const binding: Binding = { inside, port, until: now, permitted: new Map() };
    this.#byScope.set(scope, binding);
    this.#byPort.set(port, binding);
    return binding;
  }
}

function keyOf(dependence: NatDependence, far: Endpoint): string {
  if (dependence === "endpoint-independent") return "";
  return dependence === "address-dependent" ? far.address : endpointText(far);
}

/** A node behind a NAT, or the NAT itself, as the network knows it. */
interface Border {
  readonly nat: Nat;
  readonly isInside: boolean;
}

/**
 * Which addresses are behind which NAT. Those of one NAT reach each other by their own addresses; from anywhere else
 * nobody reaches these, but where the NAT lets something in.
 */
export class NatBorders {
  readonly #byAddress = new Map<string, Border>();

  /** Puts an address behind a NAT. */
  put(address: string, nat: Nat): void {
    this.#byAddress.set(address, { nat, isInside: true });
    this.#byAddress.set(nat.address, { nat, isInside: false });
  }

  /** The source of a datagram as it is on the way to `to`; `undefined`: from here there is no way to that address. */
  leave(now: Instant, source: Endpoint, to: Endpoint): Endpoint | undefined {
    const nat = this.#insideOf(source.address);
    const far = this.#insideOf(to.address);
    if (far !== undefined) return far === nat ? source : undefined;
    return nat === undefined ? source : nat.outbound(now, source, to);
  }

  /** Where a datagram arrives: at a NAT's address somebody inside; `undefined`: the NAT drops it. */
  enter(now: Instant, from: Endpoint, to: Endpoint): Endpoint | undefined {
    const border = this.#byAddress.get(to.address);
    if (border === undefined || border.isInside) return to;
    const { nat } = border;
    if (from.address === nat.address && !nat.behaviour.hairpins) return undefined;
    return nat.inbound(now, from, to.port);
  }

  #insideOf(address: string): Nat | undefined {
    const border = this.#byAddress.get(address);
    return border?.isInside === true ? border.nat : undefined;
  }
}
