import type { NodeId } from "../../firmware/core/node-id.js";
import type { Instant } from "../../firmware/core/time.js";
import { Node } from "../../firmware/node.js";
import type { NodeOptions } from "../../firmware/node-options.js";
import { decodeMessage, encodeMessage, type Message } from "../../firmware/wire/message.js";

/** What an adversary does with messages between its overlay and its links. */
export interface Conduct {
  /**
   * What is said back at once in place of handing over a message that came, maybe nothing; `undefined`: the node gets
   * it. `counter` is that of its frame, for an acknowledgement.
   */
  hear(message: Message, counter: number): readonly Message[] | undefined;

  /** What goes out in place of a message of the node to `to`; `undefined`: nothing does. */
  say(message: Message, to: NodeId): Message | undefined;
}

/** What makes a node an adversary. */
export interface Malice {
  readonly conduct: Conduct;
  /** UDP port, where several share an address. */
  readonly port: number;
}

/** The firmware's node with somebody between its overlay and its links; keys, links and timers are its own. */
export class LyingNode extends Node {
  readonly #conduct: Conduct;

  constructor(options: NodeOptions, conduct: Conduct) {
    super(options);
    this.#conduct = conduct;
  }

  override handleMessage(now: Instant, event: Parameters<Node["handleMessage"]>[1]): void {
    const message = decodeMessage(event.message);
    const said = message.ok ? this.#conduct.hear(message.value, event.counter) : undefined;
    if (said === undefined) {
      super.handleMessage(now, event);
      return;
    }
    for (const each of said)
      super.carryOut(now, { kind: "send", link: event.link, message: encodeMessage(each) });
  }

  override carryOut(now: Instant, effect: Parameters<Node["carryOut"]>[1]): void {
    if (effect.kind !== "send") {
      super.carryOut(now, effect);
      return;
    }
    const message = decodeMessage(effect.message);
    const to = this.linkedPeers().find(({ link }) => link === effect.link);
    const said =
      message.ok && to !== undefined ? this.#conduct.say(message.value, to.credential.nodeId) : undefined;
    if (said !== undefined) super.carryOut(now, { ...effect, message: encodeMessage(said) });
  }
}
