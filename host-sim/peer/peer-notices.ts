import { notice } from "../../firmware/console/notice.js";
import type { NoticeView } from "../../firmware/console/view.js";
import { toHex } from "../../firmware/core/bytes.js";
import { endpointText } from "../../firmware/core/endpoint.js";
import { shortId } from "../../firmware/core/node-id.js";
import type { NodeEvent } from "../../firmware/node-event.js";

/** Who came and who went, for the log of a host peer; a phone does not bother its owner with it. */
export function linkNotice(event: Extract<NodeEvent, { kind: "peerLinked" | "peerLost" }>): NoticeView {
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
