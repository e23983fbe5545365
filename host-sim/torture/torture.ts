import type { Endpoint } from "../../firmware/core/endpoint.js";
import { instant } from "../../firmware/core/time.js";
import { StockAgent } from "../../firmware/usage/sip/stock-agent.js";
import { octetText } from "../../firmware/wire/sip/octets.js";
import { Prng } from "../virtual/prng.js";
import { expected4475, expected5118, type Expectation } from "./expectation.js";
import { own4475, own5118, type OwnMessage } from "./own-messages.js";
import { sdpRows } from "./sdp-torture.js";

/** Files of others, by name. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** The files that were handed over. */
export interface TortureFiles {
  readonly rfc4475: Files;
  readonly rfc5118: Files;
  readonly sdp: Files;
}

/** What came of one message. */
export interface TortureRow {
  readonly name: string;
  readonly section: string;
  readonly what: string;
  readonly wanted: string;
  readonly got: string;
  readonly ok: boolean;
  /** What was chosen where the RFC leaves a choice. */
  readonly choice: string;
  /** Written anew, because it was not handed over. */
  readonly own: boolean;
}

/**
 * Every message of RFC 4475 and RFC 5118, each given to a phone that has just been switched on, and every session
 * description: what they are to come to and what they came to, in the order of the RFCs. No file without a row.
 */
export function tortureTable(files: TortureFiles): readonly TortureRow[] {
  return [
    ...messageRows(files.rfc4475, expected4475, own4475),
    ...messageRows(files.rfc5118, expected5118, own5118),
    ...sdpRows(files.sdp),
  ];
}

function messageRows(
  files: Files,
  expected: Readonly<Record<string, Expectation>>,
  own: readonly OwnMessage[],
): readonly TortureRow[] {
  const given = [...files].map(([name, bytes]) => {
    const expectation = expected[name] ?? {
      section: "?",
      what: "a file nobody expects",
      wanted: "silence" as const,
    };
    return { section: expectation.section, row: rowOf(name, bytes, expectation, false) };
  });
  const missing = Object.entries(expected).filter(([name]) => !files.has(name));
  const absent = missing.map(([name, expectation]) => ({
    section: expectation.section,
    row: { ...rowOf(name, new Uint8Array(0), expectation, false), got: "no such file", ok: false },
  }));
  const written = own.map((each) => ({
    section: each.section,
    row: rowOf(each.name, each.bytes, each, true),
  }));
  return [...given, ...absent, ...written]
    .sort((a, b) => bySection(a.section, b.section))
    .map(({ row }) => row);
}

function rowOf(name: string, bytes: Uint8Array, expectation: Expectation, own: boolean): TortureRow {
  const { section, what, choice = "" } = expectation;
  const wanted = String(expectation.wanted);
  const got = answerTo(bytes, expectation.as ?? "user");
  return { name, section, what, wanted, got, ok: got === wanted, choice, own };
}

const caller: Endpoint = { address: "198.51.100.7", port: 5060 };

/**
 * The status that a phone of `userName` answers a datagram with, "silence", or what is wrong: more than one answer, an
 * answer to somewhere else, more than three times the bytes, state three minutes later.
 */
export function answerTo(bytes: Uint8Array, userName: string): string {
  const phone = new StockAgent({ userName, random: new Prng(1) });
  phone.setLocal({ address: "192.0.2.7", port: 5060 });
  const at = instant(1000);
  phone.handleDatagram(at, caller, bytes, false);
  const answers = drain(phone);
  let sent = sizeOf(answers);
  for (let next = phone.pollTimeout(); next !== undefined; next = phone.pollTimeout()) {
    if (next.at > at + 180_000) return `still waits: ${next.reason}`;
    phone.handleTimeout(next.at);
    sent += sizeOf(drain(phone));
  }
  const { transactions, outgoing, incoming, sessions, requests } = phone.agent.describe();
  if (transactions + outgoing + incoming + sessions + requests > 0) return "state is left";
  if (sent > 3 * bytes.length) return `${sent} bytes for ${bytes.length}`;
  if (answers.some(({ to }) => to.address !== caller.address || to.port !== caller.port))
    return "sent elsewhere";
  const statuses = answers.map((answer) => octetText(answer.bytes.subarray(8, 11)));
  return statuses.length === 0 ? "silence" : statuses.join(" ");
}

function drain(phone: StockAgent): { to: Endpoint; bytes: Uint8Array }[] {
  while (phone.agent.pollEvent() !== undefined);
  const sent: { to: Endpoint; bytes: Uint8Array }[] = [];
  for (let out = phone.pollTransmit(); out !== undefined; out = phone.pollTransmit()) sent.push(out);
  return sent;
}

function sizeOf(sent: readonly { readonly bytes: Uint8Array }[]): number {
  return sent.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** "4475 3.1.2.10" comes after "4475 3.1.2.9". */
function bySection(a: string, b: string): number {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(section: string): readonly number[] {
  return section.split(/[ .]/).map(Number);
}
