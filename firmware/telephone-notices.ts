import type { NoticeView } from "./console/view.js";
import { toHex } from "./core/bytes.js";
import { sameId, shortId, type NodeId } from "./core/node-id.js";
import { notice } from "./handset-views.js";
import type { RunningHandset } from "./running-handset.js";
import type { OverlayNews } from "./node-event.js";
import type { TelephoneEvent } from "./telephone.js";
import type { Stage } from "./wire/kinds/neighbours.js";

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
      return overlayNotice(event.news, handset, sinceStartMs);
    case "clonedKeyNoticed":
      return clonedKeyNotice(event.nodeId, handset);
    case "ponged": {
      const { userName, nodeId } = event.peer.credential;
      const { roundTripMs } = event;
      const sentence = `${userName} …${shortId(nodeId)} answered after ${roundTripMs} ms.`;
      return notice("pong", sentence, { name: userName, nodeId: toHex(nodeId), roundTripMs });
    }
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
      return notice("stageChanged", `This phone is ${stageWords[news.stage]} now.`, { stage: news.stage });
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
    case "clonedKeyNoticed":
      return clonedKeyNotice(news.nodeId, handset);
    case "viewsDiffered":
      return notice("warning", "While joining, two phones named different neighbours; both lists were kept.");
    case "left":
      return notice("left", "Left the overlay.");
    case "remember":
      return undefined;
  }
}

/** Two phones have one key: this phone's own, or that of one it is linked to. */
function clonedKeyNotice(id: NodeId, { keyRing, node }: RunningHandset): NoticeView {
  const facts = { nodeId: toHex(id) };
  if (sameId(id, keyRing.nodeId)) {
    const sentence = "Another phone uses this phone's key. One of the two must be given a new one.";
    return notice("clonedKey", sentence, facts);
  }
  const name = node.peerOf(id)?.credential.userName ?? "a phone";
  return notice("clonedKey", `Two phones use the key of ${name} …${shortId(id)}. Be careful.`, facts);
}

/** A stage as it stands in a sentence. */
const stageWords: Readonly<Record<Stage, string>> = {
  joining: "joining",
  filling: "fetching its share of the records",
  peer: "a peer",
  leaving: "leaving the overlay",
};

/** What a refusal of the registration means to a person; other reasons are words already. */
const publishFaults: Readonly<Record<string, string>> = {
  "name-contested": "too many other phones use it already",
  forbidden: "this phone is not allowed to have it",
  "no-route": "no way to where it belongs",
  full: "the other phones have no room for it",
  quota: "this phone has stored too much already",
  busy: "the other phones are busy",
};
