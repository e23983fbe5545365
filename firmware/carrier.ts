import type { Endpoint } from "./core/endpoint.js";
import type { Instant } from "./core/time.js";
import type { Party } from "./phone/call-state.js";
import type { SpeechPath } from "./speech-path.js";
import type { UserAgent } from "./usage/sip/user-agent.js";

/** What carries calls and messages: the links of the overlay, or plain SIP to the stock phones of the LAN. */
export interface Carrier {
  /** `undefined` where there is none yet, or none at all. */
  readonly agent: UserAgent | undefined;
  /** Where this phone takes the speech of a call with a peer. */
  mediaEndpoint(peer: string | undefined): Endpoint;
  /** What this phone's user calls himself beside his user name; "": nothing. */
  setFullName(name: string): void;
  /** Who a peer is to the phone; `name`, `fullName`: what is known of it from elsewhere. */
  party(peer: string, name?: string, fullName?: string): Party;
  /** How speech travels to and from a peer. */
  speechPath(peer: string): SpeechPath;
  /** The peers a call is with, in place of those before: what leads to them is looked after. */
  hold(peers: readonly string[]): void;
  /** Sends what the agent has to send; true when there was anything. */
  sendAll(now: Instant): boolean;
}
