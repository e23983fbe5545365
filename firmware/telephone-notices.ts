import type { AdoptionFailure, AdoptionNews } from "./adoption.js";
import { notice } from "./console/notice.js";
import type { NoticeView, View } from "./console/view.js";
import { toHex } from "./core/bytes.js";
import { shortId } from "./core/node-id.js";
import { after } from "./core/time.js";
import { shownAdoptionCode } from "./identity/adoption.js";
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
): View | undefined {
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
    case "adoption":
      return adoptionNotice(event.news);
    case "ponged":
    case "traced":
    case "fetchFinished":
    case "statFinished":
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

/** What comes of `adopt` at the one phone, and of `join-user` at the other. */
function adoptionNotice(news: AdoptionNews): NoticeView {
  switch (news.kind) {
    case "codeMade": {
      const code = shownAdoptionCode(news.code);
      const sentence = `For five minutes the code is ${code}. On the other phone type: join-user <your name> ${code}`;
      return notice("adoptionCode", sentence, { code });
    }
    case "notFirst":
      return notice("refused", "This phone was adopted itself: type adopt on the one that adopted it.");
    case "adopted": {
      const { nodeId, formerName } = news;
      const sentence = `The phone …${shortId(nodeId)}, ${formerName} so far, is yours, too, when it starts again.`;
      return notice("adopted", sentence, { nodeId: toHex(nodeId), name: formerName });
    }
    case "codeMistaken": {
      const sentence = `The phone …${shortId(news.nodeId)} came with a wrong code.`;
      return notice("warning", sentence, { nodeId: toHex(news.nodeId) });
    }
    case "codeExpired":
      return notice("adoptionEnded", "The code for another phone is good no more.");
    case "userJoined": {
      const name = news.keyRing.userName;
      return notice("userJoined", `This phone is one of ${name}'s when it is switched on again.`, { name });
    }
    case "notJoined": {
      const { name, reason } = news;
      return notice("notJoined", `This phone is not one of ${name}'s: ${notJoined[reason]}.`, {
        name,
        reason,
      });
    }
  }
}

const notJoined: Readonly<Record<AdoptionFailure, string>> = {
  "not-found": "no first phone of that name is there",
  "no-answer": "it did not answer",
  closed: "type adopt there first",
  "wrong-code": "the code is another one",
};

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
