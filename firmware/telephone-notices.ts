import { notice } from "./console/notice.js";
import type { NoticeView } from "./console/view.js";
import { after } from "./core/time.js";
import type { OverlayNews } from "./node-event.js";
import { clonedKeyNotice, overlayNotice, probeNotice } from "./node-notices.js";
import type { RunningHandset } from "./running-handset.js";
import type { TelephoneEvent } from "./telephone.js";

/**
 * What a person is told of something that happened, or `undefined` where it is none of his business. Notes in
 * `handset` how many copies of the registration there are.
 */
export function telephoneNotice(
  event: TelephoneEvent,
  handset: RunningHandset,
  sinceStartMs: number,
): NoticeView | undefined {
  switch (event.kind) {
    case "phone": {
      const { sentence, facts } = event.event;
      return notice(event.event.event, sentence, facts);
    }
    case "overlay":
      return (
        registrationNotice(event.news, handset, sinceStartMs) ??
        overlayNotice(event.news, handset, sinceStartMs)
      );
    case "clonedKeyNoticed":
      return clonedKeyNotice(event.nodeId, handset);
    case "ponged":
    case "traced":
    case "fetchFinished":
    case "unreachable":
    case "peerLinked":
      return probeNotice(after(handset.startedAt, sinceStartMs), event, handset);
    case "peerLost":
    case "refused":
    case "saveContacts":
    case "saveCallLog":
      return undefined;
  }
}

/** What becomes of the registration of the user's name. */
function registrationNotice(
  news: OverlayNews,
  handset: RunningHandset,
  sinceStartMs: number,
): NoticeView | undefined {
  switch (news.kind) {
    case "published": {
      const first = handset.replicas === 0;
      handset.replicas = news.replicas;
      const sentence = `You can be called as ${handset.keyRing.userName}.`;
      return first ? notice("registered", sentence, { sinceStartMs, replicas: news.replicas }) : undefined;
    }
    case "publishFailed":
      handset.replicas = 0;
      return notice(
        "unregistered",
        `Your name could not be registered: ${publishFaults[news.reason] ?? news.reason}.`,
        { reason: news.reason },
      );
    case "unpublished":
      handset.replicas = 0;
      return undefined;
    default:
      return undefined;
  }
}

/** What a refusal of the registration means to a person; other reasons are words already. */
const publishFaults: Readonly<Record<string, string>> = {
  "name-contested": "too many other phones use it already",
  forbidden: "this phone is not allowed to have it",
  "no-route": "no way to where it belongs",
  full: "the other phones have no room for it",
  quota: "this phone has stored too much already",
  busy: "the other phones are busy",
};
