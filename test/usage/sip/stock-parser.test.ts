import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needsDebian } from "../../support/debian.js";
import { octetBytes } from "../../../firmware/wire/sip/octets.js";
import { Lan, mediaOf, uriOf } from "../support/lan.js";
import { Switchboard } from "../support/switchboard.js";

const fields = [
  "sip.Method",
  "sip.Status-Code",
  "sip.Via.transport",
  "sip.Via.sent-by.address",
  "sip.Via.branch",
  "sip.from.addr",
  "sip.contact.host",
  "sip.CSeq.method",
  "sdp.media.port",
  "sdp.connection_info.address",
  "_ws.malformed",
  "_ws.expert.message",
];

/** H4, H11: what this phone says is SIP and SDP to a dissector that knows nothing of Muster. */
describe("a stock parser reads our SIP", () => {
  let folder: string;
  before(function () {
    needsDebian(this, "tshark");
    folder = mkdtempSync(join(tmpdir(), "muster-sip-"));
  });
  after(() => {
    if (folder) rmSync(folder, { recursive: true });
  });

  it("tshark: every message of a forked call, hold, text, OPTIONS and refusals, none malformed", function () {
    this.timeout(60_000);
    const board = conversation();
    const rows = dissect(folder, board.sent);
    assert.equal(rows.length, board.sent.length);
    const lines = rows.map((row) => `${row["sip.Status-Code"] ?? ""} ${row["sip.CSeq.method"] ?? ""}`.trim());
    assert.deepEqual(
      lines,
      board.log.map((line) => line.slice(line.indexOf(" ") + 1)),
    );
    for (const [i, row] of rows.entries()) {
      const what = `${board.log[i] ?? ""}: ${JSON.stringify(row)}`;
      assert.equal(row["_ws.malformed"], undefined, what);
      assert.equal(row["_ws.expert.message"], undefined, what);
      assert.equal(row["sip.Via.transport"], "UDP", what);
      assert.match(row["sip.Via.sent-by.address"] ?? "", /^[0-9a-f]{32}\.muster\.invalid$/, what);
      assert.match(row["sip.Via.branch"] ?? "", /^z9hG4bK[0-9a-f]{16}$/, what);
      assert.match(row["sip.from.addr"] ?? "", /^sip:(alice|bob|carol)@home\.example$/, what);
    }
    const offers = rows.filter((row) => row["sdp.media.port"] !== undefined);
    assert.ok(offers.length >= 5, "INVITEs and their answers");
    for (const row of offers) {
      assert.equal(row["sdp.media.port"], "6084");
      assert.match(row["sdp.connection_info.address"] ?? "", /^192\.0\.2\.[0-9]$/);
    }
    const methods = new Set(rows.map((row) => row["sip.CSeq.method"]));
    assert.deepEqual([...methods].sort(), ["ACK", "BYE", "CANCEL", "INVITE", "MESSAGE", "OPTIONS"]);
  });

  it("tshark: every message of a call with a stock phone and its changes, none malformed", function () {
    this.timeout(60_000);
    const lan = stockConversation();
    const rows = dissect(
      folder,
      lan.sent.map(({ text }) => octetBytes(text)),
    );
    assert.equal(rows.length, lan.sent.length);
    for (const [i, row] of rows.entries()) {
      const what = `${lan.log[i] ?? ""}: ${JSON.stringify(row)}`;
      assert.equal(row["_ws.malformed"], undefined, what);
      assert.equal(row["_ws.expert.message"], undefined, what);
      assert.match(row["sip.Via.sent-by.address"] ?? "", /^(192\.0\.2|198\.51\.100)\.[0-9]$/, what);
      assert.match(row["sip.from.addr"] ?? "", /^sip:(alice|bob)@192\.0\.2\.[12]$/, what);
    }
    const offers = rows.filter((row) => row["sdp.media.port"] !== undefined);
    assert.ok(offers.length >= 8, "INVITEs and their answers");
    for (const row of offers) assert.equal(row["sdp.media.port"], "5004");
    const methods = new Set(rows.map((row) => row["sip.CSeq.method"]));
    assert.deepEqual([...methods].sort(), ["ACK", "BYE", "INVITE", "MESSAGE", "OPTIONS"]);
  });
});

describe("the size of our SIP", () => {
  it("INVITE, 180, 200 with SDP: each fits one datagram beside the frame of a link", () => {
    const board = conversation();
    const sizes = new Map<string, number>();
    for (const [i, line] of board.log.entries()) {
      const what = line.slice(line.indexOf(" ") + 1);
      sizes.set(what, Math.max(sizes.get(what) ?? 0, board.sent[i]?.length ?? 0));
    }
    console.log(`      bytes: ${[...sizes].map(([what, bytes]) => `${what} ${bytes}`).join(", ")}`);
    // 1200 B less the frame (22 B) and the array around the text, [18, bytes] (5 B).
    for (const [what, bytes] of sizes) assert.ok(bytes <= 1173, `${what}: ${bytes}`);
  });
});

function conversation(): Switchboard {
  const board = new Switchboard(9);
  const alice = board.phone("alice");
  const bob = board.phone("bob", 1);
  const second = board.phone("bob", 2);
  const carol = board.phone("carol");
  board.dial(alice, "bob", bob, second);
  board.run(100);
  bob.agent.answer(board.now, bob.media);
  board.drain();
  board.run(100);
  alice.agent.hold(board.now, true);
  carol.agent.message(board.now, "bob", [bob.nodeKey], "Grüße");
  carol.agent.options(board.now, "alice", alice.nodeKey);
  board.drain();
  board.run(100);
  board.dial(carol, "alice", alice);
  board.run(100);
  bob.agent.hangUp(board.now);
  board.drain();
  board.run(100);
  return board;
}

function stockConversation(): Lan {
  const lan = new Lan(9);
  const alice = lan.phone("alice", "192.0.2.1");
  const bob = lan.phone("bob", "192.0.2.2");
  lan.connect(alice, bob);
  lan.act(alice, (agent) => agent.hold(lan.now, true));
  lan.run(100);
  lan.act(bob, (agent) => agent.recode(lan.now, "PCMA"));
  lan.run(100);
  lan.roam(alice, { address: "198.51.100.1", port: 5060 });
  lan.act(alice, (agent) => agent.move(lan.now, mediaOf(alice)));
  lan.run(100);
  lan.act(bob, (agent) => agent.hangUp(lan.now));
  lan.run(100);
  lan.act(bob, (agent) => {
    agent.message(lan.now, uriOf(alice), ["198.51.100.1:5060"], "Grüße");
    agent.options(lan.now, "sip:198.51.100.1", "198.51.100.1:5060");
  });
  lan.run(100);
  return lan;
}

/** What tshark makes of each message as the payload of a UDP datagram on port 5060: one row of fields each. */
function dissect(folder: string, messages: readonly Uint8Array[]): Record<string, string | undefined>[] {
  const hex = messages.map(
    (bytes) => `0000 ${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}\n`,
  );
  writeFileSync(join(folder, "messages.txt"), hex.join("\n"));
  run("text2pcap", ["-q", "-u", "5060,5060", join(folder, "messages.txt"), join(folder, "messages.pcap")]);
  const options = [
    "-r",
    join(folder, "messages.pcap"),
    "-T",
    "fields",
    "-E",
    "separator=\t",
    "-E",
    "occurrence=f",
  ];
  const out = run("tshark", [...options, ...fields.flatMap((field) => ["-e", field])]);
  return out
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const values = line.split("\t");
      return Object.fromEntries(fields.map((field, i) => [field, values[i] === "" ? undefined : values[i]]));
    });
}

function run(program: string, options: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, options, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}
