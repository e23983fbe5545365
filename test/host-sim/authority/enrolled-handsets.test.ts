import assert from "node:assert/strict";
import { fromHex, toHex } from "../../../firmware/core/bytes.js";
import { issueOpenCredential } from "../../../firmware/identity/credential.js";
import { Authority } from "../../../host-sim/authority/authority.js";
import { VirtualLab } from "../../../host-sim/virtual/lab.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { openIdentity, seedOf, sodium } from "../../identity/fixtures.js";
import { seed } from "../../support/seed.js";

const overlay = "office.example";
const foundation = { overlay, bootstrap: "none", devicesMax: 2 };
const nowS = 1_765_000_000;

function authorityOf(name: string): Authority {
  const random = new Prng(`${seed} ${name}`);
  return new Authority({ crypto: sodium, random, foundation, seed: seedOf(name) });
}

/** Handsets that are set up for an authority's overlay as a technician does it: by lines on their consoles. */
class Office {
  readonly lab: VirtualLab = new VirtualLab({ seed: `${seed} enrolled handsets`, overlay });
  readonly authority: Authority = authorityOf("authority");

  /** Switches a phone on that was told nothing yet, and sets the overlay and its authority; the key that it shows. */
  unpack(phone: string): Uint8Array {
    this.lab.switchOn(phone, { isUntold: true });
    this.lab.type(phone, `set overlay ${overlay}`);
    this.lab.type(phone, `set authority ${toHex(this.authority.publicKey)}`);
    return this.keyOf(phone);
  }

  keyOf(phone: string): Uint8Array {
    this.lab.forget(phone);
    this.lab.type(phone, "enroll");
    const key = fromHex(String(this.lab.expect(phone, "key")["key"]));
    assert.ok(key !== undefined);
    return key;
  }

  issue(userName: string, publicKey: Uint8Array, by: Authority = this.authority): string {
    const issued = by.issue({ userName, publicKey, nowS, days: 365, isFurther: true });
    assert.ok(issued.ok, JSON.stringify(issued));
    return toHex(issued.value.credential);
  }

  /** Unpacks a phone and enrolls it for the user. */
  enroll(phone: string, userName: string): void {
    const credential = this.issue(userName, this.unpack(phone));
    this.lab.type(phone, `enroll ${credential}`);
    this.lab.expect(phone, "joined");
  }

  /** What a phone answers to a line first that is an event of this name. */
  answer(phone: string, line: string, event: string): Readonly<Record<string, unknown>> {
    this.lab.forget(phone);
    this.lab.type(phone, line);
    return this.lab.expect(phone, event);
  }

  /** Power off, and on again with what is stored. */
  again(phone: string): void {
    this.lab.run(2000);
    this.lab.switchOff(phone);
    this.lab.switchOn(phone, { isUntold: true });
  }

  /** One calls the other, who takes it, and both are in a call; then it ends. */
  call(from: string, name: string, to: string): void {
    this.lab.forget(from);
    this.lab.forget(to);
    this.lab.type(from, `call ${name}`);
    this.lab.expect(to, "incoming");
    this.lab.type(to, "answer");
    assert.equal(this.lab.expect(from, "talking")["name"], name);
    this.lab.type(from, "hangup");
    this.lab.expect(to, "ended");
  }
}

describe(`handsets of an enrolled overlay, virtual time (seed ${seed})`, () => {
  it("call each other by the names that the authority gave", () => {
    const office = new Office();
    for (const user of ["alice", "bob", "carol"]) office.enroll(`${user}'s phone`, user);
    office.lab.run(20_000);
    office.call("alice's phone", "bob", "bob's phone");
    office.call("bob's phone", "carol", "carol's phone");
    office.call("carol's phone", "alice", "alice's phone");
  });

  it("are all of a user's who have his name, a new one in place of a lost one, too", () => {
    const office = new Office();
    const { lab } = office;
    office.enroll("desk", "alice");
    office.enroll("porter", "bob");
    lab.run(15_000);
    office.call("porter", "alice", "desk");
    lab.switchOff("desk");
    office.enroll("new desk", "alice");
    lab.run(15_000);
    // The porter has called alice before: that she has another phone now is for the authority to say, not for him.
    office.call("porter", "alice", "new desk");
    assert.match(String(office.answer("new desk", "adopt", "refused")["sentence"]), /authority/);
  });

  it("do not meet those of another authority, nor an open overlay of the same name", () => {
    const office = new Office();
    const { lab } = office;
    const other = authorityOf("another");
    office.enroll("alice", "alice");
    lab.switchOn("mallory", { settings: { authority: toHex(other.publicKey) } });
    lab.type("mallory", `enroll ${office.issue("mallory", office.keyOf("mallory"), other)}`);
    lab.switchOn("trudy");
    lab.run(30_000);
    for (const name of ["alice", "mallory", "trudy"])
      assert.deepEqual(office.answer(name, "peers", "peers")["peers"], [], name);
  });
});

describe(`enrolling a handset, virtual time (seed ${seed})`, () => {
  it("refuses by name what is no good, and loses nothing by it", () => {
    const office = new Office();
    const { lab } = office;
    const key = office.unpack("alice");
    const good = office.issue("alice", key);
    const open = issueOpenCredential(sodium, office.authority.overlayId, "alice", openIdentity("alice"));
    const bad: readonly (readonly [string, string])[] = [
      [good.slice(0, -2), "malformed"],
      [good.replace(/.{4}$/, (end) => (end === "0000" ? "1111" : "0000")), "bad-signature"],
      [office.issue("bob", sodium.signKeyPair(seedOf("bob")).publicKey), "other-key"],
      [office.issue("alice", key, authorityOf("another")), "bad-signature"],
      [toHex(open), "other-kind"],
    ];
    for (const [credential, reason] of bad) {
      assert.equal(office.answer("alice", `enroll ${credential}`, "refused")["reason"], reason);
      assert.equal(office.answer("alice", "status", "refused")["reason"], undefined, "it is not on");
    }
    const fault = office.answer("alice", `enroll ${good.slice(0, -1)}`, "fault");
    assert.equal(fault["kind"], "bad-hex");
    assert.deepEqual(office.keyOf("alice"), key, "the same key as before");
    assert.equal(office.answer("alice", `enroll ${good}`, "enrolled")["name"], "alice");
    lab.expect("alice", "joined");
    for (const [credential, reason] of bad)
      assert.equal(office.answer("alice", `enroll ${credential}`, "refused")["reason"], reason);
    office.again("alice");
    lab.expect("alice", "joined");
    assert.equal(office.answer("alice", "show", "identity")["name"], "alice");
  });

  it("keeps the key over a power cut, waits for a credential, and has the name that the authority gives", () => {
    const office = new Office();
    const { lab } = office;
    const key = office.unpack("phone");
    office.again("phone");
    assert.match(String(lab.expect("phone", "warning")["sentence"]), new RegExp(toHex(key)));
    assert.deepEqual(office.keyOf("phone"), key);
    lab.type("phone", `enroll ${office.issue("alice", key)}`);
    lab.expect("phone", "joined");
    lab.type("phone", "set name bob");
    office.again("phone");
    assert.match(String(lab.expect("phone", "warning")["sentence"]), /enrolled as alice/);
    assert.equal(office.answer("phone", "show", "identity")["name"], "alice");
  });

  it("takes a phone over that was in an open overlay, with its key, and another credential later", () => {
    const office = new Office();
    const { lab } = office;
    lab.switchOn("alice");
    lab.expect("alice", "joined");
    const key = fromHex(String(office.answer("alice", "show", "identity")["publicKey"]));
    assert.ok(key !== undefined);
    const good = office.issue("alice", key);
    assert.equal(office.answer("alice", `enroll ${good}`, "refused")["reason"], "open-overlay");
    lab.type("alice", `set authority ${toHex(office.authority.publicKey)}`);
    assert.match(String(office.answer("alice", `enroll ${good}`, "enrolled")["sentence"]), /next start/);
    office.again("alice");
    const before = office.answer("alice", "show", "identity");
    assert.equal(before["publicKey"], toHex(key));
    lab.type("alice", `enroll ${office.issue("alice", key)}`);
    office.again("alice");
    assert.equal(office.answer("alice", "show", "identity")["nodeId"], before["nodeId"], "its place stays");
  });

  it("is asked again under another authority, and goes on as before when that was a mistake", () => {
    const office = new Office();
    const { lab } = office;
    office.enroll("alice", "alice");
    lab.type("alice", `set authority ${toHex(authorityOf("another").publicKey)}`);
    office.again("alice");
    assert.match(String(lab.expect("alice", "warning")["sentence"]), /another authority.*its key/);
    assert.match(String(office.answer("alice", "call bob", "refused")["sentence"]), /enroll/);
    lab.type("alice", `set authority ${toHex(office.authority.publicKey)}`);
    lab.expect("alice", "joined");
  });
});
