import { createReadStream, statSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { InvalidArgumentError, type Command } from "commander";
import { fromHex } from "../../firmware/core/bytes.js";
import { CommandFault } from "../command-line.js";
import { capturedLines, readCaptureLine } from "./capture-line.js";
import { dissect } from "./dissect.js";
import { dissectionLines } from "./field.js";

/** What to decode: bytes, or a stream of capture lines. */
export type DecodeSource = { readonly hex: Uint8Array } | { readonly lines: Readable };

/**
 * Adds `muster decode [file]` to the program. Without file and `--hex` it reads capture lines from standard input.
 * What cannot be read is said where it stands, and makes the status 1.
 */
export function registerDecode(program: Command): void {
  program
    .command("decode")
    .description("print a capture file, or one datagram or opened message, with every field and its size")
    .argument("[file]", "capture file, as `muster handset --capture` writes it; absent: standard input")
    .option("--hex <bytes>", "one datagram or opened message, in hex", parseHex)
    .option("--json", "one JSON object a line")
    .action(async (file: string | undefined, flags: { hex?: Uint8Array; json?: true }) => {
      const options = { json: flags.json === true, onFault: () => (process.exitCode = 1) };
      for await (const line of decodeCommand(sourceOf(file, flags.hex), options)) {
        process.stdout.write(`${line}\n`);
      }
    });
}

/** How to print; `onFault` is told of everything that could not be read. */
export interface DecodeOptions {
  readonly json: boolean;
  readonly onFault?: () => void;
}

/** The lines that `muster decode` prints. */
export async function* decodeCommand(source: DecodeSource, options: DecodeOptions): AsyncIterable<string> {
  if ("hex" in source) {
    const dissection = dissect(source.hex);
    if (dissection.fault !== undefined) options.onFault?.();
    yield* options.json ? [JSON.stringify(dissection)] : dissectionLines(dissection);
    return;
  }
  let number = 0;
  for await (const line of createInterface({ input: source.lines, crlfDelay: Infinity })) {
    number++;
    if (line.trim() !== "") yield* decodeLine(line, number, options);
  }
}

function decodeLine(line: string, number: number, { json, onFault }: DecodeOptions): string[] {
  const item = readCaptureLine(line);
  if (typeof item === "string" || item.dissection.fault !== undefined) onFault?.();
  if (typeof item === "string") {
    return [json ? JSON.stringify({ line: number, fault: item }) : `line ${number}: ${item}`];
  }
  return json ? [JSON.stringify(item)] : capturedLines(item);
}

function sourceOf(file: string | undefined, hex: Uint8Array | undefined): DecodeSource {
  if (hex !== undefined && file !== undefined) {
    throw new CommandFault("conflicting-option", "both a file and --hex are given", [
      "a file",
      "--hex <bytes>",
    ]);
  }
  if (hex !== undefined) return { hex };
  if (file === undefined) return { lines: process.stdin };
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new CommandFault("no-such-file", `${file} is not there, or is no file`);
  }
  return { lines: createReadStream(file) };
}

function parseHex(text: string): Uint8Array {
  const bytes = fromHex(text.replaceAll(/[\s:]/g, ""));
  if (bytes === undefined) throw new InvalidArgumentError("An even number of hex digits is allowed.");
  return bytes;
}
