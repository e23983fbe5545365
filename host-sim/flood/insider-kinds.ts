import { encodeText } from "../../firmware/core/text.js";
import { nodeId, resourceId, type NodeId } from "../../firmware/core/node-id.js";
import { registrationKind, registrationLifetimeS } from "../../firmware/usage/registration.js";
import { encodeFrame } from "../../firmware/wire/frame.js";
import { encodeMessage } from "../../firmware/wire/message.js";
import type { Prng } from "../virtual/prng.js";

/** A flood by a node that was admitted: messages over its own link, one after the other. */
export interface InsiderKind {
  readonly name: string;
  readonly what: string;
  /** `victim`: to whom it is said. */
  readonly message: (chance: Prng, victim: NodeId) => Uint8Array;
}

/** All floods by an admitted node, in the order of the table. */
export const insiderKinds: readonly InsiderKind[] = [
  {
    name: "fragments",
    what: "admitted: first fragments of messages that never become whole",
    message: fragment,
  },
  { name: "find", what: "admitted: Finds", message: find },
  { name: "fetch", what: "admitted: Fetches", message: fetch },
  { name: "store", what: "admitted: Stores of records that are not its own", message: store },
  { name: "ping", what: "admitted: pings", message: ping },
  { name: "update", what: "admitted: updates that name nodes that do not exist", message: update },
  {
    name: "tunnel",
    what: "admitted: tunnels to nobody, frames that come back, hellos by ever other ways",
    message: tunnel,
  },
  { name: "link-sip", what: "admitted: SIP, INVITEs and others", message: sip },
];

function random(chance: Prng, length: number): Uint8Array {
  return chance.fill(new Uint8Array(length));
}

function header(chance: Prng): {
  readonly hops: number;
  readonly transaction: number;
  readonly destination: { readonly first: ReturnType<typeof resourceId> };
  readonly via: Uint8Array;
} {
  return {
    hops: 1 + chance.below(15),
    transaction: chance.uint32(),
    destination: { first: resourceId(random(chance, 16)) },
    via: new Uint8Array(0),
  };
}

function fragment(chance: Prng): Uint8Array {
  const bytes = random(chance, 1100);
  return encodeMessage({ type: "fragment", id: chance.below(256), index: chance.below(2), count: 3, bytes });
}

function find(chance: Prng): Uint8Array {
  return encodeMessage({ type: "find", ...header(chance), count: 8 });
}

function fetch(chance: Prng): Uint8Array {
  return encodeMessage({ type: "fetch", ...header(chance), kind: registrationKind, wantCredentials: true });
}

function store(chance: Prng): Uint8Array {
  const record = {
    key: random(chance, 16),
    generation: 1 + chance.below(1000),
    lifetimeS: registrationLifetimeS,
    epoch: 0,
    value: Uint8Array.of(0x80),
    signature: random(chance, 64),
  };
  return encodeMessage({ type: "store", ...header(chance), hops: 0, kind: registrationKind, record });
}

function ping(chance: Prng): Uint8Array {
  return encodeMessage({ type: "ping", token: chance.below(0x10000) });
}

function update(chance: Prng): Uint8Array {
  const contacts = [0, 1, 2, 3, 4, 5, 6, 7].map(() => ({
    nodeId: nodeId(random(chance, 16)),
    endpoint: { address: `127.250.${chance.below(256)}.${1 + chance.below(254)}`, port: 7000 },
    flags: 1,
  }));
  return encodeMessage({ type: "update", configSequence: 0, stage: "peer", contacts });
}

function tunnel(chance: Prng, victim: NodeId): Uint8Array {
  const via = random(chance, 2 * chance.below(15));
  const garbage = encodeFrame({
    type: "data",
    receiverIndex: chance.below(0x1000000),
    counter: chance.below(0x10000),
    sealed: random(chance, 16 + chance.below(1000)),
  });
  switch (chance.below(3)) {
    case 0:
      return encodeMessage({ type: "tunnelBack", via, frame: garbage });
    case 1: {
      const destination = { first: nodeId(random(chance, 16)) };
      return encodeMessage({ type: "tunnel", hops: 1 + chance.below(15), destination, via, frame: garbage });
    }
    default:
      return encodeMessage({
        type: "tunnel",
        hops: 3,
        destination: { first: victim },
        via,
        frame: hello(chance),
      });
  }
}

function hello(chance: Prng): Uint8Array {
  const initiatorIndex = chance.below(0x1000000);
  return encodeFrame({ type: "hello1", initiatorIndex, ephemeral: random(chance, 32), paddingBytes: 48 });
}

function sip(chance: Prng): Uint8Array {
  const method = ["INVITE", "OPTIONS", "MESSAGE", "BYE", "ACK"][chance.below(5)] ?? "OPTIONS";
  const call = chance.uint32();
  const text =
    `${method} sip:victim@muster SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK${call}\r\nMax-Forwards: 70\r\n` +
    `From: <sip:mallory@muster>;tag=${call}\r\nTo: <sip:victim@muster>\r\nCall-ID: ${call}\r\nCSeq: 1 ${method}\r\n` +
    `Contact: <sip:mallory@muster>\r\nContent-Length: 0\r\n\r\n`;
  return encodeMessage({ type: "sip", text: encodeText(text) });
}
