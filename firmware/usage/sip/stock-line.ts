import {
  addressBytes,
  addressText,
  type Endpoint,
  endpointText,
  noAddress,
  parseEndpoint,
} from "../../core/endpoint.js";
import {
  stockKeptBytesMax,
  stockSipPort,
  stockTextBytesMax,
  stockTransactionsMax,
  stockTransactionsPerPeerMax,
  stockUserCharsMax,
} from "../../core/limits.js";
import type { Random } from "../../core/random.js";
import type { Instant } from "../../core/time.js";
import { isUnicast } from "../../wire/sdp-media.js";
import type { SipRequest } from "../../wire/sip/message.js";
import { field } from "../../wire/sip/message-text.js";
import { parameter } from "../../wire/sip/parameters.js";
import type { HeaderField } from "../../wire/sip/raw-message.js";
import { Scanner } from "../../wire/sip/scanner.js";
import { decodeUri, type SipUri, sipUri, type Uri, uriText, userOf } from "../../wire/sip/uri.js";
import { branchCookie, readVia, type Via, viaText, withSource } from "../../wire/sip/via.js";
import type { Dialog } from "./dialog.js";
import { type Line, type LineBounds, randomToken, type SipPeer } from "./line.js";
import type { StockSources } from "./stock-sources.js";

const bounds: LineBounds = {
  transactions: stockTransactionsMax,
  transactionsPerPeer: stockTransactionsPerPeerMax,
  keptBytes: stockKeptBytesMax,
  textBytes: stockTextBytesMax,
};

/**
 * SIP over UDP with the SIP phones of a LAN, of which nothing is proven but that they got what was sent to them:
 * branches and tags of ours are 64 random bits. A caller is named by what it calls itself and the address its
 * messages come from, so that it can be called back.
 */
export class StockLine implements Line {
  readonly userName: string;
  fullName = "";
  readonly bounds: LineBounds = bounds;
  readonly rtcpMux = false;
  readonly provenByAck = true;
  readonly mayFork = true;
  readonly statelessTag: string;
  /** Of the SIP socket, as others see it. */
  local: Endpoint = { address: noAddress, port: stockSipPort };
  readonly #random: Random;
  readonly #sources: StockSources;

  constructor(userName: string, random: Random, sources: StockSources) {
    this.userName = userName;
    this.#random = random;
    this.statelessTag = this.token(4);
    this.#sources = sources;
  }

  get documentType(): undefined {
    return undefined;
  }

  token(bytes: number): string {
    return randomToken(this.#random, bytes);
  }

  /** From has no port (RFC 3261 §19.1.1, table 1). */
  ownAddress(): SipUri {
    return sipUri(this.userName, this.local.address);
  }

  addressOf(user: string): Uri {
    const { user: name, host } = this.targetOf(user);
    const address: SipUri = { kind: "sip", scheme: "sip", host, parameters: [], headers: [] };
    return name === undefined ? address : { ...address, user: name };
  }

  targetOf(user: string): SipUri {
    const read = decodeUri(user);
    return read.ok && read.value.kind === "sip" ? read.value : sipUri(user, noAddress);
  }

  contact(): HeaderField {
    return field(
      "Contact",
      `<${uriText({ ...sipUri(this.userName, this.local.address), port: this.local.port })}>`,
    );
  }

  via(): Via {
    const branch = { name: "branch", value: `${branchCookie}${this.token(8)}` };
    return {
      transport: "UDP",
      host: this.local.address,
      port: this.local.port,
      parameters: [branch, { name: "rport" }],
    };
  }

  /**
   * A phone may change its address; a branch or tag is as good a proof from the new one (RFC 3261 §17.2.3, §12.2.2).
   */
  scope(): string {
    return "";
  }

  received(request: SipRequest, peer: string): SipRequest {
    const [top, ...others] = request.via;
    const source = parseEndpoint(peer, stockSipPort);
    if (top === undefined || source === undefined) return request;
    return { ...request, via: [withSource(top, source), ...others] };
  }

  receivedVia(value: string, peer: string): string {
    const scanner = new Scanner(value, "sip/via", 0);
    const top = readVia(scanner);
    const source = parseEndpoint(peer, stockSipPort);
    return scanner.failed || source === undefined
      ? value
      : `${viaText(withSource(top, source))}${scanner.rest()}`;
  }

  senderOf(request: SipRequest, from: SipPeer): SipPeer {
    const source = parseEndpoint(from.nodeKey, stockSipPort);
    const user = userOf(request.from.uri);
    return source === undefined ? from : { ...from, userName: stockName(user, source) };
  }

  /** What reached this socket is for this phone whatever host it names, unless it names another user. */
  refusalOf({ uri }: SipRequest): number | undefined {
    if (uri.kind !== "sip" || uri.scheme !== "sip") return 416;
    const user = userOf(uri);
    return user === "" || user === this.userName ? undefined : 404;
  }

  /** Whoever sends a branch of ours back was asked. */
  answersFor(): boolean {
    return true;
  }

  /** The next hop if it is an address that can be sent to, else where the dialog's messages come from. */
  destinationOf(dialog: Dialog): string {
    const next = dialog.routes[0]?.uri ?? dialog.target;
    const endpoint = endpointOf(next);
    return endpoint === undefined ? dialog.peer : endpointText(endpoint);
  }

  handleEcho(now: Instant, peer: string): void {
    const source = parseEndpoint(peer, stockSipPort);
    if (source !== undefined) this.#sources.prove(now, source.address);
  }
}

/** The URI a stock phone is known by: its user, if it has one, at the address it sends from. */
export function stockName(user: string, { address, port }: Endpoint): string {
  const uri: SipUri = { kind: "sip", scheme: "sip", host: address, parameters: [], headers: [] };
  const named = user === "" || user.length > stockUserCharsMax ? uri : sipUri(user, address);
  return uriText(port === stockSipPort ? named : { ...named, port });
}

/** Where a URI leads without asking anybody: UDP, and the address of one host. `maddr` is not followed. */
function endpointOf(uri: Uri): Endpoint | undefined {
  if (uri.kind !== "sip" || uri.scheme !== "sip") return undefined;
  const transport = parameter(uri.parameters, "transport") ?? "udp";
  const bytes = addressBytes(uri.host);
  const port = uri.port ?? stockSipPort;
  if (bytes === undefined || !isUnicast(bytes) || transport.toLowerCase() !== "udp" || port === 0)
    return undefined;
  return { address: addressText(bytes), port };
}
