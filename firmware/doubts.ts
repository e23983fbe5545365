import type { OverlayDescription } from "./overlay/overlay.js";

/**
 * Whether somebody seems to lie, for `status` (protocol §6, forged answers): what he said was not so by what others
 * said, what came by way of him was spoiled, or nothing came at all. Answers are not signed, so there is no proof, and
 * nobody is accused by name.
 */
export function doubtsOf({ counts }: Pick<OverlayDescription, "counts">): string[] {
  const suspects = counts["suspects"] ?? 0;
  if (suspects === 0) return [];
  const who = suspects === 1 ? "One peer seems" : `${suspects} peers seem`;
  return [`${who} to lie about records, or to lose what others ask: names are sought by other ways.`];
}
