import { toHex } from "./core/bytes.js";
import { endpointText, noAddress, type Endpoint } from "./core/endpoint.js";
import { elapsed, type Instant } from "./core/time.js";
import type { MemoryGauge } from "../hal/memory.js";
import type {
  CallLogView,
  ContactsView,
  HelpView,
  IdentityView,
  NoticeView,
  PeersView,
  RecordsView,
  StatusCall,
  StatusView,
  View,
} from "./console/view.js";
import { commandTable, type CommandName, type ConsoleCommand } from "./console/command.js";
import type { Memory } from "./memory.js";
import type { OverlayDescription } from "./overlay/overlay.js";
import type { CallState } from "./phone/call-state.js";
import type { RunningHandset } from "./running-handset.js";

/** Version of the firmware, as `show` has it. */
export const firmwareVersion = "0.1.0";

export function statusView(now: Instant, handset: RunningHandset): StatusView {
  const { node, telephone, keyRing } = handset;
  const overlay = node.describeOverlay(now);
  const { state } = telephone.phone;
  const stockSip = telephone.stockAddress;
  const call = state.kind === "idle" || state.kind === "ended" ? undefined : state;
  const sinceMs =
    call === undefined ? 0 : elapsed("talkingSince" in call ? call.talkingSince : call.startedAt, now);
  return {
    event: "status",
    name: keyRing.userName,
    overlay: handset.overlayName,
    nodeId: toHex(keyRing.nodeId),
    address: endpointText(handset.local),
    uptimeMs: elapsed(handset.startedAt, now),
    stage: overlay.stage,
    peers: node.describeLinks().length,
    records: overlay.records.count,
    replicas: handset.replicas,
    ...(stockSip !== undefined && { stockSip }),
    ...(call && { call: { state: call.kind, name: call.name, sinceMs, ...heldBy(call) } }),
    traffic: dropsOf(node),
    problems: problemsOf(handset, overlay),
  };
}

/** Who has put a call on hold, and whether nothing is heard in it. */
function heldBy(call: CallState): Pick<StatusCall, "held" | "silent"> {
  if (call.kind !== "talking") return {};
  const { heldHere, heldThere, silent } = call;
  const held = heldHere && heldThere ? "both" : heldHere ? "here" : heldThere ? "there" : undefined;
  return { ...(held && { held }), ...(silent && { silent }) };
}

export function peersView(now: Instant, { node }: RunningHandset): PeersView {
  const peers = node.describeLinks().map((link) => ({
    name: link.userName,
    nodeId: toHex(link.nodeId),
    address: endpointText(link.endpoint),
    relation: link.isHeld ? "call" : link.interval === "other" ? "link" : link.interval,
    ...(link.srttMs !== undefined && { roundTripMs: Math.round(10 * link.srttMs) / 10 }),
    linkedMs: Math.round(elapsed(link.sinceMs, now)),
    bytesIn: link.bytesIn,
    bytesOut: link.bytesOut,
  }));
  return { event: "peers", peers };
}

export function recordsView(now: Instant, { node }: RunningHandset): RecordsView {
  const records = node.describeOverlay(now).held.map(({ userName, nodeId, resource, isTombstone }) => ({
    name: userName,
    nodeId: toHex(nodeId),
    resource: toHex(resource),
    isRemoved: isTombstone,
  }));
  return { event: "records", records };
}

export function contactsView({ telephone }: RunningHandset): ContactsView {
  const contacts = telephone.phone.book.entries().map(({ name, pin }) => ({
    name,
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

export function identityView({ keyRing, overlayName, overlayId }: RunningHandset): IdentityView {
  return {
    event: "identity",
    name: keyRing.userName,
    overlay: overlayName,
    overlayId: toHex(overlayId),
    nodeId: toHex(keyRing.nodeId),
    publicKey: toHex(keyRing.publicKey),
    credentialBytes: keyRing.credential.bytes.length,
    firmware: firmwareVersion,
  };
}

function helpView(about: CommandName | undefined): HelpView {
  const commands = about === undefined ? commandTable : commandTable.filter((entry) => entry.name === about);
  return { event: "help", commands };
}

/** A notice: what a person reads, and what a program reads besides. */
export function notice(
  event: NoticeView["event"],
  sentence: string,
  facts?: NoticeView["facts"],
): NoticeView {
  return facts === undefined ? { event, sentence } : { event, sentence, facts };
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
export function notOnNotice(named: boolean, makesKey: boolean): NoticeView {
  if (!named) return notice("refused", "This phone is not on yet. Type: set name <user>");
  if (makesKey) return notice("refused", "This phone is making its key: that takes some seconds, once.");
  return notice("refused", "This phone is not on yet: it waits for a network.");
}

/** Datagrams dropped, by reason, where any were. */
function dropsOf(node: RunningHandset["node"]): Record<string, number> {
  const drops: Record<string, number> = {};
  for (const [reason, count] of node.drops()) if (count > 0) drops[reason] = count;
  return drops;
}

function problemsOf(handset: RunningHandset, overlay: OverlayDescription): string[] {
  const alone = overlay.neighbours.length === 0;
  const problems = alone ? overlay.bootstraps.map(bootstrapProblem) : [];
  if (handset.replicas === 0) problems.push("This phone is not registered: nobody can call it yet.");
  problems.push("Speech is not encrypted in this version: whoever is on the network can listen.");
  return problems;
}

/** One way into the overlay that has led nowhere. */
function bootstrapProblem({ method, address, text }: OverlayDescription["bootstraps"][number]): string {
  const way = method === "beacon" ? "by beacon" : `at the ${method} address ${address ?? ""}`;
  return `No phone was found ${way}: ${text}.`;
}
