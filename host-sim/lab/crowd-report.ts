import { textTable } from "../table.js";
import type { Holder } from "./survey.js";
import type { CallTimes } from "./scenario.js";

/** One of the random calls: answered, talked, hung up. */
export interface RandomCall extends CallTimes {
  readonly from: string;
  readonly to: string;
  /** Whether the two had a link when the caller dialled. */
  readonly wereLinked: boolean;
}

/** A storing node dies, and somebody dials a name it kept. Names and links are what the phones said before. */
export interface DeathReport {
  readonly callee: string;
  readonly caller: string;
  /** Who kept the callee's record, the nearest first: at most three. */
  readonly holders: readonly Holder[];
  /** The nearest of them that is not the callee: ended by SIGKILL. */
  readonly killed: string;
  readonly callerLinks: readonly string[];
  readonly callerIsLinkedToCallee: boolean;
  readonly calleeIsLinkedToCaller: boolean;
  readonly callerKeepsRecord: boolean;
  readonly callerCalledBefore: boolean;
  /** From the signal to the typed line, ms. */
  readonly dialledAfterMs: number;
  readonly rang: boolean;
  /** As the caller's own clock has it. */
  readonly dialToRingMs: number;
}

/** What many phones showed, as tables for people. */
export function crowdTables(calls: readonly RandomCall[], death: DeathReport | undefined): string[] {
  const tables: string[] = [];
  if (calls.length > 0) {
    const rows = calls.map(({ from, to, wereLinked, dialToRingMs, dialToTalkMs }) => [
      `${from} calls ${to}`,
      wereLinked ? "linked" : "no link",
      ms(dialToRingMs),
      ms(dialToTalkMs),
    ]);
    tables.push(textTable(["call", "before", "dial to ringing", "dial to talking"], rows));
  }
  if (death !== undefined) {
    const { callee, caller, holders, killed, callerLinks, dialToRingMs } = death;
    tables.push(
      textTable(
        [`${killed} dies`, ""],
        [
          [`kept ${callee}, nearest first`, holders.map(({ name }) => name).join(", ")],
          ["killed", killed],
          [`${caller} is linked to`, callerLinks.join(", ")],
          [`${caller} calls ${callee}`, `rang after ${ms(dialToRingMs)}`],
        ],
      ),
    );
  }
  return tables;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
