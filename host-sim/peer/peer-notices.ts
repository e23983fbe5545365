import { notice } from "../../firmware/console/notice.js";
import type { NoticeView, View } from "../../firmware/console/view.js";
import { toHex } from "../../firmware/core/bytes.js";
import { endpointText } from "../../firmware/core/endpoint.js";
import { shortId } from "../../firmware/core/node-id.js";
import { elapsed, type Instant } from "../../firmware/core/time.js";
import type { NodeEvent } from "../../firmware/node-event.js";
import { clonedKeyNotice, overlayNotice, probeNotice } from "../../firmware/node-notices.js";
import type { RunningNode } from "../../firmware/running-node.js";

/** What the log of a host peer tells of something that happened; `undefined`: nothing. */
export function peerNews(now: Instant, on: RunningNode, event: NodeEvent): View | undefined {
  switch (event.kind) {
    case "overlay":
      return overlayNotice(event.effect, on, elapsed(on.startedAt, now));
    case "peerLinked":
      return probeNotice(now, event, on) ?? linkNotice(event);
    case "peerLost":
      return linkNotice(event);
    case "ponged":
    case "traced":
    case "fetchFinished":
    case "statFinished":
    case "unreachable":
      return probeNotice(now, event, on);
    case "clonedKeyNoticed":
      return clonedKeyNotice(event.nodeId, on);
    // SIP is for telephones; what others say wrong is counted below.
    default:
      return undefined;
  }
}

/** Who came and who went, for the log of a host peer; a phone does not bother its owner with it. */
function linkNotice(event: Extract<NodeEvent, { kind: "peerLinked" | "peerLost" }>): NoticeView {
  const { credential, endpoint } = event.peer;
  const { userName, nodeId } = credential;
  const who = `${userName} …${shortId(nodeId)}`;
  const facts = { name: userName, nodeId: toHex(nodeId), address: endpointText(endpoint) };
  if (event.kind === "peerLinked") return notice("peerLinked", `${who} is linked.`, facts);
  const { reason } = event;
  return notice("peerLost", `${who} is gone: ${lossWords[reason] ?? reason}.`, { ...facts, reason });
}

/** Why a link ended, as the link layer has it. */
const lossWords: Readonly<Record<string, string>> = {
  left: "it said so",
  silent: "it fell silent",
  replaced: "it started anew",
  evicted: "its row was needed",
  closed: "this peer closed the link",
};
