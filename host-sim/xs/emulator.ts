import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdirSync } from "node:fs";
import { addressBytes } from "../../firmware/core/endpoint.js";
import { uptimeOffsetMicroseconds } from "./host-uptime.js";

/** A handset in QEMU. What the image's own options mean is in host-sim/xs/README.md and rv32/README.md. */
export interface EmulatorStart {
  /** The image, made by rv32.mk. */
  readonly image: string;
  /** The byte code of all modules, an archive of muster-xs-emit, laid into the emulated flash. */
  readonly byteCode?: string;
  /** The handset's IPv4 address; its hardware address is made of it. Without one it has no network. */
  readonly address?: string;
  /** The Unix socket of the switch its network card is plugged into; without one it has none. */
  readonly switchPath?: string;
  /** Options of the image: state, arena, speak, record, main, seed, report ... */
  readonly options?: Readonly<Record<string, string | number>>;
  /** Values of `mc/config`. */
  readonly config?: Readonly<Record<string, string>>;
  /**
   * Counts instructions: its clock goes on by one nanosecond with each. "paced": sleep takes the time it says, so that
   * it can be talked to, by its serial line or network. "fast": sleep takes no time, a day is over in a moment; not
   * beside anything that lives in real time. Without it, its clock is this computer's, and nothing is counted.
   */
  readonly counting?: "paced" | "fast";
}

/** Where chip.h has the byte code. */
const byteCodeAddress = 0x8100_0000;
const memory = "64M";
const counters = { paced: "shift=0", fast: "shift=0,sleep=off" } as const;

const running = new Set<ChildProcessWithoutNullStreams>();
let watchesExit = false;

/**
 * Starts an emulated handset. Standard input and output of the process are the phone's serial line, standard error
 * its diagnostics; its exit status is that of the firmware (0 asked to end, 1 could not go on, 11 memory full).
 * The folder of option `state` is made when it is not there. It dies with this process, however that ends;
 * `kill("SIGKILL")` always works.
 */
export function startEmulator(start: EmulatorStart): ChildProcessWithoutNullStreams {
  const state = start.options?.["state"];
  if (state !== undefined) mkdirSync(String(state), { recursive: true });
  const [program = "", ...words] = emulatorCommand(start);
  const child = spawn(program, words, { stdio: "pipe" });
  if (!watchesExit) process.once("exit", killAll);
  watchesExit = true;
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

/** The command line of an emulated handset. */
export function emulatorCommand(start: EmulatorStart): string[] {
  return [
    ...["setpriv", "--pdeathsig", "KILL", "--"],
    ...["qemu-system-riscv32", "-M", "virt", "-bios", "none", "-display", "none", "-monitor", "none"],
    ...["-m", memory, "-nodefaults", "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"],
    ...(start.counting === undefined ? [] : ["-icount", counters[start.counting]]),
    ...network(start),
    ...["-semihosting-config", ["enable=on", "target=native", ...semihostingArguments(start)].join(",")],
    ...(start.byteCode === undefined ? [] : ["-device", loader(start.byteCode)]),
    ...["-kernel", start.image],
  ];
}

function network({ switchPath, address }: EmulatorStart): string[] {
  if (switchPath === undefined || address === undefined) return [];
  const stream = `stream,id=net,server=off,addr.type=unix,addr.path=${doubledCommas(switchPath)}`;
  return [
    ...["-global", "virtio-mmio.force-legacy=false", "-netdev", stream],
    ...["-device", `virtio-net-device,netdev=net,mac=${macText(address)}`],
  ];
}

/** 52:54 (QEMU's own beginning, locally administered), then the IPv4 address. */
function macText(address: string): string {
  const bytes = addressBytes(address);
  if (bytes?.length !== 4) throw new Error(`${address} is no IPv4 address`);
  return ["52", "54", ...Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))].join(":");
}

function loader(file: string): string {
  return `loader,file=${doubledCommas(file)},addr=0x${byteCodeAddress.toString(16)},force-raw=on`;
}

/** QEMU's own way to have a comma in a value. */
function doubledCommas(text: string): string {
  return text.replaceAll(",", ",,");
}

function semihostingArguments({ options = {}, config = {}, counting, address }: EmulatorStart): string[] {
  const words = [
    ...Object.entries(options).map(([name, value]) => `${name}=${value}`),
    ...Object.entries(config).map(([name, value]) => `config=${name}=${value}`),
    ...(address === undefined ? [] : [`address=${address}`]),
    counting !== undefined ? "counting=1" : `uptimeOffset=${uptimeOffsetMicroseconds()}`,
  ];
  return ["arg=muster", ...words.map((word) => `arg=${encoded(word)}`)];
}

/** As options.c reads it: what would part words or options, and what is not printable ASCII, as %XX. */
function encoded(word: string): string {
  const bytes = Array.from(Buffer.from(word, "utf8"));
  return bytes.map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : percent(byte))).join("");
}

function isPlain(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f && byte !== 0x25 && byte !== 0x2c;
}

function percent(byte: number): string {
  return `%${byte.toString(16).padStart(2, "0")}`;
}

function killAll(): void {
  for (const child of running) child.kill("SIGKILL");
}
