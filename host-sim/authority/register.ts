import { settingEntry, settingValue } from "../../firmware/console/setting.js";
import { fromHex, toHex } from "../../firmware/core/bytes.js";
import { idBytes, nodeId } from "../../firmware/core/node-id.js";
import { err, ok, type Result } from "../../firmware/core/result.js";
import type { Foundation, Issue } from "./authority.js";

/** What an authority keeps beside its key: for which overlay it is, and all that it has issued. Nothing is secret. */
export interface Register extends Foundation {
  /** By serials, which grow. */
  readonly issued: readonly Issue[];
}

/** The register as the text of a file: JSON, one issue a line. */
export function encodeRegister({ overlay, bootstrap, devicesMax, issued }: Register): string {
  const head = JSON.stringify({ overlay, bootstrap, devicesMax });
  const lines = issued.map((issue) => `\n${JSON.stringify(shownIssue(issue))}`);
  return `${head.slice(0, -1)},"issued":[${lines.join(",")}]}\n`;
}

/** An issue as the register and `--json` have it. */
export function shownIssue({
  userName,
  publicKey,
  nodeId: id,
  ...rest
}: Issue): Readonly<Record<string, unknown>> {
  const { serial, issuedAtS, expiresAtS } = rest;
  return { serial, name: userName, key: toHex(publicKey), nodeId: toHex(id), issuedAtS, expiresAtS };
}

/** What `encodeRegister` wrote; the error is a sentence. Total: any text may come. */
export function decodeRegister(text: string): Result<Register, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err("this is no JSON");
  }
  if (!isObject(value)) return err("this is no register");
  const { overlay, bootstrap, devicesMax, issued } = value;
  if (!isSetting("overlay", overlay)) return err("overlay is no name of an overlay");
  if (!isSetting("bootstrap", bootstrap)) return err("bootstrap is no list of addresses");
  if (!isCount(devicesMax)) return err("devicesMax is no number");
  if (!Array.isArray(issued)) return err("issued is no list");
  const issues: Issue[] = [];
  for (const [at, entry] of (issued as unknown[]).entries()) {
    const issue = isObject(entry) ? issueOf(entry) : undefined;
    if (issue === undefined || issue.serial <= (issues.at(-1)?.serial ?? 0))
      return err(`issued[${at}] is no issue, or not in the order of serials`);
    issues.push(issue);
  }
  return ok({ overlay, bootstrap, devicesMax, issued: issues });
}

function isSetting(name: "overlay" | "bootstrap", value: unknown): value is string {
  return typeof value === "string" && settingValue(settingEntry(name), value).ok;
}

function issueOf(entry: Readonly<Record<string, unknown>>): Issue | undefined {
  const { serial, name, issuedAtS, expiresAtS } = entry;
  const publicKey = bytesOf(entry["key"], 32);
  const id = bytesOf(entry["nodeId"], idBytes);
  if (typeof name !== "string" || publicKey === undefined || id === undefined) return undefined;
  if (!isCount(serial) || !isCount(issuedAtS) || !isCount(expiresAtS)) return undefined;
  return { serial, userName: name, publicKey, nodeId: nodeId(id), issuedAtS, expiresAtS };
}

function bytesOf(value: unknown, length: number): Uint8Array | undefined {
  const bytes = typeof value === "string" ? fromHex(value) : undefined;
  return bytes?.length === length ? bytes : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === "number" && value > 0 && value <= 0xffff_ffff;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
