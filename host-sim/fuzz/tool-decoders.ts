import { toHex } from "../../firmware/core/bytes.js";
import { decodeWav } from "../audio/wav.js";
import { cloneBytes } from "../clone-file.js";
import { diagnosticText, readCborItem } from "../dissect/cbor-item.js";
import { capturedLines, readCaptureLine } from "../dissect/capture-line.js";
import { summarizeCredential } from "../dissect/credential.js";
import { dissect } from "../dissect/dissect.js";
import { dissectionLines, type Field } from "../dissect/field.js";
import { refused } from "./checks.js";
import { must, pure, type Decoder } from "./decoder.js";
import { goldenBytes, goldenFrames } from "./golden-bytes.js";
import { ascii } from "./text-edits.js";

/** What the tools of a developer read: captures, datagrams, speech files. */
export function toolDecoders(): readonly Decoder[] {
  return [
    { name: "tool/dissect", form: "cbor", examples: datagrams, open: pure(dissectAny) },
    { name: "tool/cbor-item", form: "cbor", examples: () => goldenBytes(), open: pure(readItem) },
    {
      name: "tool/capture-line",
      form: "text",
      words: captureWords,
      examples: captureLines,
      open: pure(readLine),
    },
    { name: "tool/wav", form: "binary", examples: speechFiles, costs: 4, open: pure(readSpeech) },
  ];
}

function datagrams(): readonly Uint8Array[] {
  return [...goldenBytes(), ...["hello1", "hello2", "hello3", "cookie", "data"].flatMap(goldenFrames)];
}

/** The bytes of the fields add up to those of what was taken apart, and what is shown is no flood. */
function dissectAny(bytes: Uint8Array): string {
  const dissection = dissect(bytes);
  const shown = dissectionLines(dissection).join("\n");
  must(
    shown.length <= 200 * bytes.length + 2048,
    `${shown.length} characters are shown for ${bytes.length} bytes`,
  );
  const sum = dissection.fields.reduce((total: number, field: Field) => total + field.bytes, 0);
  must(
    dissection.bytes === bytes.length && sum === bytes.length,
    `fields of ${sum} bytes for ${bytes.length}`,
  );
  return dissection.fault === undefined ? "accepted" : "fault";
}

function readItem(bytes: Uint8Array): string {
  summarizeCredential(bytes);
  const item = readCborItem(bytes);
  if (!item.ok) return refused(item.error, bytes.length);
  must(item.value.raw.length === bytes.length, "an item that is not all of its bytes");
  must(diagnosticText(item.value).length <= 24 * bytes.length + 64, "a long text of a short item");
  return "accepted";
}

const captureWords = [
  '"plain"',
  '"beacon"',
  '"handshake"',
  '"at"',
  '"in"',
  "{",
  "}",
  "[",
  "null",
  "1e999",
  '"\\u0000"',
  "\\ud800",
];

function captureLines(): readonly Uint8Array[] {
  const link = {
    local: "192.0.2.1:6084",
    remote: { address: "192.0.2.2", port: 6084 },
    nodeId: "a3f1".repeat(8),
    user: "bob",
  };
  return goldenBytes().map((bytes) =>
    ascii(
      JSON.stringify({
        at: 12_345,
        direction: "in",
        link,
        frameBytes: bytes.length + 22,
        plain: toHex(bytes),
      }),
    ),
  );
}

function readLine(bytes: Uint8Array): string {
  const item = readCaptureLine(Buffer.from(bytes).toString("utf8"));
  if (typeof item === "string") return item;
  must(capturedLines(item).length > 0, "nothing is shown");
  return "accepted";
}

/** The beginnings of speech files: the header is what there is to read. */
function speechFiles(): readonly Uint8Array[] {
  const speech = cloneBytes("test/vectors/speech/alice.wav");
  return [speech.slice(0, 60), speech.slice(0, 364)].map(withLengths);
}

/** A file cut short, whose header says so. */
function withLengths(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  view.setUint32(4, bytes.length - 8, true);
  view.setUint32(40, bytes.length - 44, true);
  return bytes;
}

function readSpeech(bytes: Uint8Array): string {
  const speech = decodeWav(bytes);
  if (!speech.ok) return speech.error;
  must(speech.value.length <= bytes.length, "more samples than bytes");
  return "accepted";
}
