import type { Instant } from "./core/time.js";
import type { Links } from "./link/links.js";
import type { Overlay, OverlayEffect } from "./overlay/overlay.js";

/** What the overlay wants done with links. */
export type EffectOnLinks = Extract<
  OverlayEffect,
  { kind: "send" | "connect" | "rank" | "setDigest" | "close" }
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
    case "close":
      links.close(now, effect.link, effect.reason);
  }
}

const kindsOnLinks: readonly string[] = ["send", "connect", "rank", "setDigest", "close"];
