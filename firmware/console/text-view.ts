import { commandTable } from "./command.js";
import { faultSentence } from "./console-fault.js";
import { shownUser } from "../core/full-name.js";
import { printable } from "./printable.js";
import { serviceLines } from "./service-views.js";
import { durationText, pairs, table } from "./table.js";
import type {
  CallLogView,
  CallRow,
  ContactsView,
  FaultView,
  HelpView,
  IdentityView,
  NoticeView,
  PeersView,
  RecordsView,
  SettingsView,
  StatusCall,
  StatusView,
  View,
} from "./view.js";

/** A view as lines for a person. Everything in it is made `printable`. */
export function renderText(view: View): string[] {
  return linesOf(view).map((line) => printable(line, lineCharsMax));
}

const lineCharsMax = 1200;

function linesOf(view: View): string[] {
  switch (view.event) {
    case "status":
      return statusLines(view);
    case "peers":
      return peersLines(view);
    case "records":
      return recordsLines(view);
    case "contacts":
      return contactsLines(view);
    case "calls":
      return callLines(view);
    case "settings":
      return settingsLines(view);
    case "identity":
      return identityLines(view);
    case "help":
      return helpLines(view);
    case "fault":
      return faultLines(view);
    case "services":
    case "offers":
      return serviceLines(view);
    default:
      return noticeLines(view);
  }
}

/** "client: host peers serve it, by tower …a3f1"; "peer: ..., serves 2 clients". */
function roleText({ name, text, servedBy, clients }: StatusView["role"]): string {
  const by = servedBy.map((peer) => `${cell(peer.name)} …${peer.nodeId.slice(0, 4)}`);
  const servers = by.length === 0 ? "" : `, by ${by.join(", ")}`;
  return `${name}: ${text}${servers}${clients === 0 ? "" : `; serves ${plural(clients, "client")}`}`;
}

function statusLines(view: StatusView): string[] {
  const { replicas, traffic } = view;
  const rows: [string, string][] = [
    ["name", `${userCell(view)} …${view.nodeId.slice(0, 4)}`],
    ["overlay", `${cell(view.overlay)}, of ${plural(view.overlayPeers, "peer")}`],
    ["address", view.address],
    ["stage", `${view.stage}, linked to ${plural(view.peers, "peer")}`],
    ["role", roleText(view.role)],
    ["records", `${view.records}, ${view.recordBytes} bytes`],
    ...(replicas === undefined ? [] : telephoneRows(view, replicas)),
    ["running", durationText(view.uptimeMs)],
  ];
  const counters = Object.keys(traffic).map((name) => `${name} ${traffic[name] ?? 0}`);
  if (counters.length > 0) rows.push(["traffic", counters.join(", ")]);
  for (const problem of view.problems) rows.push(["problem", cell(problem, sentenceCharsMax)]);
  return pairs(rows);
}

/** What only a telephone has. */
function telephoneRows({ stockSip, call }: StatusView, replicas: number): [string, string][] {
  const registered =
    replicas === 0 ? "no: nobody can find you yet" : `yes, kept by ${plural(replicas, "phone")}`;
  return [
    ["registered", registered],
    ["stock SIP", stockSip === undefined ? "off" : cell(stockSip)],
    ["call", call === undefined ? "none" : callText(call)],
  ];
}

const heldWords: Readonly<Record<NonNullable<StatusCall["held"]>, string>> = {
  here: ", held by you",
  there: ", held by the other side",
  both: ", held by both sides",
};

function callText(call: StatusCall): string {
  const { state, sinceMs, held, silent } = call;
  const also = `${held === undefined ? "" : heldWords[held]}${silent === true ? ", nothing is heard" : ""}`;
  return `${state} ${userCell(call)}, ${durationText(sinceMs)}${also}`;
}

function peersLines({ peers }: PeersView): string[] {
  if (peers.length === 0) return ["No links to other phones."];
  const rows = peers.map((peer) => [
    cell(peer.name),
    `…${peer.nodeId.slice(0, 4)}`,
    peer.address,
    peer.relation,
    peer.roundTripMs === undefined ? "-" : `${peer.roundTripMs.toFixed(1)} ms`,
    durationText(peer.linkedMs),
    String(peer.bytesIn),
    String(peer.bytesOut),
  ]);
  return table(["name", "id", "address", "relation", "round trip", "linked", "bytes in", "bytes out"], rows);
}

function recordsLines({ records }: RecordsView): string[] {
  if (records.length === 0) return ["No records are kept here."];
  const rows = records.map(({ name, fullName, nodeId, resource, kind, leftMs, copies, isRemoved }) => [
    userCell({ name, fullName }),
    `…${nodeId.slice(0, 4)}`,
    cell(kind),
    resource,
    durationText(leftMs),
    String(copies),
    isRemoved ? "removed" : "",
  ]);
  return table(["name", "id", "kind", "kept at", "left", "copies", ""], rows);
}

function contactsLines({ contacts }: ContactsView): string[] {
  if (contacts.length === 0) return ["No contacts. Add one: contacts add <name>"];
  const rows = contacts.map(({ name, fullName, pinnedTo }) => [
    userCell({ name, fullName }),
    pinnedTo === undefined ? "not pinned" : `pinned to …${pinnedTo.slice(0, 4)}`,
  ]);
  return table(["name", "phone"], rows);
}

function callLines({ calls }: CallLogView): string[] {
  if (calls.length === 0) return ["No calls yet."];
  return table(["when", "direction", "who", "how", "talked"], calls.map(callCells));
}

function callCells(call: CallRow): string[] {
  const id = call.nodeId === undefined ? "" : ` …${call.nodeId.slice(0, 4)}`;
  return [
    call.agoMs === undefined ? "before the last start" : `${durationText(call.agoMs)} ago`,
    call.direction,
    cell(call.name) + id,
    cell(call.outcome),
    call.talkedMs === 0 ? "-" : durationText(call.talkedMs),
  ];
}

function settingsLines({ settings }: SettingsView): string[] {
  const [only, ...more] = settings;
  if (only !== undefined && more.length === 0) {
    const value = only.value === "" ? "(none)" : cell(only.value);
    return [`${only.name} = ${value}`, `${only.purpose}; takes effect: ${only.takesEffect}`, only.allowed];
  }
  const rows = settings.map(({ name, value, purpose }) => [
    name,
    value === "" ? "(none)" : cell(value),
    purpose,
  ]);
  return table(["setting", "value", "what it is"], rows);
}

function identityLines(view: IdentityView): string[] {
  return pairs([
    ["name", cell(view.name)],
    ["overlay", `${cell(view.overlay)} (${view.overlayId})`],
    ["Node-ID", view.nodeId],
    ["public key", view.publicKey],
    ["credential", `${view.credentialBytes} bytes`],
    ["firmware", cell(view.firmware)],
  ]);
}

function helpLines({ commands }: HelpView): string[] {
  const usages = commands.map(({ name, usage }) => `${name} ${usage}`.trimEnd());
  const purposes = pairs(commands.map(({ purpose }, i) => [besides(usages[i] ?? ""), purpose]));
  const lines = usages.flatMap((usage, i) => {
    const purpose = purposes[i] ?? "";
    return besides(usage) === "" ? [usage, purpose] : [purpose];
  });
  if (commands.length < commandTable.length) return lines;
  return [
    ...lines,
    "A name or text with spaces at its ends goes in quotes.",
    "Lines that begin with # are skipped.",
  ];
}

/** What stands beside a purpose: a long usage has a line to itself, so that all fit a terminal of 80 columns. */
function besides(usage: string): string {
  return usage.length > 24 ? "" : usage;
}

function faultLines({ fault }: FaultView): string[] {
  return [`? ${fault.kind}: ${faultSentence(fault)}`];
}

function noticeLines({ sentence, facts }: NoticeView): string[] {
  const lines = [sentence];
  const claims = facts?.["claims"];
  if (typeof claims !== "object") return lines;
  const name = typeof facts?.["name"] === "string" ? facts["name"] : "";
  for (const { number, nodeId, heldMs, fullName } of claims) {
    const user = fullName === undefined ? "" : `${userCell({ name, fullName })} `;
    lines.push(`  ${number}  ${user}…${nodeId.slice(0, 4)}, seen for ${durationText(heldMs)}`);
  }
  return lines;
}

const cellCharsMax = 60;
const fullNameCharsMax = 32;
const sentenceCharsMax = 300;

/** Made harmless before it is measured, so that columns stay aligned. */
function cell(text: string, charsMax: number = cellCharsMax): string {
  return printable(text, charsMax);
}

/** A user, "Alice Martin (alice)": whatever is cut, both names are there. */
function userCell({
  name,
  fullName,
}: {
  readonly name: string;
  readonly fullName?: string | undefined;
}): string {
  return shownUser(cell(name), fullName === undefined ? undefined : cell(fullName, fullNameCharsMax));
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
