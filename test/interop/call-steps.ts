import type { HandsetEvent } from "../../host-sim/lab/handset-process.js";
import type { Bench } from "./bench.js";
import type { Codec } from "./stock-phone.js";

/** How much of a tone is enough to judge it by; a computer with much to do makes gaps, so more is sent. */
export const judgedMs: number = 500;
const spokenPackets = 100;

/** Both talk: some seconds of speech go either way. */
export async function talk({ muster, stock, wire }: Bench): Promise<void> {
  await Promise.all([muster, stock].map(({ address }) => wire.speech(address, spokenPackets)));
}

/** The stock phone calls, both hear that it rings. */
export async function itRings({ muster, stock }: Bench, codec: Codec = "PCMU"): Promise<void> {
  await stock.call(muster.uri, codec);
  await Promise.all([muster.event("incoming", fromStock(stock.address)), stock.ringing()]);
}

/** The handset calls, both hear that it rings. */
export async function weRing({ muster, stock }: Bench, codec: Codec = "PCMU"): Promise<void> {
  muster.type(`call ${await stock.uriFor(codec)}`);
  await Promise.all([stock.incoming(), muster.event("ringing")]);
}

/** A call from either side, until both talk. */
export async function callEachOther(bench: Bench, caller: "it" | "we", codec: Codec = "PCMU"): Promise<void> {
  const { muster, stock } = bench;
  if (caller === "it") {
    await itRings(bench, codec);
    muster.type("answer");
  } else {
    await weRing(bench, codec);
    stock.answer();
  }
  await Promise.all([muster.event("talking"), stock.talking()]);
}

/** Either side hangs up, both know. */
export async function endCall({ muster, stock }: Bench, by: "it" | "we"): Promise<void> {
  if (by === "it") stock.hangUp();
  else muster.type("hangup");
  await Promise.all([muster.event("ended"), stock.ended()]);
}

function fromStock(address: string): (event: HandsetEvent) => boolean {
  return ({ name }) => typeof name === "string" && name.startsWith("sip:") && name.endsWith(`@${address}`);
}
