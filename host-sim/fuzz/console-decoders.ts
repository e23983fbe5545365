import { endpointText, parseEndpoint } from "../../firmware/core/endpoint.js";
import { printedCharsMax } from "../../firmware/core/limits.js";
import { encodeText, decodeText } from "../../firmware/core/text.js";
import { commandTable, parseCommand } from "../../firmware/console/command.js";
import { faultSentence, type ConsoleFault } from "../../firmware/console/console-fault.js";
import { printable } from "../../firmware/console/printable.js";
import { settingPlaces, settingTable, settingValue } from "../../firmware/console/setting.js";
import { validUserName } from "../../firmware/identity/user-name.js";
import { mustBeBounded, mustBeSame, mustEqual, refused } from "./checks.js";
import { must, pure, type Decoder, type Reader } from "./decoder.js";
import { ascii } from "./text-edits.js";

/** What a person types, and text that is printed though somebody else wrote it. */
export function consoleDecoders(): readonly Decoder[] {
  return [
    text("console/line", lines, readLine),
    text("console/setting", settingLines, readSettings),
    text("console/printable", lines, readPrintable),
    text("endpoint-text", () => endpoints.map(ascii), readEndpoint),
    text("user-name", () => ["alice", "bob@example.org", "a.b_c+d-e@x-1.y"].map(ascii), readName),
    {
      name: "utf-8",
      form: "binary",
      examples: () => ["aé€📞", "plain", "\u{10ffff}"].map(encodeText),
      open: pure(readUtf8),
    },
  ];
}

function text(name: string, examples: Decoder["examples"], feed: Reader["feed"]): Decoder {
  return { name, form: "text", words, examples, open: pure(feed) };
}

const words = [
  ...commandTable.map(({ name }) => name),
  ...settingTable.map(({ name }) => name),
  '\\"',
  "\\n",
  "#",
];

const endpoints = [
  "192.0.2.7",
  "192.0.2.7:6084",
  "[2001:db8::7]:6084",
  "[::]",
  "[fe80::1]:1",
  "0.0.0.0:65535",
];

function lines(): readonly Uint8Array[] {
  return [
    "help contacts",
    "call alice",
    "call sip:100@192.0.2.7:5062",
    'message bob "he said \\"no\\""',
    "message bob text to the end  of the line",
    "dial 12 34*#AD",
    "choose 2",
    "contacts pin bob …a3f1",
    "contacts add bob@example.org",
    "set volume 7",
    "set bootstrap 192.0.2.1, 192.0.2.2:6000",
    "set bootstrap tower.example.org:6000",
    "set wifi-password  a b c",
    "log clear",
    "# a comment",
  ].map(encodeText);
}

function settingLines(): readonly Uint8Array[] {
  return ["alice", "muster.example", "192.0.2.1,[2001:db8::1]:99", "none", "on", "10", "Pässwort"].map(
    encodeText,
  );
}

/** Half of the inputs as UTF-8, half as units of UTF-16, where lone surrogates are. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes.length % 4 === 3 ? buffer.toString("utf16le") : buffer.toString("utf8");
}

function readLine(bytes: Uint8Array): string {
  const line = textOf(bytes);
  const command = parseCommand(line);
  if (!command.ok) return refusal(command.error, line.length);
  mustBeBounded(JSON.stringify(command.value).length, line.length, "the command");
  mustBeSame(parseCommand(` ${line}`), command);
  return "accepted";
}

/** Each setting either refuses a value or gives one that it takes again as it is. */
function readSettings(bytes: Uint8Array): string {
  const value = textOf(bytes);
  let verdict = "";
  for (const entry of settingTable) {
    const given = settingValue(entry, value);
    if (!given.ok) {
      verdict ||= refusal(given.error, `set ${entry.name} ${value}`.length);
      if (entry.secret === true) must(given.error.given === "", "a secret is repeated");
      continue;
    }
    verdict = "accepted";
    mustBeSame(settingValue(entry, given.value), given);
    if (entry.form.kind === "places") settingPlaces(given.value);
  }
  return verdict;
}

function refusal(fault: ConsoleFault, length: number): string {
  mustBeBounded(faultSentence(fault).length, length, "the sentence");
  return refused(fault, length);
}

function readPrintable(bytes: Uint8Array): string {
  const line = textOf(bytes);
  const shown = printable(line);
  must(
    shown.length <= 10 * Math.min(line.length, printedCharsMax) + 1,
    "more is printed than `<U+…>` for each character",
  );
  must(
    !/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(shown),
    "a screen would obey what is printed",
  );
  return shown === line ? "accepted" : "changed";
}

function readEndpoint(bytes: Uint8Array): string {
  const endpoint = parseEndpoint(textOf(bytes), 6084);
  if (endpoint === undefined) return "no-endpoint";
  must(endpoint.port >= 1 && endpoint.port <= 65535, `port ${endpoint.port}`);
  mustBeSame(parseEndpoint(endpointText(endpoint), 1), endpoint);
  return "accepted";
}

function readName(bytes: Uint8Array): string {
  const name = textOf(bytes);
  if (!validUserName(name)) return "no-name";
  must(encodeText(name).length === name.length && name.length <= 128, "a name that is not short ASCII");
  return "accepted";
}

function readUtf8(bytes: Uint8Array): string {
  const read = decodeText(bytes);
  if (read === undefined) return "bad-text";
  mustEqual(encodeText(read), bytes, "written again");
  return "accepted";
}
