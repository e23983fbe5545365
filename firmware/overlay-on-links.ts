import type { BoundedQueue } from "./core/bounded.js";
import type { Instant } from "./core/time.js";
import { isTunnel } from "./core/tunnel-endpoint.js";
import type { Links } from "./link/links.js";
import type { Transmit } from "./node-event.js";
import type { Overlay, OverlayEffect } from "./overlay/overlay.js";

/** What the overlay wants done with links. */
export type EffectOnLinks = Extract<
  OverlayEffect,
  { kind: "send" | "connect" | "rank" | "setDigest" | "setFlags" | "setPlace" | "close" | "tunnelled" }
>;

/** Whether an effect concerns links and nothing else. */
export function isOnLinks(effect: OverlayEffect): effect is EffectOnLinks {
  return kindsOnLinks.includes(effect.kind);
}

/** Does with the links what the overlay wants. */
export function carryOutOnLinks(now: Instant, effect: EffectOnLinks, links: Links, overlay: Overlay): void {
  switch (effect.kind) {
    case "send": {
      const counter = links.send(now, effect.link, effect.message);
      if (effect.token !== undefined) overlay.handleSent(now, effect.token, counter);
      return;
    }
    case "connect":
      links.connect(now, effect);
      return;
    case "rank":
      links.rank(effect.link, effect.interval);
      return;
    case "setDigest":
      links.setDigest(effect.link, effect.digest);
      return;
    case "setFlags":
      links.setFlags(effect.flags);
      return;
    case "setPlace":
      links.setPlace(effect);
      return;
    case "close":
      links.close(now, effect.link, effect.reason);
      return;
    case "tunnelled":
      links.handleFrame(now, effect.from, effect.frame);
  }
}

/** Takes what the links want sent: to the network, or to the overlay where a path is a tunnel. True: any was. */
export function sendOfLinks(links: Links, overlay: Overlay, transmits: BoundedQueue<Transmit>): boolean {
  let anyInTunnel = false;
  for (let next = links.pollTransmit(); next !== undefined; next = links.pollTransmit()) {
    const inTunnel = isTunnel(next.to);
    if (inTunnel) overlay.sendThroughTunnel(next.to, next.bytes);
    else transmits.push(next);
    anyInTunnel ||= inTunnel;
  }
  return anyInTunnel;
}

const kindsOnLinks: readonly string[] = [
  "send",
  "connect",
  "rank",
  "setDigest",
  "setFlags",
  "setPlace",
  "close",
  "tunnelled",
];
