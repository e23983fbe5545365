import { notice } from "./console/notice.js";
import type { NoticeView, View } from "./console/view.js";
import { toHex } from "./core/bytes.js";
import { sameId, shortId, type NodeId } from "./core/node-id.js";
import type { Instant } from "./core/time.js";
import type { NodeEvent, OverlayNews } from "./node-event.js";
import type { RunningNode } from "./running-node.js";
import { servicesView } from "./service-views.js";
import type { Stage } from "./wire/kinds/neighbours.js";

/** Events that may be the answer to a probe. */
export type ProbeEvent = Extract<
  NodeEvent,
  | { readonly kind: "ponged" | "traced" }
  | { readonly kind: "fetchFinished" | "statFinished" }
  | { readonly kind: "unreachable" | "peerLinked" }
>;

/** What came of something a technician has asked for; `undefined`: of nothing he has. */
export function probeNotice(now: Instant, event: ProbeEvent, on: RunningNode): View | undefined {
  switch (event.kind) {
    case "ponged":
      return on.probes.pong(event);
    case "traced":
      return on.probes.traced(now, event, on);
    case "fetchFinished":
      return on.probes.found(now, event, on) ?? on.nameRecords.told(event) ?? foundService(now, event, on);
    case "statFinished":
      return on.nameRecords.stated(event);
    case "unreachable":
      return on.probes.lost(event.nodeId, event.reason);
    case "peerLinked":
      return on.probes.linked(now, event.peer.credential.nodeId);
  }
}

function foundService(
  now: Instant,
  event: Extract<NodeEvent, { kind: "fetchFinished" }>,
  { services, node }: RunningNode,
): View | undefined {
  const found = services.handleFetched(now, node, event);
  return found === undefined ? undefined : servicesView(found);
}

/** What a person is told of news of the overlay; `undefined` where it is none of his business, or a telephone's. */
export function overlayNotice(
  news: OverlayNews,
  on: RunningNode,
  sinceStartMs: number,
): NoticeView | undefined {
  switch (news.kind) {
    case "joined":
      return notice("joined", `Joined the overlay ${on.overlayName}.`, { sinceStartMs });
    case "stageChanged": {
      const sentence = `This ${on.noun} is ${stageWords[news.stage]} now.`;
      return notice("stageChanged", sentence, { stage: news.stage });
    }
    case "clonedKeyNoticed":
      return clonedKeyNotice(news.nodeId, on);
    case "viewsDiffered":
      return notice("warning", "While joining, two nodes named different neighbours; both lists were kept.");
    case "left":
      return notice("left", "Left the overlay.");
    case "published":
    case "publishFailed":
    case "unpublished":
    case "remember":
    case "associatesChanged":
    case "resolve":
      return undefined;
  }
}

/** Two devices have one key: this node's own, or that of one it is linked to. */
export function clonedKeyNotice(id: NodeId, { keyRing, node, noun }: RunningNode): NoticeView {
  const facts = { nodeId: toHex(id) };
  if (sameId(id, keyRing.nodeId)) {
    const sentence = `Another phone uses this ${noun}'s key. One of the two must be given a new one.`;
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
  client: "a client of others",
};
