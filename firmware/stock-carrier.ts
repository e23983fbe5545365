import { endpointText, noAddress, parseEndpoint, sameEndpoint, type Endpoint } from "./core/endpoint.js";
import { stockSipPort } from "./core/limits.js";
import type { Random } from "./core/random.js";
import type { Deadline, Instant } from "./core/time.js";
import type { Carrier } from "./carrier.js";
import type { Node } from "./node.js";
import type { Party } from "./phone/call-state.js";
import { StockPath } from "./speech-path.js";
import type { StockPortNumbers } from "./stock-ports.js";
import { StockAgent } from "./usage/sip/stock-agent.js";
import type { UserAgent } from "./usage/sip/user-agent.js";

/**
 * SIP with the stock phones of the LAN: peers are named by their endpoint, "192.0.2.7:5060", users by URI. The agent
 * is made with the first datagram or call: most phones never meet a stock phone.
 */
export class StockCarrier implements Carrier {
  readonly #node: Node;
  readonly #random: Random;
  readonly #userName: string;
  #fullName = "";
  #ports: StockPortNumbers | undefined;
  #stock: StockAgent | undefined;
  #local: Endpoint = { address: noAddress, port: stockSipPort };

  constructor(node: Node, random: Random, userName: string) {
    this.#node = node;
    this.#random = random;
    this.#userName = stockUser(userName);
  }

  get agent(): UserAgent | undefined {
    return this.#stock?.agent;
  }

  /** How stock phones call this one, "sip:alice@192.0.2.3"; `undefined` while they cannot. */
  get address(): string | undefined {
    const { address, port } = this.#local;
    if (this.#ports === undefined || address === noAddress) return undefined;
    return `sip:${this.#userName}@${address}${port === stockSipPort ? "" : `:${port}`}`;
  }

  /** The ports there are for it. */
  open(ports: StockPortNumbers): void {
    this.#ports = ports;
    this.setLocal(this.#local);
  }

  /** This phone is at another address; the port stays that of stock SIP. */
  setLocal({ address }: Endpoint): void {
    this.#local = { address, port: this.#ports?.sip ?? stockSipPort };
    this.#stock?.setLocal(this.#local);
  }

  /** Makes ready to speak to a stock phone; its peer name, or `undefined` where nobody else is meant by `name`. */
  reach(name: string): string | undefined {
    const endpoint = stockEndpoint(name);
    if (this.#ports === undefined || endpoint === undefined || sameEndpoint(endpoint, this.#local))
      return undefined;
    this.ready();
    return endpointText(endpoint);
  }

  /** A datagram from the SIP port; `engaged`: there is a call on the other carrier. */
  handleDatagram(now: Instant, from: Endpoint, bytes: Uint8Array, engaged: boolean): void {
    if (this.#ports !== undefined) this.ready().handleDatagram(now, from, bytes, engaged);
  }

  handleTimeout(now: Instant): void {
    this.#stock?.handleTimeout(now);
  }

  pollTimeout(): Deadline | undefined {
    return this.#stock?.pollTimeout();
  }

  /** As the overlay's; nothing of it outlives its call by more than a minute. */
  occupancy(): Readonly<Record<string, number>> {
    if (this.#stock === undefined) return {};
    const { transactions, outgoing, incoming, sessions, requests } = this.#stock.agent.describe();
    return {
      stockTransactions: transactions,
      stockCalls: outgoing + incoming + sessions,
      stockRequests: requests,
    };
  }

  mediaEndpoint(): Endpoint {
    return { address: this.#local.address, port: this.#ports?.rtp ?? stockSipPort };
  }

  setFullName(name: string): void {
    this.#fullName = name;
    this.agent?.setFullName(name);
  }

  party(peer: string, name?: string, fullName?: string): Party {
    return { name: name ?? `sip:${peer}`, ...(fullName !== undefined && { fullName }) };
  }

  speechPath(peer: string): StockPath {
    return new StockPath(parseEndpoint(peer, stockSipPort)?.address ?? noAddress);
  }

  hold(): void {
    // There are no links to them.
  }

  sendAll(): boolean {
    let any = false;
    for (let sip = this.#stock?.pollTransmit(); sip !== undefined; sip = this.#stock?.pollTransmit()) {
      this.#node.sendPastLinks({ to: sip.to, bytes: sip.bytes, through: "sip" });
      any = true;
    }
    return any;
  }

  private ready(): StockAgent {
    if (this.#stock === undefined) {
      this.#stock = new StockAgent({ userName: this.#userName, random: this.#random });
      this.#stock.setLocal(this.#local);
      this.#stock.agent.setFullName(this.#fullName);
    }
    return this.#stock;
  }
}

/** Whether a name is the URI of a stock phone; names of the overlay have no colon. */
export function isStockName(name: string): boolean {
  return name.startsWith("sip:");
}

/** Where the phone of a URI is: "sip:100@192.0.2.7" at port 5060. */
function stockEndpoint(name: string): Endpoint | undefined {
  return parseEndpoint(name.slice(name.lastIndexOf("@") + 1), stockSipPort);
}

/** The user part of this phone's URI: its name without a domain. */
function stockUser(userName: string): string {
  return userName.split("@")[0] ?? userName;
}
