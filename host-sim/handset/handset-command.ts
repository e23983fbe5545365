import { homedir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { printable } from "../../firmware/console/printable.js";
import { musterPort } from "../../firmware/core/limits.js";
import { settingEntry, settingValue, type SettingName } from "../../firmware/console/setting.js";
import { switchOn } from "../../firmware/main.js";
import type { DatagramPort, PlainPort } from "../../hal/datagram.js";
import type { MemoryGauge } from "../../hal/memory.js";
import { fileFaultText } from "../../hal/node/folder.js";
import { NodePlatform, type ConsoleChoice } from "../../hal/node/platform.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { readWav, type WavFault } from "../audio/wav.js";
import { CommandFault } from "../command-line.js";
import { wholeNumber } from "../lab/lab-command.js";
import { localAddress } from "../local-address.js";
import { LossyPlainPort, LossyPort } from "../lossy-port.js";
import { Prng } from "../virtual/prng.js";
import { CaptureFile } from "./capture-file.js";
import { checkRecordable, keepRecording } from "./recording.js";

interface Flags {
  readonly name?: string;
  readonly fullname?: string;
  readonly overlay?: string;
  readonly address?: string;
  readonly port: number;
  readonly bootstrap?: string;
  readonly stockSip?: string;
  readonly state?: string;
  readonly memory?: number;
  readonly speak?: string;
  readonly record?: string;
  readonly capture?: string;
  readonly loss: number;
  readonly seed: number;
  readonly pty?: true;
  readonly json?: true;
}

/** `muster handset`: one telephone on this computer, with its console on the standard streams. */
export function registerHandset(program: Command): void {
  program
    .command("handset")
    .description("run one telephone; type `help` on its console")
    .option("--name <user>", "user name; kept from then on")
    .option("--fullname <text>", "what others see beside the user name; none: nothing; kept from then on")
    .option("--overlay <name>", "name of the overlay; kept from then on")
    .option("--address <ip>", "local address; without it the first one of a network interface")
    .option("--port <n>", "UDP port", wholeNumber(1, 65_535), musterPort)
    .option("--bootstrap <addresses>", "addresses of peers to try, separated by commas")
    .option("--stock-sip <on|off>", "whether plain SIP phones can call it, at port 5060; kept from then on")
    .option("--state <folder>", "where key, settings and contacts are kept; without it ~/.muster/<name>")
    .option("--memory <bytes>", "be no larger than a phone with so much memory", wholeNumber(65_536, 2 ** 31))
    .option("--speak <wav>", "what the microphone hears in each call (8 kHz, 16 bit, mono)")
    .option("--record <wav>", "where to keep what the loudspeaker played in the last call")
    .option("--capture <file>", "write opened messages there, for `muster decode`")
    .option("--loss <percent>", "arriving datagrams to lose", wholeNumber(0, 100), 0)
    .option("--seed <n>", "seed of that loss", wholeNumber(0, 0xffffffff), 1)
    .option("--pty", "a second console on a pseudo-terminal, whose path is printed")
    .option("--json", "answers and events as JSON, one a line")
    .action((flags: Flags) => runHandset(flags));
}

function runHandset(flags: Flags): void {
  const address = localAddress(flags.address);
  const settings = settingsOf(flags);
  const capture = flags.capture === undefined ? undefined : captureTo(flags.capture, address, flags.port);
  const { record } = flags;
  const tell = (event: string, sentence: string, fields: object = {}): void => {
    const line = flags.json === true ? JSON.stringify({ event, sentence, ...fields }) : sentence;
    process.stdout.write(`${line}\n`);
  };
  try {
    if (record !== undefined) checkRecordable(record);
    const platform = new NodePlatform({
      address,
      storageFolder: flags.state ?? join(homedir(), ".muster", flags.name ?? "handset"),
      crypto: new SodiumCrypto(),
      consoles: consolesOf(flags),
      ...(flags.memory !== undefined && { gauge: gaugeOf(flags.memory) }),
      ...(flags.speak !== undefined && { microphone: speech(flags.speak) }),
      ...(record !== undefined && {
        onRecording: (recording) => {
          const fault = keepRecording(record, recording);
          if (fault !== undefined) tell("fault", fault);
          else tell("recorded", `What was heard is kept in ${record}.`, { path: record });
        },
      }),
      onPty: (path) => tell("consoleOpened", `A second console is at ${path}.`, { path }),
      wrapPort: (port) => wrap(port, flags, capture),
      wrapPlainPort: (port) => wrapPlain(port, flags),
      onFault: (sentence) => tell("fault", sentence),
    });
    switchOn(platform, {
      port: flags.port,
      settings,
      ...(capture && { capture: (opened) => capture.addOpened(opened) }),
    });
  } catch (fault) {
    if (fault instanceof CommandFault) throw fault;
    throw new CommandFault("cannot-start", fault instanceof Error ? fault.message : String(fault));
  }
}

/** Of a memory nobody measures: only its size is known. */
function gaugeOf(arenaBytes: number): MemoryGauge {
  return { read: () => ({ liveBytes: 0, peakBytes: 0, arenaBytes, instructions: 0 }) };
}

/** The settings among the options. What the console would refuse is refused here, before anything is started. */
function settingsOf(flags: Flags): { [name in SettingName]?: string } {
  const settings: { [name in SettingName]?: string } = {};
  const given = { ...flags, "stock-sip": flags.stockSip };
  for (const name of ["name", "fullname", "overlay", "bootstrap", "stock-sip"] as const) {
    const text = given[name];
    if (text === undefined) continue;
    const value = settingValue(settingEntry(name), text);
    if (!value.ok)
      throw new CommandFault("bad-value", `--${name} cannot be "${printable(text)}"`, [value.error.allowed]);
    settings[name] = value.value;
  }
  return settings;
}

function consolesOf(flags: Flags): ConsoleChoice[] {
  const consoles: ConsoleChoice[] = [{ on: "stdio", format: flags.json === true ? "json" : "text" }];
  if (flags.pty === true) consoles.push({ on: "pty", format: "text" });
  return consoles;
}

function wrap(port: DatagramPort, flags: Flags, capture: CaptureFile | undefined): DatagramPort {
  const lossy = flags.loss === 0 ? port : new LossyPort(port, flags.loss / 100, new Prng(flags.seed));
  return capture === undefined ? lossy : capture.watching(lossy, () => performance.now());
}

function wrapPlain(port: PlainPort, flags: Flags): PlainPort {
  return flags.loss === 0 ? port : new LossyPlainPort(port, flags.loss / 100, new Prng(flags.seed));
}

function captureTo(path: string, address: string, port: number): CaptureFile {
  try {
    return new CaptureFile(path, { address, port });
  } catch (fault) {
    throw new CommandFault("cannot-write", `${path} cannot be written: ${fileFaultText(fault)}`);
  }
}

function speech(path: string): Int16Array {
  const samples = readWav(path);
  if (samples.ok) return samples.value;
  const needed = "a WAV file of 16 bit PCM, mono, 8000 Hz is needed";
  throw new CommandFault("bad-wav", `${path} ${wavFaults[samples.error]}; ${needed}`);
}

const wavFaults: Readonly<Record<WavFault, string>> = {
  unreadable: "cannot be read",
  "not-wav": "is no WAV file",
  "not-pcm-16": "is not 16 bit PCM",
  "not-mono": "is not mono",
  "not-8000-hz": "is not of 8000 Hz",
  empty: "holds no sound",
  "too-long": "is too long",
};
