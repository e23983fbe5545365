import { type Random, randomBytes } from "../../core/random.js";
import { toHex } from "../../core/bytes.js";
import type { Instant } from "../../core/time.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import { nameAddress, namedAddress, tagOf } from "../../wire/sip/name-address.js";
import type { HeaderField } from "../../wire/sip/raw-message.js";
import type { Uri } from "../../wire/sip/uri.js";
import type { Via } from "../../wire/sip/via.js";
import type { Dialog } from "./dialog.js";
import { reasonPhrase } from "./reason-phrase.js";

/** Who a message is from. */
export interface SipPeer {
  /** The way back there: a Node-ID in hex, or the address and port of a stock phone. */
  readonly nodeKey: string;
  /** A user name that a credential proves, or the URI of a stock phone. */
  readonly userName: string;
}

/** How much one line holds at once. */
export interface LineBounds {
  readonly transactions: number;
  /** Of those, begun by one peer. */
  readonly transactionsPerPeer: number;
  /** Longest answer kept for when its request comes again, bytes. */
  readonly keptBytes: number;
  /** Text of one MESSAGE sent, bytes of UTF-8. */
  readonly textBytes: number;
}

/**
 * How a user agent names itself in the world it speaks SIP in, and what it believes of others there. Everything else
 * is the same in all worlds. `OverlayLine` is for links between nodes, `StockLine` for SIP phones on the LAN.
 */
export interface Line {
  /** The name of this phone's user. */
  readonly userName: string;
  /** What he calls himself beside it, in From of requests; "": nothing. */
  fullName: string;
  readonly bounds: LineBounds;
  /** Type of what a MESSAGE may carry for this program, not for a person; `undefined`: nothing but text. */
  readonly documentType: string | undefined;
  /** Whether RTCP shares the port of RTP (RFC 5761). */
  readonly rtcpMux: boolean;
  /** Whether nothing but the ACK proves where a caller is: then no speech before it, and to nobody without it. */
  readonly provenByAck: boolean;
  /** To-tag of answers that nothing is remembered of: always the same (RFC 3261 §8.2.7). */
  readonly statelessTag: string;

  /** `bytes` random bytes in hex: tags (4 bytes at least, RFC 3261 §19.3), Call-IDs. */
  token(bytes: number): string;
  /** From of what this phone sends. */
  ownAddress(): Uri;
  /** To of a request to a user outside any dialog. */
  addressOf(user: string): Uri;
  /** Request-URI of such a request. */
  targetOf(user: string): Uri;
  /** Contact: this device. */
  contact(): HeaderField;
  /** A Via of this device with a fresh branch. */
  via(): Via;

  /** Whether several devices may answer one INVITE to one peer, as behind a proxy (RFC 3261 §13.2.2.4). */
  readonly mayFork: boolean;
  /** What of a peer's name must be the same in all messages of one dialog or transaction; "" where tags do for it. */
  scope(peer: string): string;
  /** A request with what is noted on it where it comes in (RFC 3261 §18.2.1). */
  received(request: SipRequest, peer: string): SipRequest;
  /** As `received`, for the value of a topmost Via in a request that cannot be read otherwise. */
  receivedVia(value: string, peer: string): string;
  /** Who a request is from, by whatever this line believes. */
  senderOf(request: SipRequest, from: SipPeer): SipPeer;
  /** The status with which a request is refused for who sent it or whom it is for; `undefined`: it is taken. */
  refusalOf(request: SipRequest, from: SipPeer): number | undefined;
  /** Whether an answer from `sender` counts as one of the user called. */
  answersFor(sender: string, user: string): boolean;
  /** The peer that requests inside a dialog go to. */
  destinationOf(dialog: Dialog): string;
  /** A message from `peer` held a tag or branch that was sent there: it is where it says it is. */
  handleEcho(now: Instant, peer: string): void;
}

/** What a message carries beyond its envelope. */
export interface Content {
  readonly fields: readonly HeaderField[];
  readonly body: Uint8Array;
}

/** Methods this phone takes, as Allow says (RFC 3261 §20.5). */
export const allowedMethods: readonly string[] = ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "MESSAGE"];

const maxForwards = 70;

/** `bytes` random bytes in hex. */
export function randomToken(random: Random, bytes: number): string {
  return toHex(randomBytes(random, bytes));
}

/** A request outside any dialog to a user (RFC 3261 §8.1.1). */
export function requestOutside(line: Line, method: string, user: string, content: Content): SipRequest {
  return {
    kind: "request",
    method,
    uri: line.targetOf(user),
    via: [line.via()],
    from: namedAddress(line.fullName, line.ownAddress(), line.token(8)),
    to: nameAddress(line.addressOf(user)),
    callId: line.token(12),
    cseq: { sequence: 1, method },
    maxForwards,
    ...content,
  };
}

/** The same request to one more device of the user: a branch of its own (RFC 3261 §16.6). */
export function forked(line: Line, request: SipRequest): SipRequest {
  return { ...request, via: [line.via()] };
}

/** A response with what RFC 3261 §8.2.6.2 has copied from the request; `tag` where the request's To has none. */
export function responseTo(request: SipRequest, status: number, tag: string, content?: Content): SipResponse {
  const tagged = tagOf(request.to) !== "" || status === 100;
  const to = tagged
    ? request.to
    : { ...request.to, parameters: [...request.to.parameters, { name: "tag", value: tag }] };
  const recorded =
    status > 100 && status < 300 ? request.fields.filter((each) => each.name === "Record-Route") : [];
  return {
    kind: "response",
    status,
    reason: reasonPhrase(status),
    via: request.via,
    from: request.from,
    to,
    callId: request.callId,
    cseq: request.cseq,
    fields: [...recorded, ...(content?.fields ?? [])],
    body: content?.body ?? new Uint8Array(0),
  };
}

/** Content of nothing but header fields. */
export function headersOnly(...fields: readonly HeaderField[]): Content {
  return { fields, body: new Uint8Array(0) };
}

/** A session description with the Contact and Allow that go with it. */
export function sdpContent(contact: HeaderField, body: Uint8Array): Content {
  return { fields: [contact, allowField(), field("Content-Type", "application/sdp")], body };
}

/**
 * A session description that begins a call. Where nobody knows yet that this phone is there, thrice its bytes have to
 * hold the 180 and the 200 three times (`stock-sources.ts`): else two lost datagrams end a call that was answered. So
 * it is padded, as QUIC pads what it sends first (RFC 9000 §8.1).
 */
export function inviteContent(line: Line, body: Uint8Array): Content {
  const content = sdpContent(line.contact(), body);
  return line.provenByAck ? { ...content, fields: [...content.fields, padding()] } : content;
}

/** 110 B that say what they are for. */
function padding(): HeaderField {
  return field(
    "User-Agent",
    "Muster (padded: to a stranger goes three times what came, and an answer may get lost twice)",
  );
}

/** Allow, as every INVITE, its 2xx, an answer to OPTIONS and a 405 carry it. */
export function allowField(): HeaderField {
  return field("Allow", allowedMethods.join(", "));
}
