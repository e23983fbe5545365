import { end } from "muster/power";
import { musterPort } from "../../../firmware/core/limits.js";
import { encodeBeacon } from "../../../firmware/wire/beacon.js";
import { encodeFrame } from "../../../firmware/wire/frame.js";
import { nodeId } from "../../../firmware/core/node-id.js";
import { overlayIdOf } from "../../../firmware/identity/overlay-id.js";
import { Prng } from "../../virtual/prng.js";
import { BenchPhone } from "./bench-phone.js";
import { BenchSockets } from "./bench-sockets.js";
import { benchOverlay } from "./identities.js";

const victim = "192.0.2.10";
const settlingMs = 30_000;
const warmUps = 256;
const counted = 256;
const atOnce = 16;

/**
 * What one datagram of a flood costs a phone in a call, from the HAL's UDP port up: instructions, the mean of many. It
 * runs in the place of a phone, prints one line of JSON on the diagnostic output and ends.
 */
function main(): void {
  const random = new Prng("flood");
  const sockets = new BenchSockets();
  const alice = new BenchPhone(sockets, "alice", victim);
  const bob = new BenchPhone(sockets, "bob", "192.0.2.11");
  let frame = new Uint8Array(0);
  sockets.onSent = (from, to, bytes): void => {
    if (from === bob.account.address && to === victim && bytes[0] === 0xd8) frame = bytes.slice();
  };
  sockets.run(settlingMs);
  alice.type("call bob");
  sockets.run(1000);
  bob.type("answer");
  sockets.run(1000);
  const fill = (bytes: Uint8Array): Uint8Array => random.fill(bytes);
  const headed = (length: number, ...first: number[]): Uint8Array => {
    const bytes = fill(new Uint8Array(length));
    bytes.set(first);
    return bytes;
  };
  const hello = (more: object): Uint8Array =>
    encodeFrame({
      type: "hello1",
      initiatorIndex: 1 + random.below(0xfffffe),
      ephemeral: fill(new Uint8Array(32)),
      paddingBytes: 24,
      ...more,
    });
  const overlayId = overlayIdOf(alice.crypto, benchOverlay);
  const kinds: Record<string, () => Uint8Array> = {
    "nobody's": () => headed(100, 0x30),
    STUN: () => headed(20, 0, 1),
    "RTP of a stranger": () => headed(172, 0x80, 0),
    "data, index unknown": () => headed(100, 0xd8),
    "data, index known": () => headed(100, ...frame.subarray(0, 4)),
    replay: () => frame.slice(),
    hello1: () => hello({}),
    "hello1, wrong cookie": () => hello({ cookie: fill(new Uint8Array(16)) }),
    "hello1, wrong hint": () => hello({ hint: fill(new Uint8Array(8)) }),
    hello3: () => headed(211, 0xcb),
    beacon: () =>
      encodeBeacon({
        overlayId,
        nodeId: nodeId(fill(new Uint8Array(16))),
        flags: 1,
        clientsFree: 0,
        load: 0,
      }),
  };
  const counts: Record<string, number> = {};
  for (const [kind, make] of Object.entries(kinds)) {
    shoot(sockets, make, warmUps, random);
    alice.account.instructions = 0;
    shoot(sockets, make, counted, random);
    counts[kind] = Math.round(alice.account.instructions / counted);
    sockets.run(settlingMs);
  }
  trace(`${JSON.stringify({ counts })}\n`);
  end(0);
}

/** So many datagrams from as many sources, a turn's share at a time. */
function shoot(sockets: BenchSockets, make: () => Uint8Array, count: number, random: Prng): void {
  for (let sent = 0; sent < count; sent += atOnce) {
    const datagrams = [];
    for (let each = 0; each < atOnce; each++) {
      const address = `192.0.2.${100 + random.below(100)}`;
      datagrams.push({ address, port: musterPort, bytes: make() });
    }
    sockets.put(victim, musterPort, datagrams);
    sockets.deliver();
  }
}

export { main as default };
