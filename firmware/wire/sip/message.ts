import { sipValuesMax } from "../../core/limits.js";
import { err, ok, type Result } from "../../core/result.js";
import type { WireError, WireFault } from "../wire-error.js";
import { type NameAddress, readNameAddress } from "./name-address.js";
import { isCallIdCode } from "./octets.js";
import { decodeRawMessage, type HeaderField, type RawMessage } from "./raw-message.js";
import { Scanner } from "./scanner.js";
import { decodeStartLine } from "./start-line.js";
import type { Uri } from "./uri.js";
import { readVia, type Via } from "./via.js";

/** What every message has (RFC 3261 §8.1.1): read, and true to the grammar. */
export interface Envelope {
  /** Topmost first; at least one. */
  readonly via: readonly Via[];
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  readonly cseq: CSeq;
  /** Hops left, 0 .. 255; absent from responses and from requests of RFC 2543 clients. */
  readonly maxForwards?: number;
  /** All other header fields in their order, unknown ones too; Content-Length is not among them. */
  readonly fields: readonly HeaderField[];
  readonly body: Uint8Array;
}

/** Number and method of a request (RFC 3261 §20.16). */
export interface CSeq {
  /** 0 .. 2^31-1 */
  readonly sequence: number;
  readonly method: string;
}

export interface SipRequest extends Envelope {
  readonly kind: "request";
  readonly method: string;
  readonly uri: Uri;
}

export interface SipResponse extends Envelope {
  readonly kind: "response";
  readonly status: number;
  readonly reason: string;
}

export type SipMessage = SipRequest | SipResponse;

/** A message from the bytes of one datagram (RFC 3261 §7, §18.3). Its body is a view into them. */
export function decodeSipMessage(bytes: Uint8Array): Result<SipMessage, WireError> {
  const raw = decodeRawMessage(bytes);
  return raw.ok ? readSipMessage(raw.value) : raw;
}

/** A message from its parts: the envelope is read and checked, the other fields are left to those who need them. */
export function readSipMessage(raw: RawMessage): Result<SipMessage, WireError> {
  const start = decodeStartLine(raw.startLine, raw.startAt);
  if (!start.ok) return start;
  const reader = new EnvelopeReader(raw);
  const envelope = reader.read();
  if (!envelope.ok) return envelope;
  const { cseq } = envelope.value;
  if (start.value.kind === "response") return ok({ ...start.value, ...envelope.value });
  if (cseq.method !== start.value.method) return fault("out-of-range", raw.startAt, "cseq/method");
  const { uri } = start.value;
  if (uri.kind === "sip" && uri.headers.length > 0)
    return fault("bad-syntax", raw.startAt, "request-uri/headers");
  return ok({ ...start.value, ...envelope.value });
}

function fault(kind: WireFault, at: number, where: string): Result<never, WireError> {
  return err({ kind, at, in: `sip/${where}` });
}

/** Sorts the fields of one message into the envelope; the first fault stays. */
class EnvelopeReader {
  readonly #raw: RawMessage;
  readonly #single = new Map<string, HeaderField>();
  readonly #via: Via[] = [];
  readonly #fields: HeaderField[] = [];
  #error: WireError | undefined;

  constructor(raw: RawMessage) {
    this.#raw = raw;
  }

  read(): Result<Envelope, WireError> {
    for (const field of this.#raw.fields) this.sort(field);
    const from = this.takeHeader("From", readNameAddress);
    const to = this.takeHeader("To", readNameAddress);
    const callId = this.takeHeader("Call-ID", (scanner) => scanner.run("word", isCallIdCode));
    const cseq = this.takeHeader("CSeq", readCSeq);
    const hops = this.#single.has("Max-Forwards")
      ? { maxForwards: this.takeHeader("Max-Forwards", readHops) }
      : {};
    const body = this.takeBody();
    if (this.#via.length === 0) this.fail("missing", this.#raw.restAt, "via");
    if (this.#error !== undefined) return err(this.#error);
    return ok({ via: this.#via, from, to, callId, cseq, ...hops, fields: this.#fields, body });
  }

  private sort(field: HeaderField): void {
    if (field.name === "Via") this.readVias(field);
    else if (!isSingle(field.name)) this.#fields.push(field);
    else if (!this.#single.has(field.name)) this.#single.set(field.name, field);
    else if (field.name !== "Content-Length" || this.#single.get(field.name)?.value !== field.value) {
      this.fail("bad-syntax", field.at, `${field.name.toLowerCase()}/repeated`);
    }
  }

  private readVias(field: HeaderField): void {
    const scanner = new Scanner(field.value, "sip/via", field.at);
    do {
      const via = readVia(scanner);
      if (this.#via.length >= sipValuesMax) scanner.fail("count", "too-long");
      this.#via.push(via);
    } while (!scanner.failed && scanner.accept(","));
    this.note(scanner.finish(undefined));
  }

  /**
   * What `readValue` makes of the field; where that or the field is faulty the error is noted, and the value means
   * nothing.
   */
  private takeHeader<T>(name: string, readValue: (scanner: Scanner) => T): T {
    const field = this.#single.get(name);
    if (field === undefined) this.fail("missing", this.#raw.restAt, name.toLowerCase());
    const { value, at } = field ?? { value: "", at: this.#raw.restAt };
    const scanner = new Scanner(value, `sip/${name.toLowerCase()}`, at);
    const read = readValue(scanner);
    this.note(scanner.finish(undefined));
    return read;
  }

  /** The body ends where Content-Length says; without one, with the datagram (RFC 3261 §18.3). */
  private takeBody(): Uint8Array {
    const { rest, restAt } = this.#raw;
    if (!this.#single.has("Content-Length")) return rest;
    const length = this.takeHeader("Content-Length", (scanner) => scanner.number("value", 0xffffffff));
    if (length > rest.length) this.fail("truncated", restAt, "content-length");
    return rest.subarray(0, length);
  }

  private note(result: Result<undefined, WireError>): void {
    if (!result.ok) this.#error ??= result.error;
  }

  private fail(kind: WireFault, at: number, where: string): void {
    this.#error ??= { kind, at, in: `sip/${where}` };
  }
}

/** Fields of the envelope, of which a message has one each. */
function isSingle(name: string): boolean {
  return ["From", "To", "Call-ID", "CSeq", "Max-Forwards", "Content-Length"].includes(name);
}

function readCSeq(scanner: Scanner): CSeq {
  const sequence = scanner.number("sequence", 0x7fffffff);
  return { sequence, method: scanner.space().token("method") };
}

function readHops(scanner: Scanner): number {
  return scanner.number("value", 255);
}
