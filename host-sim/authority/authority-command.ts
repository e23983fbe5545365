import { homedir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { settingEntry, settingRule, settingValue } from "../../firmware/console/setting.js";
import { fromHex, toHex } from "../../firmware/core/bytes.js";
import { CommandFault, type CommandLineStreams } from "../command-line.js";
import { wholeNumber } from "../lab/lab-command.js";
import { textTable } from "../table.js";
import { AuthorityFolder } from "./authority-folder.js";
import type { Authority, Foundation, Issue, IssueFault } from "./authority.js";
import { shownIssue } from "./register.js";

interface Flags {
  readonly folder: string;
  readonly json?: true;
}

/** `muster authority`: who has its key says who may be in an overlay. */
export function registerAuthority(program: Command, streams: CommandLineStreams): void {
  const authority = program
    .command("authority")
    .description("enroll devices in an overlay of yours: make its key, issue credentials, list them");
  const folder = ["--folder <folder>", "where its key and its register are"] as const;
  const standard = join(homedir(), ".muster", "authority");
  authority
    .command("init")
    .description("make the key of an authority, and an empty register")
    .requiredOption("--overlay <name>", "the overlay's name", settingOf("overlay"))
    .option("--bootstrap <list>", "addresses of peers that devices are told", settingOf("bootstrap"), "none")
    .option("--devices <n>", "devices that one user may have", wholeNumber(1, 1000), 8)
    .option(...folder, standard)
    .option("--json", "print the result as JSON")
    .action((flags: Flags & Omit<Foundation, "devicesMax"> & { readonly devices: number }) => {
      const { overlay, bootstrap, devices: devicesMax, json } = flags;
      const founded = new AuthorityFolder(flags.folder).found({ overlay, bootstrap, devicesMax });
      streams.out(printed(json, ofOverlay(founded), settingsText(founded)));
    });
  authority
    .command("issue")
    .description("issue a credential for a user name and the key that a device shows (enroll on its console)")
    .requiredOption("--name <user>", "the user's name")
    .requiredOption("--key <hex>", "the device's public key, 64 hex digits", publicKey)
    .option("--further", "for a further device of a user who is enrolled already")
    .option("--days <n>", "how long it is good", wholeNumber(1, 36_500), 3650)
    .option(...folder, standard)
    .option("--json", "print the result as JSON")
    .action((flags: Flags & Omit<Wish, "nowS">) => {
      const wish = { ...flags, nowS: Math.floor(Date.now() / 1000) };
      issue(new AuthorityFolder(flags.folder), wish, flags.json, streams);
    });
  authority
    .command("list")
    .description("list what was issued")
    .option(...folder, standard)
    .option("--json", "print the list as JSON")
    .action(({ folder: path, json }: Flags) => {
      const read = new AuthorityFolder(path).read();
      const issued = read.register.map((each) => withCredential(each, read.credentialOf(each.serial)));
      streams.out(printed(json, { ...ofOverlay(read), issued }, listText(read)));
    });
}

/** A credential that is asked for on the command line. */
interface Wish {
  readonly name: string;
  readonly key: Uint8Array;
  readonly further?: true;
  readonly days: number;
  readonly nowS: number;
}

function issue(
  folder: AuthorityFolder,
  { name, key, further, days, nowS }: Wish,
  json: true | undefined,
  streams: CommandLineStreams,
): void {
  const { issued, authority, lookAlikes } = folder.change((of) => ({
    authority: of,
    lookAlikes: of.lookAlikes(name.toLowerCase()),
    issued: of.issue({ userName: name, publicKey: key, nowS, days, isFurther: further === true }),
  }));
  if (!issued.ok) throw new CommandFault(issued.error, faults[issued.error]);
  const { credential, ...entry } = issued.value;
  for (const other of lookAlikes)
    streams.complain(`muster: look-alike: ${entry.userName} is easily taken for ${other}\n`);
  if (entry.issuedAtS > nowS)
    streams.complain(
      "muster: clock-behind: this computer's clock is behind what was issued last; that time is taken\n",
    );
  const lines = [...settingsText(authority), `enroll ${toHex(credential)}`];
  const value = { ...ofOverlay(authority), ...withCredential(entry, credential), lookAlikes };
  streams.out(printed(json, value, lines));
}

/** What everybody is to know of it. */
function ofOverlay({ foundation, publicKey: key, overlayId }: Authority): Readonly<Record<string, unknown>> {
  return { ...foundation, authority: toHex(key), overlayId: toHex(overlayId) };
}

function withCredential(entry: Issue, credential: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  return { ...shownIssue(entry), ...(credential && { credential: toHex(credential) }) };
}

/** What is to be typed on the console of each device. */
function settingsText({ foundation: { overlay, bootstrap }, publicKey: key }: Authority): string[] {
  const lines = [`set overlay ${overlay}`, `set authority ${toHex(key)}`];
  return bootstrap === "none" ? lines : [...lines, `set bootstrap ${bootstrap}`];
}

function listText({ register, foundation: { overlay, devicesMax } }: Authority): string[] {
  const rows = register.map(({ serial, userName, nodeId, issuedAtS, expiresAtS }) => {
    return [String(serial), userName, toHex(nodeId), dayText(issuedAtS), dayText(expiresAtS)];
  });
  const head = ["serial", "name", "Node-ID", "issued", "good until"];
  return [`${overlay}: ${devicesMax} devices a user at most`, textTable(head, rows)];
}

function dayText(seconds: number): string {
  return new Date(1000 * seconds).toISOString().slice(0, 10);
}

function printed(json: true | undefined, value: unknown, lines: readonly string[]): string {
  return `${json === true ? JSON.stringify(value) : lines.join("\n")}\n`;
}

/** Reads an option that is what a setting is. */
function settingOf(name: "overlay" | "bootstrap"): (text: string) => string {
  return (text) => {
    const entry = settingEntry(name);
    const value = settingValue(entry, text);
    if (value.ok) return value.value;
    throw new CommandFault(`bad-${name}`, `"${text}" cannot be ${name}`, [settingRule(entry)]);
  };
}

function publicKey(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes?.length === 32) return bytes;
  throw new CommandFault("bad-key", "this is no public key", [
    "64 hex digits, as enroll shows them on the device",
  ]);
}

const faults: { readonly [fault in IssueFault]: string } = {
  "bad-name": settingRule(settingEntry("name")),
  "bad-key": "no device can have this key",
  "key-of-another": "the device of this key is enrolled for another user: see muster authority list",
  "name-taken": "somebody is enrolled under this name; if it is his further device: --further",
  "too-many-devices": "this user has as many devices as one may have: see muster authority init --devices",
  "bad-time": "a credential says no time after February 2106",
};
