import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromHex } from "../../firmware/core/bytes.js";
import { decodeMessage } from "../../firmware/wire/message.js";
import { Lab } from "../lab/lab.js";

/** A line of a handset's capture file, as far as the bench needs it (host-sim/dissect/README.md). */
interface CaptureLine {
  readonly link: { readonly local: string; readonly remote: string };
  readonly direction: "in" | "out";
  readonly frameBytes: number;
  readonly plain?: string;
  readonly handshake?: string;
}

/** What the captures of a live lab show, bytes of UDP payload; 0 where nothing of the kind went over the wire. */
export interface LiveSizes {
  /** Largest Store of an own record, with the frame. */
  readonly store: number;
  /** Largest answer to a lookup with one record and its owner's credential. */
  readonly lookupAnswer: number;
  /**
   * The handshake of the two, both ways, without the frame that confirms it. More at once would make each
   * other send cookies.
   */
  readonly handshake: number;
}

/** Runs a live lab of two real processes, with a short call, and reads their captures. */
export async function measureLive(seed: number): Promise<LiveSizes> {
  const directory = mkdtempSync(join(tmpdir(), "muster-bench-"));
  const lab = new Lab({
    handsets: 2,
    engine: "node",
    seconds: 2,
    lossPercent: 0,
    stay: false,
    seed,
    directory,
  });
  const report = await lab.run("aside");
  await lab.end();
  if (!report.ok) throw new Error(`the live lab failed: ${report.failures.join("; ")}`);
  const captures = lab.plan.handsets.map(({ folder }) => captureLines(join(folder, "capture.jsonl")));
  rmSync(directory, { recursive: true, force: true });
  return {
    store: Math.max(0, ...captures.flat().map((line) => sizeOf(line, "store"))),
    lookupAnswer: Math.max(0, ...captures.flat().map((line) => sizeOf(line, "fetchAnswer"))),
    handshake: Math.max(0, ...captures.flatMap(handshakeSizes)),
  };
}

function captureLines(path: string): CaptureLine[] {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as CaptureLine);
}

function sizeOf(line: CaptureLine, type: "store" | "fetchAnswer"): number {
  const bytes = line.plain === undefined ? undefined : fromHex(line.plain);
  const message = bytes === undefined ? undefined : decodeMessage(bytes);
  if (message?.ok !== true || message.value.type !== type) return 0;
  if (message.value.type === "fetchAnswer" && message.value.records.length !== 1) return 0;
  return line.frameBytes;
}

/**
 * Bytes of the handshake frames one handset exchanged with each other. Where both began at the same moment, which
 * is chance between two processes, the hello1 that was given up is no part of the handshake that was made.
 */
function handshakeSizes(lines: readonly CaptureLine[]): number[] {
  const remotes = new Set(lines.map(({ link }) => link.remote));
  return [...remotes].map((remote) => {
    const frames = lines.filter(({ link, handshake }) => link.remote === remote && handshake !== undefined);
    const begun = (direction: "in" | "out"): number =>
      bytesOf(frames.filter((frame) => frame.direction === direction && isHello1(frame)));
    return bytesOf(frames) - Math.min(begun("in"), begun("out"));
  });
}

function isHello1({ handshake }: CaptureLine): boolean {
  const first = fromHex(handshake?.slice(0, 2) ?? "")?.[0] ?? 0;
  return first >= 0xc0 && first <= 0xc3;
}

function bytesOf(frames: readonly CaptureLine[]): number {
  return frames.reduce((sum, { frameBytes }) => sum + frameBytes, 0);
}
