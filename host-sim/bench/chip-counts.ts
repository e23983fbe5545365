import { nodeIdWorkBits } from "../../firmware/core/limits.js";
import { toHex } from "../../firmware/core/bytes.js";
import { encodeText } from "../../firmware/core/text.js";
import { Identification } from "../../firmware/identification.js";
import { overlayIdOf } from "../../firmware/identity/overlay-id.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import type { HandshakeCounts } from "../xs/bench/link-counts.js";
import { phoneAnd, runOnChip, scriptFolder } from "./chip-script.js";

/** Instructions of the emulated chip; each run gives the same. */
export interface ChipCounts {
  /** A handshake of two that do not know each other, and of two that do. */
  readonly cold: HandshakeCounts;
  readonly known: HandshakeCounts;
  /** What the peer that is asked does. */
  readonly ping: number;
  readonly store: number;
  readonly record: number;
  /** Mean of a new Node-ID's work. */
  readonly nodeIdWork: number;
}

/** Room for two nodes and their LAN, or two phones, so that few collections, if any, fall into what is counted. */
const arenaBytes = 768 * 1024;
const prng = "host-sim/virtual/prng";
const floodScripts = ["flood-counts", "bench-phone", "bench-sockets", "identities"];
const scripts = [
  "main",
  "counted-crypto",
  "counted-lan",
  "crypto-counts",
  "identities",
  "link-counts",
  "node-counts",
];

/** The firmware's own machines on the emulated chip, in virtual time and without network. */
export async function countOnChip(): Promise<ChipCounts> {
  const specifiers = [...scripts.map((name) => `${scriptFolder}/${name}`), prng];
  const { counts } = await runOnChip({
    byteCode: phoneAnd("chip-bench", specifiers),
    main: `${scriptFolder}/main`,
    config: credentials(["alice", "bob"]),
    arenaBytes,
  });
  return counts as ChipCounts;
}

/** Instructions of a phone in a call for one datagram of a flood, by kind, from the HAL's UDP port up. */
export async function countFloodOnChip(): Promise<Readonly<Record<string, number>>> {
  const { counts } = await runOnChip({
    byteCode: phoneAnd("chip-flood", [...floodScripts.map((name) => `${scriptFolder}/${name}`), prng]),
    main: `${scriptFolder}/flood-counts`,
    config: credentials(["alice", "bob"]),
    arenaBytes,
  });
  return counts as Readonly<Record<string, number>>;
}

/** Credentials of the counts' nodes, with their work done, as the configuration of the chip. */
function credentials(names: readonly string[]): Record<string, string> {
  const crypto = new SodiumCrypto();
  const overlayId = overlayIdOf(crypto, "bench");
  return Object.fromEntries(
    names.map((userName) => {
      const seed = crypto.sha512(encodeText(userName)).slice(0, 32);
      const work = new Identification(crypto, { userName, overlayId, workBits: nodeIdWorkBits }, seed);
      let ring = work.advance();
      while (ring === undefined) ring = work.advance();
      return [`credential-${userName}`, toHex(ring.credential.bytes)];
    }),
  );
}
