import { markOf, marked, textTable } from "../table.js";
import type { EngineName } from "./engine.js";
import { crowdTables, type DeathReport, type RandomCall } from "./crowd-report.js";
import { memoryTable, type MemoryReport, type PhoneRole } from "./memory-table.js";
import type { RoleReport, TakeOverReport } from "./roles.js";

/** What one side of a call heard, computed from its recording and from what the other side's microphone was given. */
export interface Heard {
  readonly by: string;
  /** Signal to noise of the received WAV against the sent one, dB. */
  readonly snrDb: number;
  /** Of the speech that was said in the call, sound by sound: a line that went dead half-way shows here. */
  readonly heardPercent: number;
  /** Mouth to ear: from the microphone's sample to the loudspeaker's, ms. */
  readonly delayMs: number;
  /** Of the packets the other side sent. */
  readonly lossPercent: number;
  /** Of the frames played while the other side was sending. */
  readonly concealedPercent: number;
  /**
   * The most that one of the two, or the lab, had to wait for a core of this computer within a tenth of a second, ms:
   * who is kept waiting cannot speak or hear in time.
   */
  readonly waitedMs: number;
}

export interface CallReport {
  readonly from: string;
  readonly to: string;
  /** What the handsets were then. */
  readonly role: PhoneRole;
  readonly dialToRingMs: number;
  readonly dialToTalkMs: number;
  readonly packets: { readonly sent: number; readonly received: number };
  readonly heard: readonly Heard[];
}

/** A handset once it is registered. */
export interface HandsetReport extends RoleReport {
  readonly name: string;
  /** Absent: a client, which joins by being served. */
  readonly joinMs?: number;
  readonly registerMs: number;
}

/** What a lab came to: the form of `--json`. */
export interface LabReport {
  readonly ok: boolean;
  /** What was promised and did not happen, a sentence each. */
  readonly failures: readonly string[];
  /** What ran the handsets, and its version as it says itself. */
  readonly engine: { readonly name: EngineName; readonly version: string };
  /** Names of the host peers; where there are any, the handsets are their clients. */
  readonly hostPeers: readonly string[];
  readonly handsets: readonly HandsetReport[];
  /** Of handsets whose memory is bounded: none in Node. One for each role that a handset has had. */
  readonly memory: readonly MemoryReport[];
  readonly calls: readonly CallReport[];
  /** Of a crowd (12 handsets in Node or more): ten calls between phones drawn from the seed. */
  readonly randomCalls: readonly RandomCall[];
  /**
   * Of a crowd, and of three handsets or more beside host peers: who keeps a record is killed, and somebody dials that
   * name.
   */
  readonly death?: DeathReport;
  /** Where the host peers died: the handsets have become peers. */
  readonly takeOver?: TakeOverReport;
  /** UDP payload sent and received by one idle handset in a minute, after 60 s of warm-up; a client, if they are. */
  readonly idleBytesPerMinute: number;
  /** How the idle minute was measured: in virtual time, with the same program and as many handsets. */
  readonly idleMeasured: "virtual";
  /** Where recordings, captures and state are. */
  readonly directory: string;
  readonly seed: number;
  readonly lossPercent: number;
}

/** Kept waiting for longer than this, ms, a handset's sound says more of this computer than of the telephone. */
export const waitedMsMax = 20;

/**
 * Goals that figures are shown beside; only `heardPercent` is judged, and `snrDb` without loss, on a computer that has
 * time for it (lab.ts).
 */
export const goals = {
  joinMs: 10_000,
  registerMs: 15_000,
  dialToRingMs: 500,
  dialToTalkMs: 1000,
  snrDb: 30,
  heardPercent: 95,
  delayMs: 150,
  idleBytesPerMinute: { client: 1000, peer: 8000 },
} as const;

/** The summary table, ready to print. */
export function reportTable(report: LabReport): string {
  return [
    handsetTable(report),
    ...(report.memory.length > 0 ? [memoryTable(report.memory, report.engine.name === "rv32")] : []),
    ...report.calls.map((call) => callTable(call, report.lossPercent)),
    ...crowdTables(report.randomCalls, report.death),
    ...(report.takeOver === undefined ? [] : [takeOverTable(report.takeOver)]),
    lastLines(report),
  ].join("\n");
}

function handsetTable(report: LabReport): string {
  const rows = report.handsets.map(({ name, joinMs, registerMs, role, servedBy }) => [
    name,
    role === "client" ? `client of ${servedBy.join(", ")}` : role,
    joinMs === undefined ? "" : timeCell(joinMs, goals.joinMs),
    timeCell(registerMs, goals.registerMs),
  ]);
  rows.push(["goal", "", `≤ ${milliseconds(goals.joinMs)}`, `≤ ${milliseconds(goals.registerMs)}`]);
  return textTable(["handset", "role", "time to join", "time to register"], rows);
}

function takeOverTable({ killed, handsets }: TakeOverReport): string {
  const rows = handsets.map(({ name, storesMs, peerMs }) => {
    return [name, milliseconds(storesMs), milliseconds(peerMs)];
  });
  return textTable([`${killed.join(", ")} killed`, "holds records after", "a peer after"], rows);
}

function callTable(call: CallReport, lossPercent: number): string {
  const { sent, received } = call.packets;
  const rows = [
    [
      "dial to ringing",
      timeCell(call.dialToRingMs, goals.dialToRingMs),
      `≤ ${milliseconds(goals.dialToRingMs)}`,
    ],
    [
      "dial to talking",
      timeCell(call.dialToTalkMs, goals.dialToTalkMs),
      `≤ ${milliseconds(goals.dialToTalkMs)}`,
    ],
    ["packets sent, received", `${sent}, ${received}`, ""],
  ];
  for (const heard of call.heard) {
    const isJudged = lossPercent === 0 && heard.waitedMs <= waitedMsMax;
    const snr = marked(
      `${heard.snrDb.toFixed(1)} dB`,
      isJudged ? markOf(heard.snrDb >= goals.snrDb) : "plain",
    );
    const lost = `${percent(heard.lossPercent)}, ${percent(heard.concealedPercent)}`;
    rows.push([`${heard.by} hears: signal to noise`, snr, `≥ ${goals.snrDb} dB without loss`]);
    rows.push([
      `${heard.by} hears: mouth to ear`,
      timeCell(heard.delayMs, goals.delayMs),
      `≤ ${goals.delayMs} ms`,
    ]);
    rows.push([
      `${heard.by} hears: of what was said`,
      percent(heard.heardPercent),
      `≥ ${goals.heardPercent} %`,
    ]);
    rows.push([`${heard.by} hears: lost, concealed`, lost, ""]);
  }
  return textTable([`${call.from} calls ${call.to}, as ${call.role}s`, "measured", "goal"], rows);
}

/** A time beside its goal: shown, not judged. */
function timeCell(value: number, goal: number): string {
  return marked(milliseconds(value), markOf(value <= goal));
}

function lastLines(report: LabReport): string {
  const { idleBytesPerMinute, hostPeers, directory, ok, failures } = report;
  const role = hostPeers.length > 0 ? "client" : "peer";
  const idle = `${idleBytesPerMinute} bytes a minute and ${role}, sent and received (UDP payload)`;
  return [
    `idle: ${idle}; in virtual time, after 60 s of warm-up; goal ≤ ${goals.idleBytesPerMinute[role]}`,
    `what each side heard is kept in ${directory}`,
    ...(ok ? ["everything promised happened"] : failures.map((failure) => `did not happen: ${failure}`)),
  ].join("\n");
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}
