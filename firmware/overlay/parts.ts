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

/** What a node has to do beside the overlay. */
export interface NodeLoad {
  /** A call is on: what can wait does, for the sake of its speech and its memory. */
  readonly isInCall: boolean;
}

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
  /** What else this node has to do, as it is at each moment. */
  readonly load?: NodeLoad;
  /** Sequence number of the overlay configuration; 0 in an open overlay. */
  readonly configSequence?: number;
  readonly limits?: OverlayLimits;
  /** The Kinds of this overlay, where they are not those that are built in; all its nodes must have the same. */
  readonly kinds?: readonly KindDefinition[];
  /** Another topology than XOR, for a node with so many rows; all nodes of an overlay must have the same. */
  readonly topologyOf?: (self: NodeId, rows: number) => Topology;
}

/**
 * The machines of an overlay node, put together, with what they are made of; the topology is chosen here and nowhere
 * else. A machine keeps this one object rather than those few it works with: on a phone each list of them would take a
 * hundred bytes, and there are thirty machines. What it uses of it, its own type says.
 */
export class OverlayParts {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly keyRing: KeyRing;
  readonly overlayId: Uint8Array;
  readonly bootCount: number;
  readonly configSequence: number;
  readonly limits: OverlayLimits;
  readonly load: NodeLoad | undefined;
  readonly kinds: readonly KindDefinition[];
  readonly admission: Admission;
  readonly outbox: Outbox = new Outbox();
  readonly guests: Guests = new Guests();
  readonly neighbourhood: Neighbourhood;
  readonly requests: Requests;
  readonly store: RecordStore;
  readonly credentials: CredentialCache;
  readonly repair: HopRepair;
  readonly acks: HopAcks = new HopAcks();
  readonly router: Router;
  readonly pointers: Pointers;
  readonly responder: Responder;
  readonly loans: Loans;
  readonly lending: Lending;
  readonly replication: Replication;
  readonly digests: DigestExchange;
  readonly publisher: Publisher;
  readonly ownCopies: OwnCopies;
  readonly verification: RecordVerification;
  readonly lookups: Lookups;
  readonly recordQuestions: RecordQuestions;
  readonly whereabouts: Whereabouts;
  readonly discovery: Discovery;
  readonly dialer: Dialer;
  readonly bootstrap: Bootstrap = new Bootstrap();
  readonly join: Join;
  readonly merger: Merger;
  readonly updates: Updates;
  readonly upkeep: Upkeep;
  readonly clientUpdates: ClientUpdates;
  readonly association: Association;
  readonly role: Role;
  readonly roleAdmission: RoleAdmission = new RoleAdmission();
  #storeAdmission: StoreAdmission | undefined;
  #tunnels: Tunnels | undefined;

  constructor(options: OverlayOptions) {
    const { crypto, random, keyRing, overlayId, configSequence = 0, limits = phoneOverlay } = options;
    this.crypto = crypto;
    this.random = random;
    this.keyRing = keyRing;
    this.overlayId = overlayId;
    this.bootCount = options.bootCount;
    this.configSequence = configSequence;
    this.limits = limits;
    this.load = options.load;
    this.kinds = options.kinds ?? shippedKinds;
    this.admission = options.admission ?? openAdmission(overlayId, options.workBits ?? nodeIdWorkBits);
    const { nodeId: self, credential } = keyRing;
    const rows = limits.neighbours;
    const topology = options.topologyOf?.(self, rows) ?? new XorTopology(self, rows);
    const neighbourhood = new Neighbourhood(self, topology, rows, limits.clients);
    this.neighbourhood = neighbourhood;
    this.requests = new Requests(random);
    this.store = new RecordStore(crypto, { topology, self }, limits.storeBytes);
    this.credentials = new CredentialCache(crypto, this.admission, limits.credentials);
    this.credentials.remember(credential);
    // From here on each is made of those above it.
    this.repair = new HopRepair(limits);
    this.router = new Router(neighbourhood, this.repair, this.outbox);
    this.pointers = new Pointers(limits.pointers);
    this.responder = new Responder(neighbourhood, this.store, this.kinds);
    this.loans = new Loans(neighbourhood, this.responder, limits.loanBytes);
    this.lending = new Lending(this);
    this.replication = new Replication(this, random);
    this.digests = new DigestExchange(this, this.outbox, random);
    this.publisher = new Publisher(this);
    this.ownCopies = new OwnCopies(this);
    this.verification = new RecordVerification(this);
    this.lookups = new Lookups(this);
    this.recordQuestions = new RecordQuestions(this);
    this.whereabouts = new Whereabouts(this);
    this.discovery = new Discovery(overlayId, neighbourhood, this);
    this.dialer = new Dialer(limits, this.outbox);
    this.join = new Join(this);
    this.merger = new Merger(this);
    this.updates = new Updates(neighbourhood, this.outbox, this);
    this.upkeep = new Upkeep(neighbourhood, this);
    this.clientUpdates = new ClientUpdates(neighbourhood, this.outbox, configSequence);
    this.association = new Association(neighbourhood, this);
    this.role = new Role(random, limits.clients >= clientsInvitedFrom);
  }

  /** Made at the first Store: a client sees none. */
  get storeAdmission(): StoreAdmission {
    this.#storeAdmission ??= new StoreAdmission(this);
    return this.#storeAdmission;
  }

  /** Made at the first frame in a tunnel: most nodes never see one. */
  get tunnels(): Tunnels {
    this.#tunnels ??= new Tunnels(this.neighbourhood, this.outbox, this.limits);
    return this.#tunnels;
  }

  /** Frames of others that were passed on, and frames dropped. */
  get tunnelCounts(): Tunnels["counts"] {
    return this.#tunnels?.counts ?? { passedOn: 0, dropped: 0 };
  }
}
