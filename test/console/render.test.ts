import assert from "node:assert/strict";
import fc from "fast-check";
import { commandTable, parseCommand } from "../../firmware/console/command.js";
import { jsonLine, type JsonValue } from "../../firmware/console/json-line.js";
import { printable } from "../../firmware/console/printable.js";
import { render } from "../../firmware/console/render.js";
import { suggestions } from "../../firmware/console/suggestion.js";
import { durationText, table } from "../../firmware/console/table.js";
import type { StatusView, View } from "../../firmware/console/view.js";
import { seeded } from "../support/seed.js";
import { nodeId, plainStatus } from "./plain-status.js";

const held = { kind: "registration", leftMs: 1_500_000, copies: 3 };

const views: { readonly [event: string]: View } = {
  status: {
    ...plainStatus,
    ways: [{ method: "configured", address: "192.0.2.9:6084", outcome: "linked", sinceMs: 61_000 }],
    stockSip: "sip:alice@192.0.2.7",
    call: { state: "talking to", name: "bob", sinceMs: 61_000 },
    traffic: { "bytes in": 10, "bytes out": 20 },
    problems: ["the memory is full"],
  },
  peers: {
    event: "peers",
    peers: [
      {
        name: "bob",
        nodeId,
        address: "192.0.2.8:6084",
        relation: "sibling",
        roundTripMs: 2.25,
        linkedMs: 9000,
        bytesIn: 1,
        bytesOut: 22,
      },
      {
        name: "caroline",
        nodeId,
        address: "192.0.2.9:6084",
        relation: "client",
        linkedMs: 900,
        bytesIn: 333,
        bytesOut: 4,
      },
    ],
  },
  records: {
    event: "records",
    records: [
      { name: "bob", nodeId, resource: "0f".repeat(16), ...held, isRemoved: false },
      { name: "carol", nodeId, resource: "1f".repeat(16), ...held, isRemoved: true },
    ],
  },
  contacts: { event: "contacts", contacts: [{ name: "bob", pinnedTo: nodeId }, { name: "carol" }] },
  calls: {
    event: "calls",
    calls: [
      { direction: "outgoing", name: "bob", nodeId, outcome: "talked", talkedMs: 65_000, agoMs: 7_200_000 },
      { direction: "incoming", name: "carol", outcome: "missed", talkedMs: 0 },
    ],
  },
  settings: {
    event: "settings",
    settings: [
      {
        name: "volume",
        value: "7",
        purpose: "loudspeaker",
        allowed: "A whole number from 0 to 10.",
        takesEffect: "now",
      },
      { name: "name", value: "", purpose: "your name", allowed: "A name.", takesEffect: "next start" },
    ],
  },
  identity: {
    event: "identity",
    name: "alice",
    overlay: "school",
    overlayId: "0011223344556677",
    nodeId,
    publicKey: "ab".repeat(32),
    credentialBytes: 134,
    firmware: "0.1.0",
  },
  help: { event: "help", commands: commandTable },
  notice: {
    event: "ended",
    sentence: "The call with bob is over.",
    facts: { packetsSent: 50, packetsLost: 0 },
  },
  contested: {
    event: "contested",
    sentence: "Two phones call themselves alice: which one?",
    facts: {
      claims: [
        { number: 1, nodeId, heldMs: 3 * 86_400_000 },
        { number: 2, nodeId: "77c0", heldMs: 120_000 },
      ],
    },
  },
};

describe("render", function () {
  this.timeout(20_000);
  const text = (name: string): string[] => render(views[name] as View, "text");

  it("prints the status as aligned lines", () => {
    assert.deepEqual(text("status"), [
      "name        alice …a3f1",
      "overlay     school, of 2 peers",
      "address     192.0.2.7:6084",
      "stage       peer, linked to 1 peer",
      "role        peer: no host peers are there; serves 2 clients",
      "records     5, 900 bytes",
      "registered  yes, kept by 3 phones",
      "stock SIP   sip:alice@192.0.2.7",
      "call        talking to bob, 1 min 1 s",
      "running     1 h 2 min",
      "traffic     bytes in 10, bytes out 20",
      "problem     the memory is full",
    ]);
  });

  it("prints peers as an aligned table", () => {
    assert.deepEqual(text("peers"), [
      "name      id     address         relation  round trip  linked  bytes in  bytes out",
      "bob       …a3f1  192.0.2.8:6084  sibling   2.3 ms      9 s     1         22",
      "caroline  …a3f1  192.0.2.9:6084  client    -           900 ms  333       4",
    ]);
  });

  it("prints the rest", () => {
    assert.deepEqual(text("records"), [
      `name   id     kind          ${"kept at".padEnd(32)}  left    copies`,
      `bob    …a3f1  registration  ${"0f".repeat(16)}  25 min  3`,
      `carol  …a3f1  registration  ${"1f".repeat(16)}  25 min  3       removed`,
    ]);
    assert.deepEqual(text("contacts"), ["name   phone", "bob    pinned to …a3f1", "carol  not pinned"]);
    assert.deepEqual(text("calls"), [
      "when                   direction  who        how     talked",
      "2 h ago                outgoing   bob …a3f1  talked  1 min 5 s",
      "before the last start  incoming   carol      missed  -",
    ]);
    assert.deepEqual(text("settings")[2], "name     (none)  your name");
    assert.deepEqual(text("contested"), [
      "Two phones call themselves alice: which one?",
      "  1  …a3f1, seen for 3 d",
      "  2  …77c0, seen for 2 min",
    ]);
    const help = text("help");
    for (const { name } of commandTable)
      assert.equal(help.filter((line) => line.startsWith(`${name} `)).length, 1);
    assert.ok(
      help.every((line) => line.length <= 80),
      "help fits a terminal of 80 columns",
    );
    assert.ok(!help.includes(""));
    assert.deepEqual(text("notice"), ["The call with bob is over."]);
    assert.match(text("identity")[3] ?? "", /^public key {2}(ab){32}$/);
  });

  it("prints every view as one JSON line that reads back as the view", () => {
    for (const view of Object.values(views)) {
      const lines = render(view, "json");
      assert.equal(lines.length, 1);
      const read = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
      assert.equal(read["event"], view.event);
      if (!("sentence" in view)) assert.deepEqual(read, JSON.parse(JSON.stringify(view)));
    }
    const notice = JSON.parse(render(views["notice"] as View, "json")[0] ?? "") as unknown;
    assert.deepEqual(notice, {
      event: "ended",
      sentence: "The call with bob is over.",
      packetsSent: 50,
      packetsLost: 0,
    });
  });

  it("prints a fault in both forms", () => {
    const parsed = parseCommand("cal bob");
    assert.ok(!parsed.ok);
    const view: View = { event: "fault", fault: parsed.error };
    assert.deepEqual(render(view, "text"), [
      '? unknown-command: "cal" is not a command. Did you mean call? Type help for the commands.',
    ]);
    const read = JSON.parse(render(view, "json")[0] ?? "") as Record<string, unknown>;
    assert.equal(read["kind"], "unknown-command");
    assert.equal(read["event"], "fault");
    assert.deepEqual(read["suggestions"], ["call"]);
  });

  it("lets no character of a remote name or message move the screen, in either form", () => {
    const evil = "\u001b[2J\u009b31m\rbob\n\u202ehctiws\u0000\u007f\u2028\ud800";
    const forged: View[] = [
      { event: "messageReceived", sentence: `${evil}: hello`, facts: { from: evil, text: evil } },
      { event: "contacts", contacts: [{ name: evil, fullName: evil }] },
      { ...(views["status"] as StatusView), name: evil, problems: [evil] },
      {
        event: "fault",
        fault: { kind: "bad-name", at: 0, in: "call/name", given: evil, allowed: "x.", suggestions: [] },
      },
    ];
    for (const view of forged) {
      for (const format of ["text", "json"] as const) {
        for (const line of render(view, format)) {
          assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029]/, line);
          assert.doesNotMatch(line, /[\ud800-\udfff]/u);
        }
      }
    }
    const back = JSON.parse(render(forged[0] as View, "json")[0] ?? "") as Record<string, unknown>;
    assert.equal(back["text"], evil, "a program gets the text as it was");
  });
});

describe("printable", () => {
  it("keeps what people write and shows what they can't see", () => {
    assert.equal(printable('Grüße, 世界 📞 "ok"'), 'Grüße, 世界 📞 "ok"');
    assert.equal(printable("a\u001bb\u200bc\u{e0041}"), "a<U+001B>b<U+200B>c<U+E0041>");
    assert.equal(printable("abcdef", 3), "abc…");
    assert.equal(printable("abc", 3), "abc");
  });
});

describe("jsonLine", () => {
  it("reads back by JSON.parse as what was written, for any JSON", () => {
    const value = fc
      .jsonValue({ stringUnit: "binary" })
      .map((made) => JSON.parse(JSON.stringify(made)) as JsonValue);
    fc.assert(
      fc.property(value, (made) => {
        const line = jsonLine(made);
        assert.deepEqual(JSON.parse(line), made);
        assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f]/);
      }),
      seeded(1000),
    );
  });

  it("leaves out what is absent and makes what JSON can't say null", () => {
    assert.equal(
      jsonLine({ a: undefined, b: Number.NaN, c: [true, null, -0.5] }),
      '{"b":null,"c":[true,null,-0.5]}',
    );
  });
});

describe("table, durations, suggestions", () => {
  it("pads by what is seen, not by UTF-16 units", () => {
    assert.deepEqual(
      table(
        ["a", "b"],
        [
          ["📞", "x"],
          ["yyy", "z"],
        ],
      ),
      ["a    b", "📞    x", "yyy  z"],
    );
  });

  it("says spans of time", () => {
    const spans = [0, 850, 12_400, 60_000, 185_000, 7_800_000, 90_000_000 * 3].map(durationText);
    assert.deepEqual(spans, ["0 ms", "850 ms", "12 s", "1 min", "3 min 5 s", "2 h 10 min", "3 d 3 h"]);
  });

  it("suggests by beginning, then by slips", () => {
    const words = ["status", "set", "show", "hangup", "help"];
    assert.deepEqual(suggestions("s", words), ["status", "set", "show"]);
    assert.deepEqual(suggestions("hagnup", words), ["hangup"]);
    assert.deepEqual(suggestions("stauts", words), ["status"]);
    assert.deepEqual(suggestions("sey", words), ["set"]);
    assert.deepEqual(suggestions("qqqqqq", words), []);
    assert.deepEqual(suggestions("", words), []);
    assert.deepEqual(suggestions("x".repeat(100_000), words), []);
  });
});
