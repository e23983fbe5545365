import assert from "node:assert/strict";
import { decodeText } from "../../firmware/core/text.js";
import {
  contentType,
  headerAddresses,
  headerTokens,
  headerValue,
} from "../../firmware/wire/sip/header-values.js";
import { decodeSipMessage, type SipMessage } from "../../firmware/wire/sip/message.js";
import { encodeSipMessage, field } from "../../firmware/wire/sip/message-text.js";
import { displayBytes, namedAddress, nameAddressText, tagOf } from "../../firmware/wire/sip/name-address.js";
import { octetBytes, octetText } from "../../firmware/wire/sip/octets.js";
import { parameter, unquote } from "../../firmware/wire/sip/parameters.js";
import { decodeUri, isAddressOf, sipUri, uriText, userOf } from "../../firmware/wire/sip/uri.js";
import { branchOf, hasUniqueBranch, viaText, withSource } from "../../firmware/wire/sip/via.js";
import { fileBytes } from "../support/file.js";

describe("SIP URI", () => {
  const same: readonly string[] = [
    "sip:alice@example.com",
    "sips:alice:secret@example.com:5061;transport=tcp?subject=x&priority=urgent",
    "sip:[2001:db8::1]:5060;lr",
    "sip:+1-212-555-1212:1234@gateway.example.com;user=phone",
    "sip:alice;day=tuesday@atlanta.example.com",
    "sip:%61lice@example.com",
    "sip:example.com;maddr=239.255.255.1;ttl=15",
    "tel:+358-555-1234567",
    "soap.beep://192.0.2.103:3002",
  ];
  for (const text of same) {
    it(`${text} is read and written the same`, () => {
      const uri = decodeUri(text);
      assert.ok(uri.ok);
      assert.equal(uriText(uri.value), text);
    });
  }

  const refused: readonly [string, string][] = [
    ["", "uri/scheme"],
    ["alice", "uri/scheme"],
    ["1sip:alice@example.com", "uri/scheme"],
    ["sip:", "uri/host"],
    ["sip:@example.com", "uri/user"],
    ["sip:a:b:c@example.com", "uri/user"],
    ["sip:alice@", "uri/host"],
    ["sip:alice@example.com:99999", "uri/port"],
    ["sip:alice@example.com:", "uri/port"],
    ["sip:al ice@example.com", "uri/space"],
    ["sip:alice@[2001:db8::zz]", "uri/host"],
    ["sip:alice@[2001:db8::1", "uri/host"],
    ["sip:alice@[::1.2.3.400]", "uri/host"],
    ["sip:alice%4@example.com", "uri/escape"],
    ["sip:alice@example.com;;lr", "uri/parameter"],
    ["sip:alice@example.com;lr=", "uri/lr"],
    ["sip:alice@example.com?subject", "uri/header"],
    ["sip:alice@example.com?x=1&", "uri/header"],
    ["sip:alice@exa<mple.com", "uri/end"],
    ["tel:", "uri/rest"],
    [`sip:b${";p=1".repeat(25)}`, "uri/parameter"],
  ];
  for (const [text, where] of refused) {
    it(`${JSON.stringify(text.slice(0, 40))} is refused at ${where}`, () => {
      const uri = decodeUri(text);
      assert.ok(!uri.ok);
      assert.equal(uri.error.in, where);
    });
  }

  it("resolves escapes of the user part, and writes what must be escaped escaped", () => {
    const uri = decodeUri("sip:%61l%69ce@Example.COM");
    assert.ok(uri.ok);
    assert.equal(userOf(uri.value), "alice");
    assert.ok(isAddressOf(uri.value, "alice", "example.com"));
    assert.ok(!isAddressOf(uri.value, "Alice", "example.com"));
    const code = decodeUri("sip:*21#@example.com");
    assert.ok(code.ok);
    assert.equal(uriText(code.value), "sip:*21%23@example.com");
    const other = decodeUri("tel:+1");
    assert.ok(other.ok);
    assert.equal(userOf(other.value), "");
    assert.equal(uriText(sipUri("bob", "2001:db8::1")), "sip:bob@[2001:db8::1]");
    const foreign = sipUri("alice@example.org", "home.example");
    assert.equal(uriText(foreign), "sip:alice%40example.org@home.example");
    assert.ok(isAddressOf(foreign, "alice@example.org", "home.example"));
  });
});

describe("SIP header fields", () => {
  const message = read(
    [
      "INVITE sip:bob@example.com SIP/2.0",
      "v: SIP/2.0/UDP a.example.com;branch=z9hG4bKa;rport, SIP / 2.0 / tcp [2001:db8::2]:5062 ;branch=1",
      "VIA: SIP/2.0/UDP c",
      'f: "Alice \\"A\\" W" <sip:alice@example.com;x=1>;tag=a1;note="q;u,o"',
      "t: Bob of Foo <sip:bob@example.com>",
      "i: abc",
      "CSeq: 7",
      "  INVITE",
      "max-forwards: 70",
      "Record-Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>",
      "record-route:<sip:p3.example.com;lr>",
      "Require: 100rel,timer",
      "Require:path",
      "c: Application/SDP ; charset=utf-8",
      "X-Own-Thing:  kept  as it is ",
      "k: ",
      "l: 4",
      "",
      "bodyREST",
    ].join("\r\n"),
  );

  it("reads several values in a line and several lines, in any case, compact or long", () => {
    assert.deepEqual(message.via.map(viaText), [
      "SIP/2.0/UDP a.example.com;branch=z9hG4bKa;rport",
      "SIP/2.0/TCP [2001:db8::2]:5062;branch=1",
      "SIP/2.0/UDP c",
    ]);
    const routes = headerAddresses(message, "Record-Route");
    assert.ok(routes.ok);
    assert.deepEqual(routes.value.map(nameAddressText), [
      "<sip:p1.example.com;lr>",
      "<sip:p2.example.com;lr>",
      "<sip:p3.example.com;lr>",
    ]);
    assert.deepEqual(headerTokens(message, "Require"), ["100rel", "timer", "path"]);
    assert.deepEqual(headerTokens(message, "Supported"), []);
    assert.equal(contentType(message), "application/sdp");
  });

  it("keeps names, quotes and parameters, and the body to its length", () => {
    assert.equal(unquote(message.from.display), 'Alice "A" W');
    assert.equal(tagOf(message.from), "a1");
    assert.equal(unquote(parameter(message.from.parameters, "note") ?? ""), "q;u,o");
    assert.equal(tagOf(message.to), "");
    assert.deepEqual(message.cseq, { sequence: 7, method: "INVITE" });
    assert.equal(octetText(message.body), "body");
  });

  it("writes unknown fields as they came, known ones in their usual spelling", () => {
    const text = octetText(encodeSipMessage(message));
    assert.ok(text.includes("\r\nX-Own-Thing: kept  as it is\r\n"));
    assert.ok(text.includes("\r\nCall-ID: abc\r\n"));
    assert.ok(text.includes("\r\nSupported: \r\n"));
    assert.ok(text.endsWith("\r\nContent-Length: 4\r\n\r\nbody"));
    assert.ok(text.includes('From: "Alice \\"A\\" W" <sip:alice@example.com;x=1>;tag=a1;note="q;u,o"\r\n'));
  });

  it("quotes a display name that could only be read with tolerance", () => {
    const read = headerAddresses(withField("Contact", "Bob @ home <sip:bob@example.com>"), "Contact");
    assert.ok(read.ok);
    assert.equal(read.value.map(nameAddressText).join(), '"Bob @ home" <sip:bob@example.com>');
  });

  it("writes a display name as it is, whatever stands in it, and reads it again", () => {
    const uri = sipUri("bob", "example.com");
    for (const name of ["Bob Martin", "Zoë", "李小龍 🙂", 'a "b" \\c', "\\", '"', "a\\"]) {
      const text = nameAddressText(namedAddress(name, uri, "t1"));
      const read = headerAddresses(withField("Contact", text), "Contact");
      assert.ok(read.ok, text);
      const [address] = read.value;
      assert.ok(address !== undefined && read.value.length === 1);
      assert.equal(decodeText(displayBytes(address)), name);
      assert.equal(tagOf(address), "t1");
      assert.deepEqual(address.uri, uri);
    }
    assert.equal(nameAddressText(namedAddress("", uri, "t1")), "<sip:bob@example.com>;tag=t1");
    assert.equal(nameAddressText(namedAddress("Bob Martin", uri, "")), '"Bob Martin" <sip:bob@example.com>');
  });

  it("reads a display name without quotes, and none", () => {
    const read = headerAddresses(withField("Contact", "Bob Martin <sip:b@c>, <sip:d@e>, sip:f@g"), "Contact");
    assert.ok(read.ok);
    const names = read.value.map((address) => decodeText(displayBytes(address)));
    assert.deepEqual(names, ["Bob Martin", "", ""]);
  });

  it("takes parameters of a bare address for the header's (RFC 3261 §20)", () => {
    const read = headerAddresses(withField("Contact", "sip:bob@example.com;lr , sip:c@d"), "Contact");
    assert.ok(read.ok);
    assert.deepEqual(read.value[0]?.parameters, [{ name: "lr" }]);
    assert.equal(read.value.map(nameAddressText).join(), "<sip:bob@example.com>;lr,<sip:c@d>");
  });

  const badAddresses: readonly [string, string][] = [
    ["sip:bob@example.com?Route=%3Csip:x%3E", "sip/contact/uri"],
    ["<sip:bob@example.com", "sip/contact/uri"],
    ["<sip:bob@example.com>;tag=1;tag=2", "sip/contact/tag"],
    ["<sip:bob@example.com>;=x", "sip/contact/parameter"],
    ["<sip:bob@example.com>;a=", "sip/contact/a"],
    ["*", "sip/contact/uri/scheme"],
    ["<sip:bob@example.com> x", "sip/contact/end"],
    ["<sip:bob@example.com>,", "sip/contact/display"],
    [`<sip:b>${";p1=1".repeat(25)}`, "sip/contact/p1"],
  ];
  for (const [value, where] of badAddresses) {
    it(`refuses Contact: ${value.slice(0, 40)} at ${where}`, () => {
      const read = headerAddresses(withField("Contact", value), "Contact");
      assert.ok(!read.ok);
      assert.equal(read.error.in, where);
    });
  }

  it("regbadct.dat of RFC 4475: a bare URI with headers in Contact is refused when it is looked at", () => {
    const read = decodeSipMessage(fileBytes("test/vectors/rfc4475/regbadct.dat"));
    assert.ok(read.ok);
    assert.ok(!headerAddresses(read.value, "Contact").ok);
  });

  it("has no type where Content-Type is none", () => {
    assert.equal(contentType(withField("Content-Type", "nonsense")), "");
    assert.equal(contentType(withField("Subject", "x")), "");
    assert.equal(headerValue(withField("Subject", "x"), "Subject"), "x");
    assert.equal(headerValue(withField("s", "x"), "Subject"), "x", "compact");
    assert.equal(headerValue(withField("Subject", "x"), "Date"), undefined);
  });

  it("lets no line break into a field", () => {
    assert.equal(field("Subject", "a\r\nVia: x").value, "a Via: x");
  });
});

describe("Via", () => {
  it("knows a unique branch (RFC 3261 §8.1.1.7)", () => {
    const [a, b, c] = read(
      plain("v: SIP/2.0/UDP a;branch=z9hG4bKx, SIP/2.0/UDP b;branch=z9hG4bK, SIP/2.0/UDP c"),
    ).via;
    assert.deepEqual(
      [a, b, c].map((via) => via !== undefined && hasUniqueBranch(via)),
      [true, false, false],
    );
    assert.equal(c === undefined ? "?" : branchOf(c), "");
  });

  it("notes where a request came from (RFC 3261 §18.2.1, RFC 3581 §4)", () => {
    const source = { address: "192.0.2.7", port: 7777 };
    const noted = (via: string): string =>
      read(plain(`v: ${via}`)).via.map((each) => viaText(withSource(each, source)))[0] ?? "";
    assert.equal(noted("SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKx"), "SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKx");
    assert.equal(noted("SIP/2.0/UDP h;branch=b"), "SIP/2.0/UDP h;branch=b;received=192.0.2.7");
    assert.equal(
      noted("SIP/2.0/UDP 192.0.2.7;received=198.51.100.1;branch=b"),
      "SIP/2.0/UDP 192.0.2.7;received=192.0.2.7;branch=b",
      "whatever the client says",
    );
    assert.equal(
      noted("SIP/2.0/UDP h;rport;branch=b"),
      "SIP/2.0/UDP h;rport=7777;branch=b;received=192.0.2.7",
    );
  });
});

function read(text: string): SipMessage {
  const message = decodeSipMessage(octetBytes(text));
  assert.ok(message.ok, JSON.stringify(message));
  return message.value;
}

function plain(via: string): string {
  return `OPTIONS sip:b SIP/2.0\r\n${via}\r\nf: <sip:a>;tag=1\r\nt: <sip:b>\r\ni: 1\r\nCSeq: 1 OPTIONS\r\n\r\n`;
}

function withField(name: string, value: string): SipMessage {
  return read(plain(`v: SIP/2.0/UDP a\r\n${name}: ${value}`));
}
