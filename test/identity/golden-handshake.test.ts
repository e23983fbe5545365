import assert from "node:assert/strict";
import { toHex } from "../../firmware/core/bytes.js";
import { openAdmission } from "../../firmware/identity/admission.js";
import { issueOpenCredential } from "../../firmware/identity/credential.js";
import type { HandshakeSide } from "../../firmware/identity/handshake.js";
import { Initiator, type InitiatorOptions } from "../../firmware/identity/initiator.js";
import { makeKeyRing } from "../../firmware/identity/key-ring.js";
import { KnownCredentials } from "../../firmware/identity/known-credentials.js";
import { openNodeId } from "../../firmware/identity/node-identity.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { Responder } from "../../firmware/identity/responder.js";
import { sealData } from "../../firmware/identity/seal.js";
import { decodeHelloParameters } from "../../firmware/wire/hello-parameters.js";
import { TweetNaClCrypto } from "../../hal/portable/tweetnacl-crypto.js";
import type { Crypto } from "../../hal/crypto.js";
import { fileText } from "../support/file.js";
import { sodium } from "./fixtures.js";
import { alice, carol, cookie, goldenFile, goldenText, overlayName } from "./golden.js";
import type { ReferenceNode, Transcript } from "./reference-handshake.js";

/** A node of the firmware with the same keys; its generator yields the ephemeral secret. */
function sideOf(node: ReferenceNode, crypto: Crypto): HandshakeSide {
  const overlayId = overlayIdOf(crypto, overlayName);
  const admission = openAdmission(overlayId, 14);
  const keys = crypto.signKeyPair(node.seed);
  const nonce = Uint8Array.from(node.nonce);
  const nodeId = openNodeId(crypto, overlayId, { publicKey: keys.publicKey, nonce }, 14);
  assert.ok(nodeId);
  const identity = { ...keys, nonce, nodeId, services: node.services };
  const credential = issueOpenCredential(crypto, overlayId, node.userName, identity);
  const keyRing = makeKeyRing(crypto, admission, node.seed, credential);
  assert.ok(keyRing.ok);
  return {
    crypto,
    random: {
      fill: (target) => {
        target.set(node.ephemeralSecret);
        return target;
      },
    },
    keyRing: keyRing.value,
    admission,
    known: new KnownCredentials(4),
  };
}

function parametersOf(node: ReferenceNode): Parameters<Initiator["handleHello2"]>[1] {
  const decoded = decodeHelloParameters(Uint8Array.from(node.parameters));
  assert.ok(decoded.ok);
  return decoded.value;
}

function indexOf(node: ReferenceNode): number {
  return node.index.readUIntBE(0, 3);
}

/** What the firmware computes with the keys of the golden example. */
function ours(
  crypto: Crypto,
  knows: { responder: boolean; initiator: boolean },
  cookied: boolean,
): Transcript {
  const [left, right] = [sideOf(alice, crypto), sideOf(carol, crypto)];
  const options: InitiatorOptions = {
    index: indexOf(alice),
    ...(knows.responder ? { known: { credential: right.keyRing.credential, knowsUs: knows.initiator } } : {}),
    ...(cookied ? { cookie: Uint8Array.from(cookie) } : {}),
  };
  if (knows.initiator) right.known.remember({ credential: left.keyRing.credential, knowsUs: true });
  const initiator = new Initiator(left, options);
  while (initiator.advance() === "more");
  const hello1 = initiator.hello1 ?? new Uint8Array();
  const responder = new Responder(right, { index: indexOf(carol), hello1, parameters: parametersOf(carol) });
  while (responder.advance() === "more");
  const unknown = toHex(responder.unknownCredentialKey ?? new Uint8Array());
  initiator.handleHello2(responder.hello2 ?? new Uint8Array(), parametersOf(alice));
  while (initiator.advance() === "more");
  responder.handleHello3(initiator.hello3 ?? new Uint8Array());
  while (responder.advance() === "more");
  const [atLeft, atRight] = [initiator.outcome, responder.outcome];
  assert.ok(atLeft && atRight);
  assert.deepEqual(atLeft.sendKey, atRight.receiveKey);
  const data = (counter: number, text: string): string =>
    toHex(sealData(crypto, atLeft.sendKey, { index: atLeft.remoteIndex, counter }, Buffer.from(text)));
  return {
    "overlay-id": toHex(left.admission.overlayId),
    "credential-i": toHex(left.keyRing.credential.bytes),
    "credential-r": toHex(atLeft.remote.bytes),
    "node-id-i": toHex(atRight.remote.nodeId),
    "node-id-r": toHex(atLeft.remote.nodeId),
    "static-i": toHex(atRight.remoteAgreementKey),
    "static-r": toHex(atLeft.remoteAgreementKey),
    hello1: toHex(hello1),
    hello2: toHex(responder.hello2 ?? new Uint8Array()),
    hello3: toHex(initiator.hello3 ?? new Uint8Array()),
    "key of unknown-credential": unknown,
    "key i-r": toHex(atRight.receiveKey),
    "key r-i": toHex(atRight.sendKey),
    "channel binding": toHex(atRight.channelBinding),
    "data i-r 0": data(0, "muster"),
    "data i-r 65537": data(65_537, ""),
  };
}

/** The values of `transcript` that the firmware shows too. */
function sharedWith(transcript: Transcript, shown: Transcript): Transcript {
  return Object.fromEntries(
    Object.entries(shown).map(([name]) => [name, transcript[name] ?? shown[name] ?? ""]),
  );
}

describe("golden handshake", () => {
  it("README.md shows the cold case of that file", () => {
    const readme = fileText("firmware/identity/README.md");
    const cold = goldenFile().cases["cold"];
    assert.ok(cold);
    assert.ok(readme.includes(`\n${goldenText(cold)}\n`), "run: npx tsx test/identity/write-golden.ts");
  });

  for (const crypto of [sodium, new TweetNaClCrypto()]) {
    it(`the firmware makes the same bytes over ${crypto.constructor.name}`, () => {
      const cases = goldenFile().cases;
      const compare = (name: string, made: Transcript): void => {
        const expected = cases[name];
        assert.ok(expected);
        assert.deepEqual(made, sharedWith(expected, made), name);
        for (const label of ["hello1", "hello2", "hello3", "channel binding"])
          assert.ok(expected[label], label);
      };
      compare("cold", ours(crypto, { responder: false, initiator: false }, false));
      compare("cold with cookie", ours(crypto, { responder: false, initiator: false }, true));
      compare("responder known", ours(crypto, { responder: true, initiator: false }, false));
      compare("both known", ours(crypto, { responder: true, initiator: true }, false));
    });
  }

  it("no key is used twice, and no state seals two plaintexts", () => {
    const seen = new Set<string>();
    let keys = 0;
    for (const transcript of Object.values(goldenFile().cases)) {
      for (const [name, value] of Object.entries(transcript)) {
        if (!name.startsWith("key")) continue;
        keys++;
        seen.add(value);
      }
    }
    // The cases "responder known" and "both known" are one handshake up to hello2: its two seals and one
    // other key are equal.
    assert.equal(keys, 4 * 7);
    assert.equal(seen.size, keys - 3);
  });
});
