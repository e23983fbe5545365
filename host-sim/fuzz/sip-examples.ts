import { octetBytes } from "../../firmware/wire/sip/octets.js";
import { vectorFiles } from "../clone-file.js";

/** Messages of the RFCs' torture tests, and of an ordinary call of a stock phone. */
export function sipMessages(): readonly Uint8Array[] {
  const tortures = [...vectorFiles("rfc4475").values(), ...vectorFiles("rfc5118").values()];
  return [...tortures, ...stockCall()];
}

/** What a stock phone says to another in a call, written as most of them write it. */
export function stockCall(): readonly Uint8Array[] {
  const requests = ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "MESSAGE"].map((method) => request(method));
  const responses = [100, 180, 200, 302, 401, 486, 487].map(response);
  return [...requests, ...responses].map(octetBytes);
}

/** Pieces that mean something in a SIP message. */
export const sipWords: readonly string[] = [
  "\r\n",
  "\r\n ",
  "\r\n\r\n",
  "[::1]",
  "%00",
  "Via: SIP/2.0/UDP a;branch=z9hG4bKx\r\n",
  "v: SIP/2.0/TCP [::1]:5060;rport;received=192.0.2.9;maddr=224.0.0.1\r\n",
  "l: 3\r\n",
  "Content-Length: -1\r\n",
  "CSeq: 1 ACK\r\n",
  "CSeq: 4294967296 INVITE\r\n",
  "From: <sip:x@y>;tag=1;tag=2\r\n",
  "To: *\r\n",
  "m: *\r\n",
  "Contact: <sip:a@[::1]>, sip:b@c;q=0.1\r\n",
  "Record-Route: <sip:p.example;lr>, <sips:q:5061>\r\n",
  "Require: 100rel, timer\r\n",
  "Max-Forwards: 0\r\n",
  'Content-Type: multipart/mixed;boundary="x"\r\n',
  "Content-Encoding: gzip\r\n",
  "__proto__: x\r\n",
  ";rport",
  ";maddr=255.255.255.255",
  ";lr",
  "sip:",
  "sips:a@b",
  "tel:+1",
  "SIP/2.0",
  "SIP/3.0",
  "INVITE",
  "ACK",
  "CANCEL",
  "REGISTER",
];

/** Pieces that mean something in a session description. */
export const sdpWords: readonly string[] = [
  "\r\n",
  "a=",
  "a=inactive\r\n",
  "a=sendonly\r\n",
  "a=rtcp-mux\r\n",
  "a=rtpmap:0 PCMU/8000\r\n",
  "a=rtpmap:101 telephone-event/8000\r\n",
  "m=audio 4000 RTP/AVP 0\r\n",
  "m=audio 0 RTP/AVP 8 101\r\n",
  "m=video 4002 RTP/SAVPF 96\r\n",
  "c=IN IP4 0.0.0.0\r\n",
  "c=IN IP4 239.1.1.1/127\r\n",
  "c=IN IP6 ::\r\n",
  "o=- 1 1 IN IP4 192.0.2.1\r\n",
  "v=0\r\n",
];

const sdp = [
  "v=0",
  "o=bob 3890 1 IN IP4 192.0.2.9",
  "s=call",
  "c=IN IP4 192.0.2.9",
  "t=0 0",
  "m=audio 7078 RTP/AVP 8 0 101",
  "a=rtpmap:101 telephone-event/8000",
  "a=fmtp:101 0-16",
  "a=sendrecv",
  "",
].join("\r\n");

function request(method: string): string {
  const body = method === "INVITE" ? sdp : method === "MESSAGE" ? "hello" : "";
  const type = { INVITE: "application/sdp", MESSAGE: "text/plain" }[method];
  const inside = method === "ACK" || method === "BYE" ? ";tag=here" : "";
  return [
    `${method} sip:alice@192.0.2.7 SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK.${method};rport`,
    `From: "Bob" <sip:bob@192.0.2.9>;tag=there`,
    `To: <sip:alice@192.0.2.7>${inside}`,
    `Call-ID: a84b4c76e66710`,
    `CSeq: 20 ${method}`,
    'Contact: <sip:bob@192.0.2.9;transport=udp>;+sip.instance="<urn:uuid:1>"',
    "Max-Forwards: 70",
    "Supported: replaces, outbound",
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

function response(status: number): string {
  const body = status === 200 ? sdp : "";
  return [
    `SIP/2.0 ${status} Whatever`,
    "Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKours;rport=5060;received=192.0.2.7",
    "From: <sip:alice@192.0.2.7>;tag=here",
    `To: <sip:bob@192.0.2.9>${status === 100 ? "" : ";tag=there"}`,
    "Call-ID: ours@192.0.2.7",
    "CSeq: 1 INVITE",
    "Contact: <sip:bob@192.0.2.9>",
    ...(status === 200 ? ["Content-Type: application/sdp"] : []),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}
