import { commandTable, type CommandName, type ConsoleCommand } from "../../firmware/console/command.js";
import { notice } from "../../firmware/console/notice.js";
import type { ServiceCommand } from "../../firmware/console/service-reader.js";
import type { View } from "../../firmware/console/view.js";
import type { Instant } from "../../firmware/core/time.js";
import { runNodeCommand } from "../../firmware/node-commands.js";
import { nodeStatus } from "../../firmware/node-views.js";
import type { RunningNode } from "../../firmware/running-node.js";
import { offersView } from "../../firmware/service-views.js";
import type { ProvidedServices } from "./provided-services.js";

/** A host peer that is on. */
export interface RunningPeer extends RunningNode {
  /** The services it offers, and those of them it runs. */
  readonly provided: ProvidedServices;
}

/** What `help` says on a host peer: of all commands those that it answers, or the one that is asked for. */
export function peerHelp(about: CommandName | undefined): View {
  const isShown = (name: CommandName): boolean =>
    about === undefined ? ours.includes(name) : name === about;
  return { event: "help", commands: commandTable.filter(({ name }) => isShown(name)) };
}

/** Does what a line asks of a host peer that is on. */
export function runPeerCommand(now: Instant, command: ConsoleCommand, on: RunningPeer): View | undefined {
  switch (command.kind) {
    case "status":
      return nodeStatus(now, on);
    case "offer":
    case "offers":
      return runOfferCommand(now, command, on);
    case "peers":
    case "records":
    case "ping":
    case "probe":
    case "trace":
    case "stat":
    case "watch":
    case "unwatch":
    case "watched":
    case "findService":
    case "show":
      return runNodeCommand(now, command, on);
    default:
      return notice("refused", "A host peer has no telephone. See: help");
  }
}

function runOfferCommand(
  now: Instant,
  command: Exclude<ServiceCommand, { kind: "findService" }>,
  { provided: { offers }, node }: RunningPeer,
): View {
  if (command.kind === "offers") return offersView(offers.all);
  const { service, capacity } = command;
  if (capacity === 0)
    return offers.withdraw(now, node, service)
      ? notice("done", `${service} is not offered any more.`)
      : notice("refused", `${service} is not offered.`);
  const former = offers.all.find(({ offer }) => offer.service === service)?.offer;
  return offers.offer(now, { policy: "anyone", ...former, service, capacity })
    ? notice("done", `${service} is offered for ${capacity} at one time.`)
    : notice("refused", "No more services can be offered.");
}

/** The commands a host peer answers. */
const ours: readonly CommandName[] = [
  "help",
  "status",
  "memory",
  "peers",
  "records",
  "ping",
  "probe",
  "trace",
  "stat",
  "watch",
  "unwatch",
  "show",
  "find-service",
  "offer",
  "quit",
];
