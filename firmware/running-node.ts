import type { Endpoint } from "./core/endpoint.js";
import { none } from "./core/none.js";
import type { Instant } from "./core/time.js";
import { seekBootstrapServers } from "./bootstrap-servers.js";
import type { KeyRing } from "./identity/key-ring.js";
import type { Memory } from "./memory.js";
import type { NameRecords } from "./name-records.js";
import type { OverlayNews } from "./node-event.js";
import type { Node } from "./node.js";
import type { Probes } from "./probes.js";
import type { ServiceLookups } from "./service-lookups.js";

/** A device that is on, as far as it is a node: it knows who it is and where. */
export interface RunningNode {
  /** What it is to a person: "This phone is …". */
  readonly noun: "phone" | "peer";
  readonly node: Node;
  readonly keyRing: KeyRing;
  readonly overlayName: string;
  readonly overlayId: Uint8Array;
  /** Where others reach it now. */
  local: Endpoint;
  readonly startedAt: Instant;
  readonly bootCount: number;
  /** What a technician asks of the overlay. */
  readonly probes: Probes;
  /** What a person asks of the records of names. */
  readonly nameRecords: NameRecords;
  /** Services that are sought. */
  readonly services: ServiceLookups;
  /** Names of bootstraps that are to be looked up: as many as are configured, at most. */
  names: readonly string[];
  /** When bootstrap servers were sought last. */
  serversSoughtAt: Instant | undefined;
}

/** What the overlay has to tell and shall survive a power cut, and the names it wants looked up. */
export function keepOverlayNews(now: Instant, news: OverlayNews, on: RunningNode, memory: Memory): void {
  if (news.kind === "resolve") on.names = [...on.names, news.name];
  if (news.kind === "associatesChanged" || news.kind === "published") seekBootstrapServers(now, on);
  if (news.kind === "remember") memory.savePeers(now, news.contacts);
  if (news.kind === "published") memory.saveRecord({ ...news, kind: news.recordKind });
}

/** The next name to look up. */
export function takeName(on: RunningNode | undefined): string | undefined {
  const [first, ...others] = on?.names ?? none;
  if (on !== undefined && first !== undefined) on.names = others;
  return first;
}
