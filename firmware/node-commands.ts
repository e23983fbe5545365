import type { ConsoleCommand } from "./console/command.js";
import { notice } from "./console/notice.js";
import type { View } from "./console/view.js";
import type { Instant } from "./core/time.js";
import { identityView, peersView, recordsView } from "./node-views.js";
import type { RunningNode } from "./running-node.js";

/** Commands that any node answers, be it a telephone or not. */
export type NodeCommand = Extract<
  ConsoleCommand,
  | { readonly kind: "peers" | "records" | "show" | "probe" | "watched" }
  | { readonly kind: "ping" | "trace" | "stat" | "watch" | "unwatch" }
  | { readonly kind: "findService" }
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
    case "stat":
      on.nameRecords.stat(now, on, command.name);
      return undefined;
    case "watch":
      return on.nameRecords.watch(now, on, command.name);
    case "unwatch":
      return on.nameRecords.unwatch(now, on, command.name);
    case "findService":
      return on.services.find(now, on.node, command.service, command)
        ? undefined
        : notice("refused", "Too many services are being sought: wait a moment.");
    case "watched":
      return on.nameRecords.list();
  }
}
