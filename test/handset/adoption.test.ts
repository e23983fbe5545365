import assert from "node:assert/strict";
import { Adoption, type AdoptionNews } from "../../firmware/adoption.js";
import { fromHex, toHex } from "../../firmware/core/bytes.js";
import { adoptRefusalEveryMs, joinUserMsMax } from "../../firmware/core/limits.js";
import { after, instant, type Instant } from "../../firmware/core/time.js";
import { decodeAdoption, encodeAdoption, grantProof } from "../../firmware/identity/adoption.js";
import { adoptCredential, type Credential } from "../../firmware/identity/credential.js";
import type { KeyRing } from "../../firmware/identity/key-ring.js";
import { OverlayLine } from "../../firmware/usage/sip/overlay-line.js";
import { UserAgent } from "../../firmware/usage/sip/user-agent.js";
import { openOverlay, openSide, sodium, TestRandom } from "../identity/fixtures.js";

/** A phone as far as adoption goes; its SIP is real, the links between phones are these tests. */
class Phone {
  readonly keyRing: KeyRing;
  readonly agent: UserAgent;
  readonly adoption: Adoption;

  constructor(device: string) {
    this.keyRing = openSide(device).keyRing;
    const random = new TestRandom(device);
    const identity = {
      userName: this.keyRing.userName,
      overlayName: "office.example",
      nodeKey: this.nodeKey,
    };
    this.agent = new UserAgent({ line: new OverlayLine(identity, random), random });
    this.adoption = new Adoption(this.agent, {
      crypto: sodium,
      random,
      keyRing: this.keyRing,
      overlayId: openOverlay,
    });
  }

  get credential(): Credential {
    return this.keyRing.credential;
  }

  get nodeKey(): string {
    return toHex(this.keyRing.nodeId);
  }

  news(): AdoptionNews[] {
    const all: AdoptionNews[] = [];
    for (let one = this.adoption.pollNews(); one !== undefined; one = this.adoption.pollNews()) all.push(one);
    return all;
  }

  /** Asks for a code. */
  offer(now: Instant): string {
    this.adoption.open(now);
    const [made] = this.news();
    assert.ok(made?.kind === "codeMade");
    return made.code;
  }

  /** Wants to be one of the users of `name`, who are these. */
  wish(now: Instant, code: string, name: string, firsts: readonly Phone[]): void {
    this.adoption.seek(now, name, code);
    this.adoption.handleFound(now, {
      purpose: { kind: "adoption", name },
      decision: { kind: "unknown" },
      credentials: firsts.map(({ credential }) => credential),
    });
  }
}

/** Takes what the phones have to send to whom it is for; how many messages there were. */
function transmit(now: Instant, phones: readonly Phone[]): number {
  let count = 0;
  for (const { agent, nodeKey: sender, keyRing } of phones) {
    for (let sip = agent.pollTransmit(); sip !== undefined; sip = agent.pollTransmit()) {
      count++;
      const { to, bytes } = sip;
      const receiver = phones.find(({ nodeKey }) => nodeKey === to);
      receiver?.agent.handleMessage(now, { nodeKey: sender, userName: keyRing.userName }, bytes, false);
    }
  }
  return count;
}

/** Gives what has arrived to the machines it is for. */
function deliver(now: Instant, phones: readonly Phone[]): void {
  for (const { agent, adoption } of phones) {
    for (let event = agent.pollEvent(); event !== undefined; event = agent.pollEvent()) {
      if (event.kind !== "documentReceived") continue;
      const { peer, body } = event;
      const from = phones.find(({ nodeKey }) => nodeKey === peer);
      assert.ok(from !== undefined);
      adoption.handleDocument(now, from.credential, body);
    }
  }
}

/** Carries SIP between phones until none has more to say; how many messages there were. */
function carry(now: Instant, phones: readonly Phone[]): number {
  let count = 0;
  for (let more = transmit(now, phones); more > 0; more = transmit(now, phones)) {
    count += more;
    deliver(now, phones);
  }
  return count;
}

const now = instant(1000);

describe("adoption, between two phones and those who meddle", () => {
  let alice: Phone;
  let mobile: Phone;
  let mallory: Phone;
  beforeEach(() => {
    [alice, mobile, mallory] = [new Phone("alice"), new Phone("mobile"), new Phone("mallory")];
  });

  /** A grant as mallory would make it, for this credential. */
  function grantOf(code: string, from: Phone, credential: Uint8Array): Uint8Array {
    const parties = {
      overlayId: openOverlay,
      owner: from.keyRing.publicKey,
      device: mobile.keyRing.publicKey,
    };
    return encodeAdoption({
      kind: "grant",
      proof: grantProof(sodium, code, parties, credential),
      credential,
    });
  }

  it("the one gets a credential signed by the other, and keeps its key", () => {
    mobile.wish(now, alice.offer(now), "alice", [alice]);
    carry(now, [alice, mobile]);
    assert.deepEqual(alice.news(), [
      { kind: "adopted", nodeId: mobile.keyRing.nodeId, formerName: "mobile" },
    ]);
    const [joined] = mobile.news();
    assert.ok(joined?.kind === "userJoined");
    assert.equal(joined.keyRing.userName, "alice");
    assert.deepEqual(joined.keyRing.secretKey, mobile.keyRing.secretKey);
    assert.deepEqual(joined.keyRing.credential.ownerKey, alice.keyRing.publicKey);
    assert.equal(mobile.adoption.pollTimeout(), undefined);
    assert.equal(alice.adoption.pollTimeout(), undefined);
  });

  it("who only goes by the name gets a proof and gives nothing that is taken", () => {
    const code = alice.offer(now);
    mobile.wish(now, code, "alice", [mallory, alice]);
    const forged = adoptCredential(sodium, openOverlay, mobile.credential, {
      publicKey: mallory.keyRing.publicKey,
      secretKey: mallory.keyRing.secretKey,
      userName: "alice",
    });
    assert.ok(forged !== undefined);
    mobile.adoption.handleDocument(now, mallory.credential, grantOf("0000000000", mallory, forged));
    assert.deepEqual(mobile.news(), []);
    carry(now, [alice, mobile, mallory]);
    assert.deepEqual(
      mobile.news().map((one) => (one.kind === "userJoined" ? one.keyRing.credential.ownerKey : one.kind)),
      [alice.keyRing.publicKey],
    );
  });

  it("a grant is for this phone, for the name asked for, and by the one at the other end of the link", () => {
    const code = "0123456789";
    mobile.wish(now, code, "alice", [alice]);
    const sign = (device: Phone, owner: Phone, userName: string): Uint8Array => {
      const { publicKey, secretKey } = owner.keyRing;
      const signer = { publicKey, secretKey, userName };
      return adoptCredential(sodium, openOverlay, device.credential, signer) ?? new Uint8Array(1);
    };
    const spoilt = sign(mobile, alice, "alice");
    spoilt[spoilt.length - 1] = (spoilt.at(-1) ?? 0) ^ 1;
    const wrong = [
      sign(mobile, alice, "anna"),
      sign(mallory, alice, "alice"),
      sign(mobile, mallory, "alice"),
      spoilt,
      mobile.credential.bytes,
      Uint8Array.of(0x80),
    ];
    for (const credential of wrong)
      mobile.adoption.handleDocument(now, alice.credential, grantOf(code, alice, credential));
    mobile.adoption.handleDocument(
      now,
      mallory.credential,
      grantOf(code, alice, sign(mobile, alice, "alice")),
    );
    assert.deepEqual(mobile.news(), []);
    mobile.adoption.handleDocument(now, alice.credential, grantOf(code, alice, sign(mobile, alice, "alice")));
    assert.deepEqual(
      mobile.news().map(({ kind }) => kind),
      ["userJoined"],
    );
  });

  it("one who was not asked cannot refuse; nobody who answers, it ends by itself", () => {
    mobile.wish(now, "0123456789", "alice", [alice]);
    const refusal = encodeAdoption({ kind: "refusal", reason: "wrong-code" });
    mobile.adoption.handleDocument(now, mallory.credential, refusal);
    assert.deepEqual(mobile.news(), []);
    mobile.adoption.handleTimeout(after(now, joinUserMsMax));
    assert.deepEqual(mobile.news(), [{ kind: "notJoined", name: "alice", reason: "no-answer" }]);
  });

  it("strangers who ask and ask are refused now and then, and close no offer", () => {
    const code = alice.offer(now);
    const wish = encodeAdoption({ kind: "request", proof: new Uint8Array(16) });
    let at = now;
    let sent = 0;
    for (let i = 0; i < 400; i++) {
      at = after(at, 50);
      alice.adoption.handleDocument(at, mallory.credential, wish);
      sent += carry(at, [alice]);
    }
    assert.ok(sent > 0 && sent <= 1 + (400 * 50) / adoptRefusalEveryMs, `${sent} refusals`);
    assert.deepEqual(
      alice.news().map(({ kind }) => kind),
      ["codeMistaken"],
    );
    mobile.wish(at, code, "alice", [alice]);
    carry(at, [alice, mobile]);
    assert.deepEqual(
      alice.news().map(({ kind }) => kind),
      ["adopted"],
    );
  });

  it("any bytes at all change nothing", () => {
    const code = alice.offer(now);
    for (const hex of ["", "80", "8200", "820041", "8201", "820207", "830150", "f6"]) {
      const bytes = fromHex(hex) ?? new Uint8Array(0);
      assert.equal(decodeAdoption(bytes).ok, false);
      alice.adoption.handleDocument(now, mallory.credential, bytes);
    }
    assert.deepEqual(alice.news(), []);
    mobile.wish(now, code, "alice", [alice]);
    carry(now, [alice, mobile]);
    assert.equal(mobile.news()[0]?.kind, "userJoined");
  });
});
