import type { Crypto } from "../hal/crypto.js";
import { equalBytes, toHex } from "./core/bytes.js";
import { adoptMsMax, adoptRefusalEveryMs, joinUserMsMax } from "./core/limits.js";
import { sameId, type NodeId } from "./core/node-id.js";
import type { Random } from "./core/random.js";
import { after, earliest, type Deadline, type Instant } from "./core/time.js";
import type { Destination } from "./destinations.js";
import { openAdmission } from "./identity/admission.js";
import {
  decodeAdoption,
  encodeAdoption,
  grantProof,
  makeAdoptionCode,
  requestProof,
  type AdoptionMessage,
  type AdoptionParties,
  type AdoptionRefusal,
} from "./identity/adoption.js";
import { admitCredential, adoptCredential, type Credential } from "./identity/credential.js";
import { KeyRing } from "./identity/key-ring.js";
import type { UserAgent } from "./usage/sip/user-agent.js";

/** What a person is told of an adoption, at the one phone or at the other. */
export type AdoptionNews =
  /** Adopts whoever shows this code. */
  | { readonly kind: "codeMade"; readonly code: string }
  /** Only the phone whose key owns the name can adopt. */
  | { readonly kind: "notFirst" }
  | { readonly kind: "adopted"; readonly nodeId: NodeId; readonly formerName: string }
  /** Another phone came with a wrong code; told once for each code. */
  | { readonly kind: "codeMistaken"; readonly nodeId: NodeId }
  | { readonly kind: "codeExpired" }
  /** This phone is one of that user's, with this key ring, from its next start on. */
  | { readonly kind: "userJoined"; readonly keyRing: KeyRing }
  | { readonly kind: "notJoined"; readonly name: string; readonly reason: AdoptionFailure };

/** Why this phone has not become one of a user's. */
export type AdoptionFailure = "not-found" | "no-answer" | AdoptionRefusal;

/** What an adoption is made with. */
export interface AdoptionOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly keyRing: KeyRing;
  readonly overlayId: Uint8Array;
}

/** Who goes by the name of the user that this phone is to be one of. */
type FoundUser = Pick<Destination, "purpose" | "decision" | "credentials">;

/** This phone waits for another, which it adopts. */
interface Offer {
  readonly code: string;
  readonly until: Instant;
  wasMistaken: boolean;
}

/** This phone wants to be adopted. */
interface Wish {
  readonly name: string;
  readonly code: string;
  readonly until: Instant;
  /** First phones of that name that were asked and have not refused. */
  asked: readonly NodeId[];
  refused: AdoptionRefusal | undefined;
}

/**
 * Several phones of one user in an open overlay (protocol §1): the first, whose key owns the name, signs a credential
 * for another, once both have proven to know the code that the person carried from one to the other. They talk by SIP
 * MESSAGE over their link, which proves whose keys it is about. An impostor of the same name who is asked learns
 * nothing but the proof, and has the few minutes that the code is good for to try 2^50 codes.
 */
export class Adoption {
  readonly #options: AdoptionOptions;
  readonly #agent: UserAgent;
  readonly #news: AdoptionNews[] = [];
  #offer: Offer | undefined;
  #wish: Wish | undefined;
  #refusesFrom: Instant | undefined;

  constructor(agent: UserAgent, options: AdoptionOptions) {
    this.#agent = agent;
    this.#options = options;
  }

  /** The person wants this phone to adopt another: a code is made; the one before is good no more. */
  open(now: Instant): void {
    const { credential } = this.#options.keyRing;
    if (!equalBytes(credential.ownerKey, credential.publicKey)) {
      this.#news.push({ kind: "notFirst" });
      return;
    }
    const code = makeAdoptionCode(this.#options.random);
    this.#offer = { code, until: after(now, adoptMsMax), wasMistaken: false };
    this.#news.push({ kind: "codeMade", code });
  }

  /** The person wants this phone to be one of the user `name`; who that is has to be looked up now. */
  seek(now: Instant, name: string, code: string): void {
    this.#wish = { name, code, until: after(now, joinUserMsMax), asked: [], refused: undefined };
  }

  /** Who goes by the name: each one's first phone is asked, for the code says which of them is meant. */
  handleFound(now: Instant, { purpose: { name }, decision, credentials }: FoundUser): void {
    const wish = this.#wish;
    if (wish?.name !== name) return;
    const firsts = credentials.filter(({ ownerKey, publicKey }) => equalBytes(ownerKey, publicKey));
    wish.asked = firsts.map(({ nodeId }) => nodeId);
    if (firsts.length === 0) this.fail(wish, decision.kind === "failed" ? "no-answer" : "not-found");
    for (const { nodeId, publicKey } of firsts) {
      const proof = requestProof(this.#options.crypto, wish.code, this.below(publicKey));
      this.send(now, { nodeId, userName: name }, { kind: "request", proof });
    }
  }

  /** What the phone at the other end of a link has to say of an adoption. */
  handleDocument(now: Instant, from: Credential, body: Uint8Array): void {
    const message = decodeAdoption(body);
    if (!message.ok) return;
    switch (message.value.kind) {
      case "request":
        this.handleRequest(now, from, message.value.proof);
        return;
      case "grant":
        this.handleGrant(from, message.value);
        return;
      case "refusal":
        this.handleRefusal(from, message.value.reason);
    }
  }

  handleTimeout(now: Instant): void {
    if (this.#offer !== undefined && this.#offer.until <= now) {
      this.#offer = undefined;
      this.#news.push({ kind: "codeExpired" });
    }
    const wish = this.#wish;
    if (wish !== undefined && wish.until <= now) this.fail(wish, wish.refused ?? "no-answer");
  }

  pollTimeout(): Deadline | undefined {
    const offer = this.#offer && { at: this.#offer.until, reason: "the code to be adopted by ends" };
    return earliest(offer, this.#wish && { at: this.#wish.until, reason: "nobody adopts this phone" });
  }

  pollNews(): AdoptionNews | undefined {
    return this.#news.shift();
  }

  private handleRequest(now: Instant, from: Credential, proof: Uint8Array): void {
    const { crypto, overlayId, keyRing } = this.#options;
    const { nodeId, publicKey, userName } = from;
    const offer = this.#offer;
    if (offer === undefined) {
      this.refuse(now, from, "closed");
      return;
    }
    const parties = { overlayId, owner: keyRing.publicKey, device: publicKey };
    if (!equalBytes(proof, requestProof(crypto, offer.code, parties))) {
      this.refuse(now, from, "wrong-code");
      if (!offer.wasMistaken) this.#news.push({ kind: "codeMistaken", nodeId });
      offer.wasMistaken = true;
      return;
    }
    const credential = adoptCredential(crypto, overlayId, from, keyRing);
    if (credential === undefined) return;
    const granted = grantProof(crypto, offer.code, parties, credential);
    this.send(now, from, { kind: "grant", proof: granted, credential });
    this.#offer = undefined;
    this.#news.push({ kind: "adopted", nodeId, formerName: userName });
  }

  private refuse(now: Instant, from: Credential, reason: AdoptionRefusal): void {
    if (this.#refusesFrom !== undefined && now < this.#refusesFrom) return;
    this.#refusesFrom = after(now, adoptRefusalEveryMs);
    this.send(now, from, { kind: "refusal", reason });
  }

  private handleGrant(from: Credential, grant: Extract<AdoptionMessage, { kind: "grant" }>): void {
    const { crypto, keyRing } = this.#options;
    const wish = this.#wish;
    if (wish === undefined) return;
    const proof = grantProof(crypto, wish.code, this.below(from.publicKey), grant.credential);
    if (!equalBytes(proof, grant.proof)) return;
    const credential = this.own(grant.credential, wish.name, from.publicKey);
    if (credential === undefined) return;
    this.#wish = undefined;
    this.#news.push({ kind: "userJoined", keyRing: new KeyRing(crypto, credential, keyRing.secretKey) });
  }

  /** The credential, where it is this phone's, for that name, signed by that owner. */
  private own(bytes: Uint8Array, name: string, owner: Uint8Array): Credential | undefined {
    const { crypto, overlayId, keyRing } = this.#options;
    // The work has been done: the Node-ID is this phone's own.
    const read = admitCredential(crypto, openAdmission(overlayId, 0), bytes);
    if (!read.ok || read.value.userName !== name || !equalBytes(read.value.ownerKey, owner)) return undefined;
    const isOwn =
      sameId(read.value.nodeId, keyRing.nodeId) && equalBytes(read.value.publicKey, keyRing.publicKey);
    return isOwn ? read.value : undefined;
  }

  /** One of those who were asked does not want: with the last of them it is over. */
  private handleRefusal({ nodeId }: Credential, reason: AdoptionRefusal): void {
    const wish = this.#wish;
    if (wish?.asked.some((each) => sameId(each, nodeId)) !== true) return;
    wish.asked = wish.asked.filter((each) => !sameId(each, nodeId));
    // Of two of one name, the one that was told to adopt knows better.
    if (wish.refused !== "wrong-code") wish.refused = reason;
    if (wish.asked.length === 0) this.fail(wish, wish.refused);
  }

  private fail({ name }: Wish, reason: AdoptionFailure): void {
    this.#wish = undefined;
    this.#news.push({ kind: "notJoined", name, reason });
  }

  private below(owner: Uint8Array): AdoptionParties {
    const { overlayId, keyRing } = this.#options;
    return { overlayId, owner, device: keyRing.publicKey };
  }

  private send(now: Instant, to: Pick<Credential, "nodeId" | "userName">, message: AdoptionMessage): void {
    this.#agent.document(now, to.userName, toHex(to.nodeId), encodeAdoption(message));
  }
}
