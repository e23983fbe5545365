import type { AdversaryReport } from "./adversaries.js";
import { hotKeyRows, type HotKeyReport } from "./hot-key.js";
import type { LookupReport } from "./lookup-traffic.js";
import { markOf, marked, textTable } from "../table.js";
import type { CryptoName } from "./run-simulation.js";
import type { PartitionReport } from "./partition.js";
import type { Part } from "./traffic-book.js";

/** What a run came to: the form of `--json`. */
export interface SimReport {
  readonly scenario: string;
  /** "cheap": hashes, signatures and boxes are stand-ins; times and bytes are as with the real ones. */
  readonly crypto: CryptoName;
  readonly nodes: number;
  readonly seed: number;
  /** Within which time all were switched on, how many bootstraps there were, how many of them each node was told. */
  readonly switchOn: { readonly seconds: number; readonly bootstraps: number; readonly told: number };
  readonly virtualSeconds: number;
  readonly wallSeconds: number;
  readonly traceHash: string;
  /** Times a node became a peer: each session counts. */
  readonly joined: number;
  readonly lookups: LookupReport;
  /** Of the requests of lookups whose first end-to-end attempt succeeded. */
  readonly hops: { readonly mean: number; readonly p95: number; readonly max: number };
  readonly records: { readonly stored: number; readonly lost: number };
  /** From a death until what the dead node held is on three living nodes again. */
  readonly repairSeconds: { readonly count: number; readonly p95: number | null };
  /** UDP payload, sent and received. */
  readonly bytesPerNodePerMinute: { readonly [part in Part]: number | null };
  /** At the end, and changes from client to peer and back since bytes are counted. */
  readonly roles: {
    readonly peers: number;
    readonly clients: number;
    readonly changes: number;
    readonly changesPerNodeHour: number | null;
  };
  /** How often somebody registered could not be called, and for how long; not looked at beyond 200 nodes. */
  readonly unreachableSeconds: { readonly count: number; readonly p95: number | null; readonly max: number };
  /** Where everybody looked one name up. */
  readonly hotKey?: HotKeyReport;
  /** Where there are any; all other figures are of the honest. */
  readonly adversaries?: AdversaryReport;
  readonly failures: readonly string[];
}

/** The report for people. */
export function simTable(report: SimReport): string {
  const { lookups, hops, records, repairSeconds, bytesPerNodePerMinute: bytes, failures } = report;
  const { adversaries, hotKey, roles, switchOn, unreachableSeconds: unreachable } = report;
  const share = lookups.count === 0 ? 1 : lookups.succeeded / lookups.count;
  const rows = [
    ["nodes", `${report.nodes}, ${report.joined} times one became a peer`],
    [
      "",
      `switched on within ${switchOn.seconds} s, each told ${switchOn.told} of ${switchOn.bootstraps} bootstraps`,
    ],
    ["time", `${report.virtualSeconds} s virtual in ${report.wallSeconds} s`],
    [
      "lookups",
      marked(`${lookups.count}, ${(100 * share).toFixed(2)} % at the first attempt`, markOf(share >= 0.995)),
    ],
    [
      "",
      `${lookups.retried} retried, ${lookups.found} found in the end, 95 % within ${shown(lookups.p95Ms)} ms`,
    ],
    ["", `${lookups.single} by one question, put by one way`],
    ["hops", `mean ${hops.mean.toFixed(2)}, 95 % within ${hops.p95}, at most ${hops.max}`],
    ["records", marked(`${records.stored} stored, ${records.lost} lost`, markOf(records.lost === 0))],
    ["repair", `${repairSeconds.count} times, 95 % within ${shown(repairSeconds.p95)} s`],
    ["bytes a minute", bytesText(bytes)],
    ["roles", `${roles.peers} peers, ${roles.clients} clients; ${roles.changes} changes`],
    ["", `${shown(roles.changesPerNodeHour)} changes for each hour of a phone`],
    [
      "unreachable",
      `${unreachable.count} times, 95 % within ${shown(unreachable.p95)} s, at most ${unreachable.max} s`,
    ],
  ];
  if (hotKey !== undefined) rows.push(...hotKeyRows(hotKey));
  if (adversaries !== undefined) rows.push(...adversaryRows(adversaries));
  return [
    textTable([report.scenario, `seed ${report.seed}, ${cryptoLabel(report.crypto)}`], rows),
    `trace ${report.traceHash}`,
    ...failures.map((failure) => `FAILED ${failure}`),
  ].join("\n");
}

function adversaryRows(report: AdversaryReport): string[][] {
  const { kind, count, foundPercent, hiddenPercent, victim, partition } = report;
  const rows = [
    [kind, `${count} of the nodes; the honest found ${foundPercent} % in the end`],
    ["", `${hiddenPercent} % of their registrations are with no honest node`],
  ];
  if (partition !== undefined) rows.push(...partitionRows(partition));
  if (victim === undefined) return rows;
  const { siblingsTaken, linksTakenPercent, asksFoundPercent, soughtFoundPercent } = victim;
  rows.push([
    "victim",
    `${siblingsTaken} of its 8 nearest links and ${linksTakenPercent} % of all are taken`,
  ]);
  rows.push(["", `it finds ${asksFoundPercent} %, is found by ${soughtFoundPercent} % of who ask`]);
  return rows;
}

function partitionRows(report: PartitionReport): string[][] {
  const { crossing, withinFoundPercent, acrossFoundPercent, noticedPercent, bridged } = report;
  const rows = [
    ["islands", `found within ${withinFoundPercent} %, across ${acrossFoundPercent} % (${crossing})`],
    ["", `${noticedPercent} % of the honest say in status that somebody seems to lie`],
  ];
  if (bridged !== undefined)
    rows.push(["", `across ${bridged.acrossFoundPercent} % once an honest node links both`]);
  return rows;
}

/** How the crypto of a run is named wherever its figures stand. */
export function cryptoLabel(crypto: CryptoName): string {
  return crypto === "real" ? "real crypto" : "CHEAP crypto (stand-ins, not the real one)";
}

/** Bytes a minute of each part, for people. */
export function bytesText(bytes: SimReport["bytesPerNodePerMinute"]): string {
  return `clients ${shown(bytes.client)}, phones as peers ${shown(bytes.lowPeer)}, host peers ${shown(bytes.highPeer)}`;
}

function shown(figure: number | null): string {
  return figure === null ? "none" : String(figure);
}
