import type { Instant } from "../core/time.js";

/** What a node is to be: as it finds best, or what somebody has set. */
export type RoleChoice = "auto" | "client" | "peer";

/** Why a node has the role it has, for `status`; node-views.ts has the words. */
export type RoleReason =
  /** It has just been switched on and listens. */
  | "listening"
  /** Somebody has set it. */
  | "set"
  /** It is behind a NAT that lets nobody find it, and served. */
  | "hidden"
  /** It is a host peer, which serves clients and is none. */
  | "host"
  /** Host peers serve it. */
  | "served"
  /** There are too few host peers to rely on, or none that takes it. */
  | "no-hosts"
  /** The peers that served it are gone. */
  | "hosts-lost"
  /** There are host peers now: it becomes a client in a while. */
  | "waiting";

/** What the machine wants to be done. */
export type RoleOrder =
  /** Be a client: no joining; have peers take this node as theirs. */
  | "attach"
  /** Be a peer: join. */
  | "promote"
  /** The same, when the hosts that served this node are gone: to be found matters more than to know all others. */
  | "takeOver"
  /** Ask a peer whether this node may become a client, another one each time. */
  | "ask"
  /** It may: hand all records over, then be a client. */
  | "demote";

/** Where a node is between client and peer, and when that ends. */
export type RoleState =
  /** Switched on a moment ago: joining goes on, but not beyond the point where others would count on this node. */
  | { readonly kind: "deciding"; until: Instant; readonly latest: Instant }
  /** It has listened long enough and joins; until others count on it two hosts make it a client yet. */
  | { readonly kind: "joining" }
  /** Looking for peers that take it, as a client from the start. */
  | { readonly kind: "attaching"; readonly until: Instant }
  /** Without anybody who serves it, or only phones that do, it becomes a peer at `promoteAt`. */
  | { readonly kind: "client"; promoteAt: Instant | undefined }
  /** `askAt`: when it asks to become a client, where that is wanted. */
  | { readonly kind: "peer"; askAt: Instant | undefined }
  /** A peer that has asked; no answer by then is a no. */
  | { readonly kind: "asking"; readonly until: Instant }
  /** On the way from peer to client. */
  | { readonly kind: "demoting" }
  | { readonly kind: "ended" };

/** When a state ends by itself, if it does. */
export function roleDueAt(state: RoleState): Instant | undefined {
  switch (state.kind) {
    case "deciding":
    case "attaching":
    case "asking":
      return state.until;
    case "client":
      return state.promoteAt;
    case "peer":
      return state.askAt;
    case "joining":
    case "demoting":
    case "ended":
      return undefined;
  }
}
