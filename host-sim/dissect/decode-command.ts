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

/** Adds `muster decode [file]` to the program. Without file and `--hex` it reads capture lines from standard input. */
export function registerDecode(program: Command): void {
  program
    .command("decode")
    .description("print a capture file, or one datagram or opened message, with every field and its size")
    .argument("[file]", "capture file, as `muster handset --capture` writes it; absent: standard input")
    .option("--hex <bytes>", "one datagram or opened message, in hex", parseHex)
    .option("--json", "one JSON object a line")
    .action(async (file: string | undefined, flags: { hex?: Uint8Array; json?: true }) => {
      for await (const line of decodeCommand(sourceOf(file, flags.hex), { json: flags.json === true })) {
        process.stdout.write(`${line}\n`);
      }
    });
}

/** The lines that `muster decode` prints. */
export async function* decodeCommand(
  source: DecodeSource,
  options: { readonly json: boolean },
): AsyncIterable<string> {
  if ("hex" in source) {
    const dissection = dissect(source.hex);
    yield* options.json ? [JSON.stringify(dissection)] : dissectionLines(dissection);
    return;
  }
  let number = 0;
  for await (const line of createInterface({ input: source.lines, crlfDelay: Infinity })) {
    number++;
    if (line.trim() !== "") yield* decodeLine(line, number, options.json);
  }
}

function decodeLine(line: string, number: number, json: boolean): string[] {
  const item = readCaptureLine(line);
  if (typeof item === "string") {
    return [json ? JSON.stringify({ line: number, fault: item }) : `line ${number}: ${item}`];
  }
  return json ? [JSON.stringify(item)] : capturedLines(item);
}

function sourceOf(file: string | undefined, hex: Uint8Array | undefined): DecodeSource {
  if (hex !== undefined && file !== undefined) {
    throw new CommandFault("conflicting-option", "give a file or --hex, not both");
  }
  if (hex !== undefined) return { hex };
  if (file === undefined) return { lines: process.stdin };
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new CommandFault("no-such-file", `${file} is no file`);
  }
  return { lines: createReadStream(file) };
}

function parseHex(text: string): Uint8Array {
  const bytes = fromHex(text.replaceAll(/[\s:]/g, ""));
  if (bytes === undefined) throw new InvalidArgumentError("an even number of hex digits is needed.");
  return bytes;
}
