import { durationText } from "./console/table.js";
import type { BootstrapReport } from "./overlay/bootstrap-report.js";

/**
 * Why a node has no neighbours, for a technician: a sentence for each way into the overlay, what was tried, when and
 * with what outcome (RFC 7890 §5.4).
 */
export function whyAlone(tried: readonly BootstrapReport[], sendsBeacons: boolean): string[] {
  const sentences = tried.map(waySentence);
  const has = (method: BootstrapReport["method"]): boolean =>
    tried.some((report) => report.method === method);
  if (!has("configured")) sentences.push("No address of a peer is configured (bootstrap).");
  if (!has("remembered")) sentences.push("No peer is remembered from an earlier start.");
  if (!sendsBeacons)
    sentences.push(
      "Nobody hears of this node on the LAN: it sends neither beacons nor questions (discovery).",
    );
  return sentences;
}

/** One way into the overlay that has led nowhere. */
function waySentence({ method, address, resolved, outcome, sinceMs, text }: BootstrapReport): string {
  const span = durationText(sinceMs);
  if (address !== undefined) {
    const when = outcome === "trying" || outcome === "resolving" ? "" : `, tried ${span} ago`;
    const where = resolved === undefined ? address : `${address} (${resolved})`;
    return `Nobody was found at the ${sources[method]} address ${where}${when}: ${text}.`;
  }
  if (method === "dns-sd") return `Nobody was found by DNS-SD, in ${span}: ${text}.`;
  const isSilent = outcome === "silence" || outcome === "foreign";
  const when = isSilent ? `in ${span}` : `last heard ${span} ago`;
  return `Nobody was found by beacon, ${when}: ${text}.`;
}

/** Who gave an address. */
const sources: { readonly [method in BootstrapReport["method"]]: string } = {
  configured: "configured",
  remembered: "remembered",
  "dns-sd": "DNS-SD",
  beacon: "beacon",
};
