import type { Endpoint } from "../../firmware/core/endpoint.js";
import { contactsInMessageMax, musterPort } from "../../firmware/core/limits.js";
import { idBytes, nodeId } from "../../firmware/core/node-id.js";
import { isRequest } from "../../firmware/overlay/router.js";
import type { Contact } from "../../firmware/wire/kinds/contact.js";
import type { FetchAnswer, FetchRequest } from "../../firmware/wire/kinds/fetch.js";
import type { Record } from "../../firmware/wire/kinds/record.js";
import type { StoreAnswer, StoreRequest } from "../../firmware/wire/kinds/store.js";
import type { Message } from "../../firmware/wire/message.js";
import type { Prng } from "../virtual/prng.js";
import type { Conduct } from "./lying-node.js";

/** Liars, each for itself, by turns of each kind; all they lie about they lie about always. */
export function liar(turn: number, prng: Prng): Conduct {
  switch (turn % 4) {
    case 0:
      return denying;
    case 1:
      return swallowing;
    case 2:
      return forging;
    default:
      return slandering(prng);
  }
}

/** "There is no such record." */
export function denial({ transaction, via }: FetchRequest): FetchAnswer {
  return { type: "fetchAnswer", transaction, via, status: "not-found", records: [], credentials: [] };
}

/** Says "not found" to whatever is sought, on its way or meant for itself, and "stored" of what it throws away. */
const denying: Conduct = {
  hear(message) {
    if (message.type === "fetch") return [denial(message)];
    return message.type === "store" ? [stored(message)] : undefined;
  },
  say: (message) => message,
};

/** Acknowledges requests and answers of others, so that nobody looks for another way, and lets them vanish. */
const swallowing: Conduct = {
  hear(message, counter) {
    const isPassing = "via" in message && message.via.length > 0;
    return isRequest(message) || isPassing ? [{ type: "hopAck", counters: [counter] }] : undefined;
  },
  say: (message) => message,
};

/** Spoils the records that pass through it or that it hands out, and calls the refusals that follow "stored". */
const forging: Conduct = {
  hear: () => undefined,
  say(message) {
    if (message.type === "fetchAnswer")
      return { ...message, records: message.records.map((held) => ({ ...held, ...spoiled(held) })) };
    if (message.type === "store" && message.hops > 0) return { ...message, record: spoiled(message.record) };
    if (message.type === "storeAnswer" && message.via.length > 0 && message.status !== "ok")
      return { type: "storeAnswer", transaction: message.transaction, via: message.via, status: "ok" };
    return message;
  },
};

/** Names nodes that do not exist, nearer to what is sought than any other, whenever it is asked and in all updates. */
function slandering(prng: Prng): Conduct {
  return {
    hear(message) {
      if (message.type !== "find") return undefined;
      const { transaction, via, count, destination } = message;
      const contacts = madeUp(prng, destination.first, count);
      return [{ type: "findAnswer", transaction, via, status: "ok", contacts }];
    },
    say(message, to): Message {
      const isUpdate = message.type === "update" && message.stage !== "unseated";
      return isUpdate ? { ...message, contacts: madeUp(prng, to, contactsInMessageMax) } : message;
    },
  };
}

function stored({ transaction, via, record }: StoreRequest): StoreAnswer {
  return { type: "storeAnswer", transaction, via, status: "ok", generation: record.generation };
}

/** A record with a signature that is not its owner's. */
export function spoiled(record: Record): Record {
  const signature = new Uint8Array(record.signature);
  signature[0] = (signature[0] ?? 0) ^ 1;
  return { ...record, signature };
}

function madeUp(prng: Prng, near: Uint8Array, count: number): Contact[] {
  return Array.from({ length: count }, () => {
    const id = prng.fill(new Uint8Array(idBytes));
    id.set(near.subarray(0, sharedBytes));
    return { nodeId: nodeId(id), endpoint: nowhere(prng), flags: 1 };
  });
}

function nowhere(prng: Prng): Endpoint {
  return { address: `10.250.${prng.below(256)}.${prng.below(256)}`, port: musterPort };
}

/** Of a made-up Node-ID and what it is to be near to. */
const sharedBytes = 12;
