import type { Crypto } from "../hal/crypto.js";
import { ExpiringMap } from "./core/bounded.js";
import { equalBytes, toHex } from "./core/bytes.js";
import type { Endpoint } from "./core/endpoint.js";
import { claimsMax, lookupFreshMs, nameLookupsMax } from "./core/limits.js";
import { sameId, type NodeId } from "./core/node-id.js";
import { none } from "./core/none.js";
import { after, type Instant } from "./core/time.js";
import type { Credential } from "./identity/credential.js";
import type { KeyRing } from "./identity/key-ring.js";
import { resourceIdOf } from "./identity/resource-id.js";
import type { Node } from "./node.js";
import type { FetchOutcome, VerifiedRecord } from "./overlay/effect.js";
import type { CallId, ClaimedPhone } from "./phone/call-state.js";
import type { PhoneBook } from "./phone/phone-book.js";
import type { Sought } from "./reach.js";
import { decideName, type NameOwner } from "./usage/name-decision.js";
import { decodeRegistration, type Registration, registrationKind } from "./usage/registration.js";

/** What a name is looked up for. */
export type LookupPurpose =
  /** `through`: names whose calls were forwarded to this one, the one that was called first. */
  | {
      readonly kind: "call";
      readonly call: CallId;
      readonly name: string;
      readonly through: readonly string[];
    }
  | { readonly kind: "message"; readonly message: number; readonly name: string; readonly text: string }
  /** This phone wants to be one of that user's. */
  | { readonly kind: "adoption"; readonly name: string };

/** Whom a name leads to. */
export type NameDecision =
  /**
   * The devices of the one who is meant: pinned, or the only one who claims the name. Node-IDs in hex. `fullName`: what
   * he calls himself beside it, on the first of them that says so.
   */
  | { readonly kind: "reachable"; readonly nodeKeys: readonly string[]; readonly fullName?: string }
  /** His calls are for another user now. */
  | { readonly kind: "forwarded"; readonly to: string }
  /** Several claim it and none is pinned, or the pinned one is not among them: the person decides. */
  | { readonly kind: "contested"; readonly claims: readonly ClaimedPhone[] }
  | { readonly kind: "unknown" }
  /** The overlay did not answer. */
  | { readonly kind: "failed" };

/**
 * What of a record is kept: who claims the name, for how long, seconds, what else he calls himself, who gets his calls,
 * if not he, and how he is reached.
 */
type Claim = Pick<VerifiedRecord, "credential" | "heldS"> & Omit<Registration, "ways"> & WaysTo;

/** By way of which peers a client is reached, the best first; and where a phone is, as who answered has it linked. */
export type WaysTo = Pick<Sought, "ways" | "place">;

/** A lookup that has ended. */
export interface NameFound {
  readonly purpose: LookupPurpose;
  readonly decision: NameDecision;
  /** Of everybody who was found: they make the handshake with them short. */
  readonly credentials: readonly Credential[];
  /** Of those of whom more is known than who they are. */
  readonly ways?: readonly (WaysTo & { readonly nodeId: NodeId })[];
}

/**
 * Lookups of names under way, and what the last contested one offered. The rule of protocol §1: key pinned in
 * contacts, else sole claim, else ask the person. Never a silent switch.
 */
export class NameLookups {
  readonly #node: Node;
  readonly #options: { readonly crypto: Crypto; readonly overlayId: Uint8Array; readonly keyRing: KeyRing };
  readonly #book: PhoneBook;
  #pending: readonly { readonly request: number; readonly purpose: LookupPurpose }[] = none;
  readonly #recent: ExpiringMap<readonly Claim[]> = new ExpiringMap(nameLookupsMax);
  #offered: { readonly purpose: LookupPurpose; readonly records: readonly Claim[] } | undefined;

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
    return { nameLookups: this.#pending.length, namesFresh: this.#recent.size };
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
    if (this.#pending.length >= nameLookupsMax)
      return { purpose, decision: { kind: "failed" }, credentials: [] };
    const { crypto, overlayId } = this.#options;
    const resource = resourceIdOf(crypto, overlayId, "user", purpose.name);
    const owner = this.#book.find(purpose.name)?.pin?.publicKey;
    const sought = { resource, kind: registrationKind, ...(owner !== undefined && { owner }) };
    const request = this.#node.fetch(now, sought);
    this.#pending = [...this.#pending, { request, purpose }];
    return undefined;
  }

  /** The overlay's answer to a Fetch; `undefined` when it was not one of these. */
  handleFinished(now: Instant, request: number, outcome: FetchOutcome): NameFound | undefined {
    const purpose = this.#pending.find((pending) => pending.request === request)?.purpose;
    if (purpose === undefined) return undefined;
    this.#pending = this.#pending.filter((pending) => pending.request !== request);
    if (outcome.status !== "found") {
      return {
        purpose,
        decision: { kind: outcome.status === "failed" ? "failed" : "unknown" },
        credentials: [],
      };
    }
    const records = outcome.records.flatMap((record) => this.claimIn(record));
    const isForwarded = records.some(({ forward }) => forward !== undefined);
    if (records.length > 0 && !isForwarded)
      this.#recent.set(purpose.name, records, after(now, lookupFreshMs));
    return this.found(purpose, records);
  }

  /** The person has chosen one of the phones that were offered for a call: whom that leads to. */
  choose(call: CallId, chosen: NodeId): NameFound | undefined {
    if (this.#offered?.purpose.kind !== "call" || this.#offered.purpose.call !== call) return undefined;
    const { purpose, records } = this.#offered;
    const owner = records.find(({ credential }) => sameId(credential.nodeId, chosen))?.credential.ownerKey;
    if (owner === undefined) return undefined;
    return { purpose, decision: this.reachOwner(purpose, records, owner), credentials: [] };
  }

  private found(purpose: LookupPurpose, records: readonly Claim[]): NameFound {
    const decision = this.decide(purpose, records);
    if (purpose.kind === "call" && decision.kind === "contested") this.#offered = { purpose, records };
    const ways = records.flatMap(waysIn);
    const credentials = records.map((record) => record.credential);
    return { purpose, decision, credentials, ...(ways.length > 0 && { ways }) };
  }

  /**
   * The claim in a registration that can be read, of a phone that is not this one. Of a linked phone its link has the
   * credential already: a second one would take half a kilobyte.
   */
  private claimIn({ value, credential, heldS, place }: VerifiedRecord): Claim[] {
    const registration = decodeRegistration(value);
    if (!registration.ok || sameId(credential.nodeId, this.#options.keyRing.nodeId)) return [];
    const { ways: lists, ...names } = registration.value;
    const ways = lists.flatMap((way) => way.slice(0, 1));
    const linked = this.#node.peerOf(credential.nodeId)?.credential;
    const isSame = linked !== undefined && equalBytes(linked.ownerKey, credential.ownerKey);
    const kept = isSame && linked.userName === credential.userName ? linked : credential;
    const reached = waysTo(ways, linked === undefined ? place : undefined);
    return [{ credential: kept, heldS, ...names, ...reached }];
  }

  /** Of a name that this phone has, too, its own owner's phones are meant where there are others. */
  private pinnedKey(name: string, records: readonly Claim[]): Uint8Array | undefined {
    const { ownerKey, userName } = this.#options.keyRing.credential;
    const isOwn =
      name === userName && records.some(({ credential }) => equalBytes(credential.ownerKey, ownerKey));
    return isOwn ? ownerKey : this.#book.find(name)?.pin?.publicKey;
  }

  /**
   * All devices of an owner, those that are linked first: who went without a word is registered for half an hour yet.
   * Where one of them forwards his calls, a call goes to whom it names.
   */
  private reachOwner(purpose: LookupPurpose, records: readonly Claim[], ownerKey: Uint8Array): NameDecision {
    const devices = records.filter(({ credential }) => equalBytes(credential.ownerKey, ownerKey));
    const to = devices.find(({ forward }) => forward !== undefined)?.forward;
    if (purpose.kind === "call" && to !== undefined) return { kind: "forwarded", to };
    const isLinked = ({ credential }: Claim): boolean => this.#node.peerOf(credential.nodeId) !== undefined;
    const inOrder = [...devices.filter(isLinked), ...devices.filter((device) => !isLinked(device))];
    const nodeKeys = inOrder.map(({ credential }) => toHex(credential.nodeId));
    return { kind: "reachable", nodeKeys, ...fullNameIn(inOrder) };
  }

  private decide(purpose: LookupPurpose, records: readonly Claim[]): NameDecision {
    const claims = records.map(({ credential, heldS }) => {
      return { nodeId: credential.nodeId, ownerKey: credential.ownerKey, heldS };
    });
    const decision = decideName(claims, this.pinnedKey(purpose.name, records));
    switch (decision.kind) {
      case "pinned":
      case "sole":
        return this.reachOwner(purpose, records, decision.owner.ownerKey);
      case "contested":
      case "pinMismatch":
        return {
          kind: "contested",
          claims: decision.owners.slice(0, claimsMax).flatMap((owner) => claimOf(owner, records)),
        };
      case "unknown":
        return { kind: "unknown" };
    }
  }
}

function waysIn({ credential: { nodeId }, ways, place }: Claim): (WaysTo & { readonly nodeId: NodeId })[] {
  return ways === undefined && place === undefined ? [] : [{ nodeId, ...waysTo(ways, place) }];
}

function waysTo(ways: readonly NodeId[] = [], place: Endpoint | undefined): WaysTo {
  return { ...(ways.length > 0 && { ways }), ...(place && { place }) };
}

/** What is offered of an owner: the first of his devices stands for all. */
function claimOf({ claims, heldS, ownerKey }: NameOwner, records: readonly Claim[]): ClaimedPhone[] {
  const devices = records.filter(({ credential }) => equalBytes(credential.ownerKey, ownerKey));
  return claims.slice(0, 1).map(({ nodeId }) => ({ nodeId, heldMs: 1000 * heldS, ...fullNameIn(devices) }));
}

/** What a user calls himself beside his user name, on the first of his devices that says so. */
function fullNameIn(devices: readonly Claim[]): Pick<Claim, "fullName"> {
  const fullName = devices.find((device) => device.fullName !== undefined)?.fullName;
  return fullName === undefined ? {} : { fullName };
}
