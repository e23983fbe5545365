import { endpointText, sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { bootstrapsMax } from "../core/limits.js";
import type { Instant } from "../core/time.js";
import type { Dialer } from "./dialer.js";

/** Where to begin. */
export interface Bootstraps {
  /** This node's own address, where it is known. */
  readonly local?: Endpoint;
  /** Peers of the last time. */
  readonly remembered: readonly Endpoint[];
  /** Addresses the owner has configured: a bootstrap server, a host peer. */
  readonly configured: readonly Endpoint[];
}

/** How one way into the overlay went, in words a person understands. */
export interface BootstrapReport {
  readonly method: "remembered" | "configured" | "beacon";
  /** The address tried; none for beacons. */
  readonly address?: string;
  readonly isLinked: boolean;
  /** Why not, or how. */
  readonly text: string;
}

interface Way {
  readonly method: "remembered" | "configured";
  readonly endpoint: Endpoint;
  isLinked: boolean;
  text: string;
}

/**
 * The ways into the overlay: all are tried at the same time, and each tells plainly what became of it (RFC 7890
 * §5.4).
 */
export class Bootstrap {
  readonly #ways: Way[] = [];
  #beaconsGreeted = 0;
  #beaconsLinked = 0;
  #lastBeaconFault = "";

  /** Takes up the addresses; beacons come by themselves. */
  start(now: Instant, bootstraps: Bootstraps, dialer: Dialer): void {
    for (const method of ["configured", "remembered"] as const) {
      for (const endpoint of bootstraps[method]) {
        if (this.#ways.length >= bootstrapsMax || this.find(endpoint) !== undefined) continue;
        this.#ways.push({ method, endpoint, isLinked: false, text: "trying" });
        dialer.offer(now, { endpoint, source: method }, 0);
      }
    }
  }

  /** Whether an address is still being tried for the first time. */
  get isTrying(): boolean {
    return this.#ways.some((way) => way.text === "trying");
  }

  handleBeaconGreeted(): void {
    this.#beaconsGreeted++;
  }

  handleLinkUp(endpoint: Endpoint, wasBeacon: boolean): void {
    if (wasBeacon) this.#beaconsLinked++;
    const way = this.find(endpoint);
    if (way === undefined) return;
    way.isLinked = true;
    way.text = "linked";
  }

  /** A link is gone. A configured address is tried again, for ever: says whether it is one. */
  handleLinkDown(now: Instant, endpoint: Endpoint, dialer: Dialer): boolean {
    const way = this.find(endpoint);
    if (way === undefined) return false;
    way.isLinked = false;
    way.text = "it was linked and is gone";
    if (way.method !== "configured") return false;
    dialer.offer(now, { endpoint, source: "configured" }, againMs);
    return true;
  }

  handleFailed(endpoint: Endpoint, reason: string): void {
    const way = this.find(endpoint);
    if (way === undefined) this.#lastBeaconFault = failureText(reason);
    else if (!way.isLinked) way.text = failureText(reason);
  }

  /** One report for each way; `beacons` counts those heard. */
  describe(beacons: { readonly heard: number; readonly foreign: number }): BootstrapReport[] {
    const reports: BootstrapReport[] = this.#ways.map(({ method, endpoint, isLinked, text }) => ({
      method,
      address: endpointText(endpoint),
      isLinked,
      text,
    }));
    return [
      ...reports,
      { method: "beacon", isLinked: this.#beaconsLinked > 0, text: this.beaconText(beacons) },
    ];
  }

  private beaconText(beacons: { readonly heard: number; readonly foreign: number }): string {
    if (this.#beaconsLinked > 0) return `linked by beacon: ${this.#beaconsLinked}`;
    if (this.#beaconsGreeted > 0) return this.#lastBeaconFault === "" ? "trying" : this.#lastBeaconFault;
    if (beacons.heard > 0) return "only nodes heard that are linked already";
    return beacons.foreign > 0 ? "only phones of other overlays are here" : "nobody heard on this network";
  }

  private find(endpoint: Endpoint): Way | undefined {
    return this.#ways.find((way) => sameEndpoint(way.endpoint, endpoint));
  }
}

/** A configured node that is gone is greeted again after this; the dialer waits longer from time to time, ms. */
const againMs = 5_000;

/** What a failed greeting means, for a person. */
function failureText(reason: string): string {
  switch (reason) {
    case "no-answer":
      return "no answer from there";
    case "refused":
      return "it refused the link";
    case "bad-credential":
      return "it does not belong to this overlay: its credential is not valid here";
    case "not-authentic":
      return "whoever answers there does not belong to this overlay, or another phone pretends to be it";
    case "wrong-node":
      return "another node than expected answered there";
    case "own-node":
      return "that is this phone itself";
    case "already-linked":
      return "the phone there is linked already";
    case "table-full":
    case "too-many-attempts":
      return "this phone has no room for another link now";
    default:
      return reason;
  }
}
