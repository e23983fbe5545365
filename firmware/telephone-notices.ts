import type { NoticeView } from "./console/view.js";
import { notice } from "./handset-views.js";
import type { RunningHandset } from "./running-handset.js";
import type { OverlayNews } from "./node-event.js";
import type { TelephoneEvent } from "./telephone.js";

/**
 * What a person is told of something that happened, or `undefined` where it is none of his business. Notes in `handset` how many
 * copies of the registration there are.
 */
export function telephoneNotice(
  event: TelephoneEvent,
  handset: RunningHandset,
  sinceStartMs: number,
): NoticeView | undefined {
  switch (event.kind) {
    case "phone": {
      const { sentence, facts } = event.event;
      return notice(event.event.event === "missed" ? "ended" : event.event.event, sentence, facts);
    }
    case "overlay":
      return overlayNotice(event.news, handset, sinceStartMs);
    case "clonedKeyNoticed":
      return notice(
        "clonedKey",
        "Another phone uses this phone's key. One of the two must be given a new one.",
      );
    case "peerLinked":
    case "peerLost":
    case "refused":
    case "saveContacts":
    case "saveCallLog":
      return undefined;
  }
}

function overlayNotice(
  news: OverlayNews,
  handset: RunningHandset,
  sinceStartMs: number,
): NoticeView | undefined {
  switch (news.kind) {
    case "joined":
      return notice("joined", `Joined the overlay ${handset.overlayName}.`, { sinceStartMs });
    case "stageChanged":
      return notice("stageChanged", `This phone is ${news.stage} now.`, { stage: news.stage });
    case "published": {
      const first = handset.replicas === 0;
      handset.replicas = news.replicas;
      const sentence = `You can be called as ${handset.keyRing.userName}.`;
      return first ? notice("registered", sentence, { sinceStartMs, replicas: news.replicas }) : undefined;
    }
    case "publishFailed":
      handset.replicas = 0;
      return notice("unregistered", `Your name could not be registered: ${news.reason}.`, {
        reason: news.reason,
      });
    case "unpublished":
      handset.replicas = 0;
      return undefined;
    case "clonedKeyNoticed":
      return notice(
        "clonedKey",
        "Another phone uses this phone's key. One of the two must be given a new one.",
      );
    case "viewsDiffered":
      return notice(
        "warning",
        "Two ways into the overlay showed different phones; both are kept and watched.",
      );
    case "left":
      return notice("left", "Left the overlay.");
    case "remember":
      return undefined;
  }
}
