import type { Settings } from "./console/settings.js";
import { keepBootstrapServers } from "./bootstrap-servers.js";
import { capacityOf } from "./capacity.js";
import { none } from "./core/none.js";
import type { Instant } from "./core/time.js";
import type { HandsetOptions } from "./handset-options.js";
import { encodeKeyRing, type KeyRing } from "./identity/key-ring.js";
import type { Memory } from "./memory.js";
import { NameRecords } from "./name-records.js";
import { Node } from "./node.js";
import type { NodeOptions } from "./node-options.js";
import type { Bootstraps } from "./overlay/overlay.js";
import type { RoleChoice } from "./overlay/role-state.js";
import { Probes } from "./probes.js";
import { keepOverlayNews, type RunningNode } from "./running-node.js";
import { ServiceLookups } from "./service-lookups.js";
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
  self: Pick<RunningHandset, "keyRing" | "local" | "startedAt"> & Pick<NodeOptions, "admission">,
): RunningHandset {
  const { crypto, random, capture, frameCodec, gauge } = options;
  const { bootCount, settings } = memory;
  const { keyRing, admission, local, startedAt } = self;
  const { overlayId } = admission;
  const overlayName = settings.text("overlay");
  const node = new Node({
    crypto,
    random,
    keyRing,
    admission,
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
    keyRing,
    overlayId,
    local,
    startedAt,
    noun: "phone",
    probes: new Probes(crypto, random),
    nameRecords: new NameRecords(crypto),
    services: new ServiceLookups({ crypto, random, overlayId }),
    node,
    telephone,
    overlayName,
    bootCount,
    names: none,
    serversSoughtAt: undefined,
    replicas: 0,
  };
  applySettings(on, settings);
  return on;
}

/** Where the phone begins to look for the overlay; one that is not to be found does not ask around either. */
export function bootstrapsOf({ peers, settings }: Memory): Bootstraps {
  return {
    remembered: peers.map((peer) => peer.endpoint),
    configured: settings.places("bootstrap"),
    asksServices: settings.isOn("discovery"),
  };
}

/** What has changed and shall survive a power cut, and names that are to be looked up. */
export function keepNews(now: Instant, event: TelephoneEvent, on: RunningHandset, memory: Memory): void {
  const { telephone } = on;
  if (event.kind === "saveContacts") memory.saveContacts(telephone.phone.book.entries());
  if (event.kind === "saveCallLog") memory.saveCalls(telephone.phone.log, now);
  if (event.kind === "overlay") keepOverlayNews(now, event.news, on, memory);
  if (event.kind === "fetchFinished") keepBootstrapServers(now, event, on, memory);
  if (event.kind === "adoption" && event.news.kind === "userJoined") keepUser(event.news.keyRing, memory);
}

/** This phone is another user's from its next start on. */
function keepUser(keyRing: KeyRing, memory: Memory): void {
  memory.saveKeyRing(encodeKeyRing(keyRing));
  memory.settings.set("name", keyRing.userName);
  memory.saveSettings();
}

/** What takes effect at once: microphone, loudspeaker, where calls go, and what the user calls himself. */
export function applySettings(on: RunningHandset | undefined, settings: Settings): void {
  if (on === undefined) return;
  const forwardTo = settings.text("forward-to");
  on.telephone.forwardTo = forwardTo === "off" ? undefined : forwardTo;
  const fullName = settings.text("fullname");
  on.telephone.fullName = fullName === "none" ? undefined : fullName;
  on.telephone.voice.gains = { in: settings.number("microphone"), out: settings.number("volume") };
}

/** What the phone is to be in the overlay: settings hold nothing else. */
export function roleSetting(settings: Settings): RoleChoice {
  const value = settings.text("role");
  return value === "client" || value === "peer" ? value : "auto";
}
