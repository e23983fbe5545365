import type { Endpoint } from "../../core/endpoint.js";
import { encodeSdp } from "../../wire/sdp.js";
import { type Direction, isNowhere } from "../../wire/sdp-media.js";
import type { CallContext } from "./call-context.js";
import { type Content, sdpContent } from "./line.js";
import { type MediaWish, wished } from "./media-change.js";
import {
  answerOffer,
  type G711Codec,
  g711Codecs,
  type LocalMedia,
  makeOffer,
  type NegotiatedMedia,
  readAnswer,
  restrict,
} from "./offer-answer.js";
import type { CallId } from "./user-agent-event.js";

/** An offer on its way: what this side is once it is answered, and the direction in it. */
export interface Proposal {
  readonly local: LocalMedia;
  readonly direction: Direction;
}

/** The media of one session: what this side wants, what the other wants, and what the two agreed on (RFC 3264 §8). */
export class SessionMedia {
  readonly #context: CallContext;
  readonly #call: CallId;
  #local: LocalMedia;
  /** Whether the other wants no speech. */
  #heldThere = false;
  #agreed: NegotiatedMedia | undefined;
  #told = false;

  constructor(context: CallContext, call: CallId, local: LocalMedia) {
    this.#context = context;
    this.#call = call;
    this.#local = local;
  }

  /** Whether the person was told that speech flows. */
  get told(): boolean {
    return this.#told;
  }

  /** Which way speech flows by what this side wants, seen from here. */
  get direction(): Direction {
    return this.#local.direction;
  }

  /** This phone's address is another now, whatever the other side makes of it. */
  move(endpoint: Endpoint): void {
    this.#local = { ...this.#local, endpoint };
  }

  /** The offer of a wish: what the other holds stays held, so that both holding is `inactive` (RFC 3264 §8.4). */
  propose(wish: MediaWish): Proposal {
    this.#local = { ...this.#local, version: this.#local.version + 1 };
    const local = wished(this.#local, wish);
    return { local, direction: restrict(local.direction, this.#heldThere ? "recvonly" : "sendrecv") };
  }

  /** A proposal as the body of an INVITE. */
  contentOf({ local, direction }: Proposal): Content {
    return this.describe(makeOffer({ ...local, direction }));
  }

  /** The other side has taken the proposal. */
  adopt({ local }: Proposal): void {
    this.#local = { ...local, version: this.#local.version, endpoint: this.#local.endpoint };
  }

  /** What an INVITE inside the dialog is answered with; without an offer in it, with one. `undefined`: with 488. */
  answer(body: Uint8Array): { readonly content: Content; readonly media?: NegotiatedMedia } | undefined {
    const next = { ...this.#local, version: this.#local.version + 1 };
    if (body.length === 0) {
      this.#local = next;
      this.#heldThere = false;
      return { content: this.describe(makeOffer(next)) };
    }
    const answered = answerOffer(body, next);
    if (!answered.ok) return undefined;
    this.#local = next;
    this.noteOffer(answered.value.offered);
    return { content: this.describe(answered.value.answer), media: answered.value.media };
  }

  /** Takes an answer and tells of it; false if no speech can come of it. */
  takeAnswer(peer: string, body: Uint8Array, offered: Direction): boolean {
    const answer = readAnswer(body, offered, this.#local.rtcpMux);
    if (answer.ok) this.tell(peer, answer.value);
    return answer.ok;
  }

  /** Notes which way the other wants speech to flow, as it sees it: one that holds the call takes none. */
  noteOffer(direction: Direction): void {
    this.#heldThere = direction === "sendonly" || direction === "inactive";
  }

  /**
   * Tells what was agreed; later offers prefer its codec. Who holds the call by naming no address keeps the one it had
   * (RFC 2543 §B.5).
   */
  tell(peer: string, agreed: NegotiatedMedia): void {
    const before = this.#agreed;
    const media =
      before !== undefined && isNowhere(agreed.remote.address) ? withPlaceOf(agreed, before) : agreed;
    this.#agreed = media;
    this.#local = { ...this.#local, codecs: media.codec === "PCMU" ? g711Codecs : aLawFirst };
    const kind = this.#told ? "mediaChanged" : "established";
    this.#told = true;
    this.#context.events.push({ kind, call: this.#call, peer, media });
  }

  private describe(description: Parameters<typeof encodeSdp>[0]): Content {
    return sdpContent(this.#context.line.contact(), encodeSdp(description));
  }
}

const aLawFirst: readonly G711Codec[] = ["PCMA", "PCMU"];

function withPlaceOf(agreed: NegotiatedMedia, { remote, remoteRtcp }: NegotiatedMedia): NegotiatedMedia {
  return { ...agreed, remote, ...(remoteRtcp && { remoteRtcp }) };
}
