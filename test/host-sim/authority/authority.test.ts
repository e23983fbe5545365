import assert from "node:assert/strict";
import { equalBytes } from "../../../firmware/core/bytes.js";
import { enrolledAdmission } from "../../../firmware/identity/admission.js";
import { admitCredential, type Credential } from "../../../firmware/identity/credential.js";
import { Authority, type Application, type Issue } from "../../../host-sim/authority/authority.js";
import { decodeRegister, encodeRegister } from "../../../host-sim/authority/register.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { seedOf, sodium } from "../../identity/fixtures.js";
import { seed } from "../../support/seed.js";

const foundation = { overlay: "office.example", bootstrap: "192.0.2.7:6084", devicesMax: 2 };
const further = { isFurther: true };
const nowS = 1_765_000_000;

function authority(register: readonly Issue[] = []): Authority {
  const options = { crypto: sodium, random: new Prng(seed), foundation, seed: seedOf("authority") };
  return new Authority(options, register);
}

function ask(
  of: Authority,
  userName: string,
  device: string,
  change: Partial<Application> = {},
): ReturnType<Authority["issue"]> {
  const { publicKey } = sodium.signKeyPair(seedOf(device));
  return of.issue({ userName, publicKey, nowS, days: 365, isFurther: false, ...change });
}

function issued(...asked: Parameters<typeof ask>): Issue & { readonly credential: Uint8Array } {
  const result = ask(...asked);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function admitted(of: Authority, bytes: Uint8Array): Credential {
  const credential = admitCredential(sodium, enrolledAdmission(of.overlayId, of.publicKey, 0), bytes);
  assert.ok(credential.ok, JSON.stringify(credential));
  return credential.value;
}

describe("host-sim/authority/authority", () => {
  it("issues what nodes of its overlay accept: name, key, a place drawn at random, serial, times", () => {
    const of = authority();
    const first = issued(of, "Alice", "desk");
    const credential = admitted(of, first.credential);
    assert.equal(credential.userName, "alice");
    assert.deepEqual(credential.enrolled, { serial: 1, issuedAtS: nowS, expiresAtS: nowS + 365 * 86_400 });
    assert.deepEqual(credential.nodeId, first.nodeId);
    const second = admitted(of, issued(of, "alice", "kitchen", further).credential);
    assert.equal(second.enrolled?.serial, 2);
    assert.ok(!equalBytes(second.nodeId, credential.nodeId));
    assert.deepEqual(second.ownerKey, credential.ownerKey, "both are alice's");
    assert.notDeepEqual(admitted(of, issued(of, "bob", "hall").credential).ownerKey, credential.ownerKey);
  });

  it("renews what a device has, at the same place, and does not count it twice", () => {
    const of = authority();
    const first = issued(of, "alice", "desk");
    issued(of, "alice", "kitchen", further);
    const again = issued(of, "alice", "desk", { nowS: nowS + 1000 });
    assert.deepEqual(again.nodeId, first.nodeId);
    assert.ok(again.serial > first.serial && again.expiresAtS > first.expiresAtS);
    assert.deepEqual(of.credentialOf(first.serial), first.credential);
    assert.equal(of.credentialOf(99), undefined);
  });

  it("does not follow a clock that goes back", () => {
    const of = authority();
    issued(of, "alice", "desk");
    assert.equal(issued(of, "bob", "hall", { nowS: nowS - 1_000_000 }).issuedAtS, nowS);
  });

  it("refuses by name: bad names and keys, another's device, a user's third, times beyond what is written", () => {
    const of = authority();
    issued(of, "alice", "desk");
    issued(of, "alice", "kitchen", further);
    const fault = (...asked: Parameters<typeof ask>): string => {
      const result = ask(...asked);
      return result.ok ? "none" : result.error;
    };
    assert.equal(fault(of, "alice jones", "hall"), "bad-name");
    assert.equal(fault(of, "alice", "hall", further), "too-many-devices");
    assert.equal(fault(of, "alice", "hall"), "name-taken");
    assert.equal(fault(of, "bob", "desk"), "key-of-another");
    assert.equal(fault(of, "bob", "hall", { publicKey: new Uint8Array(32) }), "bad-key");
    assert.equal(fault(of, "bob", "hall", { publicKey: of.publicKey }), "bad-key");
    assert.equal(fault(of, "bob", "hall", { days: 0 }), "bad-time");
    assert.equal(fault(of, "bob", "hall", { days: 60_000 }), "bad-time");
    assert.equal(of.register.length, 2, "nothing of that is kept");
  });

  it("knows names that are easily taken for another", () => {
    const of = authority();
    issued(of, "milly.brown", "desk");
    assert.deepEqual(of.lookAlikes("rn1lly-br0wn"), ["milly.brown"]);
    assert.deepEqual(of.lookAlikes("milly.brown"), []);
    assert.deepEqual(of.lookAlikes("molly.brown"), []);
  });

  it("goes on from its register as if it had never ended", () => {
    const of = authority();
    for (const device of ["desk", "kitchen", "desk"]) issued(of, "alice", device, further);
    const text = encodeRegister({ ...of.foundation, issued: of.register });
    const read = decodeRegister(text);
    assert.ok(read.ok);
    assert.deepEqual(read.value.issued, of.register);
    const again = authority(read.value.issued);
    assert.equal(issued(again, "alice", "kitchen").serial, 4);
    const third = ask(again, "alice", "hall", further);
    assert.ok(!third.ok && third.error === "too-many-devices");
  });

  it("says what is wrong with a register", () => {
    const of = authority();
    issued(of, "alice", "desk");
    const good = encodeRegister({ ...of.foundation, issued: of.register });
    const bad: readonly (readonly [string, RegExp])[] = [
      [good.slice(0, -5), /no JSON/],
      ["[]", /no register/],
      [good.replace("office.example", "-"), /overlay/],
      [good.replace("192.0.2.7", "fr_ob"), /bootstrap/],
      [good.replace('"devicesMax":2', '"devicesMax":0'), /devicesMax/],
      [good.replace('"serial":1', '"serial":"1"'), /issued\[0\]/],
      [good.replace('"serial":1', '"serial":0'), /issued\[0\]/],
      [good.replace(/"key":"../, '"key":"'), /issued\[0\]/],
      [good.replace(/"issued":.*/s, '"issued":7}'), /no list/],
    ];
    for (const [text, what] of bad) {
      const read = decodeRegister(text);
      assert.ok(!read.ok, text);
      assert.match(read.error, what);
    }
  });
});
