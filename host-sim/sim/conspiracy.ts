import { contactsInMessageMax } from "../../firmware/core/limits.js";
import type { Contact } from "../../firmware/wire/kinds/contact.js";
import { denial } from "./liars.js";
import type { Conduct } from "./lying-node.js";
import { nearestTo } from "./record-model.js";
import type { SimNode } from "./sim-node.js";

/**
 * Nodes of one attacker. They behave as good peers do: they route, they acknowledge, they take and copy records and
 * compare digests, so nobody sees a reason to replace them. But whatever is sought is said not to be there, and
 * whoever asks for nodes is told of fellows only.
 */
export class Conspiracy {
  readonly conduct: Conduct = {
    hear: (message) => {
      if (message.type === "fetch") return [denial(message)];
      if (message.type !== "find") return undefined;
      const { transaction, via, count, destination } = message;
      const contacts = this.#nearest(destination.first, count);
      return [{ type: "findAnswer", transaction, via, status: "ok", contacts }];
    },
    say: (message, to) =>
      message.type === "update" ? { ...message, contacts: this.#nearest(to, contactsInMessageMax) } : message,
  };
  readonly #members: SimNode[] = [];

  add(member: SimNode): void {
    this.#members.push(member);
  }

  #nearest(place: Uint8Array, count: number): Contact[] {
    const on = this.#members.filter(({ isOn }) => isOn);
    return nearestTo(place, on, count).map(({ nodeId, endpoint }) => ({ nodeId, endpoint, flags: 1 }));
  }
}
