import { spawnSync } from "node:child_process";
import { chipArenaBytes } from "../lab/rv32-engine.js";
import type { BenchRow } from "./bench-row.js";
import { countFloodOnChip, countOnChip, type ChipCounts } from "./chip-counts.js";
import { measureImage } from "./chip-image.js";
import { ChipLab } from "./chip-lab.js";
import { countPhone, type PhoneCounts } from "./chip-phone.js";
import { smallest } from "./smallest.js";

const kilobyte = 1024;
/** An ESP32-C3: 160 MHz, and what XS and libsodium are supposed to reach on it, which no emulator can tell. */
const megahertz = 160;
const instructionsPerCycle = 0.7;
const searchRange = { least: 60 * kilobyte, most: 128 * kilobyte, step: 2 * kilobyte };
/** A quarter of a C3's second. */
const callMsMax = 250;

/**
 * What the phone needs of an ESP32-C3, measured on its instruction set: memory of a lab of emulated phones, and
 * instructions with an estimate of their time. Three minutes and more, in real time.
 */
export async function chipRows(seed: number, tell: (line: string) => void): Promise<BenchRow[]> {
  tell("the emulated chip: sizes, and counts without network");
  const sizes = await measureImage();
  const counts = await countOnChip();
  const phone = await countPhone(seed, (line) => tell(`the emulated chip: ${line}`));
  return [
    ...(await memoryRows(seed, tell)),
    row("byte code of all modules", sizes.byteCode, "B", "in flash"),
    row("image: engine, libraries, natives, board", sizes.text, "B", "text and constants, in flash"),
    row("objects frozen at preload", sizes.objects, "B", "in flash"),
    ...countedRows(counts),
    ...phoneRows(phone),
    ...floodRows(await countFloodOnChip()),
  ];
}

/** What is to be installed before the chip can be measured, a sentence. */
export function chipToolsMissing(): string | undefined {
  const missing = chipTools.filter(({ command }) => {
    return spawnSync(command, ["--version"], { stdio: "ignore" }).error !== undefined;
  });
  if (missing.length === 0) return undefined;
  const names = missing.map(({ name }) => name).join(" ");
  return `the emulated chip cannot be measured without ${names}; on Debian: sudo apt-get install -y ${names}`;
}

/** Debian packages, and a command of each. */
const chipTools = [
  { name: "qemu-system-misc", command: "qemu-system-riscv32" },
  { name: "gcc-riscv64-unknown-elf", command: "riscv64-unknown-elf-gcc" },
];

/** Bytes of the largest phone, and the smallest arena with which all goes well. */
async function memoryRows(seed: number, tell: (line: string) => void): Promise<BenchRow[]> {
  const lab = new ChipLab(seed);
  try {
    tell("the emulated chip: three phones and one in Node");
    const { registered, inCall } = await lab.run(chipArenaBytes);
    const arena = await smallest(searchRange, (bytes) => passes(lab, bytes, tell));
    const note = "three phones on emulated chips and one in Node, two calls at once; garbage collected";
    return [
      { ...row("memory of a registered phone", registered, "B", note), budget: 48 * kilobyte },
      { ...row("memory of a phone in a call", inCall, "B", note), budget: 64 * kilobyte },
      {
        ...row(
          "smallest arena with which that lab passes",
          arena,
          "B",
          "slots, chunks and stack; in 2 KB steps",
        ),
        budget: 96 * kilobyte,
      },
    ];
  } finally {
    lab.close();
  }
}

async function passes(lab: ChipLab, bytes: number, tell: (line: string) => void): Promise<boolean> {
  try {
    await lab.run(bytes);
    tell(`the emulated chip: the lab passes with ${bytes / kilobyte} KB`);
    return true;
  } catch (fault) {
    const sentence = fault instanceof Error ? (fault.message.split("\n")[0] ?? "") : String(fault);
    tell(`the emulated chip: not with ${bytes / kilobyte} KB: ${sentence}`);
    return false;
  }
}

/** Counts without network: the same in each run. */
export function countedRows({ cold, known, ping, store, record, nodeIdWork }: ChipCounts): BenchRow[] {
  return [
    counted("handshake, cold, initiator", cold.initiator, null),
    counted("handshake, cold, responder", cold.responder, null),
    counted("its public-key part, cold", Math.max(cold.initiatorPublicKey, cold.responderPublicKey), 135),
    counted("handshake, both known, initiator", known.initiator, null),
    counted("handshake, both known, responder", known.responder, null),
    counted("its public-key part, known", Math.max(known.initiatorPublicKey, known.responderPublicKey), 85),
    counted("a record verified", record, 30),
    counted("a Store verified, kept and answered", store, null),
    counted("a ping answered", ping, null),
    counted("work of a Node-ID, mean, once in a phone's life", nodeIdWork, null),
  ];
}

/** Counts of a phone in real time: no two runs are quite alike. */
export function phoneRows({ boot, callSetUp, callSecond, idleMinute }: PhoneCounts): BenchRow[] {
  return [
    counted("boot to registered, its key made before", boot, null),
    counted("a call set up, by the caller", callSetUp, null),
    counted("a second of call audio, both ways", callSecond, callMsMax),
    counted("an idle minute, one peer", idleMinute, null),
  ];
}

/** Counts of one datagram each, beyond what a stranger gets answered in a second. */
export function floodRows(counts: Readonly<Record<string, number>>): BenchRow[] {
  return Object.entries(counts).map(([kind, instructions]) => {
    return counted(`a datagram of a flood, in a call: ${kind}`, instructions, null);
  });
}

/** Millions of instructions, beside a bound given in ms of a C3. */
function counted(name: string, instructions: number, msMax: number | null): BenchRow {
  const perMs = megahertz * 1000 * instructionsPerCycle;
  const ms = Math.round((10 * instructions) / perMs) / 10;
  const note = `${ms} ms on a C3, supposing ${instructionsPerCycle} instructions a cycle at ${megahertz} MHz`;
  const budget = msMax === null ? null : Math.round((msMax * perMs) / 1e4) / 100;
  return { ...row(name, Math.round(instructions / 1e4) / 100, "M instr.", note), budget };
}

function row(name: string, value: number, unit: string, note: string): BenchRow {
  return { name, value, unit, note, budget: null, reload: null };
}
