import { octetBytes } from "../../firmware/wire/sip/octets.js";
import type { Expectation } from "./expectation.js";

/** A message that was not handed over as a file: what its section asks for, in words of our own. */
export interface OwnMessage extends Expectation {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Name, section, what it is, and what is wanted. */
type Head = readonly [string, string, string, Expectation["wanted"]];

interface Parts {
  readonly method?: string;
  readonly uri?: string;
  readonly version?: string;
  readonly via?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cseq?: string;
  readonly fields?: readonly string[];
  readonly body?: string;
}

const offer =
  "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 49170 RTP/AVP 0\r\n";
const offer6 = offer.replaceAll("IP4 192.0.2.1", "IP6 2001:db8::1");
const long = "x".repeat(250);
const tolerated = "the RFC leaves the choice; there is no doubt what is meant, so it is taken";

function request(parts: Parts): string {
  const { method = "OPTIONS", body = method === "INVITE" ? offer : "" } = parts;
  return [
    `${method} ${parts.uri ?? "sip:user@192.0.2.7"} ${parts.version ?? "SIP/2.0"}`,
    `Via: ${parts.via ?? "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKown"}`,
    `From: ${parts.from ?? "<sip:caller@example.com>;tag=1"}`,
    `To: ${parts.to ?? "<sip:user@example.com>"}`,
    "Call-ID: own@192.0.2.1",
    `CSeq: ${parts.cseq ?? `1 ${method}`}`,
    "Max-Forwards: 70",
    ...(method === "INVITE" ? ["Contact: <sip:caller@192.0.2.1>", "Content-Type: application/sdp"] : []),
    ...(parts.fields ?? []),
    "",
    body,
  ].join("\r\n");
}

function response(status: string, via = "SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKown"): string {
  return request({ via }).replace(/^[^\r]*/, `SIP/2.0 ${status}`);
}

/** The messages of RFC 4475 that were not handed over. */
export const own4475: readonly OwnMessage[] = [
  message(["esc01", "3.1.1.3", "escapes in user, parameter and header", 180], {
    ...{ method: "INVITE", uri: "sip:us%65r@example.com;%6Ce=%20" },
    fields: ["Subject: 50%25 off"],
  }),
  message(["esc02", "3.1.1.5", "escapes in a method name, which are none", 501], { method: "RE%47IST%45R" }),
  message(["lwsdisp", "3.1.1.6", "a display name that touches its bracket", 200], {
    from: "caller<sip:caller@example.com>;tag=323",
  }),
  message(["longreq", "3.1.1.7", "long names, values and many Vias", 180], {
    method: "INVITE",
    from: `"${long}" <sip:${long}@example.net>;tag=${long}`,
    fields: [
      `Unknown-${long}: ${long}`,
      ...new Array<number>(33).fill(0).map((_, i) => `v: SIP/2.0/TCP s${i};branch=z9hG4bK${i}`),
    ],
  }),
  message(["transports", "3.1.1.10", "transports nobody has", 200], {
    fields: ["v: SIP/2.0/SCTP t1;branch=z9hG4bKa", "v: SIP/2.0/UNKNOWN t2;branch=z9hG4bKb"],
  }),
  text(
    ["unreason", "3.1.1.12", "a reason that is not ASCII", "silence"],
    response("200 = 2**3 * 5**2 \u00d0\u00bd\u00d0\u00be"),
  ),
  message(["badinv01", "3.1.2.1", "separators with nothing between them", 400], {
    via: "SIP/2.0/UDP 192.0.2.15;;,;,,",
  }),
  message(["clerr", "3.1.2.2", "a Content-Length past the end", 400], {
    method: "INVITE",
    fields: ["Content-Length: 9999"],
  }),
  message(["scalar02", "3.1.2.4", "numbers past every width", 400], { cseq: "36893488147419103232 OPTIONS" }),
  text(
    ["scalarlg", "3.1.2.5", "the same in a response", "silence"],
    response("503 Service Unavailable").replace("1 OPTIONS", "9292394834772304023312 OPTIONS"),
  ),
  message(["baddate", "3.1.2.12", "a date in another zone than GMT", 180], {
    ...{ method: "INVITE", fields: ["Date: Fri, 01 Jan 2010 16:00:00 EST"] },
    choice: tolerated,
  }),
  message(["badaspec", "3.1.2.14", "spaces inside the brackets", 200], {
    from: '"Watson, Thomas" < sip:t.watson@example.org >;tag=1',
    choice: tolerated,
  }),
  message(["baddn", "3.1.2.15", "a display name of what is no token, without quotes", 400], {
    from: "Bell, Alexander <sip:a.g.bell@example.com>;tag=43",
  }),
  message(["badvers", "3.1.2.16", "another version of SIP", 505], { version: "SIP/7.0" }),
  message(["mismatch02", "3.1.2.18", "CSeq names another method than one nobody knows", 400], {
    ...{ method: "NEWMETHOD", cseq: "1 INVITE" },
    choice: "400 or 501 are right by the RFC; the mismatch is found first",
  }),
  text(
    ["bigcode", "3.1.2.19", "a status past all classes", "silence"],
    response("4294967301 better not break"),
  ),
  {
    ...text(
      ["insuf", "3.3.1", "no Call-ID, From and To", "silence"],
      "INVITE sip:user@example.com SIP/2.0\r\nCSeq: 1 INVITE\r\nVia: SIP/2.0/UDP 192.0.2.95\r\n\r\n",
    ),
    choice:
      "ideally 400 by the RFC; an answer without the three matches no transaction at the sender, so none is sent",
  },
  message(["unkscm", "3.3.2", "a scheme nobody knows", 416], {
    uri: "nobodyKnowsThisScheme:totallyopaquecontent",
  }),
  message(["unksm2", "3.3.4", "schemes nobody knows in From, To and Contact", 405], {
    ...{ method: "REGISTER", from: "<isbn:2983792873>;tag=1", to: "<isbn:2983792873>" },
    ...{
      fields: ["Contact: <name:John_Smith>"],
      choice: "as a registrar's they are 400; a phone allows no REGISTER",
    },
  }),
  message(["bext01", "3.3.5", "extensions required that nobody has", 420], {
    fields: [
      "Require: nothingSupportsThis, nothingSupportsThisEither",
      "Proxy-Require: noProxiesSupportThis",
    ],
  }),
  text(
    ["bcast", "3.3.10", "a response whose Via is a broadcast address", "silence"],
    response("200 OK", "SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKb"),
  ),
  message(["cparam01", "3.3.12", "an unknown parameter of Contact", 405], {
    ...{ method: "REGISTER", fields: ["Contact: sip:+19725552222@gw1.example.net;unknownparam"] },
    choice: "the RFC means a registrar",
  }),
  message(["regescrt", "3.3.14", "a Route escaped in Contact's URI", 405], {
    ...{ method: "REGISTER", fields: ["Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>"] },
    choice: "the RFC means a registrar",
  }),
  message(["sdp01", "3.3.15", "an answer wanted in a type nobody knows", 406], {
    ...{ method: "INVITE", fields: ["Accept: text/nobodyKnowsThis"] },
  }),
];

/** The messages of RFC 5118 that were not handed over. */
export const own5118: readonly OwnMessage[] = [
  message5118(["ipv6-bad", "4.2", "an IPv6 address without brackets", 400], { uri: "sip:2001:db8::10" }),
  message5118(["port-ambiguous", "4.3", "a port inside the brackets is part of the address", 200], {
    uri: "sip:user@[2001:db8::10:5070]",
  }),
  message5118(["port-unambiguous", "4.4", "a port behind the brackets", 200], {
    uri: "sip:user@[2001:db8::10]:5070",
  }),
  message5118(["via-received-param-no-delim", "4.5", "IPv6 in received without brackets", 200], {
    via: "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-111",
  }),
  message5118(["mult-ip-in-sdp", "4.8", "both families in the session description", 180], {
    method: "INVITE",
    body: `${offer6}m=audio 6002 RTP/AVP 0\r\nc=IN IP4 192.0.2.1\r\n`,
  }),
  message5118(["ipv6-bug-abnf-3-colons", "4.10", "three colons, which RFC 3261's grammar once made", 200], {
    uri: "sip:user@[2001:db8:::192.0.2.1]",
  }),
];

function message(head: Head, { choice, ...parts }: Parts & { readonly choice?: string }): OwnMessage {
  return { ...text(head, request(parts)), ...(choice === undefined ? {} : { choice }) };
}

function message5118(head: Head, parts: Parts): OwnMessage {
  return { ...message(head, parts), section: `5118 ${head[1]}` };
}

function text([name, section, what, wanted]: Head, written: string): OwnMessage {
  return { name, section: `4475 ${section}`, what, wanted, bytes: octetBytes(written) };
}
