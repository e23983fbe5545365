import type { Crypto } from "../../hal/crypto.js";
import { nodeIdWorkBits, phoneOverlay, type OverlayLimits } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import type { Random } from "../core/random.js";
import { earliest, type Deadline } from "../core/time.js";
import { openAdmission, type Admission } from "../identity/admission.js";
import type { KeyRing } from "../identity/key-ring.js";
import { Bootstrap } from "./bootstrap.js";
import { CredentialCache } from "./credential-cache.js";
import { Dialer } from "./dialer.js";
import { DigestExchange } from "./digest-exchange.js";
import { Discovery } from "./discovery.js";
import { Outbox } from "./effect.js";
import { Guests } from "./guests.js";
import { HopAcks, HopRepair } from "./hop-repair.js";
import { Join } from "./join.js";
import { Lookups } from "./lookup.js";
import { Merger } from "./merger.js";
import { Neighbourhood } from "./neighbourhood.js";
import { OwnCopies } from "./own-copies.js";
import { Pointers } from "./pointers.js";
import { Publisher } from "./publisher.js";
import { RecordStore } from "./record-store.js";
import { RecordVerification } from "./record-verification.js";
import { Replication } from "./replication.js";
import { Requests } from "./request.js";
import { Responder } from "./responder.js";
import { Router } from "./router.js";
import { StoreAdmission } from "./store-admission.js";
import { Updates } from "./updates.js";
import { Upkeep } from "./upkeep.js";
import type { Topology } from "./topology.js";
import { XorTopology } from "./xor-topology.js";

/** What an overlay node is made of. */
export interface OverlayOptions {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly keyRing: KeyRing;
  /** 8 B */
  readonly overlayId: Uint8Array;
  /** Work a Node-ID of an open overlay must show. */
  readonly workBits?: number;
  /** Which credentials are accepted, where the overlay is not an open one. */
  readonly admission?: Admission;
  /** How often this node was switched on: the upper part of the generations of its records. */
  readonly bootCount: number;
  /** Sequence number of the overlay configuration; 0 in an open overlay. */
  readonly configSequence?: number;
  readonly limits?: OverlayLimits;
  /** Another topology than XOR, for a node with so many rows; all nodes of an overlay must have the same. */
  readonly topologyOf?: (self: NodeId, rows: number) => Topology;
}

/** The machines of an overlay node, put together. */
export interface OverlayParts {
  readonly outbox: Outbox;
  readonly neighbourhood: Neighbourhood;
  readonly guests: Guests;
  readonly repair: HopRepair;
  readonly acks: HopAcks;
  readonly router: Router;
  readonly requests: Requests;
  readonly store: RecordStore;
  readonly credentials: CredentialCache;
  readonly storeAdmission: StoreAdmission;
  readonly pointers: Pointers;
  readonly responder: Responder;
  readonly replication: Replication;
  readonly digests: DigestExchange;
  readonly ownCopies: OwnCopies;
  readonly publisher: Publisher;
  readonly verification: RecordVerification;
  readonly lookups: Lookups;
  readonly discovery: Discovery;
  readonly dialer: Dialer;
  readonly bootstrap: Bootstrap;
  readonly join: Join;
  readonly merger: Merger;
  readonly updates: Updates;
  readonly upkeep: Upkeep;
}

/** Puts the machines of one node together; the topology is chosen here and nowhere else. */
export function makeParts(options: OverlayOptions): OverlayParts {
  const { crypto, random, keyRing, overlayId, configSequence = 0, limits = phoneOverlay } = options;
  const admission = options.admission ?? openAdmission(overlayId, options.workBits ?? nodeIdWorkBits);
  const self = keyRing.nodeId;
  const outbox = new Outbox();
  const rows = limits.neighbours;
  const topology = options.topologyOf?.(self, rows) ?? new XorTopology(self, rows);
  const neighbourhood = new Neighbourhood(self, topology, rows);
  const guests = new Guests();
  const repair = new HopRepair(limits);
  const requests = new Requests(random);
  const store = new RecordStore(crypto, topology, limits.storeBytes);
  const credentials = new CredentialCache(crypto, admission, limits.credentials);
  credentials.remember(keyRing.credential);
  const replication = new Replication({ neighbourhood, store, requests }, random);
  const verification = new RecordVerification(crypto, admission, credentials);
  const publisher = new Publisher(
    { crypto, random, keyRing, overlayId, bootCount: options.bootCount, configSequence },
    { neighbourhood, requests, outbox },
  );
  const { signaturesPerSecond } = limits;
  return {
    outbox,
    neighbourhood,
    guests,
    repair,
    acks: new HopAcks(),
    router: new Router(neighbourhood, repair, outbox),
    requests,
    store,
    credentials,
    storeAdmission: new StoreAdmission({
      crypto,
      admission,
      neighbourhood,
      store,
      credentials,
      configSequence,
      signaturesPerSecond,
    }),
    pointers: new Pointers(limits.pointers),
    responder: new Responder(neighbourhood, store),
    replication,
    digests: new DigestExchange({ neighbourhood, store, replication }, outbox, random),
    publisher,
    ownCopies: new OwnCopies({ neighbourhood, guests }, { publisher, requests, outbox, random }),
    verification,
    lookups: new Lookups({ neighbourhood, guests }, { requests, verification, outbox }),
    discovery: new Discovery(overlayId, neighbourhood, { random, outbox }),
    dialer: new Dialer(limits, outbox),
    bootstrap: new Bootstrap(),
    join: new Join(neighbourhood, requests, outbox),
    merger: new Merger({ neighbourhood, requests, outbox }, { random, configSequence }),
    updates: new Updates(neighbourhood, outbox, { random, configSequence }),
    upkeep: new Upkeep(neighbourhood, { requests, outbox, random }),
  };
}

/** When the first of the parts whose deadlines depend on nothing but themselves wants to run. */
export function partsDeadline(parts: OverlayParts): Deadline | undefined {
  const { replication, digests, publisher, verification, lookups, discovery, updates, upkeep, merger } =
    parts;
  let first = earliest(replication.pollTimeout(), digests.pollTimeout());
  first = earliest(first, parts.ownCopies.pollTimeout());
  for (const part of [publisher, verification, lookups, discovery, updates, upkeep, merger]) {
    first = earliest(first, part.pollTimeout());
  }
  return first;
}
