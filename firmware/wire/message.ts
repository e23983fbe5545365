import { digestEntriesMax, hopAckCountersMax } from "../core/limits.js";
import type { Result } from "../core/result.js";
import { CborReader } from "./cbor-reader.js";
import { encodeErrorAnswer, readErrorAnswer, type ErrorAnswer } from "./kinds/error-answer.js";
import {
  encodeFetchAnswer,
  encodeFetchRequest,
  readFetchAnswer,
  readFetchRequest,
  type FetchAnswer,
  type FetchRequest,
} from "./kinds/fetch.js";
import {
  encodeFindAnswer,
  encodeFindRequest,
  readFindAnswer,
  readFindRequest,
  type FindAnswer,
  type FindRequest,
} from "./kinds/find.js";
import { encodeHopAck, readHopAck, type HopAck } from "./kinds/hop-ack.js";
import { encodePing, encodePong, readPing, readPong, type Ping, type Pong } from "./kinds/liveness.js";
import {
  encodeDigest,
  encodeLeave,
  encodeUpdate,
  readDigest,
  readUpdate,
  type Digest,
  type Leave,
  type Update,
} from "./kinds/neighbours.js";
import {
  encodeFragment,
  encodeSip,
  encodeUnknownCredential,
  readFragment,
  readSip,
  type Fragment,
  type Sip,
  type UnknownCredential,
} from "./kinds/session.js";
import {
  encodeStatAnswer,
  encodeStatRequest,
  readStatAnswer,
  readStatRequest,
  type StatAnswer,
  type StatRequest,
} from "./kinds/stat.js";
import {
  encodeStoreAnswer,
  encodeStoreRequest,
  readStoreAnswer,
  readStoreRequest,
  type StoreAnswer,
  type StoreRequest,
} from "./kinds/store.js";
import {
  encodeTunnel,
  encodeTunnelBack,
  readTunnel,
  readTunnelBack,
  type Tunnel,
  type TunnelBack,
} from "./kinds/tunnel.js";
import {
  encodeNotify,
  encodeWatchAnswer,
  encodeWatchRequest,
  readNotify,
  readWatchAnswer,
  readWatchRequest,
  type Notify,
  type WatchAnswer,
  type WatchRequest,
} from "./kinds/watch.js";
import type { WireError } from "./wire-error.js";

/**
 * Every message that can stand in a data frame. On the wire each is one fixed CBOR array whose first item is the
 * number of its type; `muster.cddl` is the description.
 */
export type Message = RoutedMessage | TunnelMessage | LinkMessage;

/** Messages that go from hop to hop: requests and their answers. */
export type RoutedMessage =
  | StoreRequest
  | StoreAnswer
  | FetchRequest
  | FetchAnswer
  | FindRequest
  | FindAnswer
  | StatRequest
  | StatAnswer
  | WatchRequest
  | WatchAnswer
  | Notify
  | ErrorAnswer;

/** Messages that carry a frame of other nodes' link, or of one's own, from hop to hop. */
export type TunnelMessage = Tunnel | TunnelBack;

/** Messages between the two ends of a link. */
export type LinkMessage = Ping | Pong | HopAck | Update | Digest | Leave | Sip | UnknownCredential | Fragment;

/** The name of a message's type. */
export type MessageType = Message["type"];

/** The bytes of a message. Fields out of their documented bounds are a bug of the caller. */
export function encodeMessage(message: Message): Uint8Array {
  return "transaction" in message ? encodeRouted(message) : encodeOther(message);
}

/**
 * The message in `bytes`, or why there is none. Byte fields are views into `bytes`: what is to outlive them is
 * copied by who keeps it. Errors name the CDDL rule and the field, as in "store-request/generation".
 */
export function decodeMessage(bytes: Uint8Array): Result<Message, WireError> {
  const reader = new CborReader(bytes, "message");
  const items = reader.array("items", 1, 1 + 2 * digestEntriesMax);
  const at = reader.offset;
  const number = reader.uint("type", 0xff);
  const form = forms[number];
  if (form === undefined) {
    reader.fail("type", "unknown-kind", at);
    return reader.finish<Message>(nothing);
  }
  reader.within(form.name);
  if (items < form.least || items > form.most) reader.fail("items", "wrong-length", 0);
  return reader.finish(form.read(reader, items));
}

function encodeRouted(message: RoutedMessage): Uint8Array {
  switch (message.type) {
    case "store":
      return encodeStoreRequest(message);
    case "storeAnswer":
      return encodeStoreAnswer(message);
    case "fetch":
      return encodeFetchRequest(message);
    case "fetchAnswer":
      return encodeFetchAnswer(message);
    case "find":
      return encodeFindRequest(message);
    case "findAnswer":
      return encodeFindAnswer(message);
    case "stat":
      return encodeStatRequest(message);
    case "statAnswer":
      return encodeStatAnswer(message);
    case "watch":
      return encodeWatchRequest(message);
    case "watchAnswer":
      return encodeWatchAnswer(message);
    case "notify":
      return encodeNotify(message);
    case "errorAnswer":
      return encodeErrorAnswer(message);
  }
}

function encodeOther(message: LinkMessage | TunnelMessage): Uint8Array {
  switch (message.type) {
    case "tunnel":
      return encodeTunnel(message);
    case "tunnelBack":
      return encodeTunnelBack(message);
    case "ping":
      return encodePing(message);
    case "pong":
      return encodePong(message);
    case "hopAck":
      return encodeHopAck(message);
    case "update":
      return encodeUpdate(message);
    case "digest":
      return encodeDigest(message);
    case "leave":
      return encodeLeave();
    case "sip":
      return encodeSip(message);
    case "unknownCredential":
      return encodeUnknownCredential();
    case "fragment":
      return encodeFragment(message);
  }
}

/** How one type is read: the name of its CDDL rule, how many items it has, the type included, and its decoder. */
interface Form {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly read: (reader: CborReader, items: number) => Message;
}

const nothing: Message = { type: "leave" };

/** By number of type. 20, 21 (attach) and 23 are reserved. */
const forms: readonly (Form | undefined)[] = [
  { name: "ping", least: 2, most: 2, read: readPing },
  { name: "pong", least: 4, most: 4, read: readPong },
  { name: "hop-ack", least: 2, most: 1 + hopAckCountersMax, read: readHopAck },
  { name: "update", least: 4, most: 4, read: readUpdate },
  { name: "digest", least: 1, most: 1 + 2 * digestEntriesMax, read: readDigest },
  { name: "leave", least: 1, most: 1, read: () => ({ type: "leave" }) },
  { name: "store-request", least: 7, most: 10, read: readStoreRequest },
  { name: "store-answer", least: 4, most: 6, read: readStoreAnswer },
  { name: "fetch-request", least: 6, most: 9, read: readFetchRequest },
  { name: "fetch-answer", least: 4, most: 9, read: readFetchAnswer },
  { name: "find-request", least: 6, most: 8, read: readFindRequest },
  { name: "find-answer", least: 4, most: 6, read: readFindAnswer },
  { name: "watch-request", least: 8, most: 9, read: readWatchRequest },
  { name: "watch-answer", least: 4, most: 6, read: readWatchAnswer },
  { name: "notify", least: 9, most: 10, read: readNotify },
  { name: "error-answer", least: 4, most: 4, read: readErrorAnswer },
  { name: "tunnel", least: 5, most: 5, read: readTunnel },
  { name: "tunnel-back", least: 3, most: 3, read: readTunnelBack },
  { name: "sip", least: 2, most: 2, read: readSip },
  { name: "unknown-credential", least: 1, most: 1, read: () => ({ type: "unknownCredential" }) },
  undefined,
  undefined,
  { name: "fragment", least: 5, most: 5, read: readFragment },
  undefined,
  { name: "stat-request", least: 6, most: 8, read: readStatRequest },
  { name: "stat-answer", least: 4, most: 5, read: readStatAnswer },
];
