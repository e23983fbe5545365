import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { encodeMessage } from "../../firmware/wire/message.js";
import { messages } from "../support/arbitraries.js";
import { decodeStrictly } from "../support/cddl/strict-cbor.js";
import { needsDebian } from "../support/debian.js";
import { samples } from "../support/seed.js";

/** Reads hex lines, writes each item as JSON with byte strings as "h'..'": what Debian's cbor2 makes of them. */
const reader = `
import sys, json, cbor2
def plain(v):
    if isinstance(v, bytes): return "h'" + v.hex() + "'"
    if isinstance(v, (list, tuple)): return [plain(x) for x in v]
    return v
for line in sys.stdin:
    print(json.dumps(plain(cbor2.loads(bytes.fromhex(line.strip())))))
`;

describe("wire/message read by python3-cbor2", () => {
  it("gives the same values", function () {
    needsDebian(this, "python3-cbor2");
    this.timeout(20_000);
    const encoded = samples(messages, 300).map(encodeMessage);
    const input = encoded.map((bytes) => Buffer.from(bytes).toString("hex")).join("\n");
    const python = spawnSync("/usr/bin/python3", ["-c", reader], {
      input,
      encoding: "utf8",
      timeout: 15_000,
    });
    assert.equal(python.status, 0, python.stderr);
    const lines = python.stdout.trim().split("\n");
    assert.equal(lines.length, encoded.length);
    encoded.forEach((bytes, i) => {
      assert.deepEqual(JSON.parse(lines[i] ?? ""), shown(decodeStrictly(bytes)));
    });
  });
});

function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString("hex")}'`;
  return Array.isArray(value) ? value.map(shown) : value;
}
