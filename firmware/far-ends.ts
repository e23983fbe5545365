import { ExpiringMap } from "./core/bounded.js";
import { fromHex, toHex } from "./core/bytes.js";
import { noAddress, type Endpoint } from "./core/endpoint.js";
import { lookupCredentialMs, lookupCredentialsMax } from "./core/limits.js";
import { idBytes, nodeId, type NodeId } from "./core/node-id.js";
import { after, type Deadline, type Instant } from "./core/time.js";
import type { Credential } from "./identity/credential.js";
import type { NameFound, WaysTo } from "./name-lookups.js";
import type { Node } from "./node.js";
import type { Party } from "./phone/call-state.js";
import type { Sought } from "./reach.js";

/**
 * Who is at the other end of calls and messages: nodes by the hex text of their Node-ID, as SIP names them,
 * with their credentials from links or from lookups of the last minute.
 */
export class FarEnds {
  readonly #node: Node;
  readonly #lookedUp: ExpiringMap<Credential> = new ExpiringMap(lookupCredentialsMax);
  /** How those are reached who are not linked, as far as a lookup said; made when it first does. */
  #ways: ExpiringMap<WaysTo> | undefined;
  #local: Endpoint = { address: noAddress, port: 1 };

  constructor(node: Node) {
    this.#node = node;
  }

  /** Where this phone takes media from nodes that have not said how they see it. */
  setLocal(local: Endpoint): void {
    this.#local = local;
  }

  /** Credentials kept from lookups. */
  get size(): number {
    return this.#lookedUp.size;
  }

  /**
   * Keeps what a lookup has found of who is not linked yet: a credential makes the handshake with its owner short;
   * where it is, or the peers that serve it, saves asking.
   */
  remember(now: Instant, { credentials, ways = [] }: Pick<NameFound, "credentials" | "ways">): void {
    const until = after(now, lookupCredentialMs);
    for (const credential of credentials)
      if (this.#node.peerOf(credential.nodeId) === undefined)
        this.#lookedUp.set(toHex(credential.nodeId), credential, until);
    for (const { nodeId, ...way } of ways) {
      this.#ways ??= new ExpiringMap(lookupCredentialsMax);
      this.#ways.set(toHex(nodeId), way, until);
    }
  }

  handleTimeout(now: Instant): void {
    this.#lookedUp.expire(now);
    this.#ways?.expire(now);
  }

  pollTimeout(): Deadline | undefined {
    const at = this.#lookedUp.nextExpiry();
    return at === undefined ? undefined : { at, reason: "a looked-up credential ends" };
  }

  /** The credential that the link to a node has proven; `undefined`: there is no link any more. */
  linkedTo(nodeKey: string): Credential | undefined {
    return this.#node.peerOf(idOf(nodeKey))?.credential;
  }

  /** Where SIP for a node is to go. */
  destination(nodeKey: string): Sought {
    const credential = this.#lookedUp.get(nodeKey);
    return { nodeId: idOf(nodeKey), ...(credential && { credential }), ...this.#ways?.get(nodeKey) };
  }

  /** Where this phone takes media from a node: its own address as that node sees it, where they are linked. */
  mediaEndpoint(nodeKey: string | undefined): Endpoint {
    const peer = nodeKey === undefined ? undefined : this.#node.peerOf(idOf(nodeKey));
    return peer?.ownEndpoint ?? this.#local;
  }

  /** Who a node is to the phone; without a name, as its credential says. `fullName`: what he calls himself beside. */
  party(nodeKey: string, name?: string, fullName?: string): Party {
    const id = idOf(nodeKey);
    const credential = this.#node.peerOf(id)?.credential ?? this.#lookedUp.get(nodeKey);
    const publicKey = credential?.ownerKey ?? new Uint8Array(32);
    const user = name ?? credential?.userName ?? "unknown";
    return { name: user, phone: { nodeId: id, publicKey }, ...(fullName !== undefined && { fullName }) };
  }
}

function idOf(nodeKey: string): NodeId {
  return nodeId(fromHex(nodeKey) ?? new Uint8Array(idBytes));
}
