import type { Instant } from "./core/time.js";
import { messageFaults } from "./call-ending.js";
import type { Carrier } from "./carrier.js";
import { none } from "./core/none.js";
import type { Destination } from "./destinations.js";
import type { Phone } from "./phone/phone.js";
import type { UserAgentEvent } from "./usage/sip/user-agent-event.js";

/** A text that is on its way: SIP's number for it, and the phone's. */
interface SentMessage {
  readonly carrier: Carrier;
  readonly sent: number;
  readonly message: number;
}

/** Texts under way on both carriers; the phone bounds how many. */
export class MessageDelivery {
  readonly #phone: Phone;
  #sent: readonly SentMessage[] = none;

  constructor(phone: Phone) {
    this.#phone = phone;
  }

  /** Texts whose delivery is awaited. */
  get size(): number {
    return this.#sent.length;
  }

  /** Sends a text to whom its name led, or tells why it is not sent. */
  send(now: Instant, { purpose, carrier, decision }: Destination): void {
    // Calls are forwarded, texts are not.
    if (purpose.kind !== "message" || decision.kind === "forwarded") return;
    const { message, name, text } = purpose;
    if (decision.kind !== "reachable") {
      this.#phone.handleMessageFailed(now, message, messageFaults[decision.kind]);
      return;
    }
    const sent = carrier.agent?.message(now, name, decision.nodeKeys, text);
    if (sent === undefined) this.#phone.handleMessageFailed(now, message, "it is empty or too long");
    else this.#sent = [...this.#sent, { carrier, sent, message }];
  }

  /** A text came, or what became of one that was sent. */
  handleEvent(
    now: Instant,
    carrier: Carrier,
    event: Extract<UserAgentEvent, { kind: "messageReceived" | "messageDelivered" | "messageFailed" }>,
  ): void {
    if (event.kind === "messageReceived") {
      const from = carrier.party(event.peer, event.from, event.fullName);
      this.#phone.handleMessageReceived(now, from, event.text);
      return;
    }
    const message = this.take(carrier, event.message);
    if (message === undefined) return;
    if (event.kind === "messageDelivered") this.#phone.handleMessageDelivered(now, message);
    else this.#phone.handleMessageFailed(now, message, event.sentence.replace(/\.$/, ""));
  }

  private take(carrier: Carrier, sent: number): number | undefined {
    const found = this.#sent.find((each) => each.carrier === carrier && each.sent === sent);
    if (found !== undefined) this.#sent = this.#sent.filter((each) => each !== found);
    return found?.message;
  }
}
