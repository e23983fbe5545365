import assert from "node:assert/strict";
import fc from "fast-check";
import { commandTable, parseCommand, type ConsoleCommand } from "../../firmware/console/command.js";
import { faultSentence, type ConsoleFault } from "../../firmware/console/console-fault.js";
import { BranchShare } from "../support/mutation.js";
import { seeded } from "../support/seed.js";

function command(line: string): ConsoleCommand {
  const parsed = parseCommand(line);
  assert.ok(parsed.ok, `${line}: ${parsed.ok ? "" : faultSentence(parsed.error)}`);
  return parsed.value;
}

function fault(line: string): ConsoleFault {
  const parsed = parseCommand(line);
  assert.ok(!parsed.ok, `${line} was taken`);
  return parsed.error;
}

describe("parseCommand", function () {
  this.timeout(20_000);
  const cases: readonly (readonly [string, ConsoleCommand])[] = [
    ["", { kind: "nothing" }],
    ["   ", { kind: "nothing" }],
    ["# call bob", { kind: "nothing" }],
    ["help", { kind: "help", about: undefined }],
    ["?", { kind: "help", about: undefined }],
    ["help CALL", { kind: "help", about: "call" }],
    ["  status  ", { kind: "status" }],
    ["Peers", { kind: "peers" }],
    ["records", { kind: "records" }],
    ["call bob", { kind: "call", name: "bob" }],
    ["call sip:100@192.0.2.7", { kind: "call", name: "sip:100@192.0.2.7" }],
    ["call SIP:Bob@192.0.2.7:5060;transport=UDP", { kind: "call", name: "sip:Bob@192.0.2.7" }],
    ["call sip:100@192.0.2.7:5070;user=phone", { kind: "call", name: "sip:100@192.0.2.7:5070" }],
    ["message sip:100@192.0.2.7 hi", { kind: "message", name: "sip:100@192.0.2.7", text: "hi" }],
    ["hold", { kind: "hold" }],
    ["resume", { kind: "resume" }],
    ["codec pcma", { kind: "codec", codec: "PCMA" }],
    ["call SIP:Bob@Example.ORG", { kind: "call", name: "bob@example.org" }],
    ['call "bob"', { kind: "call", name: "bob" }],
    ["answer", { kind: "answer" }],
    ["decline", { kind: "decline" }],
    ["hangup", { kind: "hangup" }],
    ["dial 12 34-#a*", { kind: "dial", digits: "1234#A*" }],
    ["choose 2", { kind: "choose", number: 2 }],
    ['message bob see  you at 5" ok', { kind: "message", name: "bob", text: 'see  you at 5" ok' }],
    ['message bob " two \\"spaces\\\\ "', { kind: "message", name: "bob", text: ' two "spaces\\ ' }],
    ["message bob grüße 📞", { kind: "message", name: "bob", text: "grüße 📞" }],
    ["contacts", { kind: "contacts" }],
    ["contacts add bob", { kind: "contactAdd", name: "bob" }],
    ["contacts remove bob", { kind: "contactRemove", name: "bob" }],
    ["contacts unpin bob", { kind: "contactUnpin", name: "bob" }],
    ["contacts pin bob …A3F1", { kind: "contactPin", name: "bob", nodeIdPrefix: "a3f1" }],
    ["forward", { kind: "settings", about: "forward-to" }],
    ["forward bob", { kind: "set", name: "forward-to", value: "bob" }],
    ["forward off", { kind: "set", name: "forward-to", value: "off" }],
    ["adopt", { kind: "adopt" }],
    ["join-user Alice K7Q2M-9FDTX", { kind: "joinUser", name: "alice", code: "K7Q2M-9FDTX" }],
    ["enroll", { kind: "enroll", credential: undefined }],
    ["enroll 84a1FF", { kind: "enroll", credential: Uint8Array.of(0x84, 0xa1, 0xff) }],
    ["log", { kind: "log" }],
    ["log clear", { kind: "logClear" }],
    ["set", { kind: "settings", about: undefined }],
    ["set volume", { kind: "settings", about: "volume" }],
    ["set volume 7", { kind: "set", name: "volume", value: "7" }],
    [
      "set bootstrap 192.0.2.1, 192.0.2.2:7000",
      { kind: "set", name: "bootstrap", value: "192.0.2.1, 192.0.2.2:7000" },
    ],
    ['set wifi-password " a b "', { kind: "set", name: "wifi-password", value: " a b " }],
    ['set wifi-network ""', { kind: "set", name: "wifi-network", value: "" }],
    ["show", { kind: "show" }],
    ["exit", { kind: "quit" }],
  ];
  for (const [line, expected] of cases) {
    it(`reads ${JSON.stringify(line)}`, () => assert.deepEqual(command(line), expected));
  }

  it("has a case above for every command of the table", () => {
    for (const { name } of commandTable) {
      assert.ok(
        cases.some(([line]) => line.trim().toLowerCase().startsWith(name) || line === "exit"),
        name,
      );
    }
  });

  const faults: readonly (readonly [string, Partial<ConsoleFault>])[] = [
    ["cal bob", { kind: "unknown-command", at: 0, given: "cal", suggestions: ["call"] }],
    ["  hangpu", { kind: "unknown-command", at: 2, suggestions: ["hangup"] }],
    ["con", { kind: "unknown-command", suggestions: ["contacts"] }],
    ["xyzzy", { kind: "unknown-command", suggestions: [] }],
    ["call", { kind: "missing-argument", at: 4, in: "call/name", given: "" }],
    ["call bob!", { kind: "bad-name", at: 5, in: "call/name", given: "bob!" }],
    [`call ${"b".repeat(33)}`, { kind: "bad-name" }],
    ["call bob@", { kind: "bad-name" }],
    ["call b@c@d", { kind: "bad-name" }],
    ["call bob jones", { kind: "extra-argument", at: 9, in: "call", given: "jones" }],
    ["answer now", { kind: "extra-argument", at: 7, in: "answer" }],
    ["dial 12x", { kind: "bad-digits", given: "12x" }],
    [`dial ${"1".repeat(33)}`, { kind: "bad-digits" }],
    ["dial", { kind: "missing-argument" }],
    ["choose 0", { kind: "bad-number", given: "0" }],
    ["choose two", { kind: "bad-number" }],
    ["choose 99999999999", { kind: "bad-number" }],
    ["message bob", { kind: "missing-argument", in: "message/text", at: 11 }],
    ['message bob ""', { kind: "missing-argument", in: "message/text" }],
    [`message bob ${"ü".repeat(401)}`, { kind: "text-too-long", given: "802 bytes" }],
    ['message bob "never closed', { kind: "unclosed-quote", at: 12 }],
    ['message bob "bad \\n"', { kind: "bad-escape", at: 17, given: "\\n" }],
    ['message bob "ends in \\', { kind: "bad-escape" }],
    ['message bob "a" b', { kind: "text-after-quote", at: 16 }],
    ['call "bob"x', { kind: "text-after-quote", at: 10 }],
    ["contacts ad bob", { kind: "unknown-action", suggestions: ["add"] }],
    ["contacts pin bob a3", { kind: "bad-node-id", in: "contacts pin/node-id" }],
    ["enroll 84a", { kind: "bad-hex", in: "enroll/credential", given: "3 characters" }],
    ["enroll alice", { kind: "bad-hex" }],
    [`enroll ${"00".repeat(321)}`, { kind: "bad-hex", given: "642 characters" }],
    ["enroll 84 a1", { kind: "extra-argument" }],
    ["contacts pin bob", { kind: "missing-argument", in: "contacts pin/node-id" }],
    ["log empty", { kind: "unknown-action" }],
    ["set volum 3", { kind: "unknown-setting", suggestions: ["volume"] }],
    ["help me", { kind: "unknown-command", suggestions: ["memory", "message"] }],
    ["call b\u001b[2J", { kind: "control-character", at: 6, given: "<U+001B>" }],
    ["call bob\u009b", { kind: "control-character" }],
    ["call sips:100@192.0.2.7", { kind: "bad-address", at: 5, given: "sips:" }],
    ["call sips:bob", { kind: "bad-address", at: 5, given: "sips:" }],
    ["call sip:100@192.0.2.7;transport=tcp", { kind: "bad-address", at: 22, given: ";transport=tcp" }],
    ["call sip:100@192.0.2.7?Subject=x", { kind: "bad-address", at: 22, given: "?Subject=x" }],
    ["call sip:100@pbx.example:5060", { kind: "bad-address", at: 13, given: "pbx.example:5060" }],
    ["call sip:100@192.0.2.7:0", { kind: "bad-address", at: 13, given: "192.0.2.7:0" }],
    ["call sip:100@192.0.2.300", { kind: "bad-address", at: 13, given: "192.0.2.300" }],
    ["call sip:100@[2001:db8::7]", { kind: "bad-address", at: 13, given: "[2001:db8::7]" }],
    ["call sip:100@239.1.2.3", { kind: "bad-address", at: 13 }],
    ["call sip:100@0.0.0.0", { kind: "bad-address", at: 13 }],
    ["call sip:192.0.2.7", { kind: "bad-address", at: 9, given: "192.0.2.7" }],
    ["message sip:a%20b@192.0.2.7 hi", { kind: "bad-address", at: 12, given: "a%20b" }],
    ["codec opus", { kind: "unknown-codec", at: 6 }],
    [`message bob ${"x".repeat(1012)}`, { kind: "line-too-long" }],
  ];
  for (const [line, expected] of faults) {
    it(`refuses ${JSON.stringify(line.slice(0, 40))}: ${expected.kind}`, () => {
      const found = fault(line);
      for (const [field, value] of Object.entries(expected)) {
        assert.deepEqual(found[field as keyof ConsoleFault], value, `${field} of ${JSON.stringify(found)}`);
      }
      assert.ok(found.allowed.length > 0);
      assert.match(faultSentence(found), /^[A-Z"?a-z].*\.$/);
    });
  }

  it("says what is wrong as a person would", () => {
    assert.equal(
      faultSentence(fault("cal bob")),
      '"cal" is not a command. Did you mean call? Type help for the commands.',
    );
    assert.equal(
      faultSentence(fault("call")),
      "call needs <name>, which is missing. A name is up to 32 of a-z, 0-9 and . _ + -, perhaps with @domain. " +
        "A stock phone is sip:<user>@<IPv4 address>, perhaps with :port.",
    );
    assert.equal(
      faultSentence(fault("answer now")),
      '"now" at column 8 is too much for answer. See: help answer.',
    );
    assert.equal(
      faultSentence(fault("contacts frob")),
      '"frob" at column 10 cannot be the <action> of contacts. One of: add, remove, pin, unpin.',
    );
    assert.equal(
      faultSentence(fault("help\u0007")),
      '"<U+0007>" at column 5 cannot be part of a line. Control characters can\'t be part of a line.',
    );
  });

  it("answers every text with a command or a fault within the line, and names each kind of fault", () => {
    const words = [
      "call",
      "message",
      "set",
      "contacts",
      "add",
      "pin",
      "volume",
      '"',
      "\\",
      "bob",
      "a3f1",
      "#",
      "é",
      "\u0007",
      "  ",
    ];
    const beginnings = [
      ...commandTable.map(({ name }) => name),
      "message bob",
      "contacts pin bob",
      "set volume",
    ];
    const shares = new BranchShare("console lines");
    const line = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((parts) => parts.join("")),
      fc
        .tuple(fc.constantFrom(...beginnings), fc.array(fc.constantFrom(...words), { maxLength: 5 }))
        .map(([first, parts]) => [first, ...parts].join(" ")),
      fc
        .constantFrom(...beginnings)
        .chain((first) => fc.constantFrom(...words).map((word) => `${first} ${word}`)),
    );
    fc.assert(
      fc.property(line, (text) => {
        const parsed = parseCommand(text);
        shares.count(parsed.ok ? parsed.value.kind : parsed.error.kind);
        if (parsed.ok) return;
        assert.ok(parsed.error.at >= 0 && parsed.error.at <= text.length, JSON.stringify(parsed.error));
        assert.ok(faultSentence(parsed.error).length > 10);
      }),
      seeded(1500),
    );
    shares.print();
    for (const kind of [
      "call",
      "message",
      "unclosed-quote",
      "bad-name",
      "control-character",
      "extra-argument",
    ]) {
      assert.ok(shares.of(kind) > 0, kind);
    }
  });
});
