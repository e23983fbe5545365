import { claimsMax, credentialBytesMax, lineBytesMax, messageTextBytesMax } from "../core/limits.js";
import { err, ok, type Result } from "../core/result.js";
import { encodeText } from "../core/text.js";
import { ArgumentReader } from "./argument-reader.js";
import type { ConsoleFault } from "./console-fault.js";
import { printable } from "./printable.js";
import { readCallee } from "./callee.js";
import { readFindService, readOffer, type ServiceCommand } from "./service-reader.js";
import { settingNames, type SettingName } from "./setting.js";

/** What a line asks for. */
export type ConsoleCommand =
  /** An empty line or a comment, which begins with `#`. */
  | { readonly kind: "nothing" }
  | { readonly kind: "help"; readonly about: CommandName | undefined }
  | { readonly kind: "status" }
  | { readonly kind: "answer" | "decline" | "hangup" | "quit" }
  | { readonly kind: "peers" | "records" | "show" | "probe" | "watched" }
  | { readonly kind: "hold" | "resume" }
  | { readonly kind: "codec"; readonly codec: "PCMU" | "PCMA" }
  | { readonly kind: "memory" }
  | { readonly kind: "ping" | "trace" | "stat" | "watch" | "unwatch"; readonly name: string }
  /** `name`: a user's, or the URI of a stock phone, "sip:100@192.0.2.7". */
  | { readonly kind: "call"; readonly name: string }
  | { readonly kind: "dial"; readonly digits: string }
  /** `number` from 1, as the claims were numbered when they were shown. */
  | { readonly kind: "choose"; readonly number: number }
  | { readonly kind: "message"; readonly name: string; readonly text: string }
  | { readonly kind: "contacts" }
  | { readonly kind: "contactAdd" | "contactRemove" | "contactUnpin"; readonly name: string }
  /** `nodeIdPrefix`: lower-case hex digits, at least 4. */
  | { readonly kind: "contactPin"; readonly name: string; readonly nodeIdPrefix: string }
  /** This phone signs for another one as its user's. */
  | { readonly kind: "adopt" }
  /** `code` as it was typed. */
  | { readonly kind: "joinUser"; readonly name: string; readonly code: string }
  /** A credential that the authority has issued; absent: which key it is to sign. */
  | { readonly kind: "enroll"; readonly credential: Uint8Array | undefined }
  | { readonly kind: "log" | "logClear" }
  | ServiceCommand
  | { readonly kind: "settings"; readonly about: SettingName | undefined }
  | { readonly kind: "set"; readonly name: SettingName; readonly value: string };

/** One line of the table of commands. */
export interface CommandEntry {
  readonly name: CommandName;
  /** What stands after it: "<name> <text>". */
  readonly usage: string;
  readonly purpose: string;
}

export type CommandName =
  | "help"
  | "status"
  | "memory"
  | "peers"
  | "records"
  | "ping"
  | "probe"
  | "trace"
  | "stat"
  | "watch"
  | "unwatch"
  | "find-service"
  | "offer"
  | "call"
  | "answer"
  | "decline"
  | "hangup"
  | "hold"
  | "resume"
  | "codec"
  | "dial"
  | "choose"
  | "message"
  | "contacts"
  | "forward"
  | "adopt"
  | "join-user"
  | "enroll"
  | "log"
  | "set"
  | "show"
  | "quit";

/** All commands in the order `help` prints them. */
export const commandTable: readonly CommandEntry[] = [
  { name: "help", usage: "[command]", purpose: "lists the commands, or explains one" },
  {
    name: "status",
    usage: "",
    purpose: "tells how the phone is doing, and why it is alone",
  },
  { name: "memory", usage: "", purpose: "tells how much memory the phone uses, and how much it has" },
  { name: "peers", usage: "", purpose: "lists the phones this one has a link to" },
  { name: "records", usage: "", purpose: "lists the records kept here, whose and how long" },
  { name: "ping", usage: "<name>", purpose: "measures the round trip to the phones of a name" },
  { name: "probe", usage: "", purpose: "asks some places of the overlay: who answers, how fast" },
  { name: "trace", usage: "<name>", purpose: "shows over whom this phone looks a name up" },
  { name: "stat", usage: "<name>", purpose: "tells which records of a name there are" },
  {
    name: "watch",
    usage: "[name]",
    purpose: "tells when phones of a name come, go",
  },
  { name: "unwatch", usage: "<name>", purpose: "ends that" },
  {
    name: "find-service",
    usage: "<name> [number]",
    purpose: "tells who offers a service, or a gateway to a number",
  },
  { name: "offer", usage: "[name users]", purpose: "host peers: offers a service to so many; 0: no more" },
  { name: "call", usage: "<name>", purpose: "calls somebody; a stock phone is sip:100@192.0.2.7" },
  { name: "answer", usage: "", purpose: "takes the call that rings" },
  { name: "decline", usage: "", purpose: "refuses the call that rings" },
  { name: "hangup", usage: "", purpose: "ends the call, or stops calling" },
  { name: "hold", usage: "", purpose: "puts the call on hold: nobody hears the other" },
  { name: "resume", usage: "", purpose: "takes up the call that is on hold" },
  { name: "codec", usage: "<codec>", purpose: "has speech coded otherwise: PCMU or PCMA" },
  { name: "dial", usage: "<digits>", purpose: "sends keys during a call: 0-9, *, #, A-D" },
  { name: "choose", usage: "<number>", purpose: "says which of several phones of one name is meant" },
  {
    name: "message",
    usage: "<name> <text>",
    purpose: "sends a text message; the text is the rest of the line",
  },
  {
    name: "contacts",
    usage: "[add <name> | remove <name> | pin <name> <node-id> | unpin <name>]",
    purpose: "lists or changes the contacts; pin ties a name to a phone",
  },
  {
    name: "forward",
    usage: "[name | off]",
    purpose: "has calls go on to somebody else; off: they come here",
  },
  { name: "adopt", usage: "", purpose: "makes a code by which another phone becomes yours, too" },
  {
    name: "join-user",
    usage: "<user name> <code>",
    purpose: "makes this phone one of that user's, by what adopt shows",
  },
  {
    name: "enroll",
    usage: "[credential]",
    purpose: "takes what the authority issued, or shows the key",
  },
  { name: "log", usage: "[clear]", purpose: "lists the last calls, or forgets them" },
  { name: "set", usage: "[setting] [value]", purpose: "lists the settings, explains one, or changes it" },
  { name: "show", usage: "", purpose: "shows who this phone is: name, overlay, Node-ID, key" },
  { name: "quit", usage: "", purpose: "leaves the overlay and switches the phone off" },
];

/** The command of one line, or what is wrong with the line. Total: any text may come. */
export function parseCommand(line: string): Result<ConsoleCommand, ConsoleFault> {
  if (encodeText(line).length >= lineBytesMax) {
    const allowed = `A line has fewer than ${lineBytesMax} bytes.`;
    const at = Math.min(line.length, lineBytesMax);
    return err({ kind: "line-too-long", at, in: "line", given: "", allowed, suggestions: [] });
  }
  const at = controlCharacterAt(line);
  if (at >= 0) {
    const given = printable(line.charAt(at));
    const allowed = "Control characters can't be part of a line.";
    return err({ kind: "control-character", at, in: "line", given, allowed, suggestions: [] });
  }
  const reader = new ArgumentReader(line);
  if (reader.done || line.trimStart().startsWith("#")) return ok({ kind: "nothing" });
  const { text, at: wordAt } = reader.word("", "A command.");
  const command = commandNamed(text);
  if (command === undefined) {
    const allowed = "Type help for the commands.";
    reader.fail("unknown-command", { argument: "", at: wordAt, given: text, allowed, among: commandNames() });
    return reader.finish({ kind: "nothing" });
  }
  reader.enter(command);
  return readers[command](reader);
}

type Reading = (reader: ArgumentReader) => Result<ConsoleCommand, ConsoleFault>;

const readers: { readonly [name in CommandName]: Reading } = {
  help: (reader) => {
    if (reader.done) return reader.finish({ kind: "help", about: undefined });
    return reader.finish({
      kind: "help",
      about: reader.choice("command", "unknown-command", commandNames()),
    });
  },
  status: (reader) => reader.finish({ kind: "status" }),
  memory: (reader) => reader.finish({ kind: "memory" }),
  peers: (reader) => reader.finish({ kind: "peers" }),
  records: (reader) => reader.finish({ kind: "records" }),
  ping: (reader) => reader.finish({ kind: "ping", name: reader.userName("name") }),
  probe: (reader) => reader.finish({ kind: "probe" }),
  trace: (reader) => reader.finish({ kind: "trace", name: reader.userName("name") }),
  stat: (reader) => reader.finish({ kind: "stat", name: reader.userName("name") }),
  watch: (reader) =>
    reader.finish(reader.done ? { kind: "watched" } : { kind: "watch", name: reader.userName("name") }),
  unwatch: (reader) => reader.finish({ kind: "unwatch", name: reader.userName("name") }),
  "find-service": readFindService,
  offer: readOffer,
  call: (reader) => reader.finish({ kind: "call", name: readCallee(reader) }),
  answer: (reader) => reader.finish({ kind: "answer" }),
  decline: (reader) => reader.finish({ kind: "decline" }),
  hangup: (reader) => reader.finish({ kind: "hangup" }),
  hold: (reader) => reader.finish({ kind: "hold" }),
  resume: (reader) => reader.finish({ kind: "resume" }),
  codec: (reader) => {
    const codec = reader.choice("codec", "unknown-codec", ["pcmu", "pcma"] as const);
    return reader.finish({ kind: "codec", codec: codec === "pcma" ? "PCMA" : "PCMU" });
  },
  dial: (reader) => reader.finish({ kind: "dial", digits: reader.digits("digits") }),
  choose: (reader) => reader.finish({ kind: "choose", number: reader.count("number", 1, claimsMax) }),
  message: (reader) => {
    const name = readCallee(reader);
    return reader.finish({ kind: "message", name, text: reader.text("text", messageTextBytesMax) });
  },
  contacts: readContacts,
  forward: (reader) => readSetting(reader, "forward-to"),
  adopt: (reader) => reader.finish({ kind: "adopt" }),
  "join-user": (reader) => {
    const name = reader.userName("name");
    return reader.finish({ kind: "joinUser", name, code: reader.word("code", codeRule).text });
  },
  enroll: (reader) => {
    const credential = reader.done ? undefined : reader.bytes("credential", credentialBytesMax);
    return reader.finish({ kind: "enroll", credential });
  },
  log: (reader) => {
    if (reader.done) return reader.finish({ kind: "log" });
    reader.choice("action", "unknown-action", ["clear"]);
    return reader.finish({ kind: "logClear" });
  },
  set: readSet,
  show: (reader) => reader.finish({ kind: "show" }),
  quit: (reader) => reader.finish({ kind: "quit" }),
};

const codeRule = "The code that adopt shows on the first phone of that name.";

function readContacts(reader: ArgumentReader): Result<ConsoleCommand, ConsoleFault> {
  if (reader.done) return reader.finish({ kind: "contacts" });
  const action = reader.choice("action", "unknown-action", ["add", "remove", "pin", "unpin"] as const);
  if (action === undefined) return reader.finish({ kind: "contacts" });
  reader.enter(`contacts ${action}`);
  const name = reader.userName("name");
  switch (action) {
    case "add":
      return reader.finish({ kind: "contactAdd", name });
    case "remove":
      return reader.finish({ kind: "contactRemove", name });
    case "unpin":
      return reader.finish({ kind: "contactUnpin", name });
    case "pin":
      return reader.finish({ kind: "contactPin", name, nodeIdPrefix: reader.nodeIdPrefix("node-id") });
  }
}

/** `set`, `set volume`, `set volume 7`. The value is judged by the setting, not here. */
function readSet(reader: ArgumentReader): Result<ConsoleCommand, ConsoleFault> {
  if (reader.done) return reader.finish({ kind: "settings", about: undefined });
  const name = reader.choice("setting", "unknown-setting", settingNames());
  return name === undefined ? reader.finish({ kind: "settings", about: name }) : readSetting(reader, name);
}

function readSetting(reader: ArgumentReader, name: SettingName): Result<ConsoleCommand, ConsoleFault> {
  if (reader.done) return reader.finish({ kind: "settings", about: name });
  reader.enter(`set ${name}`);
  const { text } = reader.rest("value", "A value.");
  return reader.finish({ kind: "set", name, value: text });
}

function commandNamed(text: string): CommandName | undefined {
  const word = text.toLowerCase();
  if (word === "?") return "help";
  if (word === "exit") return "quit";
  return commandTable.find((entry) => entry.name === word)?.name;
}

function commandNames(): readonly CommandName[] {
  return commandTable.map((entry) => entry.name);
}

/** Where the first control character stands, -1 when there is none. A line must not carry what a screen would obey. */
function controlCharacterAt(line: string): number {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return i;
  }
  return -1;
}
