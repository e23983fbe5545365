import type { BoundedQueue } from "../../core/bounded.js";
import { type Random, randomUint32 } from "../../core/random.js";
import type { Endpoint } from "../../core/endpoint.js";
import type { Line } from "./line.js";
import { g711Codecs, type LocalMedia } from "./offer-answer.js";
import { type Ending, outcomeSentence } from "./outcome.js";
import type { SipTimers } from "./timers.js";
import type { TransactionLayer } from "./transaction-layer.js";
import type { Ended, UserAgentEvent } from "./user-agent-event.js";

/** What all calls of one phone share. */
export interface CallContext {
  readonly line: Line;
  readonly random: Random;
  readonly timers: SipTimers;
  readonly transactions: TransactionLayer;
  readonly events: BoundedQueue<UserAgentEvent>;
}

/** An ending with the sentence for the person; `userName` is the other's name. */
export function ended(ending: Ending, userName: string): Ended {
  return { ...ending, sentence: outcomeSentence(ending.outcome, userName) };
}

/** This phone's side of a new session description. */
export function localMedia(context: CallContext, endpoint: Endpoint): LocalMedia {
  return {
    endpoint,
    userName: context.line.userName,
    sessionId: `${randomUint32(context.random)}`,
    version: 1,
    direction: "sendrecv",
    codecs: g711Codecs,
    rtcpMux: context.line.rtcpMux,
  };
}
