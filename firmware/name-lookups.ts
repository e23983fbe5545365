import type { Crypto } from "../hal/crypto.js";
import { ExpiringMap } from "./core/bounded.js";
import { equalBytes, toHex } from "./core/bytes.js";
import { claimsMax, lookupFreshMs, nameLookupsMax } from "./core/limits.js";
import { sameId, type NodeId } from "./core/node-id.js";
import { after, type Instant } from "./core/time.js";
import type { Credential } from "./identity/credential.js";
import type { KeyRing } from "./identity/key-ring.js";
import { resourceIdOf } from "./identity/resource-id.js";
import type { Node } from "./node.js";
import type { FetchOutcome, VerifiedRecord } from "./overlay/effect.js";
import type { CallId, ClaimedPhone } from "./phone/call-state.js";
import type { PhoneBook } from "./phone/phone-book.js";
import { decideName, type NameOwner } from "./usage/name-decision.js";
import { decodeRegistration, registrationKind } from "./usage/registration.js";

/** What a name is looked up for. */
export type LookupPurpose =
  | { readonly kind: "call"; readonly call: CallId; readonly name: string }
  | { readonly kind: "message"; readonly message: number; readonly name: string; readonly text: string };

/** Whom a name leads to. */
export type NameDecision =
  /** The devices of the one who is meant: pinned, or the only one who claims the name. Node-IDs in hex. */
  | { readonly kind: "reachable"; readonly nodeKeys: readonly string[] }
  /** Several claim it and none is pinned, or the pinned one is not among them: the person decides. */
  | { readonly kind: "contested"; readonly claims: readonly ClaimedPhone[] }
  | { readonly kind: "unknown" }
  /** The overlay did not answer. */
  | { readonly kind: "failed" };

/** What of a record is kept: who claims the name, and for how long, seconds. */
type Claim = Pick<VerifiedRecord, "credential" | "heldS">;

/** A lookup that has ended. */
export interface NameFound {
  readonly purpose: LookupPurpose;
  readonly decision: NameDecision;
  /** Of everybody who was found: they make the handshake with them short. */
  readonly credentials: readonly Credential[];
}

/**
 * Lookups of names under way, and what the last contested one offered. The rule of protocol §1: key pinned in
 * contacts, else sole claim, else ask the person. Never a silent switch.
 */
export class NameLookups {
  readonly #node: Node;
  readonly #options: { readonly crypto: Crypto; readonly overlayId: Uint8Array; readonly keyRing: KeyRing };
  readonly #book: PhoneBook;
  readonly #pending: Map<number, LookupPurpose> = new Map();
  readonly #recent: ExpiringMap<readonly Claim[]> = new ExpiringMap(nameLookupsMax);
  #offered: { readonly call: CallId; readonly name: string; readonly records: readonly Claim[] } | undefined;

  constructor(
    node: Node,
    options: { readonly crypto: Crypto; readonly overlayId: Uint8Array; readonly keyRing: KeyRing },
    book: PhoneBook,
  ) {
    this.#node = node;
    this.#options = options;
    this.#book = book;
  }

  /** Lookups under way, and answers that are used again. */
  occupancy(): Readonly<Record<"nameLookups" | "namesFresh", number>> {
    return { nameLookups: this.#pending.size, namesFresh: this.#recent.size };
  }

  handleTimeout(now: Instant): void {
    this.#recent.expire(now);
  }

  /**
   * Looks a name up. Returns the end at once when it was looked up a moment ago and everybody found is linked
   * still, or when too many lookups are under way.
   */
  begin(now: Instant, purpose: LookupPurpose): NameFound | undefined {
    this.#recent.expire(now);
    const recent = this.#recent.get(purpose.name);
    if (recent?.every(({ credential }) => this.#node.peerOf(credential.nodeId) !== undefined) === true) {
      return this.found(purpose, recent);
    }
    if (this.#pending.size >= nameLookupsMax)
      return { purpose, decision: { kind: "failed" }, credentials: [] };
    const { crypto, overlayId } = this.#options;
    const resource = resourceIdOf(crypto, overlayId, "user", purpose.name);
    const owner = this.#book.find(purpose.name)?.pin?.publicKey;
    const sought = { resource, kind: registrationKind, ...(owner !== undefined && { owner }) };
    this.#pending.set(this.#node.fetch(now, sought), purpose);
    return undefined;
  }

  /** The overlay's answer to a Fetch; `undefined` when it was not one of these. */
  handleFinished(now: Instant, request: number, outcome: FetchOutcome): NameFound | undefined {
    const purpose = this.#pending.get(request);
    if (purpose === undefined) return undefined;
    this.#pending.delete(request);
    if (outcome.status !== "found") {
      return {
        purpose,
        decision: { kind: outcome.status === "failed" ? "failed" : "unknown" },
        credentials: [],
      };
    }
    const callable = outcome.records.filter((record) => this.isCallable(record));
    const records = callable.map((record) => this.claimIn(record));
    if (records.length > 0) this.#recent.set(purpose.name, records, after(now, lookupFreshMs));
    return this.found(purpose, records);
  }

  /** The name that a contested call was for. */
  nameOf(call: CallId): string | undefined {
    return this.#offered?.call === call ? this.#offered.name : undefined;
  }

  /** All devices of the owner whose device the person chose, Node-IDs in hex. */
  devicesOf(call: CallId, chosen: NodeId): readonly string[] {
    if (this.#offered?.call !== call) return [];
    const { records } = this.#offered;
    const owner = records.find(({ credential }) => sameId(credential.nodeId, chosen))?.credential.ownerKey;
    if (owner === undefined) return [];
    const devices = records.filter(({ credential }) => equalBytes(credential.ownerKey, owner));
    return nodeKeysOf(devices.map(({ credential }) => credential));
  }

  private found(purpose: LookupPurpose, records: readonly Claim[]): NameFound {
    const decision = this.decide(purpose.name, records);
    if (purpose.kind === "call" && decision.kind === "contested") {
      this.#offered = { call: purpose.call, name: purpose.name, records };
    }
    return { purpose, decision, credentials: records.map((record) => record.credential) };
  }

  /** A registration that can be read, of a phone that is not this one. */
  private isCallable({ value, credential }: VerifiedRecord): boolean {
    return decodeRegistration(value).ok && !sameId(credential.nodeId, this.#options.keyRing.nodeId);
  }

  /** Of a linked phone its link has the credential already: a second one would take half a kilobyte. */
  private claimIn({ credential, heldS }: VerifiedRecord): Claim {
    const linked = this.#node.peerOf(credential.nodeId)?.credential;
    const isSame = linked !== undefined && equalBytes(linked.ownerKey, credential.ownerKey);
    return { credential: isSame && linked.userName === credential.userName ? linked : credential, heldS };
  }

  private decide(name: string, records: readonly Claim[]): NameDecision {
    const claims = records.map(({ credential, heldS }) => {
      return { nodeId: credential.nodeId, ownerKey: credential.ownerKey, heldS };
    });
    const decision = decideName(claims, this.#book.find(name)?.pin?.publicKey);
    switch (decision.kind) {
      case "pinned":
      case "sole":
        return { kind: "reachable", nodeKeys: nodeKeysOf(decision.owner.claims) };
      case "contested":
      case "pinMismatch":
        return { kind: "contested", claims: decision.owners.slice(0, claimsMax).flatMap(claimOf) };
      case "unknown":
        return { kind: "unknown" };
    }
  }
}

/** What is offered of an owner: the first of his devices stands for all. */
function claimOf({ claims, heldS }: NameOwner): ClaimedPhone[] {
  return claims.slice(0, 1).map(({ nodeId }) => ({ nodeId, heldMs: 1000 * heldS }));
}

function nodeKeysOf(claims: readonly { readonly nodeId: NodeId }[]): string[] {
  return claims.map(({ nodeId }) => toHex(nodeId));
}
