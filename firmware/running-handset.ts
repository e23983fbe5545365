import type { Settings } from "./console/settings.js";
import { capacityOf } from "./capacity.js";
import type { Instant } from "./core/time.js";
import type { HandsetOptions } from "./handset-options.js";
import type { Memory } from "./memory.js";
import { Node } from "./node.js";
import { Probes } from "./probes.js";
import { keepOverlayNews, type RunningNode } from "./running-node.js";
import { Telephone, type TelephoneEvent } from "./telephone.js";

/** A handset that is on: a node with a telephone. */
export interface RunningHandset extends RunningNode {
  readonly telephone: Telephone;
  /** Copies of the own registration, 0: not registered. */
  replicas: number;
}

/** Makes the telephone of a phone that knows who it is, with what it remembers. */
export function makeRunningHandset(
  options: Pick<HandsetOptions, "crypto" | "random" | "capture" | "frameCodec" | "gauge">,
  memory: Memory,
  self: Pick<RunningHandset, "keyRing" | "overlayId" | "local" | "startedAt">,
): RunningHandset {
  const { crypto, random, capture, frameCodec, gauge } = options;
  const { bootCount, settings } = memory;
  const { keyRing, overlayId } = self;
  const overlayName = settings.text("overlay");
  const node = new Node({
    crypto,
    random,
    keyRing,
    overlayId,
    bootCount,
    capacity: capacityOf(gauge?.read().arenaBytes),
    capture,
    beacons: settings.isOn("discovery"),
  });
  const common = { crypto, random, keyRing, overlayId, overlayName, bootCount };
  const telephone = new Telephone(node, { ...common, ...(frameCodec && { frameCodec }) });
  telephone.phone.book.load(memory.contacts);
  telephone.phone.log.load(memory.calls);
  const on: RunningHandset = {
    ...self,
    noun: "phone",
    probes: new Probes(crypto, random),
    node,
    telephone,
    overlayName,
    bootCount,
    replicas: 0,
  };
  applyLoudness(on, settings);
  return on;
}

/** What has changed and shall survive a power cut. */
export function keepNews(
  now: Instant,
  event: TelephoneEvent,
  { telephone }: RunningHandset,
  memory: Memory,
): void {
  if (event.kind === "saveContacts") memory.saveContacts(telephone.phone.book.entries());
  if (event.kind === "saveCallLog") memory.saveCalls(telephone.phone.log, now);
  if (event.kind === "overlay") keepOverlayNews(now, event.news, memory);
}

/** Microphone and loudspeaker as the settings have them. */
export function applyLoudness(on: RunningHandset | undefined, settings: Settings): void {
  if (on === undefined) return;
  on.telephone.voice.gains = { in: settings.number("microphone"), out: settings.number("volume") };
}
