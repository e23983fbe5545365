import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HandsetProcess } from "../lab/handset-process.js";
import { speechFile } from "../lab/speech.js";
import { boardArenaBytes } from "../xs/board-arena.js";
import { makeByteCode, makeModuleMap, makeXsProgram, missingForXs } from "../xs/build.js";

/** What runs the firmware of the victim. */
export type FloodEngine = "node" | "xs";

/** One handset of a flood before it is started. */
export interface Planned {
  readonly name: string;
  readonly address: string;
  /** Its folder: state, and the datagrams noted. */
  readonly folder: string;
  readonly overlay: string;
}

/** For a board's memory, which the 32-bit host has to the byte: what a host with slots twice as large needs. */
const wideArenaBytes = 262 * 1024;

/** A handset in Node whose heap and datagrams are observed. */
export function startObserved({ name, address, folder, overlay }: Planned): HandsetProcess {
  mkdirSync(join(folder, "state"), { recursive: true });
  const script = fileURLToPath(new URL("observed-handset.js", import.meta.url));
  const words = ["--expose-gc", script, "--name", name, "--address", address, "--overlay", overlay];
  words.push("--state", join(folder, "state"), "--speak", speechFile(name), "--tap", tapOf(folder));
  return new HandsetProcess({ name, address }, spawn(process.execPath, words, { stdio: "pipe" }));
}

/** A handset on the XS engine in a chip's arena: of 32 bits where that can be made, else of 64 and in more memory. */
export function startOnXs({ name, address, folder, overlay }: Planned): HandsetProcess {
  mkdirSync(join(folder, "state"), { recursive: true });
  const isChipSized = missingForXs("host32").length === 0;
  const map = makeModuleMap("phone");
  const code = isChipSized ? ["--image", makeByteCode(map)] : ["--map", map];
  const words = [
    ...code,
    "--arena",
    String(isChipSized ? boardArenaBytes : wideArenaBytes),
    "--address",
    address,
  ];
  words.push("--state", join(folder, "state"), "--config", "console=json", "--config", "wifi=none");
  words.push("--speak", speechFile(name), "--loop");
  const child = spawn(makeXsProgram(isChipSized ? "host32" : "host"), words, { stdio: "pipe" });
  const handset = new HandsetProcess({ name, address }, child);
  for (const line of [`set overlay ${overlay}`, `set name ${name}`]) handset.type(line);
  return handset;
}

/** Where an observed handset notes its datagrams. */
export function tapOf(folder: string): string {
  return join(folder, "datagrams.jsonl");
}

/** Datagrams that the kernel could not give to the socket at an address and port, which was too slow; 0 elsewhere. */
export function kernelDrops(address: string, port: number): number {
  const hex = (value: number, digits: number): string =>
    value.toString(16).toUpperCase().padStart(digits, "0");
  const bytes = address.split(".").map((part) => hex(Number(part), 2));
  const wanted = `${bytes.reverse().join("")}:${hex(port, 4)}`;
  try {
    const lines = readFileSync("/proc/self/net/udp", "latin1").split("\n");
    const fields = lines.map((line) => line.trim().split(/\s+/)).find((each) => each[1] === wanted);
    return Number(fields?.at(-1) ?? 0);
  } catch {
    return 0;
  }
}
