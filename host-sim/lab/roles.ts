import type { StatusView } from "../../firmware/console/view.js";
import type { HandsetProcess } from "./handset-process.js";
import type { PhoneRole } from "./memory-table.js";
import { answerOf, stageEntered } from "./scenario.js";

/** What a handset says of its role. */
export interface RoleReport {
  readonly role: PhoneRole;
  /** The peers that serve it, the one it uses first in front; none for a peer. */
  readonly servedBy: readonly string[];
}

/** How the handsets became peers when all host peers were gone. */
export interface TakeOverReport {
  /** The host peers killed at one moment: those that had been alive. */
  readonly killed: readonly string[];
  /** From then on, as the lab's clock has it: until each handset held records, and until it was a full peer, ms. */
  readonly handsets: readonly { readonly name: string; readonly storesMs: number; readonly peerMs: number }[];
}

/** A client has looked for all that may serve it by then, and closed the links it needs no more, ms. */
const servedMsMax = 20_000;
const askingPauseMs = 500;
const servingMax = 3;

/**
 * Waits until a handset is a client of as many host peers as it can have, and linked to nobody else. To be a client of
 * one at least is what is promised: rejects with a sentence where it is none in time.
 */
export async function becomesClient(handset: HandsetProcess, hostPeers: number): Promise<RoleReport> {
  const wanted = Math.min(servingMax, hostPeers);
  for (const until = performance.now() + servedMsMax; ;) {
    const { role, peers } = (await answerOf(handset, "status", "status")) as unknown as StatusView;
    const servedBy = role.servedBy.map(({ name }) => name);
    if (servedBy.length >= wanted && peers === servedBy.length) return { role: role.name, servedBy };
    if (performance.now() > until) {
      if (role.name === "client" && servedBy.length > 0) return { role: role.name, servedBy };
      throw new Error(`${handset.name} is no client of a host peer, but a ${role.name}: ${role.text}`);
    }
    await new Promise((resolve) => setTimeout(resolve, askingPauseMs));
  }
}

/** Kills host peers, all that serve the handsets, and waits until these are peers. */
export async function takeOver(
  handsets: readonly HandsetProcess[],
  killed: readonly HandsetProcess[],
  tell: (line: string) => void,
): Promise<TakeOverReport> {
  for (const handset of handsets) handset.forget();
  for (const peer of killed) peer.kill();
  const killedAt = performance.now();
  const times = handsets.map(async (handset) => {
    await stageEntered(handset, "filling");
    const storesMs = Math.round(performance.now() - killedAt);
    await stageEntered(handset, "peer");
    const peerMs = Math.round(performance.now() - killedAt);
    tell(`${handset.name} holds records after ${storesMs} ms and is a peer after ${peerMs} ms`);
    return { name: handset.name, storesMs, peerMs };
  });
  return { killed: killed.map(({ name }) => name), handsets: await Promise.all(times) };
}
