import type { Endpoint } from "../../../firmware/core/endpoint.js";
import { header } from "./messages.js";

/** A message of these lines, with the length of its body. */
export function sipText(lines: readonly string[], body = ""): string {
  return [...lines, `Content-Length: ${body.length}`, "", body].join("\r\n");
}

/** A session description of these lines. */
export function sdpText(...lines: readonly string[]): string {
  return `${lines.join("\r\n")}\r\n`;
}

export const baresipAt: Endpoint = { address: "192.0.2.40", port: 5060 };
export const linphoneAt: Endpoint = { address: "192.0.2.50", port: 5060 };

/** The body of an offer as baresip writes it; `direction` and the address change when it holds. */
export function baresipSdp(direction = "sendrecv", address = baresipAt.address): string {
  return sdpText(
    "v=0",
    `o=- 2890844526 2890844527 IN IP4 ${address}`,
    "s=-",
    `c=IN IP4 ${address}`,
    "t=0 0",
    "a=tool:baresip 3.14.0",
    "m=audio 18362 RTP/AVP 0 8 101",
    "b=AS:125",
    "a=rtpmap:0 PCMU/8000",
    "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:101 telephone-event/8000",
    "a=fmtp:101 0-15",
    "a=rtcp:18363",
    `a=${direction}`,
    "a=label:1",
    "a=rtcp-rsize",
    "a=ssrc:1843127011 cname:1f83d9ab5be0cd19",
    "a=ptime:20",
  );
}

/** A request as baresip writes it; with a To of ours it is inside a dialog. */
export function baresipRequest(
  method: string,
  parts: { branch?: string; to?: string; sequence?: number; body?: string; type?: string; uri?: string } = {},
): string {
  const { branch = "5f2a1c", to = "<sip:alice@192.0.2.1>", sequence = 61_204, body = "" } = parts;
  const { uri = "sip:alice@192.0.2.1", type = "application/sdp" } = parts;
  const lines = [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.40:5060;branch=z9hG4bK${branch};rport`,
    "Contact: <sip:100-0x5581f0c2a3d0@192.0.2.40:5060>",
    "Max-Forwards: 70",
    `To: ${to}`,
    'From: "Hall" <sip:100@192.0.2.40>;tag=8b1d4e2f90a7c356',
    "Call-ID: 3f0c9d1e7a65b284",
    `CSeq: ${sequence} ${method}`,
    "User-Agent: baresip v3.14.0 (x86_64/Linux)",
    "Allow: INVITE,ACK,BYE,CANCEL,OPTIONS,NOTIFY,SUBSCRIBE,INFO,MESSAGE,UPDATE,REFER",
    "Supported: gruu,replaces",
  ];
  if (body !== "") lines.push(`Content-Type: ${type}`);
  return sipText(lines, body);
}

/** An offer as linphone writes it: much that is not G.711, events of several clock rates, and a picture. */
export const linphoneSdp = sdpText(
  "v=0",
  "o=desk 2106 3512 IN IP4 192.0.2.50",
  "s=Talk",
  "c=IN IP4 192.0.2.50",
  "t=0 0",
  "a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics",
  "a=record:off",
  "m=audio 7078 RTP/AVP 96 97 98 0 8 18 101 99 100",
  "a=rtpmap:96 opus/48000/2",
  "a=fmtp:96 useinbandfec=1",
  "a=rtpmap:97 speex/16000",
  "a=fmtp:97 vbr=on",
  "a=rtpmap:98 speex/8000",
  "a=fmtp:18 annexb=yes",
  "a=rtpmap:101 telephone-event/48000",
  "a=rtpmap:99 telephone-event/16000",
  "a=rtpmap:100 telephone-event/8000",
  "a=rtcp-fb:* trr-int 1000",
  "a=rtcp-fb:* ccm tmmbr",
  "m=video 9078 RTP/AVP 96",
  "a=rtpmap:96 VP8/90000",
  "a=rtcp-fb:* trr-int 1000",
  "a=rtcp-fb:96 nack pli",
);

/** A request as linphone writes it: short tags and branches, To without brackets, Contact late and long. */
export function linphoneRequest(
  method: string,
  parts: { branch?: string; to?: string; sequence?: number; body?: string; type?: string } = {},
): string {
  const { branch = ".tQ1sVmXzE", to = "sip:alice@192.0.2.1", sequence = 20, body = "" } = parts;
  const { type = "application/sdp" } = parts;
  const lines = [
    `${method} sip:alice@192.0.2.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bK${branch};rport`,
    "From: <sip:desk@192.0.2.50>;tag=kR~2b-WqH",
    `To: ${to}`,
    `CSeq: ${sequence} ${method}`,
    "Call-ID: nO7pAeF~lc",
    "Max-Forwards: 70",
    "Supported: replaces, outbound, gruu, path, record-aware",
    "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, MESSAGE, SUBSCRIBE, INFO, PRACK, UPDATE",
    'Contact: <sip:desk@192.0.2.50;transport=udp>;+sip.instance="<urn:uuid:9c6d3a10-4f5b-00e1-8a77-1f0e2d3c4b5a>"',
    "User-Agent: Linphone-Desktop/5.2.4 (desk) Debian GNU/Linux 13 LinphoneCore/5.3.72",
  ];
  if (body !== "") lines.push(`Content-Type: ${type}`);
  return sipText(lines, body);
}

/** An answer to a request of ours as a phone writes it: what must be copied is copied, the rest is its own. */
export function answerTo(request: string, status: string, own: readonly string[] = [], body = ""): string {
  const to = header(request, "To");
  const lines = [
    `SIP/2.0 ${status}`,
    ...[...request.matchAll(/\r\n(Via: [^\r]*)/g)].map((match) => match[1] ?? ""),
    `From: ${header(request, "From")}`,
    `To: ${to}${to.includes(";tag=") ? "" : ";tag=b0a1f2"}`,
    `Call-ID: ${header(request, "Call-ID")}`,
    `CSeq: ${header(request, "CSeq")}`,
    ...own,
  ];
  return sipText(lines, body);
}
