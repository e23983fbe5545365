import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { toHex } from "../../firmware/core/bytes.js";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { musterPort } from "../../firmware/core/limits.js";
import { switchOn } from "../../firmware/main.js";
import type { DatagramPort } from "../../hal/datagram.js";
import type { MemoryGauge } from "../../hal/memory.js";
import { NodePlatform } from "../../hal/node/platform.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { readWav } from "../audio/wav.js";

/**
 * A handset in Node as `muster handset` is one, but observed: `memory` tells of Node's heap, after a collection where
 * the process may ask for one (`--expose-gc`), and every datagram is noted in a file as it was on the wire. It runs as
 * a process of its own, for `muster flood`.
 */

const { values } = parseArgs({
  options: {
    name: { type: "string", default: "handset" },
    address: { type: "string", default: "127.0.0.1" },
    overlay: { type: "string", default: "" },
    state: { type: "string", default: "." },
    speak: { type: "string" },
    tap: { type: "string" },
  },
});

/** No bound of this: what fits is not asked of Node. */
const arenaBytes = 1 << 30;
const sampleMs = 50;
/** Datagrams noted; an attacker needs no more. */
const notedMax = 400;

/** Node's heap after a collection, and the most it was since it was asked for last. */
function heapGauge(): MemoryGauge {
  let peakBytes = 0;
  setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed)), sampleMs).unref();
  return {
    read: () => {
      globalThis.gc?.();
      const liveBytes = process.memoryUsage().heapUsed;
      const use = { liveBytes, peakBytes: Math.max(peakBytes, liveBytes), arenaBytes, instructions: 0 };
      peakBytes = 0;
      return use;
    },
  };
}

/** A port that notes what passes: a line for each, from, to and bytes. */
function tapped(port: DatagramPort, path: string): DatagramPort {
  let noted = 0;
  const note = (from: Endpoint, to: Endpoint | "group", bytes: Uint8Array): void => {
    if (noted++ < notedMax) appendFileSync(path, `${JSON.stringify({ from, to, bytes: toHex(bytes) })}\n`);
  };
  return {
    get local(): Endpoint {
      return port.local;
    },
    read: () => {
      const datagram = port.read();
      if (datagram !== undefined)
        note(datagram.from, datagram.toGroup ? "group" : port.local, datagram.bytes);
      return datagram;
    },
    send: (to, bytes) => {
      note(port.local, to, bytes);
      port.send(to, bytes);
    },
    sendToGroup: (bytes) => {
      note(port.local, "group", bytes);
      port.sendToGroup(bytes);
    },
    close: () => port.close(),
  };
}

const { name, overlay, address, state, speak, tap } = values;
const speech = speak === undefined ? undefined : readWav(speak);
const platform = new NodePlatform({
  address,
  storageFolder: state,
  crypto: new SodiumCrypto(),
  gauge: heapGauge(),
  consoles: [{ on: "stdio", format: "json" }],
  loopMicrophone: true,
  ...(speech?.ok === true && { microphone: speech.value }),
  ...(tap !== undefined && { wrapPort: (port) => tapped(port, tap) }),
  onFault: (sentence) => void process.stdout.write(`${JSON.stringify({ event: "fault", sentence })}\n`),
});
switchOn(platform, { port: musterPort, settings: { name, overlay } });
