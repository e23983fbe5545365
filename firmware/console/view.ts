import type { ConsoleFault } from "./console-fault.js";
import type { OffersView, ServicesView } from "./service-views.js";

/**
 * Everything a console shows, as plain data: answers to commands and events. `event` says which; as JSON a
 * view is printed as it stands here. Times are milliseconds, identifiers lower-case hex. Text that came from
 * others may hold anything: printing makes it harmless.
 */
export type View =
  | StatusView
  | PeersView
  | RecordsView
  | ContactsView
  | CallLogView
  | SettingsView
  | IdentityView
  | HelpView
  | FaultView
  | ServicesView
  | OffersView
  | NoticeView;

export interface StatusView {
  readonly event: "status";
  readonly name: string;
  /** What the user calls himself beside it; absent: nothing, or no telephone. */
  readonly fullName?: string;
  readonly overlay: string;
  readonly nodeId: string;
  /** "192.0.2.7:6084" */
  readonly address: string;
  readonly uptimeMs: number;
  /** Its part in the overlay: "searching", "joining", "filling", "peer", "client", "leaving". */
  readonly stage: string;
  /** Whether it is a client or a peer, or on the way there, and why. */
  readonly role: RoleRow;
  readonly peers: number;
  /** Peers of the whole overlay, this one included: counted, or estimated where not all are linked. */
  readonly overlayPeers: number;
  /** Records of others and of our own that are kept here, and the bytes they take. */
  readonly records: number;
  readonly recordBytes: number;
  /** Of a node that is alone, the ways into the overlay and what became of each; else empty. */
  readonly ways: readonly WayRow[];
  /** Copies of our own registration that are known to be kept; 0: nobody can find us. Absent: no telephone. */
  readonly replicas?: number;
  /** How stock SIP phones call this one, "sip:alice@192.0.2.3"; absent: off, or its ports were taken. */
  readonly stockSip?: string;
  /** Absent: no call. */
  readonly call?: StatusCall;
  readonly traffic: Readonly<Record<string, number>>;
  /** What a person should know: sentences. */
  readonly problems: readonly string[];
}

/** The role of a node in the overlay. */
export interface RoleRow {
  readonly name: "client" | "peer";
  /** "listening", "set", "host", "served", "no-hosts", "hosts-lost", "waiting" */
  readonly reason: string;
  /** The reason, as a part of a sentence. */
  readonly text: string;
  /** The peers that serve this client, the one used first in front; none for a peer. */
  readonly servedBy: readonly {
    readonly name: string;
    readonly nodeId: string;
    readonly roundTripMs: number;
  }[];
  /** Clients this peer serves. */
  readonly clients: number;
}

/** One way into the overlay. */
export interface WayRow {
  /** "configured", "remembered" or "beacon" */
  readonly method: string;
  /** The address tried; absent: beacons. */
  readonly address?: string;
  /** "linked", "trying", or why not: "no-answer", "not-authentic", "silence", ... */
  readonly outcome: string;
  /** For how long that is so. */
  readonly sinceMs: number;
}

export interface StatusCall {
  readonly state: string;
  readonly name: string;
  readonly fullName?: string;
  readonly sinceMs: number;
  /** Who has put it on hold. */
  readonly held?: "here" | "there" | "both";
  /** Nothing has been heard of the other side for some seconds. */
  readonly silent?: boolean;
}

export interface PeersView {
  readonly event: "peers";
  readonly peers: readonly PeerRow[];
}

export interface PeerRow {
  readonly name: string;
  readonly nodeId: string;
  /** "192.0.2.7:6084"; "tunnel" where the overlay carries the link, "tunnel by a3f1" where by a chosen node. */
  readonly address: string;
  /** "call", "sibling", "link", or "guest": no neighbour, linked for a call or a message. */
  readonly relation: string;
  /** Smoothed round trip; absent before the first. */
  readonly roundTripMs?: number;
  readonly linkedMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface RecordsView {
  readonly event: "records";
  readonly records: readonly RecordRow[];
}

/** A record this node keeps for the overlay. */
export interface RecordRow {
  /** Who wrote it: of a registration the phone that is registered. */
  readonly name: string;
  /** What he calls himself beside it, in a registration. */
  readonly fullName?: string;
  readonly nodeId: string;
  /** The place of the name in the space of Node-IDs: the three nearest keep it. */
  readonly resource: string;
  /** "registration", "service", or "kind 7" where it is not known */
  readonly kind: string;
  /** What is left of its lifetime. */
  readonly leftMs: number;
  /** Nodes known to hold it, this one included. */
  readonly copies: number;
  /** It was taken back, which is kept as long as the registration would have been. */
  readonly isRemoved: boolean;
}

export interface ContactsView {
  readonly event: "contacts";
  readonly contacts: readonly ContactRow[];
}

export interface ContactRow {
  readonly name: string;
  /** What the owner of the phone it is pinned to called himself last. */
  readonly fullName?: string;
  /** Node-ID of the phone the name is pinned to; absent: not pinned. */
  readonly pinnedTo?: string;
}

export interface CallLogView {
  readonly event: "calls";
  /** Newest first. */
  readonly calls: readonly CallRow[];
}

export interface CallRow {
  readonly direction: "incoming" | "outgoing";
  readonly name: string;
  readonly nodeId?: string;
  /** How it ended: "talked", "missed", "busy", ... */
  readonly outcome: string;
  /** Time talked. */
  readonly talkedMs: number;
  /** How long ago it began; absent: before the phone was last switched on. */
  readonly agoMs?: number;
}

export interface SettingsView {
  readonly event: "settings";
  readonly settings: readonly SettingRow[];
}

export interface SettingRow {
  readonly name: string;
  readonly value: string;
  readonly purpose: string;
  readonly allowed: string;
  readonly takesEffect: string;
}

export interface IdentityView {
  readonly event: "identity";
  readonly name: string;
  readonly overlay: string;
  readonly overlayId: string;
  readonly nodeId: string;
  readonly publicKey: string;
  readonly credentialBytes: number;
  readonly firmware: string;
}

export interface HelpView {
  readonly event: "help";
  readonly commands: readonly { readonly name: string; readonly usage: string; readonly purpose: string }[];
}

/** A line that was not done. */
export interface FaultView {
  readonly event: "fault";
  readonly fault: ConsoleFault;
}

/** Something that happened, or the answer to a command that has nothing to list. */
export interface NoticeView {
  readonly event: NoticeName;
  /** What a person reads. */
  readonly sentence: string;
  /** What a program reads besides: printed beside `event` and `sentence`. */
  readonly facts?: Readonly<Record<string, string | number | boolean | readonly Claim[]>>;
}

/** One of several phones that claim a name. */
export type Claim = {
  readonly number: number;
  readonly nodeId: string;
  readonly heldMs: number;
  readonly fullName?: string;
};

export type NoticeName =
  /** A command was done, or could not be now. */
  | "done"
  | "refused"
  /** The phone and the overlay. */
  | "started"
  | "addressChanged"
  | "memory"
  | "stageChanged"
  | "joined"
  | "registered"
  | "unregistered"
  | "left"
  | "warning"
  | "storageFailed"
  | "clonedKey"
  /** Several phones of one user. */
  | "adoptionCode"
  | "adopted"
  | "key"
  | "enrolled"
  | "adoptionEnded"
  | "userJoined"
  | "notJoined"
  | "consoleOpened"
  | "pong"
  | "noPong"
  | "traced"
  | "stat"
  | "watched"
  /** Links, which only a host peer tells of. */
  | "peerLinked"
  | "peerLost"
  /** Calls. */
  | "dialling"
  | "contested"
  | "forwarded"
  | "incoming"
  | "ringing"
  | "talking"
  | "held"
  | "resumed"
  | "moved"
  | "recoded"
  | "silent"
  | "heard"
  | "ended"
  | "missed"
  | "digit"
  | "pinned"
  | "keyChanged"
  /** Messages. */
  | "messageReceived"
  | "messageDelivered"
  | "messageFailed";
