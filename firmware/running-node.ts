import type { Endpoint } from "./core/endpoint.js";
import type { Instant } from "./core/time.js";
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
}

/** What the overlay has to tell and shall survive a power cut. */
export function keepOverlayNews(now: Instant, news: OverlayNews, memory: Memory): void {
  if (news.kind === "remember") memory.savePeers(now, news.contacts);
  if (news.kind === "published") memory.saveRecord({ ...news, kind: news.recordKind });
}
