import Table from "cli-table3";

/** What one side of a call heard, computed from its recording and from what the other side's microphone was given. */
export interface Heard {
  readonly by: string;
  /** Signal to noise of the received WAV against the sent one, dB. */
  readonly snrDb: number;
  /** Mouth to ear: from the microphone's sample to the loudspeaker's, ms. */
  readonly delayMs: number;
  /** Of the packets the other side sent. */
  readonly lossPercent: number;
  /** Of the frames played while the other side was sending. */
  readonly concealedPercent: number;
}

export interface CallReport {
  readonly from: string;
  readonly to: string;
  readonly dialToRingMs: number;
  readonly dialToTalkMs: number;
  readonly packets: { readonly sent: number; readonly received: number };
  readonly heard: readonly Heard[];
}

export interface HandsetReport {
  readonly name: string;
  readonly joinMs: number;
  readonly registerMs: number;
}

/** What a lab came to: the form of `--json`. */
export interface LabReport {
  readonly ok: boolean;
  /** What was promised and did not happen, a sentence each. */
  readonly failures: readonly string[];
  readonly handsets: readonly HandsetReport[];
  readonly calls: readonly CallReport[];
  /** UDP payload sent and received by one idle handset in a minute, after 60 s of warm-up. */
  readonly idleBytesPerMinute: number;
  /** How the idle minute was measured: in virtual time, with the same program and as many handsets. */
  readonly idleMeasured: "virtual";
  /** Where recordings, captures and state are. */
  readonly directory: string;
  readonly seed: number;
  readonly lossPercent: number;
}

/** Goals that times and figures are shown beside; only `snrDb` without loss is judged (see lab.ts). */
export const goals = {
  joinMs: 10_000,
  registerMs: 15_000,
  dialToRingMs: 500,
  dialToTalkMs: 1000,
  snrDb: 30,
  delayMs: 150,
  idleBytesPerMinute: 8000,
} as const;

/** The summary table, ready to print. */
export function reportTable(report: LabReport): string {
  return [handsetTable(report), ...report.calls.map(callTable), lastLines(report)].join("\n");
}

function handsetTable(report: LabReport): string {
  const table = new Table({ head: ["handset", "time to join", "time to register"], style: { head: [] } });
  for (const { name, joinMs, registerMs } of report.handsets)
    table.push([name, milliseconds(joinMs), milliseconds(registerMs)]);
  table.push(["goal", `≤ ${milliseconds(goals.joinMs)}`, `≤ ${milliseconds(goals.registerMs)}`]);
  return table.toString();
}

function callTable(call: CallReport): string {
  const table = new Table({
    head: [`${call.from} calls ${call.to}`, "measured", "goal"],
    style: { head: [] },
  });
  table.push(["dial to ringing", milliseconds(call.dialToRingMs), `≤ ${milliseconds(goals.dialToRingMs)}`]);
  table.push(["dial to talking", milliseconds(call.dialToTalkMs), `≤ ${milliseconds(goals.dialToTalkMs)}`]);
  table.push(["packets sent, received", `${call.packets.sent}, ${call.packets.received}`, ""]);
  for (const heard of call.heard) {
    table.push([
      `${heard.by} hears: signal to noise`,
      `${heard.snrDb.toFixed(1)} dB`,
      `≥ ${goals.snrDb} dB without loss`,
    ]);
    table.push([`${heard.by} hears: mouth to ear`, milliseconds(heard.delayMs), `≤ ${goals.delayMs} ms`]);
    table.push([
      `${heard.by} hears: lost, concealed`,
      `${percent(heard.lossPercent)}, ${percent(heard.concealedPercent)}`,
      "",
    ]);
  }
  return table.toString();
}

function lastLines(report: LabReport): string {
  const idle = `idle: ${report.idleBytesPerMinute} bytes a handset and minute (UDP payload, sent and received; virtual time, after 60 s; goal ≤ ${goals.idleBytesPerMinute})`;
  const kept = `what each side heard is kept in ${report.directory}`;
  const verdict = report.ok
    ? "everything promised happened"
    : report.failures.map((failure) => `did not happen: ${failure}`).join("\n");
  return [idle, kept, verdict].join("\n");
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}
