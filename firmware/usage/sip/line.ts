import { toHex } from "../../core/bytes.js";
import { type Random, randomBytes } from "../../core/random.js";
import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import { nameAddress, tagOf } from "../../wire/sip/name-address.js";
import type { HeaderField } from "../../wire/sip/raw-message.js";
import { type SipUri, sipUri, type Uri, uriText } from "../../wire/sip/uri.js";
import { branchCookie, type Via } from "../../wire/sip/via.js";
import { reasonPhrase } from "./reason-phrase.js";

/** Who this phone is in SIP. */
export interface SipIdentity {
  readonly userName: string;
  /** Host part of the addresses of record: `sip:alice@<overlay name>`. */
  readonly overlayName: string;
  /** Node-ID in hex, 32 digits: how a link's end is called. */
  readonly nodeKey: string;
}

/** What a message carries beyond its envelope. */
export interface Content {
  readonly fields: readonly HeaderField[];
  readonly body: Uint8Array;
}

/** Methods this phone takes, as Allow says (RFC 3261 §20.5). */
export const allowedMethods: readonly string[] = ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "MESSAGE"];

const maxForwards = 70;

/**
 * Makes messages in the name of one phone: how it is called in Via and Contact, fresh branches and tags. The host
 * `<Node-ID>.muster.invalid` stands wherever SIP wants the address of one device: a name that can never resolve
 * (RFC 6761 §6.4), as RFC 7118 §5 does for ends that have no address others could dial.
 */
export class Line {
  readonly identity: SipIdentity;
  readonly #random: Random;
  readonly #host: string;

  constructor(identity: SipIdentity, random: Random) {
    this.identity = identity;
    this.#random = random;
    this.#host = deviceHost(identity.nodeKey);
  }

  /** `bytes` random bytes in hex: tags (4 bytes at least, RFC 3261 §19.3), Call-IDs. */
  token(bytes: number): string {
    return toHex(randomBytes(this.#random, bytes));
  }

  /** The address of record of a user of this overlay. */
  addressOf(userName: string): SipUri {
    return sipUri(userName, this.identity.overlayName);
  }

  /** Contact: this device. */
  contact(): HeaderField {
    return field("Contact", `<${uriText(sipUri(this.identity.userName, this.#host))}>`);
  }

  /** Whether a Request-URI means this phone: by its address of record or by its Contact. */
  isOwn(uri: Uri): boolean {
    const host = uri.kind === "sip" ? uri.host.toLowerCase() : "";
    return host === this.#host || host === this.identity.overlayName.toLowerCase();
  }

  /** A Via of this device with a fresh branch. The transport is UDP's kind: datagrams, unordered, unreliable. */
  via(): Via {
    const parameters = [{ name: "branch", value: `${branchCookie}${this.token(8)}` }];
    return { transport: "UDP", host: this.#host, parameters };
  }

  /** A request outside any dialog to a user of this overlay (RFC 3261 §8.1.1). */
  request(method: string, to: string, content: Content): SipRequest {
    return {
      kind: "request",
      method,
      uri: this.addressOf(to),
      via: [this.via()],
      from: nameAddress(this.addressOf(this.identity.userName), this.token(8)),
      to: nameAddress(this.addressOf(to)),
      callId: this.token(12),
      cseq: { sequence: 1, method },
      maxForwards,
      ...content,
    };
  }

  /** The same request to one more device of the user: a branch of its own (RFC 3261 §16.6). */
  forked(request: SipRequest): SipRequest {
    return { ...request, via: [this.via()] };
  }
}

/** How one device is called in Via and Contact. */
export function deviceHost(nodeKey: string): string {
  return `${nodeKey}.muster.invalid`;
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

/** Allow, as every INVITE, its 2xx, an answer to OPTIONS and a 405 carry it. */
export function allowField(): HeaderField {
  return field("Allow", allowedMethods.join(", "));
}
