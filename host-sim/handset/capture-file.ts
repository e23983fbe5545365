import { openSync, writeSync } from "node:fs";
import { toHex } from "../../firmware/core/bytes.js";
import { endpointText, type Endpoint } from "../../firmware/core/endpoint.js";
import type { Opened } from "../../firmware/link/capture.js";
import type { DatagramPort } from "../../hal/datagram.js";

/**
 * Writes what `muster decode` reads (host-sim/dissect/README.md): a JSON line for each message that opened or
 * is about to be sealed, and for each handshake frame and beacon as it was on the wire.
 */
export class CaptureFile {
  readonly #file: number;
  readonly #local: Endpoint;

  /** Begins the file anew; throws where it cannot be written. */
  constructor(path: string, local: Endpoint) {
    this.#file = openSync(path, "w");
    this.#local = local;
  }

  /** A message of an open link. */
  addOpened(opened: Opened): void {
    this.#add({
      at: opened.at,
      link: {
        local: endpointText(this.#local),
        remote: endpointText(opened.remote),
        nodeId: toHex(opened.nodeId),
      },
      direction: opened.direction,
      frameBytes: opened.frameBytes,
      plain: toHex(opened.plaintext),
    });
  }

  /** A port that notes handshake frames and beacons as they pass. */
  watching(port: DatagramPort, now: () => number): DatagramPort {
    const note = (direction: "in" | "out", remote: string, bytes: Uint8Array): void => {
      const kind = isBeacon(bytes) ? "beacon" : isHandshake(bytes) ? "handshake" : undefined;
      if (kind === undefined) return;
      const link = { local: endpointText(this.#local), remote };
      this.#add({ at: now(), link, direction, frameBytes: bytes.length, [kind]: toHex(bytes) });
    };
    return {
      local: port.local,
      read: () => {
        const datagram = port.read();
        if (datagram !== undefined) note("in", endpointText(datagram.from), datagram.bytes);
        return datagram;
      },
      send: (to, bytes) => {
        note("out", endpointText(to), bytes);
        port.send(to, bytes);
      },
      sendToGroup: (bytes) => {
        note("out", "group", bytes);
        port.sendToGroup(bytes);
      },
      close: () => port.close(),
    };
  }

  #add(line: object): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/** hello1 .. hello3 and cookie: 192 .. 211 (protocol §2). */
function isHandshake(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  return first >= 0xc0 && first <= 0xd0;
}

function isBeacon(bytes: Uint8Array): boolean {
  return bytes[0] === 0xe0;
}
