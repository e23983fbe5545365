import { encodeText } from "../../firmware/core/text.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { encodeBeacon } from "../../firmware/wire/beacon.js";
import { dataByte, encodeFrame, hello1Byte, hello2Byte, hello3Byte } from "../../firmware/wire/frame.js";
import { bytesAfter, type Scene, type Shot } from "./shot.js";

/** A flood by who has no link: what it sends, one datagram after the other. */
export interface StrangerKind {
  readonly name: string;
  readonly what: string;
  /** `undefined`: nothing of what is needed was seen. */
  readonly make: (scene: Scene) => Shot | undefined;
  /** Whether cookies that are demanded are brought. */
  readonly answersCookies?: true;
  /** It is for the port of stock SIP phones. */
  readonly toStockSip?: true;
}

/** Of plain SIP phones (RFC 3261 §18.1.1). */
export const stockSipPort = 5060;

/** All floods by strangers, in the order of the table. */
export const strangerKinds: readonly StrangerKind[] = [
  {
    name: "hello",
    what: "hello1 of phones that do not exist",
    make: (scene) => atVictim(scene, hello(scene)),
  },
  {
    name: "hello-replay",
    what: "hello1s of others sent again, from their source and from strangers",
    make: (scene) => again(scene, ({ bytes }) => ((bytes[0] ?? 0) & 0xfc) === hello1Byte),
  },
  {
    name: "half-open",
    what: "hello1, its cookie brought, hello3 never sent",
    make: (scene) => atVictim(scene, hello(scene)),
    answersCookies: true,
  },
  {
    name: "wrong-cookie",
    what: "hello1 with a cookie of one's own",
    make: (scene) => atVictim(scene, hello(scene, { cookie: bytesAfter(scene, 16) })),
  },
  {
    name: "wrong-hint",
    what: "hello1 that claims to know the phone",
    make: (scene) => atVictim(scene, hello(scene, { hint: bytesAfter(scene, 8) })),
  },
  { name: "handshake", what: "hello2, hello3 and cookies nobody asked for", make: strayHandshake },
  {
    name: "data",
    what: "data frames under indexes that are nobody's",
    make: (scene) => atVictim(scene, data(scene)),
  },
  {
    name: "known-index",
    what: "garbage under the indexes of links, from strangers and as the far end",
    make: knownIndex,
  },
  { name: "beacon", what: "beacons of phones that do not exist", make: beacon },
  { name: "sip", what: "plain SIP at the phone's own port", make: (scene) => atVictim(scene, sip(scene)) },
  {
    name: "stock-sip",
    what: "INVITEs, OPTIONS, responses and halves of messages at port 5060",
    make: stockSip,
    toStockSip: true,
  },
  { name: "media", what: "RTP and RTCP of strangers", make: (scene) => atVictim(scene, media(scene)) },
  { name: "stun", what: "STUN, and TURN channel data", make: (scene) => atVictim(scene, stun(scene)) },
  {
    name: "replay",
    what: "what others sent to the phone, but speech, again, from their source and from strangers",
    make: (scene) =>
      again(scene, ({ to, bytes }) => to !== "group" && isVictim(scene, to) && !isMedia(bytes)),
  },
  { name: "reflection", what: "what the phone sent, sent back", make: reflection },
  { name: "disguise", what: "garbage and hello1 with other phones as their source", make: disguise },
];

function atVictim(scene: Scene, bytes: Uint8Array): Shot {
  return { from: scene.stranger(), to: scene.victim, bytes };
}

function stockSip(scene: Scene): Shot {
  const to = { address: scene.victim.address, port: stockSipPort };
  return { from: scene.stranger(), to, bytes: sip(scene) };
}

function hello(
  scene: Scene,
  more: { readonly cookie?: Uint8Array; readonly hint?: Uint8Array } = {},
): Uint8Array {
  const fixed = 36 + (more.cookie?.length ?? 0) + (more.hint?.length ?? 0);
  return encodeFrame({
    type: "hello1",
    initiatorIndex: 1 + scene.chance.below(0xfffffe),
    ephemeral: bytesAfter(scene, 32),
    paddingBytes: Math.max(0, 84 - fixed),
    ...more,
  });
}

function strayHandshake(scene: Scene): Shot {
  const forms = [
    bytesAfter(scene, 230, hello2Byte),
    bytesAfter(scene, 211, hello3Byte),
    bytesAfter(scene, 20, 0xd0),
  ];
  return atVictim(scene, pick(scene, forms) ?? data(scene));
}

function data(scene: Scene): Uint8Array {
  return bytesAfter(scene, 22 + scene.chance.below(300), dataByte);
}

/** The head of a frame that was seen, random behind it. */
function knownIndex(scene: Scene): Shot | undefined {
  const frames = scene.seen.filter(
    ({ to, bytes }) => to !== "group" && isVictim(scene, to) && bytes[0] === dataByte,
  );
  const frame = pick(scene, frames);
  if (frame === undefined) return undefined;
  const bytes = bytesAfter(scene, frame.bytes.length, ...frame.bytes.subarray(0, 4));
  return { from: scene.chance.below(2) === 0 ? frame.from : scene.stranger(), to: scene.victim, bytes };
}

function beacon(scene: Scene): Shot {
  const bytes = encodeBeacon({
    overlayId: scene.overlayId,
    nodeId: nodeId(bytesAfter(scene, 16)),
    flags: scene.chance.below(2),
    clientsFree: 0,
    load: scene.chance.below(256),
  });
  return { from: scene.stranger(), to: "group", bytes };
}

function sip(scene: Scene): Uint8Array {
  const { victim, chance } = scene;
  const from = scene.stranger();
  const via = `Via: SIP/2.0/UDP ${from.address}:${from.port};branch=z9hG4bK${chance.below(2 ** 31)};rport`;
  const who = `From: <sip:x@${from.address}>;tag=${chance.below(2 ** 31)}\r\nTo: <sip:y@${victim.address}>`;
  const rest = (method: string): string =>
    `${via}\r\nMax-Forwards: 70\r\n${who}\r\nCall-ID: ${chance.below(2 ** 31)}\r\nCSeq: 1 ${method}\r\n` +
    `Contact: <sip:x@${from.address}:${from.port}>\r\nContent-Length: 0\r\n\r\n`;
  const request = (method: string): string => `${method} sip:y@${victim.address} SIP/2.0\r\n${rest(method)}`;
  const texts = [
    request("INVITE"),
    request("OPTIONS"),
    request("BYE"),
    request("REGISTER"),
    `SIP/2.0 200 OK\r\n${rest("INVITE")}`,
    `SIP/2.0 180 Ringing\r\n${rest("INVITE")}`,
    request("INVITE").slice(0, 20 + chance.below(200)),
  ];
  return encodeText(texts[chance.below(texts.length)] ?? "");
}

function media(scene: Scene): Uint8Array {
  return scene.chance.below(4) === 0 ? bytesAfter(scene, 28, 0x80, 200) : bytesAfter(scene, 172, 0x80, 0);
}

function stun(scene: Scene): Uint8Array {
  if (scene.chance.below(4) === 0) return bytesAfter(scene, 100, 0x40);
  return bytesAfter(scene, 20, 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42);
}

/** One of the datagrams that were seen, from its sender or from a stranger. */
function again(scene: Scene, wanted: (shot: Shot) => boolean): Shot | undefined {
  const shot = pick(scene, scene.seen.filter(wanted));
  if (shot === undefined) return undefined;
  return { ...shot, to: scene.victim, from: scene.chance.below(2) === 0 ? shot.from : scene.stranger() };
}

/** As from the one it went to, or from a stranger; media as from a stranger only, for speech is not protected yet. */
function reflection(scene: Scene): Shot | undefined {
  const shot = pick(
    scene,
    scene.seen.filter(({ from }) => isVictim(scene, from)),
  );
  if (shot === undefined) return undefined;
  const { to, bytes } = shot;
  const isBack = to !== "group" && !isMedia(bytes) && scene.chance.below(2) === 0;
  return { from: isBack ? to : scene.stranger(), to: scene.victim, bytes };
}

function disguise(scene: Scene): Shot {
  const from = pick(scene, scene.others) ?? scene.stranger();
  const bytes =
    scene.chance.below(2) === 0 ? hello(scene) : bytesAfter(scene, 20 + scene.chance.below(300), 0xd8);
  return { from, to: scene.victim, bytes };
}

function isVictim(scene: Scene, { address, port }: { address: string; port: number }): boolean {
  return address === scene.victim.address && port === scene.victim.port;
}

/** RTP and RTCP: 128 .. 191. */
function isMedia(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0xc0) === 0x80;
}

function pick<T>(scene: Scene, from: readonly T[]): T | undefined {
  return from[scene.chance.below(Math.max(1, from.length))];
}
