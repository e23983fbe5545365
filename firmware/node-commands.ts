import type { ConsoleCommand } from "./console/command.js";
import type { View } from "./console/view.js";
import type { Instant } from "./core/time.js";
import { identityView, peersView, recordsView } from "./node-views.js";
import type { RunningNode } from "./running-node.js";

/** Commands that any node answers, be it a telephone or not. */
export type NodeCommand = Extract<
  ConsoleCommand,
  { readonly kind: "peers" | "records" | "show" | "probe" } | { readonly kind: "ping" | "trace" }
>;

/** Does what a line asks of a node. What the answer shows is returned; others answer by events, which follow. */
export function runNodeCommand(now: Instant, command: NodeCommand, on: RunningNode): View | undefined {
  switch (command.kind) {
    case "peers":
      return peersView(now, on);
    case "records":
      return recordsView(now, on);
    case "show":
      return identityView(on);
    case "ping":
      on.probes.ping(now, on, command.name);
      return undefined;
    case "probe":
      on.probes.probe(now, on);
      return undefined;
    case "trace":
      on.probes.trace(now, on, command.name);
      return undefined;
  }
}
