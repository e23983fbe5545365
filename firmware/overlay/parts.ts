import type { Crypto } from "../../hal/crypto.js";
import { clientsInvitedFrom, nodeIdWorkBits, phoneOverlay, type OverlayLimits } from "../core/limits.js";
import type { NodeId } from "../core/node-id.js";
import type { Random } from "../core/random.js";
import { openAdmission, type Admission } from "../identity/admission.js";
import type { KeyRing } from "../identity/key-ring.js";
import { Association } from "./association.js";
import { Bootstrap } from "./bootstrap.js";
import { ClientUpdates } from "./client-updates.js";
import { CredentialCache } from "./credential-cache.js";
import { Dialer } from "./dialer.js";
import { DigestExchange } from "./digest-exchange.js";
import { Discovery } from "./discovery.js";
import { Outbox } from "./effect.js";
import { Guests } from "./guests.js";
import { HopAcks, HopRepair } from "./hop-repair.js";
import { Join } from "./join.js";
import { shippedKinds, type KindDefinition } from "./kind-definition.js";
import { Loans } from "./loans.js";
import { Lending } from "./lending.js";
import { Lookups } from "./lookup.js";
import { Merger } from "./merger.js";
import { Neighbourhood } from "./neighbourhood.js";
import { OwnCopies } from "./own-copies.js";
import { Pointers } from "./pointers.js";
import { Publisher } from "./publisher.js";
import { RecordQuestions } from "./record-questions.js";
import { RecordStore } from "./record-store.js";
import { RecordVerification } from "./record-verification.js";
import { Replication } from "./replication.js";
import { Requests } from "./request.js";
import { Responder } from "./responder.js";
import { Role } from "./role.js";
import { RoleAdmission } from "./role-admission.js";
import { Router } from "./router.js";
import { StoreAdmission } from "./store-admission.js";
import { Tunnels } from "./tunnels.js";
import { Updates } from "./updates.js";
import { Upkeep } from "./upkeep.js";
import type { Topology } from "./topology.js";
import { Whereabouts } from "./whereabouts.js";
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
  /** The Kinds of this overlay, where they are not those that are built in; all its nodes must have the same. */
  readonly kinds?: readonly KindDefinition[];
  /** Another topology than XOR, for a node with so many rows; all nodes of an overlay must have the same. */
  readonly topologyOf?: (self: NodeId, rows: number) => Topology;
}

/** The machines of an overlay node, put together. */
export interface OverlayParts {
  readonly outbox: Outbox;
  readonly neighbourhood: Neighbourhood;
  readonly guests: Guests;
  readonly clientUpdates: ClientUpdates;
  readonly association: Association;
  readonly whereabouts: Whereabouts;
  readonly repair: HopRepair;
  readonly acks: HopAcks;
  readonly router: Router;
  readonly tunnels: Tunnels;
  readonly requests: Requests;
  readonly store: RecordStore;
  readonly credentials: CredentialCache;
  readonly storeAdmission: StoreAdmission;
  readonly pointers: Pointers;
  readonly responder: Responder;
  readonly loans: Loans;
  readonly lending: Lending;
  readonly replication: Replication;
  readonly digests: DigestExchange;
  readonly ownCopies: OwnCopies;
  readonly publisher: Publisher;
  readonly verification: RecordVerification;
  readonly lookups: Lookups;
  readonly recordQuestions: RecordQuestions;
  readonly discovery: Discovery;
  readonly dialer: Dialer;
  readonly bootstrap: Bootstrap;
  readonly join: Join;
  readonly merger: Merger;
  readonly updates: Updates;
  readonly upkeep: Upkeep;
  readonly role: Role;
  readonly roleAdmission: RoleAdmission;
}

/** What nearly all machines work with. */
type Ground = Pick<
  OverlayParts,
  "outbox" | "neighbourhood" | "guests" | "requests" | "store" | "credentials"
> & {
  readonly admission: Admission;
  readonly kinds: readonly KindDefinition[];
  readonly limits: OverlayLimits;
  readonly configSequence: number;
};

type RecordParts = Pick<
  OverlayParts,
  | "storeAdmission"
  | "pointers"
  | "responder"
  | "lending"
  | "loans"
  | "replication"
  | "digests"
  | "publisher"
  | "ownCopies"
  | "verification"
  | "lookups"
  | "recordQuestions"
>;

/** Puts the machines of one node together; the topology is chosen here and nowhere else. */
export function makeParts(options: OverlayOptions): OverlayParts {
  const ground = makeGround(options);
  const { outbox, neighbourhood, guests, requests, store, credentials, limits, configSequence } = ground;
  const { random, overlayId } = options;
  const repair = new HopRepair(limits);
  const clientUpdates = new ClientUpdates(neighbourhood, outbox, configSequence);
  return {
    outbox,
    neighbourhood,
    guests,
    clientUpdates,
    association: new Association(neighbourhood, { requests, outbox, random, updates: clientUpdates }),
    whereabouts: new Whereabouts({ neighbourhood, requests, outbox }),
    repair,
    acks: new HopAcks(),
    router: new Router(neighbourhood, repair, outbox),
    tunnels: new Tunnels(neighbourhood, outbox, limits),
    requests,
    store,
    credentials,
    ...makeRecordParts(options, ground),
    discovery: new Discovery(overlayId, neighbourhood, { random, outbox }),
    dialer: new Dialer(limits, outbox),
    bootstrap: new Bootstrap(),
    join: new Join(neighbourhood, requests, outbox),
    merger: new Merger({ neighbourhood, requests, outbox }, { random, configSequence }),
    updates: new Updates(neighbourhood, outbox, { random, configSequence }),
    role: new Role(random, limits.clients >= clientsInvitedFrom),
    roleAdmission: new RoleAdmission(),
    upkeep: new Upkeep(neighbourhood, { requests, outbox, random }),
  };
}

function makeGround(options: OverlayOptions): Ground {
  const { crypto, random, keyRing, overlayId, configSequence = 0, limits = phoneOverlay } = options;
  const admission = options.admission ?? openAdmission(overlayId, options.workBits ?? nodeIdWorkBits);
  const self = keyRing.nodeId;
  const rows = limits.neighbours;
  const topology = options.topologyOf?.(self, rows) ?? new XorTopology(self, rows);
  const credentials = new CredentialCache(crypto, admission, limits.credentials);
  credentials.remember(keyRing.credential);
  return {
    outbox: new Outbox(),
    neighbourhood: new Neighbourhood(self, topology, rows, limits.clients),
    guests: new Guests(),
    requests: new Requests(random),
    store: new RecordStore(crypto, { topology, self }, limits.storeBytes),
    credentials,
    admission,
    kinds: options.kinds ?? shippedKinds,
    limits,
    configSequence,
  };
}

/** Storing, looking up and watching. */
function makeRecordParts(options: OverlayOptions, ground: Ground): RecordParts {
  const { crypto, random, keyRing, overlayId, bootCount } = options;
  const { outbox, neighbourhood, guests, requests, store, credentials, admission, kinds } = ground;
  const { limits, configSequence } = ground;
  const { signaturesPerSecond, published: recordsMax } = limits;
  const replication = new Replication({ neighbourhood, store, requests }, random);
  const verification = new RecordVerification(crypto, admission, { credentials, kinds });
  const publisher = new Publisher(
    { crypto, random, keyRing, overlayId, bootCount, configSequence, kinds, recordsMax },
    { neighbourhood, requests, outbox },
  );
  const around = { neighbourhood, guests };
  const responder = new Responder(neighbourhood, store, kinds);
  const credential = keyRing.credential.bytes;
  const admitting = { crypto, admission, neighbourhood, store, credentials, configSequence, kinds };
  return {
    storeAdmission: new StoreAdmission({ ...admitting, signaturesPerSecond }),
    pointers: new Pointers(limits.pointers),
    responder,
    lending: new Lending({ neighbourhood, store, requests }),
    loans: new Loans(neighbourhood, responder, limits.loanBytes),
    replication,
    digests: new DigestExchange({ neighbourhood, store, replication }, outbox, random),
    publisher,
    ownCopies: new OwnCopies(around, { publisher, requests, outbox, random, credential }),
    verification,
    lookups: new Lookups({ neighbourhood, guests }, { requests, verification, outbox, kinds, responder }),
    recordQuestions: new RecordQuestions({ crypto, random, watches: limits.watches }),
  };
}
