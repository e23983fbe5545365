import { toHex } from "./core/bytes.js";
import type { Endpoint } from "./core/endpoint.js";
import { earliest, type Deadline, type Instant } from "./core/time.js";
import { Adoption, type AdoptionNews } from "./adoption.js";
import type { CallsOptions } from "./calls.js";
import type { Carrier } from "./carrier.js";
import { FarEnds } from "./far-ends.js";
import { NameLookups } from "./name-lookups.js";
import type { LinkedPeer } from "./node-event.js";
import type { Node } from "./node.js";
import type { Party } from "./phone/call-state.js";
import type { PhoneBook } from "./phone/phone-book.js";
import { LinkPath } from "./speech-path.js";
import { OverlayLine } from "./usage/sip/overlay-line.js";
import { UserAgent } from "./usage/sip/user-agent.js";

/** SIP over the links of the overlay: peers are nodes, named by the hex text of their Node-ID. */
export class OverlayCarrier implements Carrier {
  readonly agent: UserAgent;
  readonly lookups: NameLookups;
  readonly farEnds: FarEnds;
  readonly #node: Node;
  readonly #options: CallsOptions;
  #adoption: Adoption | undefined;

  constructor(node: Node, book: PhoneBook, options: CallsOptions) {
    const { random, keyRing, overlayName } = options;
    const identity = { userName: keyRing.userName, overlayName, nodeKey: toHex(keyRing.nodeId) };
    this.#node = node;
    this.#options = options;
    this.agent = new UserAgent({ line: new OverlayLine(identity, random), random });
    this.lookups = new NameLookups(node, options, book);
    this.farEnds = new FarEnds(node);
  }

  /** How this phone adopts others of its user, and is adopted; made when first wanted, for most phones never. */
  get adoption(): Adoption {
    return (this.#adoption ??= new Adoption(this.agent, this.#options));
  }

  /** What there is to tell of adoptions. */
  pollAdoption(): AdoptionNews | undefined {
    return this.#adoption?.pollNews();
  }

  handleTimeout(now: Instant): void {
    this.agent.handleTimeout(now);
    this.farEnds.handleTimeout(now);
    this.lookups.handleTimeout(now);
    this.#adoption?.handleTimeout(now);
  }

  pollTimeout(): Deadline | undefined {
    const own = earliest(this.agent.pollTimeout(), this.farEnds.pollTimeout());
    return earliest(own, this.#adoption?.pollTimeout());
  }

  /** What there is of SIP and of lookups: nothing of it outlives its call by more than a minute. */
  occupancy(): Readonly<Record<string, number>> {
    const { transactions, outgoing, incoming, sessions, requests } = this.agent.describe();
    const sip = { transactions, outgoing, incoming, sessions, sipRequests: requests };
    return { ...sip, ...this.lookups.occupancy(), credentialsFound: this.farEnds.size };
  }

  /** SIP that came over the link to a node. */
  handleSip(now: Instant, { credential }: LinkedPeer, text: Uint8Array, engaged: boolean): void {
    const from = { nodeKey: toHex(credential.nodeId), userName: credential.userName };
    this.agent.handleMessage(now, from, text, engaged);
  }

  /** What another phone's program says to this one. */
  handleDocument(now: Instant, peer: string, body: Uint8Array): void {
    const from = this.farEnds.linkedTo(peer);
    if (from !== undefined) this.adoption.handleDocument(now, from, body);
  }

  mediaEndpoint(peer: string | undefined): Endpoint {
    return this.farEnds.mediaEndpoint(peer);
  }

  setFullName(name: string): void {
    this.agent.setFullName(name);
  }

  party(peer: string, name?: string, fullName?: string): Party {
    return this.farEnds.party(peer, name, fullName);
  }

  speechPath(): LinkPath {
    return new LinkPath();
  }

  hold(peers: readonly string[]): void {
    this.#node.hold(peers.map((peer) => this.farEnds.destination(peer).nodeId));
  }

  sendAll(now: Instant): boolean {
    let any = false;
    for (let sip = this.agent.pollTransmit(); sip !== undefined; sip = this.agent.pollTransmit()) {
      this.#node.sendSip(now, this.farEnds.destination(sip.to), sip.bytes);
      any = true;
    }
    return any;
  }
}
