import { amplificationMax } from "../../firmware/core/limits.js";
import { markOf, marked, textTable } from "../table.js";
import type { Sent } from "./spoofer.js";

/** What a handset counted of the speech it got while a flood went on. */
export interface SpeechCount {
  readonly received: number;
  readonly lost: number;
  readonly late: number;
  readonly concealed: number;
}

/** What one flood came to. */
export interface KindReport {
  readonly name: string;
  readonly what: string;
  /** Why it was not sent; then nothing else is here. */
  readonly skipped?: string;
  readonly sent?: Sent;
  /** Datagrams a second that really went out, to be compared with what was wanted. */
  readonly perSecond?: number;
  /** Those that the kernel dropped because the victim was busy. */
  readonly unread?: number;
  /** Bytes that went to made-up sources (to the admitted node) for each that came from there; and the worst of them. */
  readonly factor?: number;
  readonly callAlive?: boolean;
  /** At the victim, and at the far end of its call. */
  readonly speech?: readonly [SpeechCount, SpeechCount];
  readonly heapBytes?: { readonly before: number; readonly after: number; readonly peak: number };
  /** Tables of the victim that hold more than before; empty: none. */
  readonly grown?: Readonly<Record<string, number>>;
  /** Lines the victim printed. */
  readonly lines?: number;
}

/** The whole run. */
export interface FloodReport {
  readonly engine: string;
  /** 0: nothing bounds it. */
  readonly arenaBytes: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly kinds: readonly KindReport[];
  /** After all floods: a phone that had never been there joins and calls the victim. */
  readonly newcomerTalked: boolean;
  /** The rule of three held, the call and the victim lived, a newcomer got through. */
  readonly ok: boolean;
  /** What the figures do not say: rates that this computer could not do. */
  readonly remarks: readonly string[];
}

/** Whether the rule of three was kept, towards each made-up source and in all. */
export function withinThree({ sent, factor }: KindReport): boolean {
  return sent === undefined || (sent.worstFactor <= amplificationMax && (factor ?? 0) <= amplificationMax);
}

/** The table for people. */
export function floodTable(report: FloodReport): string {
  const head = ["flood", "sent/s", "unread", "in", "out", "factor", "worst", "lost", "late", "concealed"];
  const rows = report.kinds.map(rowOf);
  const arena = report.arenaBytes === 0 ? "" : ` in an arena of ${kilobytes(report.arenaBytes)}`;
  const closing = [
    `engine: ${report.engine}${arena}; ${report.perSecond} a second wanted, ${report.seconds} s of each`,
    `lost, late, concealed: packets and frames of speech, at the victim + at the far end`,
    report.newcomerTalked ? "afterwards a new phone joined and called" : "afterwards no new phone could call",
    ...report.remarks,
    report.ok ? "the rule of three was kept, and the calls lived" : "NOT all went well",
  ];
  return [textTable([...head, "heap before, after, peak", "lines"], rows), ...closing].join("\n");
}

function rowOf(kind: KindReport): string[] {
  const { sent, speech, heapBytes } = kind;
  if (sent === undefined || speech === undefined || heapBytes === undefined) {
    return [kind.name, kind.skipped ?? "not finished", ...new Array<string>(10).fill("")];
  }
  const [here, there] = speech;
  const both = (field: keyof SpeechCount): string =>
    marked(`${here[field]}+${there[field]}`, markOf(here[field] + there[field] === 0));
  return [
    kind.name,
    String(Math.round(kind.perSecond ?? 0)),
    String(kind.unread ?? 0),
    kilobytes(sent.bytes),
    kilobytes(sent.backBytes),
    (kind.factor ?? 0).toFixed(3),
    marked(sent.worstFactor.toFixed(2), markOf(withinThree(kind))),
    both("lost"),
    both("late"),
    both("concealed"),
    [heapBytes.before, heapBytes.after, heapBytes.peak].map(kilobytes).join(", "),
    String(kind.lines ?? 0),
  ];
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
