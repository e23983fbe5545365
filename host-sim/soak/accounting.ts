import type { PrintedEvent } from "../virtual/lab.js";

/** What one phone says of itself at a quiet moment: of `memory` and of `records`. */
export interface PhoneCount {
  readonly name: string;
  /** Of the engine's own account, after a collection; absent where nothing bounds the phone's memory. */
  readonly liveBytes?: number;
  readonly arenaBytes?: number;
  /** Names whose registrations it keeps for the overlay. */
  readonly records: readonly string[];
  readonly tables: Readonly<Record<string, number>>;
}

/** What explains what there is: so many phones are on, and nobody has called for a while. */
export interface Situation {
  readonly phones: number;
  /** Copies of each registration. */
  readonly copies: number;
  /** Labels of what waits in virtual time. */
  readonly waiting: readonly string[];
}

/** Zero in a phone that nobody has used for longer than 64*T1 and than lookups are kept. */
export const idleTables: readonly string[] = [
  ...["attempts", "halfOpen", "retired", "publicKeyWork", "reassemblies", "helloSources", "creditSources"],
  ...["sought", "places", "transactions", "outgoing", "incoming", "sessions", "sipRequests", "nameLookups"],
  ...["namesFresh", "credentialsFound", "messages", "messagesAwaited", "voices", "callTimers"],
  ...["copiesUnderWay", "lookupsUnderWay", "recordsInVerification"],
  ...["contactsPending", "beaconsGreeted", "savesWaiting"],
];

/** The same, of a phone that has spoken with stock phones since it was switched on; before that it has none of them. */
const stockTables = ["stockTransactions", "stockCalls", "stockRequests"];

/** Zero at one of two looks some seconds apart: upkeep asks for something now and then. */
export const briefTables: readonly string[] = ["requestsUnderWay", "framesHeld", "acksWaiting"];

/** The answers of a phone to `memory` and `records`. */
export function countOf(name: string, memory: PrintedEvent, records: PrintedEvent): PhoneCount {
  const tables: Record<string, number> = {};
  for (const [key, value] of Object.entries(memory)) if (typeof value === "number") tables[key] = value;
  const { liveBytes, arenaBytes, ...others } = tables;
  const { peakBytes: _peak, instructions: _instructions, ...held } = others;
  const rows = (records["records"] ?? []) as readonly { readonly name: string }[];
  return {
    name,
    ...(liveBytes !== undefined && { liveBytes }),
    ...(arenaBytes !== undefined && { arenaBytes }),
    records: rows.map((row) => row.name),
    tables: held,
  };
}

/** What is not explained, a sentence each; `earlier` are counts of the same phones some seconds before. */
export function unexplained(
  situation: Situation,
  counts: readonly PhoneCount[],
  earlier: readonly PhoneCount[],
): string[] {
  const { phones, copies } = situation;
  const found = counts.flatMap((count, at) => [
    ...idleTables.flatMap((table) => wrong(count, table, count.tables[table], 0)),
    ...stockTables.flatMap((table) => wrong(count, table, count.tables[table] ?? 0, 0)),
    ...briefTables.flatMap((table) => {
      const least = Math.min(count.tables[table] ?? NaN, earlier[at]?.tables[table] ?? Infinity);
      return wrong(count, table, least, 0);
    }),
    ...wrong(count, "links", count.tables["links"], phones - 1),
    ...wrong(count, "indexes", count.tables["indexes"], phones - 1),
    ...wrong(count, "credentials", count.tables["credentials"], phones),
    ...atMost(count, "knownCredentials", phones),
  ]);
  return [...found, ...unexplainedRecords(counts, Math.min(copies, phones)), ...unexplainedTimers(situation)];
}

/** Each phone's registration is kept by so many. */
function unexplainedRecords(counts: readonly PhoneCount[], copies: number): string[] {
  const names = new Set(counts.flatMap(({ name, records }) => [name, ...records]));
  return [...names].flatMap((name) => {
    const holders = counts.flatMap((count) =>
      count.records.filter((one) => one === name).map(() => count.name),
    );
    const wanted = counts.some((count) => count.name === name) ? copies : 0;
    const who = holders.length === 0 ? "nobody" : holders.join(", ");
    return holders.length === wanted ? [] : [`${name} is kept by ${who}, ${wanted} copies are explained`];
  });
}

/** One timer a phone, datagrams on their way, and the soak's own. */
function unexplainedTimers({ phones, waiting }: Situation): string[] {
  const timers = waiting.filter((label) => label.startsWith("timer of "));
  const others = waiting.filter((label) => !/^(timer of|datagram|soak)/.test(label));
  const found = others.map((label) => `"${label}" waits, and nothing explains it`);
  if (timers.length !== phones || new Set(timers).size !== phones)
    found.push(`${timers.length} timers are armed, ${phones} are explained: ${timers.join(", ")}`);
  return found;
}

function wrong({ name }: PhoneCount, table: string, found: number | undefined, explained: number): string[] {
  return found === explained ? [] : [`${name}: ${table} ${found}, ${explained} explained`];
}

function atMost({ name, tables }: PhoneCount, table: string, most: number): string[] {
  const found = tables[table] ?? NaN;
  return found <= most ? [] : [`${name}: ${table} ${found}, at most ${most} explained`];
}
