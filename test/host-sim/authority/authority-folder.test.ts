import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "../../../firmware/core/bytes.js";
import { AuthorityFolder } from "../../../host-sim/authority/authority-folder.js";
import { CommandFault } from "../../../host-sim/command-line.js";
import { seedOf, sodium } from "../../identity/fixtures.js";

const foundation = { overlay: "office.example", bootstrap: "none", devicesMax: 2 };
const wish = { userName: "alice", nowS: 1_765_000_000, days: 365, isFurther: true };

/** The kind of the fault that this ends with. */
function faultOf(what: () => unknown): string {
  try {
    what();
  } catch (fault) {
    assert.ok(fault instanceof CommandFault);
    return fault.kind;
  }
  return "none";
}

describe("host-sim/authority/authority-folder", () => {
  let path = "";

  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), "muster-authority-")), "office");
  });

  afterEach(() => rmSync(join(path, ".."), { recursive: true }));

  function issue(device: string): number {
    const { publicKey } = sodium.signKeyPair(seedOf(device));
    const issued = new AuthorityFolder(path).change((authority) => authority.issue({ ...wish, publicKey }));
    assert.ok(issued.ok);
    return issued.value.serial;
  }

  it("keeps the key for its owner alone, and the same authority for good", () => {
    const founded = new AuthorityFolder(path).found(foundation);
    assert.equal(statSync(join(path, "key")).mode & 0o777, 0o600);
    assert.equal(statSync(path).mode & 0o777, 0o700);
    const read = new AuthorityFolder(path).read();
    assert.deepEqual(read.publicKey, founded.publicKey);
    assert.deepEqual(read.foundation, foundation);
    assert.equal(
      faultOf(() => new AuthorityFolder(path).found(foundation)),
      "cannot-write",
    );
    assert.deepEqual(new AuthorityFolder(path).read().publicKey, founded.publicKey);
    assert.ok(!JSON.stringify(read).includes(readFileSync(join(path, "key"), "utf8").trim()));
  });

  it("gives each serial once, from one process to the next", () => {
    new AuthorityFolder(path).found(foundation);
    assert.deepEqual([issue("desk"), issue("kitchen"), issue("desk")], [1, 2, 3]);
    const { register } = new AuthorityFolder(path).read();
    assert.deepEqual(
      register.map(({ publicKey }) => toHex(publicKey)),
      ["desk", "kitchen", "desk"].map((device) => toHex(sodium.signKeyPair(seedOf(device)).publicKey)),
    );
  });

  it("is one process's at a time, and is free again after a fault", () => {
    new AuthorityFolder(path).found(foundation);
    const busy = (): unknown => new AuthorityFolder(path).change(() => faultOf(() => issue("desk")));
    assert.equal(busy(), "cannot-write");
    assert.throws(() => new AuthorityFolder(path).change(() => assert.fail("cut off")), /cut off/);
    assert.ok(!existsSync(join(path, "register.json.new")));
    assert.equal(issue("desk"), 1);
  });

  it("says what is wrong: no authority, a key that others may read, a key or a register that is none", () => {
    const read = (): unknown => new AuthorityFolder(path).read();
    assert.equal(faultOf(read), "cannot-read");
    new AuthorityFolder(path).found(foundation);
    chmodSync(join(path, "key"), 0o640);
    assert.equal(faultOf(read), "key-not-private");
    chmodSync(join(path, "key"), 0o600);
    const register = readFileSync(join(path, "register.json"));
    writeFileSync(join(path, "register.json"), "{}");
    assert.equal(faultOf(read), "bad-register");
    writeFileSync(join(path, "register.json"), register);
    writeFileSync(join(path, "key"), "00\n");
    assert.equal(faultOf(read), "bad-key");
  });
});
