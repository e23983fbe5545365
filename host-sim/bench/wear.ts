import { instant } from "../../firmware/core/time.js";
import { encodeCallLog, type StoredCall } from "../../firmware/storage/call-log-codec.js";
import { encodeContacts } from "../../firmware/storage/contacts-codec.js";
import { sealItem } from "../../firmware/storage/stored-item.js";
import { callLogEntriesMax } from "../../firmware/core/limits.js";
import { keyValues, nvsPages } from "../power-cuts/media.js";
import { NvsPartition } from "../power-cuts/nvs-partition.js";
import { itemOf } from "../power-cuts/stored-state.js";
import { VirtualLab } from "../virtual/lab.js";
import type { StorageWrite, VirtualStorage } from "../virtual/storage.js";
import type { BenchRow } from "./bench-row.js";

const hourMs = 3_600_000;
const callsADay = 30;
const talkMs = 20_000;
const measured = "24 virtual hours from switching on, four phones";
/** Of one page of flash, as makers promise. */
const eraseCycles = 100_000;
const yearsMin = 10;
/** How often all pages are filled and erased, by such days one after the other, to see how they wear. */
const roundsReplayed = 2;

/** What a phone wrote in a day, and with what in its memory the day began. */
interface DayOfWrites {
  readonly writes: readonly StorageWrite[];
  readonly before: ReadonlyMap<string, Uint8Array>;
}

/**
 * Writes to flash of one phone in a whole virtual day, from being switched on: one that is left alone, and one with 30
 * calls and 30 messages, among phones of which one comes and goes each hour.
 */
export function wearRows(seed: number): BenchRow[] {
  const idle = writesOfDay(seed, quietDay);
  const busy = writesOfDay(seed, busyDay);
  const items = [...new Set(busy.writes.map(({ key }) => itemOf(key)))];
  return [
    row(
      "flash: writes a day, phone left alone",
      idle.writes.length,
      "writes",
      12,
      `${bytesOf(idle.writes)} B; ${measured}`,
    ),
    row(
      "flash: writes a day, 30 calls and 30 messages",
      busy.writes.length,
      "writes",
      150,
      `${bytesOf(busy.writes)} B; ${measured}, one comes and goes`,
    ),
    ...items.map((item) => {
      const writes = busy.writes.filter(({ key }) => itemOf(key) === item);
      return row(`of these: ${item}`, writes.length, "writes", null, `${bytesOf(writes)} B`);
    }),
    wornRow("flash: erasures of a page in 10 years, left alone", idle),
    wornRow("flash: erasures of a page in 10 years, 30 calls a day", busy),
  ];
}

/** The page that is erased most when such days follow each other, beside what it may be. */
function wornRow(name: string, { writes, before }: DayOfWrites): BenchRow {
  const flash = new NvsPartition(nvsPages);
  const storage = keyValues(flash);
  for (const [key, value] of before) storage.set(key, value);
  const erasures = (): number => flash.erases.reduce((sum, one) => sum + one, 0);
  let days = 0;
  for (; erasures() < roundsReplayed * nvsPages && days < 365 * yearsMin; days++)
    for (const { key, value } of writes) storage.set(key, value);
  const inYears = Math.ceil((erasures() * 365 * yearsMin) / (days * nvsPages));
  const years = Math.round((eraseCycles * yearsMin) / Math.max(1, inYears));
  const note = `NVS of ${4 * nvsPages} KB, pages erased in turn, ${eraseCycles} cycles each: ${years} years; a model`;
  return row(name, inYears, "erasures", eraseCycles, note);
}

type Day = (lab: VirtualLab) => void;

function writesOfDay(seed: number, day: Day): DayOfWrites {
  const lab = new VirtualLab({ seed: `${seed} wear` });
  for (const name of ["bob", "carol", "dave"]) lab.switchOn(name);
  // A first start makes the key; the day begins with the second.
  const made = lab.switchOn("alice").memory;
  lab.expect("alice", "registered");
  lab.run(hourMs);
  lab.switchOff("alice");
  const before = usedFor(made);
  const writes: StorageWrite[] = [];
  for (const [key, value] of before) made.set(key, value);
  made.onWrite = (write) => void writes.push(write);
  lab.switchOn("alice");
  lab.expect("alice", "registered");
  day(lab);
  return { writes, before };
}

/** A phone that has been in use for long: a full log, twenty contacts. */
function usedFor(memory: VirtualStorage): ReadonlyMap<string, Uint8Array> {
  const name = (n: number): string => `somebody${n}`;
  const contacts = Array.from({ length: 20 }, (_, n) => ({ name: name(n), generation: 0 }));
  const calls = Array.from({ length: callLogEntriesMax }, (_, n): StoredCall => {
    const at = instant(n * hourMs);
    return {
      direction: "incoming",
      name: name(n),
      outcome: "talked",
      bootCount: 1,
      startedAt: at,
      talkedMs: talkMs,
    };
  });
  const filled = new Map(memory.contents);
  for (const [n, end] of ["", "-b"].entries()) {
    filled.set(`contacts${end}`, sealItem("contacts", encodeContacts(contacts), n + 1));
    filled.set(`calls${end}`, sealItem("calls", encodeCallLog(calls), n + 1));
  }
  return filled;
}

function quietDay(lab: VirtualLab): void {
  lab.run(24 * hourMs);
}

function busyDay(lab: VirtualLab): void {
  const partners = ["bob", "carol"];
  const pauseMs = Math.floor((24 * hourMs) / callsADay) - talkMs - 2000;
  for (let n = 0; n < callsADay; n++) {
    const partner = partners[n % partners.length] ?? "bob";
    const [from, to] = n % 3 === 0 ? [partner, "alice"] : ["alice", partner];
    lab.type(from, `message ${to} shall I call you?`);
    lab.run(1000);
    call(lab, from, to);
    if (n % 2 === 0) lab.switchOff("dave");
    else lab.switchOn("dave");
    lab.run(pauseMs);
  }
}

function call(lab: VirtualLab, from: string, to: string): void {
  for (const name of [from, to]) lab.forget(name);
  lab.type(from, `call ${to}`);
  lab.expect(to, "incoming");
  lab.type(to, "answer");
  lab.expect(from, "talking");
  lab.run(talkMs);
  lab.type(from, "hangup");
  lab.expect(from, "ended");
}

function bytesOf(writes: readonly StorageWrite[]): number {
  return writes.reduce((sum, { value }) => sum + value.length, 0);
}

// A row of a table reads best on one line.
// eslint-disable-next-line max-params -- a row is five cells
function row(name: string, value: number, unit: string, budget: number | null, note: string): BenchRow {
  return { name, value, unit, budget, reload: null, note };
}
