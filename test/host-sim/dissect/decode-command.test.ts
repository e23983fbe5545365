import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { decodeCommand, type DecodeSource } from "../../../host-sim/dissect/decode-command.js";

const capture = [
  JSON.stringify({
    at: 812.4,
    link: { local: "10.0.0.1:6084", remote: "10.0.0.2:6084", nodeId: "30313233" },
    direction: "out",
    frameBytes: 27,
    plain: "8200199a3b",
  }),
  JSON.stringify({
    at: 813,
    link: { local: "10.0.0.1:6084", remote: { address: "10.0.0.2", port: 6084 }, user: "bob" },
    direction: "in",
    frameBytes: 22,
    plain: "",
  }),
  "",
  '{"at":1,"link":{},"direction":"in","frameBytes":20,"handshake":"d0000001000102030405060708090a0b0c0d0e0f"}',
  "no json",
  "[1]",
  '{"at":1,"direction":"in","frameBytes":1,"plain":"0"}',
  '{"at":"1","direction":"in","frameBytes":1,"plain":"00"}',
  '{"at":1,"direction":"up","frameBytes":1,"plain":"00"}',
];

describe("muster decode", () => {
  it("prints a capture file: when, where, what, and each field with its size", async () => {
    const lines = await decoded({ lines: Readable.from(capture.join("\n")) }, false);
    assert.deepEqual(lines, [
      "0.812 s  10.0.0.1:6084 -> 10.0.0.2:6084 (…3031)  ping, 5 B in 27 B of UDP",
      "  head                         1 B  array of 2",
      "  type                         1 B  0",
      "  token                        3 B  39483",
      "0.813 s  10.0.0.1:6084 <- 10.0.0.2:6084 (bob)  keepalive, 0 B in 22 B of UDP",
      "0.001 s  ? <- ?  cookie, 20 B in 20 B of UDP",
      "  first-byte                   1 B  d0",
      "  initiator-index              3 B  000001",
      "  cookie                      16 B  000102030405060708090a0b0c0d0e0f",
      "line 5: no JSON object",
      "line 6: no JSON object",
      "line 7: none of plain, beacon and handshake is hex",
      "line 8: at and frameBytes must be numbers",
      'line 9: direction must be "in" or "out"',
    ]);
  });

  it("prints it as one JSON object a line", async () => {
    const lines = await decoded({ lines: Readable.from(capture.slice(0, 5).join("\n")) }, true);
    assert.equal(lines.length, 4);
    const first = JSON.parse(lines[0] ?? "") as {
      remote: string;
      dissection: { what: string; fields: unknown[] };
    };
    assert.equal(first.remote, "10.0.0.2:6084");
    assert.equal(first.dissection.what, "ping");
    assert.equal(first.dissection.fields.length, 3);
    assert.deepEqual(JSON.parse(lines[3] ?? ""), { line: 5, fault: "no JSON object" });
  });

  it("prints one datagram or message given in hex", async () => {
    assert.deepEqual(await decoded({ hex: Uint8Array.of(0x81, 5) }, false), [
      "leave, 2 B",
      "  head                         1 B  array of 1",
      "  type                         1 B  5",
    ]);
    assert.deepEqual(await decoded({ hex: Uint8Array.of(0xe0) }, false), [
      "unreadable beacon, 1 B",
      "  ! beacon: truncated at byte 1",
      "  bytes                        1 B  e0",
    ]);
  });
});

async function decoded(source: DecodeSource, json: boolean): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of decodeCommand(source, { json })) lines.push(line);
  return lines;
}
