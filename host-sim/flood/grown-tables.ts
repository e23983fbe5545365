import type { HandsetEvent } from "../lab/handset-process.js";

/** Tables that hold more than they did; memory itself, and what counts on and on, is not among them. */
export function grownTables(before: HandsetEvent, after: HandsetEvent): Record<string, number> {
  const more: Record<string, number> = {};
  for (const name of tables) {
    const [then, now] = [before[name], after[name]];
    if (typeof then === "number" && typeof now === "number" && now > then) more[name] = now - then;
  }
  return more;
}

const tables = [
  ...[
    "links",
    "attempts",
    "halfOpen",
    "indexes",
    "publicKeyWork",
    "reassemblies",
    "helloSources",
    "creditSources",
  ],
  ...[
    "sought",
    "places",
    "requestsUnderWay",
    "framesHeld",
    "acksWaiting",
    "copiesUnderWay",
    "lookupsUnderWay",
  ],
  ...["recordsInVerification", "contactsPending", "messages", "credentialsFound"],
];
