import { toHex } from "./core/bytes.js";
import { noAddress, type Endpoint } from "./core/endpoint.js";
import { elapsed, type Instant } from "./core/time.js";
import type { MemoryGauge } from "../hal/memory.js";
import type {
  CallLogView,
  ContactsView,
  HelpView,
  NoticeView,
  StatusCall,
  StatusView,
  View,
} from "./console/view.js";
import { commandTable, type CommandName, type ConsoleCommand } from "./console/command.js";
import type { Settings } from "./console/settings.js";
import { notice } from "./console/notice.js";
import type { Memory } from "./memory.js";
import { nodeStatus } from "./node-views.js";
import type { CallState, CurrentCall } from "./phone/call-state.js";
import type { RunningHandset } from "./running-handset.js";

export function statusView(now: Instant, handset: RunningHandset): StatusView {
  const { telephone, replicas } = handset;
  const status = nodeStatus(now, handset);
  const { state } = telephone.phone;
  const stockSip = telephone.stockAddress;
  const call = state.kind === "idle" || state.kind === "ended" ? undefined : state;
  const sinceMs =
    call === undefined ? 0 : elapsed("talkingSince" in call ? call.talkingSince : call.startedAt, now);
  const problems = [...status.problems];
  if (replicas === 0) problems.push("This phone is not registered: nobody can call it yet.");
  const { forwardTo } = telephone;
  if (forwardTo !== undefined)
    problems.push(`Calls go on to ${forwardTo}: this phone does not ring. Type: forward off`);
  problems.push("Speech is not encrypted in this version: whoever is on the network can listen.");
  const { fullName } = telephone;
  return {
    ...status,
    ...(fullName !== undefined && { fullName }),
    replicas,
    ...(stockSip !== undefined && { stockSip }),
    ...(call && { call: { state: call.kind, ...userOf(call), sinceMs, ...heldBy(call) } }),
    problems,
  };
}

/** Whom a call is with, and what he calls himself. */
function userOf(call: CurrentCall): Pick<StatusCall, "name" | "fullName"> {
  const { name } = call;
  const { fullName } = "party" in call ? call.party : call;
  return { name, ...(fullName !== undefined && { fullName }) };
}

/** Who has put a call on hold, and whether nothing is heard in it. */
function heldBy(call: CallState): Pick<StatusCall, "held" | "silent"> {
  if (call.kind !== "talking") return {};
  const { heldHere, heldThere, silent } = call;
  const held = heldHere && heldThere ? "both" : heldHere ? "here" : heldThere ? "there" : undefined;
  return { ...(held && { held }), ...(silent && { silent }) };
}

export function contactsView({ telephone }: RunningHandset): ContactsView {
  const contacts = telephone.phone.book.entries().map(({ name, fullName, pin }) => ({
    name,
    ...(fullName !== undefined && { fullName }),
    ...(pin && { pinnedTo: toHex(pin.nodeId) }),
  }));
  return { event: "contacts", contacts };
}

export function callLogView(now: Instant, { telephone, bootCount }: RunningHandset): CallLogView {
  const newestFirst = [...telephone.phone.log.entries()].reverse();
  const calls = newestFirst.map((entry) => ({
    direction: entry.direction,
    name: entry.name,
    ...(entry.nodeId && { nodeId: toHex(entry.nodeId) }),
    outcome: entry.outcome,
    talkedMs: Math.round(entry.talkedMs),
    ...(entry.bootCount === bootCount && { agoMs: Math.round(elapsed(entry.startedAt, now)) }),
  }));
  return { event: "calls", calls };
}

function helpView(about: CommandName | undefined): HelpView {
  const commands = about === undefined ? commandTable : commandTable.filter((entry) => entry.name === about);
  return { event: "help", commands };
}

/** The first thing a phone says. */
export function startedNotice(local: Endpoint, bootCount: number): NoticeView {
  const where = local.address === noAddress ? "without a network" : `at ${local.address}, port ${local.port}`;
  return notice("started", `Muster is starting ${where}.`, { ...local, bootCount });
}

/** The network has given the phone another address. */
export function addressNotice(local: Endpoint): NoticeView {
  const sentence = `The address of this phone is ${local.address}, port ${local.port}.`;
  return notice("addressChanged", sentence, { ...local });
}

/** Why there is no stock SIP though it is wanted. */
export const stockPortsTaken =
  "Another program has port 5060, or those of speech: stock SIP phones cannot call this one, nor be called.";

/** What a phone can be asked before it is on. */
type OwnQuestion = Extract<ConsoleCommand, { readonly kind: "help" | "memory" | "settings" }>;

/** Answers it. */
export function ownView(
  command: OwnQuestion,
  memory: Memory,
  gauge: MemoryGauge | undefined,
  handset: RunningHandset | undefined,
): View {
  if (command.kind === "help") return helpView(command.about);
  if (command.kind === "memory") return memoryNotice(memory, gauge, handset);
  return { event: "settings", settings: memory.settings.rows(command.about) };
}

/** What the phone's memory holds; on a computer nothing bounds it. Programs are told how full the tables are, too. */
function memoryNotice(
  { savesWaiting }: Memory,
  gauge: MemoryGauge | undefined,
  handset: RunningHandset | undefined,
): NoticeView {
  // Read before anything is made for the answer, which would count.
  const use = gauge?.read();
  const tables = handset === undefined ? {} : { savesWaiting, ...tablesOf(handset) };
  if (use === undefined)
    return notice("memory", "Nothing but the computer bounds this phone's memory.", tables);
  if (use.liveBytes === 0) {
    const size = `${(use.arenaBytes / 1024).toFixed(0)} KB`;
    return notice("memory", `This phone is as large as one with ${size}; what it uses is not measured.`, {
      ...use,
    });
  }
  const [live, peak, arena] = [use.liveBytes, use.peakBytes, use.arenaBytes].map((bytes) =>
    (bytes / 1024).toFixed(1),
  );
  const sentence = `${live} KB of ${arena} KB are in use; ${peak} KB were at the most.`;
  return notice("memory", sentence, { ...use, ...tables });
}

/** How full every table is; the moment the overlay is asked for does not matter to its counts. */
function tablesOf({ node, telephone, startedAt }: RunningHandset): Readonly<Record<string, number>> {
  return { ...node.occupancy(), ...node.describeOverlay(startedAt).counts, ...telephone.occupancy() };
}

/** Why a phone cannot do what it was told yet: its name, its key or its network is missing. */
export function notOnNotice(settings: Settings, makesKey: boolean): NoticeView {
  if (makesKey) return notice("refused", "This phone is making its key: that takes some seconds, once.");
  if (settings.text("authority") !== "none")
    return notice("refused", "This phone is not on yet: it is not enrolled, or has no network. See: enroll");
  if (settings.text("name") === "")
    return notice("refused", "This phone is not on yet. Type: set name <user>");
  return notice("refused", "This phone is not on yet: it waits for a network.");
}
