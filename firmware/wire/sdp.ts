import { sdpBytesMax, sdpLinesMax, sdpMediaMax } from "../core/limits.js";
import { err, ok, type Result } from "../core/result.js";
import { octetBytes, octetText } from "./sip/octets.js";
import type { WireError, WireFault } from "./wire-error.js";

/** `x=value`. */
export interface SdpLine {
  /** One letter. */
  readonly type: string;
  readonly value: string;
}

/** Whose session it is (RFC 8866 §5.2): `o=user id version IN IP4 address`. Numbers of 64 bits stay text. */
export interface Origin {
  readonly user: string;
  readonly sessionId: string;
  readonly sessionVersion: string;
  readonly address: string;
}

/** One `m=` and the lines under it (RFC 8866 §5.14). */
export interface MediaDescription {
  readonly media: string;
  /** 0 where the stream is refused or switched off. */
  readonly port: number;
  /** How many ports from `port` on, where it is not one. */
  readonly ports?: number;
  readonly protocol: string;
  /** Payload types of RTP, as text. */
  readonly formats: readonly string[];
  readonly lines: readonly SdpLine[];
}

/** A session description (RFC 8866 §5). Lines that nobody here reads are kept and written again. */
export interface SessionDescription {
  readonly origin: Origin;
  /** The lines before the first `m=` but `v=` and `o=`, in their order. */
  readonly lines: readonly SdpLine[];
  readonly media: readonly MediaDescription[];
}

/**
 * Reads a session description. Tolerated: lone LF, a missing last line break, missing `s=` and `t=`, any order of lines
 * within a section. Refused: what is not `x=…`, another version, a bad `o=` or `m=`, too many lines or media.
 */
export function decodeSdp(bytes: Uint8Array): Result<SessionDescription, WireError> {
  if (bytes.length > sdpBytesMax) return err({ kind: "too-long", at: sdpBytesMax, in: "sdp" });
  return new SdpReader().read(octetText(bytes));
}

/** The bytes of a description: lines in the order RFC 8866 §5 prescribes, `s=` and `t=` always there. */
export function encodeSdp(session: SessionDescription): Uint8Array {
  const { user, sessionId, sessionVersion, address } = session.origin;
  const version = address.includes(":") ? "IP6" : "IP4";
  const origin = { type: "o", value: `${user} ${sessionId} ${sessionVersion} IN ${version} ${address}` };
  const given = session.lines.map((line) =>
    line.type === "s" && line.value === "" ? { ...line, value: "-" } : line,
  );
  const missing = ["s", "t"].filter((type) => !given.some((line) => line.type === type));
  const defaults = missing.map((type) => ({ type, value: type === "s" ? "-" : "0 0" }));
  let text = sectionText([{ type: "v", value: "0" }, origin, ...given, ...defaults], sessionOrder);
  for (const media of session.media) text += sectionText([mediaLine(media), ...media.lines], mediaOrder);
  return octetBytes(text);
}

/** Order of the lines of a session and of a medium; `r=` and `z=` stay where they stand among the `t=`. */
const sessionOrder = "v o s i u e p c b trz k ? a";
const mediaOrder = "m i c b k ? a";

function sectionText(lines: readonly SdpLine[], order: string): string {
  const ranks = order.split(" ");
  const unknown = ranks.indexOf("?");
  const rankOf = (line: SdpLine): number => {
    const rank = ranks.findIndex((types) => types.includes(line.type));
    return rank < 0 ? unknown : rank;
  };
  const sorted = [...lines].sort((a, b) => rankOf(a) - rankOf(b));
  return sorted.map((line) => `${line.type}=${line.value.replace(/[\r\n]+/g, " ")}\r\n`).join("");
}

function mediaLine(media: MediaDescription): SdpLine {
  const ports = media.ports === undefined ? `${media.port}` : `${media.port}/${media.ports}`;
  return { type: "m", value: [media.media, ports, media.protocol, ...media.formats].join(" ") };
}

interface OpenMedia extends MediaDescription {
  readonly lines: SdpLine[];
}

/** Reads line by line; a line belongs to the last `m=` before it. */
class SdpReader {
  readonly #lines: SdpLine[] = [];
  readonly #media: OpenMedia[] = [];
  #origin: Origin | undefined;
  #error: WireError | undefined;

  read(text: string): Result<SessionDescription, WireError> {
    let at = 0;
    for (const [number, whole] of text.split("\n").entries()) {
      if (number > sdpLinesMax || this.#error !== undefined) break;
      this.take(number, whole.endsWith("\r") ? whole.slice(0, -1) : whole, at);
      at += whole.length + 1;
    }
    if (this.#origin === undefined) this.fail("missing", text.length, "origin");
    const origin = this.#origin ?? { user: "", sessionId: "", sessionVersion: "", address: "" };
    return this.#error === undefined
      ? ok({ origin, lines: this.#lines, media: this.#media })
      : err(this.#error);
  }

  private take(number: number, line: string, at: number): void {
    if (number === 0 && line !== "v=0") this.fail("unknown-kind", at, "version");
    else if (number >= sdpLinesMax && line !== "") this.fail("too-long", at, "lines");
    else if (number > 0 && line !== "") this.line(line, at);
  }

  private line(line: string, at: number): void {
    const type = line.charAt(0);
    const value = line.slice(2);
    if (line.charAt(1) !== "=" || !/[a-z]/.test(type) || /[\0\r]/.test(value))
      this.fail("bad-syntax", at, "line");
    else if (type === "m") this.beginMedia(value, at);
    else if (type === "o" && this.#media.length === 0) this.readOrigin(value, at);
    else (this.#media[this.#media.length - 1]?.lines ?? this.#lines).push({ type, value });
  }

  private readOrigin(value: string, at: number): void {
    const match = /^([^ ]+) +([0-9]{1,20}) +([0-9]{1,20}) +IN +[^ ]+ +([^ ]+) *$/.exec(value);
    if (match === null) this.fail("bad-syntax", at, "origin");
    else if (this.#origin !== undefined) this.fail("bad-syntax", at, "origin/repeated");
    else {
      const [, user = "", sessionId = "", sessionVersion = "", address = ""] = match;
      this.#origin = { user, sessionId, sessionVersion, address };
    }
  }

  private beginMedia(value: string, at: number): void {
    const match = /^([^ /]+) +([0-9]{1,5})(?:\/([0-9]{1,5}))? +([^ ]+)((?: +[^ ]+)*) *$/.exec(value);
    const port = Number(match?.[2]);
    if (match === null || port > 65535) {
      this.fail("bad-syntax", at, "media");
    } else if (this.#media.length >= sdpMediaMax) {
      this.fail("too-long", at, "media");
    } else {
      const formats = (match[5] ?? "").split(" ").filter((format) => format !== "");
      const media = { media: match[1] ?? "", port, protocol: match[4] ?? "", formats, lines: [] };
      this.#media.push(match[3] === undefined ? media : { ...media, ports: Number(match[3]) });
    }
  }

  private fail(kind: WireFault, at: number, where: string): void {
    this.#error ??= { kind, at, in: `sdp/${where}` };
  }
}
