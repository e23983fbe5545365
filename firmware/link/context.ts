import type { LinkLimits } from "../core/limits.js";
import type { Random } from "../core/random.js";
import type { HandshakeSide } from "../identity/handshake.js";
import type { Crypto } from "../../hal/crypto.js";
import type { IndexRegistry } from "./index-registry.js";
import type { Initiation } from "./initiation.js";
import type { Outbox } from "./outbox.js";
import type { OwnPlace } from "./own-place.js";
import type { Response } from "./response.js";
import type { Session } from "./session.js";
import type { WorkQueue } from "./work-queue.js";

/** Whom an index can name. */
export type IndexOwner = Session | Initiation | Response;

/** What the parts of the link layer of one node share. */
export interface LinkContext {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly limits: LinkLimits;
  readonly side: HandshakeSide;
  readonly outbox: Outbox;
  readonly indexes: IndexRegistry<IndexOwner>;
  readonly work: WorkQueue;
  /** What we say of ourselves in a handshake; changes. `place`: only in a tunnel. */
  readonly self: { configSequence: number; flags: number; place?: OwnPlace };
}

/** Bit of the flags in hello3: the sender holds a session with the other and wants a newer one. */
export const renewalFlag = 0x80;
