import type { Endpoint } from "../core/endpoint.js";
import {
  associatesMax,
  clientsInvitedFrom,
  freeRows,
  meshExceededBeyondDoubt,
  meshMax,
  replicasMax,
  responsibleMax,
  siblingsMax,
} from "../core/limits.js";
import { sameId, type NodeId, type ResourceId } from "../core/node-id.js";
import type { Contact } from "../wire/kinds/contact.js";
import type { Stage } from "../wire/kinds/neighbours.js";
import { Clients } from "./clients.js";
import { NodeTable, type Neighbour } from "./node-table.js";
import type { Member, Topology } from "./topology.js";

/** Whether a node at this stage holds records of others and is counted for them. */
export function stores(stage: Stage): boolean {
  return stage === "filling" || stage === "peer";
}

/**
 * What a contact's, a beacon's and a hello's flags say of a node at this stage: bit 0, it holds records; bit 1, it
 * serves clients that could be peers themselves, as `flags` of it say; bit 2, it is a client.
 */
export function contactFlags(stage: Stage, flags = 0): number {
  return (stores(stage) ? storesFlag : 0) | (flags & servesFlag) | (stage === "client" ? clientFlag : 0);
}

/** Whether a node with these flags holds records of others. */
export function holdsRecords(flags: number): boolean {
  return (flags & storesFlag) !== 0;
}

/** Whether a node with these flags serves clients that could be peers themselves. */
export function servesClients(flags: number): boolean {
  return (flags & servesFlag) !== 0;
}

/** Whether a node with these flags is a client: nobody's neighbour. */
export function isClient(flags: number): boolean {
  return (flags & clientFlag) !== 0;
}

/** What stands at a place, with the nodes that should hold it as reckoned last. */
export interface Placed {
  readonly resource: ResourceId;
  replicas: readonly Member[];
  /** The state of the neighbourhood in which they were reckoned; -1: never. */
  reckonedIn: number;
}

/** This node as a member; all other members are neighbours. */
interface Self extends Member {
  stage: Stage;
}

/** This node among its neighbours: who is who, at which stage, and who answers for what. */
export class Neighbourhood {
  readonly self: NodeId;
  readonly topology: Topology;
  readonly table: NodeTable;
  readonly clients: Clients;
  /** Where this node is by its own address, and where others are told that it is; `undefined`: not known. */
  local: Endpoint | undefined = undefined;
  endpoint: Endpoint | undefined = undefined;
  readonly #me: Self;
  #storing: readonly Member[] | undefined;
  #isCrowded = false;
  #state = 0;

  constructor(self: NodeId, topology: Topology, rows: number, clients = 0) {
    this.self = self;
    this.topology = topology;
    this.#me = { nodeId: self, stage: "joining" };
    this.table = new NodeTable(rows);
    this.clients = new Clients(clients, rows);
  }

  /** Counts the states this neighbourhood has been in. */
  get state(): number {
    return this.#state;
  }

  /** This node's own stage. */
  get stage(): Stage {
    return this.#me.stage;
  }

  /** What this node says of itself, see `contactFlags`. */
  get flags(): number {
    return contactFlags(this.stage, this.clients.capacity >= clientsInvitedFrom ? servesFlag : 0);
  }

  /** Neighbours and clients. */
  get linked(): readonly Neighbour[] {
    return [...this.table.all, ...this.clients.all];
  }

  /** The node at the other end of a link, if it has a row: a neighbour or a client. */
  linkedBy(link: number): Neighbour | undefined {
    return this.table.byLink(link) ?? this.clients.byLink(link);
  }

  /** The neighbour or client that a handle of ours names. */
  byHandle(handle: number): Neighbour | undefined {
    return this.table.byHandle(handle) ?? this.clients.byHandle(handle);
  }

  setStage(stage: Stage): void {
    this.#me.stage = stage;
    this.handleChange();
  }

  /** To be called after every change of a row or of a stage. */
  handleChange(): void {
    this.#storing = undefined;
    if (this.seemsCrowded(meshExceededBeyondDoubt)) this.#isCrowded = true;
    this.#state++;
  }

  /**
   * Whether there are more nodes than can all be linked to all, as far as one sees from here. Then links are made where
   * they are needed, and news goes to those it is of use to.
   */
  get isCrowded(): boolean {
    return this.#isCrowded;
  }

  /** Of a node that is not linked: with a full table it is one too many. */
  handleHeard(): void {
    const { all, capacity } = this.table;
    if (all.length >= Math.min(meshMax, capacity)) this.#isCrowded = true;
  }

  /** Nothing has changed for long: there may be fewer nodes by now. */
  reconsider(): void {
    this.#isCrowded = this.seemsCrowded(1);
  }

  /** Whether a link to a node would be of use, beside those to neighbours and to nodes that are being greeted. */
  wants(id: NodeId, greeted: readonly Member[]): boolean {
    const { all, capacity } = this.table;
    if (this.stage === "client") return all.length + greeted.length < associatesMax;
    if (all.length >= capacity) {
      return this.topology.wants(id, all, capacity) && this.surplus(id) !== undefined;
    }
    if (!this.#isCrowded) return true;
    const members = [...all, ...greeted];
    const mayHaveMore = members.length < capacity - this.freeRows;
    return mayHaveMore ? this.topology.seeks(id, members) : this.topology.wants(id, members, 0);
  }

  /** Whether a crowd leaves fewer rows free than those need who look for a link to this node. */
  get hasTooMany(): boolean {
    const { all, capacity } = this.table;
    return this.#isCrowded && all.length > capacity - this.freeRows / 2;
  }

  /**
   * The neighbour to give up for a newcomer, or because there are too many: as the topology has it, and rather one that
   * is likely to find as good a link elsewhere than one that has this node for a sibling.
   */
  surplus(newcomer: NodeId | undefined): Neighbour | undefined {
    const { all } = this.table;
    const first = this.topology.surplus(newcomer, all);
    let surplus = first;
    for (let others = all; surplus !== undefined && this.isSiblingOf(surplus);) {
      others = others.filter((other) => other !== surplus);
      surplus = this.topology.surplus(newcomer, others);
    }
    return newcomer === undefined ? surplus : (surplus ?? first);
  }

  /** Whether we are among the siblings of a neighbour, of all that we know. */
  private isSiblingOf(neighbour: Neighbour): boolean {
    const others: Member[] = this.table.all.filter((other) => other !== neighbour);
    return this.topology.around(neighbour.nodeId, [...others, this.#me], siblingsMax).includes(this.#me);
  }

  private get freeRows(): number {
    return Math.min(freeRows, this.table.capacity >> 2);
  }

  /** Linked peers that serve clients that could be peers themselves. */
  get inviting(): number {
    let count = 0;
    for (const { stage, flags } of this.table.all) if (stage === "peer" && servesClients(flags)) count++;
    return count;
  }

  /** The nodes that hold records, this one among them when it does. */
  storing(): readonly Member[] {
    this.#storing ??= this.listStoring();
    return this.#storing;
  }

  /** The nodes that should hold a record at `resource`, the responsible one first (protocol §4, I4). */
  replicas(resource: Uint8Array): Member[] {
    return this.topology.nearest(resource, this.storing(), replicasMax);
  }

  /** The same, reckoned anew only where a row or a stage has changed since. */
  replicasOf(placed: Placed): readonly Member[] {
    if (placed.reckonedIn !== this.#state) {
      placed.replicas = this.replicas(placed.resource);
      placed.reckonedIn = this.#state;
    }
    return placed.replicas;
  }

  /**
   * Whether this node is near enough to be asked to hold a record: one of the nearest, or next in line when one is
   * full. A client holds what it is lent, wherever that belongs.
   */
  isResponsible(resource: Uint8Array): boolean {
    if (this.stage === "client") return true;
    return this.topology.nearest(resource, this.storing(), responsibleMax).includes(this.#me);
  }

  isSelf(member: Member): boolean {
    return member === this.#me;
  }

  /** The neighbour that a member is, unless it is this node. */
  neighbourOf(member: Member): Neighbour | undefined {
    return this.isSelf(member) ? undefined : (member as Neighbour);
  }

  /**
   * The contacts nearest `target`, this node among them where it knows its address; the leaving and `except` are
   * left out.
   */
  contacts(target: Uint8Array, count: number, except: NodeId | undefined): Contact[] {
    const members: Member[] = this.table.all.filter((neighbour) => neighbour.stage !== "leaving");
    if (this.stage !== "leaving" && this.stage !== "client") members.push(this.#me);
    const others = members.filter(({ nodeId }) => except === undefined || !sameId(nodeId, except));
    return this.contactsOf(this.topology.nearest(target, others, count));
  }

  /** The contacts a client has most use for: who serves clients first, then others that store, each the nearest. */
  contactsForClient(client: NodeId, count: number): Contact[] {
    const storing = this.storing().filter(({ nodeId }) => !sameId(nodeId, client));
    const serving = storing.filter((member) => servesClients(this.flagsOf(member)));
    const others = storing.filter((member) => !serving.includes(member));
    const nearest = this.topology.nearest(client, serving, count);
    return this.contactsOf([...nearest, ...this.topology.nearest(client, others, count - nearest.length)]);
  }

  /** Where a client of this node is, as its link has it. */
  contactsOfClient(client: NodeId): Contact[] {
    const linked = this.clients.byNodeId(client);
    if (linked === undefined) return [];
    return [{ nodeId: linked.nodeId, endpoint: linked.endpoint, flags: clientFlag }];
  }

  /** Where a node is that is linked here, or this one. */
  endpointOf(id: NodeId): Endpoint | undefined {
    if (sameId(id, this.self)) return this.endpoint;
    return (this.table.byNodeId(id) ?? this.clients.byNodeId(id))?.endpoint;
  }

  private contactsOf(members: readonly Member[]): Contact[] {
    const contacts: Contact[] = [];
    for (const member of members) {
      const endpoint = this.neighbourOf(member)?.endpoint ?? this.endpoint;
      if (endpoint !== undefined)
        contacts.push({ nodeId: member.nodeId, endpoint, flags: this.flagsOf(member) });
    }
    return contacts;
  }

  private flagsOf(member: Member): number {
    const neighbour = this.neighbourOf(member);
    return neighbour === undefined ? this.flags : contactFlags(neighbour.stage, neighbour.flags);
  }

  /** Whether the spacing of the nearest shows so many times as many nodes as can all be linked. */
  private seemsCrowded(times: number): boolean {
    const { all, capacity } = this.table;
    if (all.length < Math.min(siblingsMax, capacity)) return false;
    return this.topology.estimate(all) > times * Math.min(meshMax, capacity);
  }

  private listStoring(): readonly Member[] {
    const storing: Member[] = this.table.all.filter((neighbour) => stores(neighbour.stage));
    if (stores(this.stage)) storing.push(this.#me);
    return storing;
  }
}

/** Bits of the flags. */
const storesFlag = 1;
const servesFlag = 2;
const clientFlag = 4;
