import { fromHex } from "../../firmware/core/bytes.js";
import { dissect } from "./dissect.js";
import { dissectionLines, type Dissection } from "./field.js";

/** One line of a capture file (README.md): where it went, and its bytes, taken apart. */
export interface CapturedItem {
  /** ms since the capturing node was switched on. */
  readonly at: number;
  readonly direction: "in" | "out";
  readonly local: string;
  readonly remote: string;
  readonly nodeId?: string;
  readonly user?: string;
  /** UDP payload. */
  readonly frameBytes: number;
  readonly dissection: Dissection;
}

/** Reads a line; a text says what is wrong with one that is none. */
export function readCaptureLine(line: string): CapturedItem | string {
  const object = parseObject(line);
  if (object === undefined) return "no JSON object";
  const { at, direction, frameBytes } = object;
  const bytes = bytesOf(object);
  if (bytes === undefined) return "none of plain, beacon and handshake is hex";
  if (typeof at !== "number" || typeof frameBytes !== "number") return "at and frameBytes must be numbers";
  if (direction !== "in" && direction !== "out") return 'direction must be "in" or "out"';
  return { at, direction, ...endsOf(object["link"]), frameBytes, dissection: dissect(bytes) };
}

/** A captured item in lines, the first of which says when and where. */
export function capturedLines(item: CapturedItem): string[] {
  const [title = "", ...fields] = dissectionLines(item.dissection);
  const arrow = item.direction === "out" ? "->" : "<-";
  const who = item.user ?? (item.nodeId === undefined ? "" : `…${item.nodeId.slice(0, 4)}`);
  const ends = `${item.local} ${arrow} ${item.remote}${who === "" ? "" : ` (${printable(who)})`}`;
  return [`${(item.at / 1000).toFixed(3)} s  ${ends}  ${title} in ${item.frameBytes} B of UDP`, ...fields];
}

function endsOf(value: unknown): Pick<CapturedItem, "local" | "remote" | "nodeId" | "user"> {
  const link = asObject(value) ?? {};
  const nodeId = textOf(link["nodeId"]);
  const user = textOf(link["user"]);
  return {
    local: textOf(link["local"]) ?? "?",
    remote: textOf(link["remote"]) ?? "?",
    ...(nodeId !== undefined && { nodeId }),
    ...(user !== undefined && { user }),
  };
}

/** An endpoint is text or { address, port }. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return printable(value);
  const endpoint = asObject(value);
  if (endpoint === undefined) return undefined;
  return printable(`${String(endpoint["address"])}:${String(endpoint["port"])}`);
}

/** What a terminal would act upon is replaced. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "·").slice(0, 100);
}

function bytesOf(object: Readonly<globalThis.Record<string, unknown>>): Uint8Array | undefined {
  for (const name of ["plain", "beacon", "handshake"]) {
    const hex = object[name];
    if (typeof hex === "string") return fromHex(hex);
  }
  return undefined;
}

function parseObject(line: string): Readonly<globalThis.Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<globalThis.Record<string, unknown>> | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<globalThis.Record<string, unknown>>) : undefined;
}
