import type { SipRequest, SipResponse } from "../../wire/sip/message.js";
import { headerAddresses } from "../../wire/sip/header-values.js";
import { field } from "../../wire/sip/message-text.js";
import { type NameAddress, nameAddress, nameAddressText, tagOf } from "../../wire/sip/name-address.js";
import type { Uri } from "../../wire/sip/uri.js";
import type { Content, Line } from "./line.js";

/** What two user agents share for the length of a call (RFC 3261 §12). */
export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly local: Uri;
  readonly remote: Uri;
  /** Where requests inside the dialog are addressed: the other's Contact. */
  readonly target: Uri;
  /** Proxies that asked to stay on the way; empty between two phones. Loose routing only. */
  readonly routes: readonly NameAddress[];
  /** Number of the last request sent, and of the last received (-1 before the first). */
  readonly localSequence: number;
  readonly remoteSequence: number;
  /** Who is at the other end: where its last request came from, or where the INVITE went. */
  readonly peer: string;
}

/** What of an INVITE makes the caller's half of a dialog. */
export type Asked = Pick<SipRequest, "callId" | "from" | "to" | "uri" | "cseq">;

/** The caller's dialog, from the answer to its INVITE (§12.1.2). A missing Contact leaves the address of record. */
export function dialogOfResponse(invite: Asked, response: SipResponse, peer: string): Dialog {
  const recorded = headerAddresses(response, "Record-Route");
  return {
    callId: invite.callId,
    localTag: tagOf(invite.from),
    remoteTag: tagOf(response.to),
    local: invite.from.uri,
    remote: invite.to.uri,
    target: contactOf(response) ?? invite.uri,
    routes: recorded.ok ? [...recorded.value].reverse() : [],
    localSequence: invite.cseq.sequence,
    remoteSequence: -1,
    peer,
  };
}

/** The callee's dialog, from the INVITE it answers (§12.1.1). */
export function dialogOfInvite(invite: SipRequest, localTag: string, peer: string): Dialog {
  const recorded = headerAddresses(invite, "Record-Route");
  return {
    callId: invite.callId,
    localTag,
    remoteTag: tagOf(invite.from),
    local: invite.to.uri,
    remote: invite.from.uri,
    target: contactOf(invite) ?? invite.from.uri,
    routes: recorded.ok ? recorded.value : [],
    localSequence: 0,
    remoteSequence: invite.cseq.sequence,
    peer,
  };
}

/** Whether a request from `peer` belongs to the dialog (§12.2.2). */
export function isWithin(dialog: Dialog, line: Line, request: SipRequest, peer: string): boolean {
  return (
    line.scope(dialog.peer) === line.scope(peer) &&
    dialog.callId === request.callId &&
    dialog.localTag === tagOf(request.to) &&
    dialog.remoteTag === tagOf(request.from)
  );
}

/** Whether a response to an INVITE made this dialog: a repeated 2xx is known by it (§13.2.2.4). */
export function isAnswerOf(dialog: Dialog, response: SipResponse): boolean {
  return (
    dialog.callId === response.callId &&
    dialog.localTag === tagOf(response.from) &&
    dialog.remoteTag === tagOf(response.to)
  );
}

/** The dialog after its next own request, and that request (§12.2.1.1). */
export function nextRequest(
  dialog: Dialog,
  line: Line,
  method: string,
  content: Content,
): { dialog: Dialog; request: SipRequest } {
  const advanced = { ...dialog, localSequence: dialog.localSequence + 1 };
  return { dialog: advanced, request: requestWithin(advanced, line, method, content) };
}

/** The ACK of a 2xx: number of its INVITE, a Via of its own (§13.2.2.4). */
export function ackWithin(dialog: Dialog, line: Line, sequence: number, content: Content): SipRequest {
  return requestWithin({ ...dialog, localSequence: sequence }, line, "ACK", content);
}

/** The dialog after a request from the other side, or `undefined` if its number is no advance (§12.2.2). */
export function afterRequest(dialog: Dialog, request: SipRequest, peer: string): Dialog | undefined {
  if (request.cseq.sequence <= dialog.remoteSequence) return undefined;
  const advanced = { ...dialog, remoteSequence: request.cseq.sequence, peer };
  const target = request.method === "INVITE" ? contactOf(request) : undefined;
  return target === undefined ? advanced : { ...advanced, target };
}

/** The dialog with the target that a 2xx to a re-INVITE names (§12.2.1.2). */
export function retargeted(dialog: Dialog, response: SipResponse): Dialog {
  const target = contactOf(response);
  return target === undefined ? dialog : { ...dialog, target };
}

function requestWithin(dialog: Dialog, line: Line, method: string, content: Content): SipRequest {
  const routes = dialog.routes.map((route) => field("Route", nameAddressText(route)));
  return {
    kind: "request",
    method,
    uri: dialog.target,
    via: [line.via()],
    from: nameAddress(dialog.local, dialog.localTag),
    to: nameAddress(dialog.remote, dialog.remoteTag),
    callId: dialog.callId,
    cseq: { sequence: dialog.localSequence, method },
    maxForwards: 70,
    fields: [...routes, ...content.fields],
    body: content.body,
  };
}

function contactOf(message: SipRequest | SipResponse): Uri | undefined {
  const contacts = headerAddresses(message, "Contact");
  return contacts.ok ? contacts.value[0]?.uri : undefined;
}
