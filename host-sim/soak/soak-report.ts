import { markOf, marked, textTable } from "../table.js";
import type { PhoneCount } from "./accounting.js";
import { curveText } from "./heap-curve.js";
import type { SoakHour } from "./soak.js";

/** What ran the phone whose memory was looked at. */
export interface SoakEngine {
  readonly name: "node" | "xs";
  /** XS: pointers of 32 bits are a chip's. */
  readonly pointerBits?: 32 | 64;
  readonly arenaBytes?: number;
}

/** What a soak came to: the form of `--json`. */
export interface SoakReport {
  readonly ok: boolean;
  readonly seed: number;
  readonly engine: SoakEngine;
  readonly phones: number;
  readonly hours: readonly SoakHour[];
  /** Heap at the end of each hour, bytes: of the phone on XS, or of the process with all phones and their network. */
  readonly heap: {
    readonly curve: readonly number[];
    readonly firstHour: number;
    readonly end: number;
    /** What the end may be above the first hour, and why. */
    readonly toleranceBytes: number;
    readonly tolerance: string;
  };
  /** What each phone held at the end. */
  readonly counts: readonly PhoneCount[];
  /** Speech, in parts of the time of all phones. */
  readonly talkShare: number;
  readonly done: Readonly<Record<string, number>>;
  readonly traceHash: string;
  readonly wallSeconds: number;
  /** What went wrong, a sentence each; the seed repeats it. */
  readonly failures: readonly string[];
}

/**
 * A record with its owner's credential, as a phone's memory counts it. Who else is on decides how many a phone holds:
 * of eight phones' three or four, now one more and now one less.
 */
const recordBytes = 1024;
/** Texts and arrays that Node's compiler and its module loader keep move so much; phones in one process 0.2 %. */
const nodeShare = 0.005;

/** How much more than after the first hour is no growth. */
export function toleranceOf(engine: SoakEngine, firstHour: number): { bytes: number; why: string } {
  return engine.name === "xs"
    ? { bytes: 2 * recordBytes, why: "two records kept for the overlay, with their owners' credentials" }
    : { bytes: Math.round(nodeShare * firstHour), why: "0.5 %: what Node's own caches move" };
}

/** The report for people. */
export function soakTable(report: SoakReport): string {
  const { hours, heap, engine, failures } = report;
  const rows = hours.map(({ hour, heapBytes, doings, problems, unexplained }) => [
    String(hour),
    String(heapBytes),
    String(doings),
    String(problems.length),
    String(unexplained.length),
  ]);
  const what = engine.name === "xs" ? "phone1 on XS" : "all phones, in Node";
  const isFlat = heap.end <= heap.firstHour + heap.toleranceBytes;
  const growth = `${heap.end - heap.firstHour} B after hour 1; ${heap.toleranceBytes} B allowed: ${heap.tolerance}`;
  const done = Object.entries(report.done).map(([name, count]) => `${name} ${count}`);
  return [
    textTable(["hour", `heap, B: ${what}`, "done", "went wrong", "unexplained"], rows),
    curveText(heap.curve),
    `heap: ${marked(growth, markOf(isFlat))}`,
    `done: ${done.join(", ")}`,
    `speech: ${(100 * report.talkShare).toFixed(2)} % of the phones' time; seed ${report.seed}`,
    `trace ${report.traceHash}; ${report.wallSeconds} s`,
    ...failures.map((failure) => `FAILED ${failure}`),
  ].join("\n");
}
