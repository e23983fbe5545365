import type { Result } from "../../firmware/core/result.js";
import { answerOffer, readAnswer } from "../../firmware/usage/sip/offer-answer.js";
import {
  contentType,
  headerAddresses,
  headerTokens,
  headerValue,
} from "../../firmware/wire/sip/header-values.js";
import { decodeSipMessage, type SipMessage } from "../../firmware/wire/sip/message.js";
import { encodeSipMessage } from "../../firmware/wire/sip/message-text.js";
import { type NameAddress, nameAddressText, readNameAddress } from "../../firmware/wire/sip/name-address.js";
import { octetBytes, octetText } from "../../firmware/wire/sip/octets.js";
import { decodeRawMessage } from "../../firmware/wire/sip/raw-message.js";
import { Scanner } from "../../firmware/wire/sip/scanner.js";
import { decodeStartLine, type RequestLine, type StatusLine } from "../../firmware/wire/sip/start-line.js";
import { decodeUri, type Uri, uriText, userOf } from "../../firmware/wire/sip/uri.js";
import { readVia, type Via, viaText } from "../../firmware/wire/sip/via.js";
import { connectionAddress, directionOf, rtpMapsOf } from "../../firmware/wire/sdp-media.js";
import { decodeSdp, encodeSdp, type MediaDescription } from "../../firmware/wire/sdp.js";
import type { WireError } from "../../firmware/wire/wire-error.js";
import { vectorFiles } from "../clone-file.js";
import { localMedia } from "../torture/local-media.js";
import { mustBeBounded, refused, settled } from "./checks.js";
import { must, pure, type Decoder, type Reader } from "./decoder.js";
import { sdpWords, sipMessages, sipWords } from "./sip-examples.js";

/** SIP and SDP: whole messages, their parts, and what is answered to an offer. */
export function sipDecoders(): readonly Decoder[] {
  return [
    text("sip/message", sipMessages, readMessage),
    text("sip/start-line", startLines, (bytes) =>
      settled(bytes, decodeLine, encodeLine, (line) => (line.kind === "request" ? line.method : line.status)),
    ),
    text(
      "sip/uri",
      () => uris.map(octetBytes),
      (bytes) => settled(bytes, decodeUriBytes, (uri) => octetBytes(uriText(uri)), uriMeaning),
    ),
    text(
      "sip/via",
      () => headerLines("via", "v"),
      (bytes) =>
        settled(
          bytes,
          decodeVia,
          (via) => octetBytes(viaText(via)),
          (via) => via,
        ),
    ),
    text(
      "sip/name-address",
      () => headerLines("from", "f", "to", "t", "contact", "m", "route"),
      (bytes) =>
        settled(bytes, decodeNameAddress, (address) => octetBytes(nameAddressText(address)), addressMeaning),
    ),
    text("sip/header-values", sipMessages, readHeaderValues),
    {
      ...text("sdp", sdpExamples, (bytes) =>
        settled(bytes, decodeSdp, encodeSdp, (session) => [session.origin, session.media.map(mediaMeaning)]),
      ),
      words: sdpWords,
    },
    { ...text("sdp/offer", sdpExamples, answerTo), words: sdpWords },
  ];
}

function text(name: string, examples: Decoder["examples"], feed: Reader["feed"]): Decoder {
  return { name, form: "text", words: sipWords, examples, open: pure(feed) };
}

function readMessage(bytes: Uint8Array): string {
  const raw = decodeRawMessage(bytes);
  if (!raw.ok) {
    must(!decodeSipMessage(bytes).ok, "what has no form has a meaning");
    return refused(raw.error, bytes.length);
  }
  return settled(bytes, decodeSipMessage, encodeSipMessage, messageMeaning);
}

/** What no strictness of writing may change. */
function messageMeaning(message: SipMessage): unknown {
  const { via, from, to, callId, cseq, maxForwards, fields, body } = message;
  const names = fields.map(({ name }) => name);
  return [
    message.kind,
    via,
    addressMeaning(from),
    addressMeaning(to),
    callId,
    cseq,
    maxForwards,
    names,
    body,
  ];
}

function addressMeaning({ uri, parameters }: NameAddress): unknown {
  return [uriMeaning(uri), parameters];
}

/** "#" is written as an escape. */
function uriMeaning(uri: Uri): unknown {
  return uri.kind === "other" ? uri : { ...uri, user: userOf(uri) };
}

function mediaMeaning({ media, port, ports, protocol, formats, lines }: MediaDescription): unknown {
  return [media, port, ports, protocol, formats, lines.length];
}

function decodeLine(bytes: Uint8Array): Result<RequestLine | StatusLine, WireError> {
  return decodeStartLine(octetText(bytes), 0);
}

function encodeLine(line: RequestLine | StatusLine): Uint8Array {
  const status = line.kind === "response" ? `SIP/2.0 ${line.status} ${line.reason}` : "";
  return octetBytes(line.kind === "request" ? `${line.method} ${uriText(line.uri)} SIP/2.0` : status);
}

function decodeUriBytes(bytes: Uint8Array): ReturnType<typeof decodeUri> {
  return decodeUri(octetText(bytes));
}

function decodeVia(bytes: Uint8Array): Result<Via, WireError> {
  const scanner = new Scanner(octetText(bytes), "via", 0);
  return scanner.finish(readVia(scanner));
}

function decodeNameAddress(bytes: Uint8Array): Result<NameAddress, WireError> {
  const scanner = new Scanner(octetText(bytes), "address", 0);
  return scanner.finish(readNameAddress(scanner));
}

/** The fields that are read only when they are needed. */
function readHeaderValues(bytes: Uint8Array): string {
  const message = decodeSipMessage(bytes);
  if (!message.ok) return refused(message.error, bytes.length);
  let read = contentType(message.value).length + (headerValue(message.value, "Subject") ?? "").length;
  for (const name of ["Require", "Supported", "Allow"])
    read += headerTokens(message.value, name).join().length;
  mustBeBounded(read, bytes.length, "what was read of fields");
  return readAddresses(message.value, bytes.length);
}

function readAddresses(message: SipMessage, length: number): string {
  let verdict = "accepted";
  for (const name of ["Contact", "Route", "Record-Route"]) {
    const addresses = headerAddresses(message, name);
    if (!addresses.ok) verdict = refused(addresses.error, length);
  }
  return verdict;
}

/** An offer is answered or named unacceptable; the answer can be read, and takes none of what it must not. */
function answerTo(bytes: Uint8Array): string {
  readAnswer(bytes, "sendrecv");
  const answered = answerOffer(bytes, localMedia);
  if (!answered.ok) return answered.error;
  const written = encodeSdp(answered.value.answer);
  mustBeBounded(written.length, bytes.length, "the answer");
  const again = decodeSdp(written);
  must(again.ok, "the answer cannot be read");
  for (const media of again.value.media) {
    must(rtpMapsOf(media).length <= media.formats.length, "more payload types than formats");
    directionOf(again.value, media);
    connectionAddress(again.value, media);
  }
  const { port } = answered.value.media.remote;
  must(port > 0 && port <= 65535, `speech would go to port ${port}`);
  return "accepted";
}

function sdpExamples(): readonly Uint8Array[] {
  const files = [...vectorFiles("sdp").values()];
  const bodies = sipMessages().flatMap((bytes) => {
    const message = decodeSipMessage(bytes);
    return message.ok && contentType(message.value) === "application/sdp" ? [message.value.body] : [];
  });
  return [...files, ...bodies];
}

function startLines(): readonly Uint8Array[] {
  return sipMessages().map((bytes) => bytes.subarray(0, Math.max(0, bytes.indexOf(13))));
}

/** The values of the fields of these names in all examples. */
function headerLines(...names: readonly string[]): readonly Uint8Array[] {
  const values = sipMessages().flatMap((bytes) => {
    const lines = octetText(bytes)
      .replaceAll(/\r\n[ \t]+/g, " ")
      .split("\r\n");
    return lines.flatMap((line) => {
      const match = /^([A-Za-z-]+)[ \t]*:[ \t]*(.*)$/.exec(line);
      return match !== null && names.includes((match[1] ?? "").toLowerCase()) ? [match[2] ?? ""] : [];
    });
  });
  return [...new Set(values)].map(octetBytes);
}

const uris: readonly string[] = [
  "sip:alice@192.0.2.7",
  "sip:100@192.0.2.7:5070;transport=udp;lr",
  "sip:alice%40example.org@muster",
  "sips:bob:secret@[2001:db8::7]:5061;maddr=239.255.255.1?subject=x&priority=urgent",
  "sip:*70#@example.com;user=phone",
  "tel:+358-555-1234567;postd=pp22",
  "sip:[2001:db8::192.0.2.1]",
];
