import { equalBytes, toHex } from "../core/bytes.js";
import { messageBytesMax, recordsInAnswerMax, statEntriesMax } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import { elapsed, type Instant } from "../core/time.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { FetchAnswer, FetchRequest } from "../wire/kinds/fetch.js";
import type { FindAnswer, FindRequest } from "../wire/kinds/find.js";
import type { HeldRecord } from "../wire/kinds/record.js";
import type { StatAnswer, StatRequest } from "../wire/kinds/stat.js";
import type { StoreAnswer, StoreRequest } from "../wire/kinds/store.js";
import { isOfUser } from "./access-policy.js";
import { kindDefinition, type KindDefinition } from "./kind-definition.js";
import type { Neighbourhood } from "./neighbourhood.js";
import type { Neighbour } from "./node-table.js";
import { heldRecord, recordBytes, remainingS, type RecordStore, type StoredRecord } from "./record-store.js";
import type { StoreVerdict } from "./store-admission.js";
import { traced } from "./trace.js";

/** Answers to what others ask of this node's records and neighbours: decisions only, nothing is changed here. */
export class Responder {
  readonly #neighbourhood: Neighbourhood;
  readonly #store: RecordStore;
  readonly #kinds: readonly KindDefinition[];

  constructor(neighbourhood: Neighbourhood, store: RecordStore, kinds: readonly KindDefinition[]) {
    this.#neighbourhood = neighbourhood;
    this.#kinds = kinds;
    this.#store = store;
  }

  /** Whether this node has something to answer a Fetch with. */
  holds(request: FetchRequest): boolean {
    return this.select(request).length > 0;
  }

  /** The records asked for, tombstones included: who compares answers must see what was removed. */
  fetch(now: Instant, request: FetchRequest): FetchAnswer {
    const { transaction, via } = request;
    const answer = { type: "fetchAnswer", transaction, via } as const;
    if (kindDefinition(this.#kinds, request.kind) === undefined) {
      return { ...answer, status: "unknown-kind", records: [], credentials: [] };
    }
    const chosen = fitting(this.inOrder(request), request.wantCredentials);
    if (chosen.length === 0) return { ...answer, status: "not-found", records: [], credentials: [] };
    const isContested = this.isOfUser(request.kind) && new Set(chosen.map(ownerKeyOf)).size > 1;
    return {
      ...answer,
      status: "ok",
      records: chosen.map((stored) => ({
        ...(isContested ? contestedRecord(now, stored) : heldRecord(now, stored)),
        ...(request.wantCredentials && this.placeOf(stored)),
      })),
      credentials: request.wantCredentials ? credentialsOf(chosen) : [],
    };
  }

  /**
   * Where the owner of a record is, if it is linked here: who looks it up to reach it has then no more to ask. Only of
   * what stands under the owner's Node-ID, as registrations do.
   */
  private placeOf({ key, owner }: StoredRecord): Pick<HeldRecord, "place"> {
    if (!equalBytes(key, owner.nodeId)) return {};
    const place = this.#neighbourhood.endpointOf(owner.nodeId);
    return place === undefined ? {} : { place };
  }

  /** Whether an answer has all there is; of what nobody contests some will do. */
  isWhole(request: FetchRequest, { records }: FetchAnswer): boolean {
    return !this.isOfUser(request.kind) || records.length === this.select(request).length;
  }

  /** Which records stand there, without their values; those that are removed, too. */
  stat(now: Instant, request: StatRequest): StatAnswer {
    const { transaction, via, kind } = request;
    const answer = { type: "statAnswer", transaction, via } as const;
    if (kindDefinition(this.#kinds, kind) === undefined)
      return { ...answer, status: "unknown-kind", entries: [] };
    const entries = this.select(request).map((stored) => ({
      key: stored.key,
      generation: stored.record.generation,
      remainingS: remainingS(now, stored),
      valueBytes: stored.record.value?.length ?? null,
    }));
    const status = entries.length > 0 ? "ok" : "not-found";
    return { ...answer, status, entries: entries.slice(0, statEntriesMax) };
  }

  /** The nodes nearest the destination; the asker itself is left out where it is known: when it is the neighbour. */
  find(request: FindRequest, from: Neighbour | undefined): FindAnswer {
    const asker: NodeId | undefined = request.via.length === 0 ? from?.nodeId : undefined;
    const contacts = this.#neighbourhood.contacts(request.destination.first, request.count, asker);
    const { transaction, via } = request;
    return {
      type: "findAnswer",
      transaction,
      via,
      status: contacts.length > 0 ? "ok" : "not-found",
      contacts,
      ...traced(request, this.#neighbourhood.self),
    };
  }

  /** What is answered to a Store. */
  store(request: StoreRequest, verdict: StoreVerdict): StoreAnswer {
    const { transaction, via } = request;
    const answer = { type: "storeAnswer", transaction, via } as const;
    switch (verdict.status) {
      case "ok":
        return { ...answer, status: "ok", generation: verdict.stored.record.generation };
      case "generation-too-low":
        return {
          ...answer,
          status: verdict.status,
          newer: verdict.newer,
          generation: verdict.newer.generation,
        };
      case "full":
        return { ...answer, status: "full", candidates: this.candidates(request) };
      default:
        return { ...answer, status: verdict.status };
    }
  }

  /** The next nodes that could hold it (protocol §4, I5: a full node refers). */
  private candidates(request: StoreRequest): Contact[] {
    const resource = request.destination.first;
    const nearest = this.#neighbourhood.topology.nearest(
      resource,
      this.#neighbourhood.storing(),
      referredFrom,
    );
    const referred = nearest.filter((member) => !this.#neighbourhood.isSelf(member)).slice(-candidatesWanted);
    return referred.flatMap((member) => {
      const neighbour = this.#neighbourhood.neighbourOf(member);
      return neighbour === undefined
        ? []
        : [{ nodeId: member.nodeId, endpoint: neighbour.endpoint, flags: 1 }];
    });
  }

  /** The claim held longest first. What is removed matters to who compares claims; else it comes last. */
  private inOrder(request: FetchRequest): StoredRecord[] {
    const records = this.select(request).sort((a, b) => a.heldSince - b.heldSince);
    if (this.isOfUser(request.kind)) return records;
    return records.sort((a, b) => Number(a.record.value === null) - Number(b.record.value === null));
  }

  private isOfUser(kind: number): boolean {
    const definition = kindDefinition(this.#kinds, kind);
    return definition !== undefined && isOfUser(definition.policy);
  }

  private select(request: FetchRequest | StatRequest): StoredRecord[] {
    const { kind, key } = request;
    const resource = request.destination.first;
    if (key === undefined) return this.#store.list(resource, kind);
    const stored = this.#store.find(resource, kind, key);
    return stored === undefined ? [] : [stored];
  }
}

/** As many as an answer holds, in this order, but one of each owner first, so that none is crowded out. */
function fitting(records: readonly StoredRecord[], withCredentials: boolean): StoredRecord[] {
  const firsts: StoredRecord[] = [];
  const others: StoredRecord[] = [];
  const owners = new Set<string>();
  for (const stored of records) {
    const owner = ownerKeyOf(stored);
    (owners.has(owner) ? others : firsts).push(stored);
    owners.add(owner);
  }
  let bytes = 0;
  return [...firsts, ...others].slice(0, recordsInAnswerMax).filter((stored) => {
    bytes += recordBytes(stored.record) + (withCredentials ? stored.owner.bytes.length : 0);
    return bytes <= messageBytesMax - answerOverheadBytes;
  });
}

function contestedRecord(now: Instant, stored: StoredRecord): HeldRecord {
  return { ...heldRecord(now, stored), heldS: Math.floor(elapsed(stored.heldSince, now) / 1000) };
}

function credentialsOf(records: readonly StoredRecord[]): Uint8Array[] {
  const byHash = new Map<string, Uint8Array>();
  for (const { owner } of records) byHash.set(toHex(owner.hash), owner.bytes);
  return [...byHash.values()];
}

function ownerKeyOf(stored: StoredRecord): string {
  return toHex(stored.owner.ownerKey);
}

const answerOverheadBytes = 100;
const referredFrom = 5;
const candidatesWanted = 3;
