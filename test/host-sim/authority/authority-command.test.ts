import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromHex, toHex } from "../../../firmware/core/bytes.js";
import { enroll, admissionOf } from "../../../firmware/enrollment.js";
import { registerAuthority } from "../../../host-sim/authority/authority-command.js";
import { emptyProgram, runCommandLine } from "../../../host-sim/command-line.js";
import { seedOf, sodium } from "../../identity/fixtures.js";

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly complaint: string;
}

describe("muster authority", () => {
  const folder = join(mkdtempSync(join(tmpdir(), "muster-authority-")), "office");
  const key = toHex(sodium.signKeyPair(seedOf("desk")).publicKey);

  after(() => rmSync(join(folder, ".."), { recursive: true }));

  async function muster(...words: string[]): Promise<Outcome> {
    let out = "";
    let complaint = "";
    const streams = {
      out: (text: string): void => void (out += text),
      complain: (text: string): void => void (complaint += text),
    };
    const program = emptyProgram("1.2.3", streams);
    registerAuthority(program, streams);
    const status = await runCommandLine(program, ["authority", ...words, "--folder", folder], streams);
    return { status, out, complaint };
  }

  it("makes an authority, and issues lines that a phone can be told", async () => {
    const made = await muster("init", "--overlay", "Office.example", "--bootstrap", "192.0.2.7");
    assert.equal(made.status, 0);
    const { out, complaint } = await muster("issue", "--name", "Alice", "--key", key);
    assert.equal(complaint, "");
    const [overlay, authority, bootstrap, credential] = out.trimEnd().split("\n");
    assert.equal(made.out, `${overlay}\n${authority}\n${bootstrap}\n`);
    assert.equal(overlay, "set overlay office.example");
    assert.equal(bootstrap, "set bootstrap 192.0.2.7:6084");
    const admission = admissionOf(sodium, "office.example", authority?.replace("set authority ", ""));
    const bytes = fromHex(credential?.replace("enroll ", "") ?? "");
    const enrolled = enroll(sodium, admission, seedOf("desk"), bytes ?? new Uint8Array(0));
    assert.ok(enrolled.ok && enrolled.value.userName === "alice");
    const listed = JSON.parse((await muster("list", "--json")).out) as { readonly issued: readonly object[] };
    assert.deepEqual(listed.issued, [
      { ...listed.issued[0], serial: 1, name: "alice", credential: toHex(bytes ?? new Uint8Array(0)) },
    ]);
    assert.match((await muster("list")).out, /alice/);
  });

  it("says what is wrong by name, to programs as JSON, and warns of names that look alike", async () => {
    const faults: readonly (readonly [readonly string[], number, string])[] = [
      [["init", "--overlay", "office.example"], 1, "cannot-write"],
      [["init", "--overlay", "-x"], 2, "bad-overlay"],
      [["issue", "--name", "alice", "--key", "00"], 2, "bad-key"],
      [["issue", "--name", "bob", "--key", key], 1, "key-of-another"],
      [
        ["issue", "--name", "alice", "--key", toHex(sodium.signKeyPair(seedOf("hall")).publicKey)],
        1,
        "name-taken",
      ],
      [["issue", "--name", "alice"], 2, "missing-mandatory-option-value"],
      [["revoke"], 2, "unknown-command"],
    ];
    for (const [words, status, error] of faults) {
      const outcome = await muster(...words, "--json");
      assert.equal(outcome.status, status, words.join(" "));
      assert.equal((JSON.parse(outcome.complaint) as { readonly error: string }).error, error);
      assert.equal(outcome.out, "");
    }
    const other = toHex(sodium.signKeyPair(seedOf("hall")).publicKey);
    const alike = await muster("issue", "--name", "a1ice", "--key", other);
    assert.match(alike.complaint, /look-alike: a1ice .* alice/);
  });
});
