import assert from "node:assert/strict";
import { decodeSipMessage } from "../../firmware/wire/sip/message.js";
import { encodeSipMessage } from "../../firmware/wire/sip/message-text.js";
import { fileBytes, vectorNames } from "../support/file.js";

interface Expected {
  /** "" where the message is read, else the field path of the error. */
  readonly refused: string;
  readonly why: string;
}

const good = (why: string): Expected => ({ refused: "", why });
const bad = (refused: string, why: string): Expected => ({ refused, why });

/** RFC 4475, every message handed over in test/vectors/rfc4475; section numbers are the RFC's. */
const rfc4475: Readonly<Record<string, Expected>> = {
  "badbranch.dat": good("3.2.1: a bare cookie is a Via without a unique branch, matched as RFC 2543 has it"),
  "cparam02.dat": good("3.3.13: an unknown parameter of a URI in Contact"),
  "dblreq.dat": good("3.1.1.8: what follows Content-Length in a datagram is left out"),
  "escnull.dat": good("3.1.1.4: %00 in a user part stays escaped"),
  "escruri.dat": bad("sip/request-uri/headers", "3.1.2.11: a Request-URI must not carry headers"),
  "intmeth.dat": good("3.1.1.2: every character a token, a URI, a quoted string and a Call-ID may hold"),
  "inv2543.dat": good("3.4.1: no branch, no Max-Forwards, no Content-Length"),
  "invut.dat": good("3.3.6: the type of the body is the user agent's matter (415)"),
  "ltgtruri.dat": bad("start-line/uri/scheme", "3.1.2.7: angle brackets around the Request-URI"),
  "lwsruri.dat": bad("start-line/uri/space", "3.1.2.8: a space inside the Request-URI"),
  "lwsstart.dat": good(
    "3.1.2.9: two spaces in the start line leave no doubt what is meant; the RFC leaves the choice",
  ),
  "mcl01.dat": bad("sip/content-length/repeated", "3.3.9: two Content-Lengths that differ"),
  "mismatch01.dat": bad("sip/cseq/method", "3.1.2.17: CSeq names another method"),
  "mpart01.dat": good("3.1.1.11: a body of several parts, with NUL bytes in it"),
  "multi01.dat": bad("sip/cseq/repeated", "3.3.8: fields twice that may stand once"),
  "ncl.dat": bad("sip/content-length/value", "3.1.2.3: a negative Content-Length"),
  "noreason.dat": good("3.1.1.13: an empty reason phrase"),
  "novelsc.dat": good("3.3.3: a scheme nobody knows is the user agent's matter (416)"),
  "quotbal.dat": bad("sip/to/display", "3.1.2.6: a quoted string without its end"),
  "regaut01.dat": good("3.3.7: an authorization scheme nobody knows"),
  "regbadct.dat": good("3.1.2.13: Contact is not read until it is needed; see sip-headers.test.ts"),
  "semiuri.dat": good("3.1.1.9: semicolons in the user part"),
  "trws.dat": good("3.1.2.10: a space after the version leaves no doubt; the RFC leaves the choice"),
  "wsinv.dat": good("3.1.1.1: folding, white space around everything, compact names"),
  "zeromf.dat": good("3.3.11: no hops left matters to a proxy only"),
};

/** RFC 5118, every message handed over in test/vectors/rfc5118. */
const rfc5118: Readonly<Record<string, Expected>> = {
  "ipv4-mapped-ipv6": good("4.9: an IPv4 address inside an IPv6 reference"),
  "ipv6-correct-abnf-2-colons": good("4.10: two colons before an embedded IPv4 address"),
  "ipv6-good": good("4.1: an IPv6 reference in the Request-URI"),
  "ipv6-in-sdp": good("4.6: IPv6 in the body"),
  "mult-ip-in-header": good("4.7: both families in the Vias"),
  "via-received-param-with-delim": good("4.5: brackets around an IPv6 address in received"),
};

/** Messages of both RFCs that were not handed over, where the expectation matters; written down anew, not copied. */
const others: Readonly<Record<string, { text: string } & Expected>> = {
  "ipv6-bad": {
    text: request({ uri: "sip:2001:db8::10" }),
    ...bad("start-line/uri", "RFC 5118 4.2: an IPv6 address without brackets"),
  },
  "port-ambiguous": {
    text: request({ uri: "sip:[2001:db8::10:5070]" }),
    ...good("RFC 5118 4.3: inside the brackets it is part of the address"),
  },
  "three colons": {
    text: request({ uri: "sip:bob@[2001:db8:::192.0.2.1]" }),
    ...good("RFC 5118 4.10: what RFC 3261's grammar once allowed is read"),
  },
  "received without brackets": {
    text: request({ via: "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-111" }),
    ...good("RFC 5118 4.5: the form without brackets"),
  },
  clerr: {
    text: request({ extra: "Content-Length: 9999" }),
    ...bad("sip/content-length", "a body cut short"),
  },
  scalar02: {
    text: request({ cseq: "36893488147419103232 OPTIONS" }),
    ...bad("sip/cseq", "a number past 2^31"),
  },
  scalar: { text: request({ extra: "Max-Forwards: 300" }), ...bad("sip/max-forwards", "more hops than 255") },
  insuf: { text: "OPTIONS sip:b@c SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n", ...bad("sip/from", "fields missing") },
  badvers: {
    text: request({ version: "SIP/7.0" }),
    ...bad("start-line/version", "another version of SIP (505)"),
  },
  bigcode: {
    text: request({}).replace(/^[^\r]*/, "SIP/2.0 4294967301 better not break the receiver"),
    ...bad("start-line/status", "a status past 699"),
  },
  badinv: {
    text: request({ via: "SIP/2.0/UDP 192.0.2.15;;,;,," }),
    ...bad("sip/via", "separators with nothing between them"),
  },
  "no blank line": { text: request({}).slice(0, -2), ...bad("sip/header", "the header does not end") },
  "display name without space": {
    text: request({ from: "caller<sip:alice@example.com>;tag=1" }),
    ...good("a token may touch the bracket"),
  },
  "space in brackets": {
    text: request({ from: '"Watson, Thomas" < sip:alice@example.com >;tag=1' }),
    ...good("RFC 4475 3.1.2.14: the brackets leave no doubt; the RFC leaves the choice"),
  },
  "many values": { text: request({ via: viaList(72) }), ...good("as many Vias as hops there may be") },
  "too many values": { text: request({ via: viaList(73) }), ...bad("sip/via/count", "one more") },
  "too many fields": {
    text: request({ extra: "X: y\r\n".repeat(97) + "Y: z" }),
    ...bad("sip/header", "97 fields"),
  },
  "a proto name": {
    text: request({ extra: "__proto__: x\r\nconstructor: y\r\nhasOwnProperty: z" }),
    ...good("names of JavaScript's own are names like others"),
  },
};

describe("RFC 4475: the torture messages", () => {
  corpus("rfc4475", rfc4475);
});

describe("RFC 5118: SIP and IPv6", () => {
  corpus("rfc5118", rfc5118);
});

describe("torture messages of our own writing", () => {
  for (const [name, { text, refused, why }] of Object.entries(others)) {
    it(`${name}: ${refused === "" ? "read" : `refused at ${refused}`} (${why})`, () => {
      judge(new TextEncoder().encode(text), refused);
    });
  }
});

function corpus(folder: string, table: Readonly<Record<string, Expected>>): void {
  it("has an expectation for each file, and a file for each expectation", () => {
    assert.deepEqual(vectorNames(folder), Object.keys(table).sort());
  });
  for (const [name, { refused, why }] of Object.entries(table)) {
    it(`${name}: ${refused === "" ? "read" : `refused at ${refused}`} (${why})`, () => {
      judge(fileBytes(`test/vectors/${folder}/${name}`), refused);
    });
  }
}

/** Read: what is written again reads as the same. Refused: where it should, with an offset inside the bytes. */
function judge(bytes: Uint8Array, refused: string): void {
  const read = decodeSipMessage(bytes);
  if (!read.ok) {
    assert.notEqual(refused, "", `${read.error.in}: ${read.error.kind} at ${read.error.at}`);
    assert.ok(read.error.in.startsWith(refused), `${read.error.in}: ${read.error.kind} at ${read.error.at}`);
    assert.ok(read.error.at >= 0 && read.error.at <= bytes.length);
    return;
  }
  assert.equal(refused, "");
  const again = decodeSipMessage(encodeSipMessage(read.value));
  assert.ok(again.ok);
  assert.deepEqual(withoutOffsets(again.value), withoutOffsets(read.value));
}

function withoutOffsets(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === "at" ? undefined : each)));
}

function request(parts: {
  uri?: string;
  version?: string;
  via?: string;
  from?: string;
  cseq?: string;
  extra?: string;
}): string {
  const lines = [
    `OPTIONS ${parts.uri ?? "sip:bob@example.com"} ${parts.version ?? "SIP/2.0"}`,
    `Via: ${parts.via ?? "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"}`,
    `From: ${parts.from ?? "<sip:alice@example.com>;tag=1"}`,
    "To: <sip:bob@example.com>",
    "Call-ID: abc@192.0.2.1",
    `CSeq: ${parts.cseq ?? "1 OPTIONS"}`,
    ...(parts.extra === undefined ? [] : [parts.extra]),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function viaList(count: number): string {
  return Array.from({ length: count }, (_, i) => `SIP/2.0/UDP h${i};branch=z9hG4bK${i}`).join(", ");
}
