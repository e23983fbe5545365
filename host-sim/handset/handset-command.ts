import { homedir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { musterPort } from "../../firmware/core/limits.js";
import { switchOn } from "../../firmware/main.js";
import type { DatagramPort } from "../../hal/datagram.js";
import { interfaceAddresses } from "../../hal/node/interface-address.js";
import { NodePlatform, type ConsoleChoice } from "../../hal/node/platform.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { readWav } from "../audio/wav.js";
import { CommandFault } from "../command-line.js";
import { wholeNumber } from "../lab/lab-command.js";
import { LossyPort } from "../lossy-port.js";
import { Prng } from "../virtual/prng.js";
import { CaptureFile } from "./capture-file.js";
import { keepRecording } from "./recording.js";

interface Flags {
  readonly name?: string;
  readonly overlay?: string;
  readonly address?: string;
  readonly port: number;
  readonly bootstrap?: string;
  readonly state?: string;
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
    .option("--overlay <name>", "name of the overlay; kept from then on")
    .option("--address <ip>", "local address; without it the first one of a network interface")
    .option("--port <n>", "UDP port", wholeNumber(1, 65_535), musterPort)
    .option("--bootstrap <addresses>", "addresses of peers to try, separated by commas")
    .option("--state <folder>", "where key, settings and contacts are kept; without it ~/.muster/<name>")
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
  const address = flags.address ?? firstAddress();
  const capture = flags.capture === undefined ? undefined : captureTo(flags.capture, address, flags.port);
  const { record } = flags;
  const tell = (event: string, fields: object): void => {
    const line = flags.json === true ? JSON.stringify({ event, ...fields }) : Object.values(fields).join(" ");
    process.stdout.write(`${line}\n`);
  };
  try {
    const platform = new NodePlatform({
      address,
      storageFolder: flags.state ?? join(homedir(), ".muster", flags.name ?? "handset"),
      crypto: new SodiumCrypto(),
      consoles: consolesOf(flags),
      ...(flags.speak !== undefined && { microphone: speech(flags.speak) }),
      ...(record !== undefined && {
        onRecording: (recording) => {
          keepRecording(record, recording);
          tell("recorded", { path: record });
        },
      }),
      onPty: (path) => tell("consoleOpened", { path }),
      wrapPort: (port) => wrap(port, flags, capture),
      onFault: (sentence) => tell("fault", { sentence }),
    });
    switchOn(platform, {
      port: flags.port,
      settings: settingsOf(flags),
      ...(capture && { capture: (opened) => capture.addOpened(opened) }),
    });
  } catch (fault) {
    if (fault instanceof CommandFault) throw fault;
    throw new CommandFault("cannot-start", fault instanceof Error ? fault.message : String(fault));
  }
}

function settingsOf(flags: Flags): Record<string, string> {
  return {
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.overlay !== undefined && { overlay: flags.overlay }),
    ...(flags.bootstrap !== undefined && { bootstrap: flags.bootstrap }),
  };
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

function captureTo(path: string, address: string, port: number): CaptureFile {
  try {
    return new CaptureFile(path, { address, port });
  } catch (fault) {
    throw new CommandFault(
      "cannot-write",
      `${path}: ${fault instanceof Error ? fault.message : String(fault)}`,
    );
  }
}

function speech(path: string): Int16Array {
  const samples = readWav(path);
  if (!samples.ok) throw new CommandFault("bad-wav", `${path}: ${JSON.stringify(samples.error)}`);
  return samples.value;
}

/** The first address that others on a network can reach; loopback where there is no network. */
function firstAddress(): string {
  const addresses = interfaceAddresses();
  const outside = addresses.find(({ address }) => !address.startsWith("127."));
  return (outside ?? addresses[0])?.address ?? "127.0.0.1";
}
