import assert from "node:assert/strict";
import { nodeId } from "../../firmware/core/node-id.js";
import { openAdmission, type Admission } from "../../firmware/identity/admission.js";
import { issueEnrolledCredential, issueOpenCredential } from "../../firmware/identity/credential.js";
import { makeKeyRing } from "../../firmware/identity/key-ring.js";
import {
  authorityKeys,
  enrolledAdmission,
  enrolledOverlay,
  openIdentity,
  seedOf,
  sodium,
  testWorkBits,
} from "../identity/fixtures.js";
import { eventsOf, linkedNames, TestNetwork, type TestNode } from "./network.js";

/** When all of these are enrolled, for a year. */
const enrolledAtS = 1_765_000_000;
const yearS = 365 * 86_400;

function addWith(network: TestNetwork, name: string, admission: Admission, credential: Uint8Array): TestNode {
  const keyRing = makeKeyRing(sodium, admission, seedOf(name), credential);
  assert.ok(keyRing.ok, JSON.stringify(keyRing));
  return network.add(name, { keyRing: keyRing.value, admission, overlayId: enrolledOverlay });
}

/** A node with a credential of this overlay, by the authority of the key `by`. */
function enrolled(network: TestNetwork, name: string, by = authorityKeys, issuedAtS = enrolledAtS): TestNode {
  const claims = {
    kind: "enrolled" as const,
    userName: name,
    publicKey: sodium.signKeyPair(seedOf(name)).publicKey,
    nodeId: nodeId(seedOf(`id of ${name}`).slice(0, 16)),
    serial: 1,
    issuedAtS,
    expiresAtS: issuedAtS + yearS,
  };
  const credential = issueEnrolledCredential(sodium, enrolledOverlay, claims, by.secretKey);
  const admission = enrolledAdmission({ authority: by.publicKey, lowestTimeS: 0 });
  return addWith(network, name, admission, credential);
}

/** A node that signs for itself, for the same Overlay-ID. */
function selfSigned(network: TestNetwork, name: string): TestNode {
  const identity = openIdentity(name, enrolledOverlay);
  const credential = issueOpenCredential(sodium, enrolledOverlay, name, identity);
  return addWith(network, name, openAdmission(enrolledOverlay, testWorkBits), credential);
}

function connect(network: TestNetwork, from: TestNode, to: TestNode): void {
  from.links.connect(network.now, { endpoint: to.endpoint });
  network.run(15_000);
}

/** Neither gets a link, whoever greets; who greets is told why. */
function assertStrangers(network: TestNetwork, honest: TestNode, intruder: TestNode): void {
  connect(network, honest, intruder);
  assert.equal(eventsOf(honest, "connectFailed").at(-1)?.reason, "bad-credential");
  connect(network, intruder, honest);
  assert.deepEqual(linkedNames(honest), []);
  assert.deepEqual(linkedNames(intruder), []);
  assert.ok((honest.links.drops().get("handshake-failed") ?? 0) > 0);
}

describe("link/links in an enrolled overlay", () => {
  it("come up between nodes of one authority", () => {
    const network = new TestNetwork();
    const alice = enrolled(network, "alice");
    const bob = enrolled(network, "bob");
    connect(network, alice, bob);
    assert.deepEqual(linkedNames(alice), ["bob"]);
    assert.deepEqual(linkedNames(bob), ["alice"]);
  });

  it("are refused to who was enrolled by another authority, and to who signs for himself", () => {
    const network = new TestNetwork();
    const alice = enrolled(network, "alice");
    const other = sodium.signKeyPair(seedOf("another authority"));
    assertStrangers(network, alice, enrolled(network, "mallory", other));
    assertStrangers(network, alice, selfSigned(network, "trudy"));
  });

  it("are refused to whose credential expired before one's own was issued", () => {
    const network = new TestNetwork();
    const late = enrolled(network, "carol", authorityKeys, enrolledAtS + yearS + 1);
    assertStrangers(network, late, enrolled(network, "bob"));
  });

  it("are closed to the expired by the first credential that shows how late it is", () => {
    const network = new TestNetwork();
    const alice = enrolled(network, "alice", authorityKeys, enrolledAtS + yearS - 10);
    const bob = enrolled(network, "bob");
    connect(network, alice, enrolled(network, "carol", authorityKeys, enrolledAtS + yearS + 1));
    assert.deepEqual(linkedNames(alice), ["carol"]);
    connect(network, alice, bob);
    assert.equal(eventsOf(alice, "connectFailed").at(-1)?.reason, "bad-credential");
    assert.deepEqual(linkedNames(alice), ["carol"]);
  });
});
