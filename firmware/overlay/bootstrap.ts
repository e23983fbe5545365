import { endpointText, sameEndpoint, type Endpoint } from "../core/endpoint.js";
import { hostAddressText, type HostAddress } from "../core/host-address.js";
import { bootstrapsMax, serviceAddressesMax } from "../core/limits.js";
import { none } from "../core/none.js";
import { elapsed, type Duration, type Instant } from "../core/time.js";
import { multicastDns } from "../wire/service-instance.js";
import { addressText, beaconText, serviceReport, type BootstrapReport } from "./bootstrap-report.js";
import type { Dialer } from "./dialer.js";
import type { Discovery, LanCounts } from "./discovery.js";
import type { Outbox } from "./effect.js";

/** Where to begin. */
export interface Bootstraps {
  /** This node's own address, where it is known. */
  readonly local?: Endpoint;
  /** Peers of the last time. */
  readonly remembered: readonly Endpoint[];
  /** What the owner has configured: a bootstrap server, a host peer; names are to be looked up. */
  readonly configured: readonly (Endpoint | HostAddress)[];
  /** Whether the LAN is asked for host peers by DNS-SD while nobody is linked. */
  readonly asksServices?: boolean;
}

/** An answer of multicast DNS, as it came; or the IPv4 address a name leads to, `undefined` where none is known. */
export type NameNews =
  | { readonly kind: "answer"; readonly from: Endpoint; readonly bytes: Uint8Array }
  | { readonly kind: "resolved"; readonly name: string; readonly address: string | undefined };

interface Way {
  readonly method: "remembered" | "configured" | "dns-sd";
  /** Absent: its name has led to none yet. */
  endpoint: Endpoint | undefined;
  /** Absent: it was given as an address. */
  readonly host?: HostAddress;
  outcome: string;
  since: Instant;
}

/**
 * The ways into the overlay: all are tried at the same time, and each tells plainly what became of it (RFC 7890
 * §5.4). What is kept of each is a word and a moment.
 */
export class Bootstrap {
  #ways: readonly Way[] = none;
  #startedAt: Instant = 0 as Instant;
  #beaconsGreeted = 0;
  #beaconsLinked = 0;
  #lastBeaconFault = "";
  /** Where names are asked for; absent: there are none. */
  #outbox: Outbox | undefined;

  /** Takes up the addresses, configured and remembered ones by turns; beacons come by themselves. */
  start(now: Instant, { configured, remembered }: Bootstraps, to: { dialer: Dialer; outbox: Outbox }): void {
    this.#startedAt = now;
    if (configured.some(isName)) this.#outbox = to.outbox;
    for (let at = 0; at < Math.max(configured.length, remembered.length); at++) {
      this.take(now, "configured", configured[at]);
      this.take(now, "remembered", remembered[at]);
    }
    for (const way of this.#ways) this.begin(now, way, { dialer: to.dialer, delayMs: 0 });
  }

  /** Whether an address is still being tried for the first time. */
  get isTrying(): boolean {
    return this.#ways.some(({ outcome }) => outcome === "trying" || outcome === "resolving");
  }

  /**
   * Tries the addresses again to which there is no link now: all, or one of them, another each turn. Those of DNS-SD
   * are named anew by who is still there.
   */
  tryAgain(
    now: Instant,
    dialer: Dialer,
    among: { isLinked: (at: Endpoint) => boolean; turn?: number },
  ): void {
    const ways = this.#ways.filter(
      ({ method, endpoint }) => method !== "dns-sd" && !(endpoint !== undefined && among.isLinked(endpoint)),
    );
    const { turn } = among;
    for (const way of turn === undefined ? ways : ways.slice(turn % ways.length).slice(0, 1)) {
      this.begin(now, way, { dialer, delayMs: onceMoreMs });
    }
  }

  handleBeaconGreeted(): void {
    this.#beaconsGreeted++;
  }

  /** Addresses that others say somebody is at; whether there were any. */
  handleNames(now: Instant, news: NameNews, parts: { discovery: Discovery; dialer: Dialer }): boolean {
    if (news.kind === "resolved") {
      this.handleResolved(now, news, parts.dialer);
      return true;
    }
    if (news.from.port !== multicastDns.port) return false;
    const named = parts.discovery.handleServiceAnswer(news.bytes);
    for (const endpoint of named) this.handleNamed(now, endpoint, parts.dialer);
    return named.length > 0;
  }

  handleLinkUp(now: Instant, endpoint: Endpoint, wasBeacon: boolean): void {
    if (wasBeacon) this.#beaconsLinked++;
    const way = this.find(endpoint);
    if (way !== undefined) note(way, now, "linked");
  }

  /** A link is gone. A configured address is tried again, for ever: says whether it is one. */
  handleLinkDown(now: Instant, endpoint: Endpoint, dialer: Dialer): boolean {
    const way = this.find(endpoint);
    if (way === undefined) return false;
    note(way, now, "gone");
    if (way.method !== "configured") return false;
    this.begin(now, way, { dialer, delayMs: againMs });
    return true;
  }

  handleFailed(now: Instant, endpoint: Endpoint, reason: string): void {
    const way = this.find(endpoint);
    if (way === undefined) this.#lastBeaconFault = reason;
    else if (way.outcome !== "linked") note(way, now, reason);
  }

  /** One report for each way; the last are of DNS-SD, where it is asked and has named nobody, and of beacons. */
  describe(now: Instant, heard: LanCounts): BootstrapReport[] {
    const reports: BootstrapReport[] = this.#ways.map((way) => ({
      method: way.method,
      ...addressOf(way),
      isLinked: way.outcome === "linked",
      outcome: way.outcome,
      sinceMs: elapsed(way.since, now),
      text: addressText(way.outcome),
    }));
    const hasNamed = this.#ways.some(({ method }) => method === "dns-sd");
    if (heard.query !== undefined && !hasNamed) reports.push(serviceReport(now, heard.query));
    const outcome = this.beaconOutcome(heard);
    const sinceMs = elapsed(heard.lastAt ?? this.#startedAt, now);
    const text = beaconText(outcome);
    return [...reports, { method: "beacon", isLinked: outcome === "linked", outcome, sinceMs, text }];
  }

  /** Of addresses that DNS-SD names the last few are kept. */
  private handleNamed(now: Instant, endpoint: Endpoint, dialer: Dialer): void {
    const known = this.find(endpoint);
    if (known === undefined) {
      const named = this.#ways.filter(({ method }) => method === "dns-sd");
      if (named.length >= serviceAddressesMax) this.#ways = this.#ways.filter((way) => way !== named[0]);
      this.take(now, "dns-sd", endpoint);
    } else if (known.outcome !== "linked") note(known, now, "trying");
    dialer.offer(now, { endpoint, source: "named" }, 0);
  }

  private handleResolved(
    now: Instant,
    { name, address }: Extract<NameNews, { kind: "resolved" }>,
    dialer: Dialer,
  ): void {
    for (const way of this.#ways) {
      if (way.host?.host !== name || way.outcome === "linked") continue;
      const delayMs = way.outcome === "gone" ? againMs : 0;
      note(way, now, address === undefined ? "no-address" : "trying");
      if (address === undefined) continue;
      way.endpoint = { address, port: way.host.port };
      // What a name leads to may change: an address is not tried for ever, but looked up again.
      dialer.offer(now, { endpoint: way.endpoint, source: "remembered" }, delayMs);
    }
  }

  /** An address is greeted; a name is looked up first. */
  private begin(
    now: Instant,
    { method, endpoint, host }: Way,
    how: { readonly dialer: Dialer; readonly delayMs: Duration },
  ): void {
    if (host !== undefined) this.#outbox?.push({ kind: "resolve", name: host.host });
    else if (endpoint !== undefined)
      how.dialer.offer(now, { endpoint, source: sources[method] }, how.delayMs);
  }

  private take(now: Instant, method: Way["method"], at: Endpoint | HostAddress | undefined): void {
    if (at === undefined || this.#ways.length >= bootstrapsMax) return;
    const text = whereText(at);
    if (this.#ways.some(({ host, endpoint }) => whereText(host ?? endpoint) === text)) return;
    const way: Way = isName(at)
      ? { method, endpoint: undefined, host: at, outcome: "resolving", since: now }
      : { method, endpoint: at, outcome: "trying", since: now };
    this.#ways = [...this.#ways, way];
  }

  private beaconOutcome({ heard, foreign }: LanCounts): string {
    if (this.#beaconsLinked > 0) return "linked";
    if (this.#beaconsGreeted > 0) return this.#lastBeaconFault === "" ? "trying" : this.#lastBeaconFault;
    if (heard > 0) return "known";
    return foreign > 0 ? "foreign" : "silence";
  }

  private find(at: Endpoint): Way | undefined {
    return this.#ways.find(({ endpoint }) => endpoint !== undefined && sameEndpoint(endpoint, at));
  }
}

/** A configured node that is gone is greeted again after this; the dialer waits longer from time to time, ms. */
const againMs = 5_000;
/** Not at once: one that waits for its turn is not hurried, ms. */
const onceMoreMs = 1_000;

/** What the dialer calls them. */
const sources = { remembered: "remembered", configured: "configured", "dns-sd": "named" } as const;

function note(way: Way, now: Instant, outcome: string): void {
  way.outcome = outcome;
  way.since = now;
}

function isName(at: Endpoint | HostAddress): at is HostAddress {
  return "host" in at;
}

function whereText(at: Endpoint | HostAddress | undefined): string | undefined {
  return at && (isName(at) ? hostAddressText(at) : endpointText(at));
}

function addressOf({ host, endpoint }: Way): Pick<BootstrapReport, "address" | "resolved"> {
  const tried = endpoint && endpointText(endpoint);
  if (host !== undefined) return { address: hostAddressText(host), ...(tried && { resolved: tried }) };
  return tried === undefined ? {} : { address: tried };
}
