import assert from "node:assert/strict";
import { voices, type Bench } from "./bench.js";
import { callEachOther, endCall, judgedMs, talk } from "./call-steps.js";
import { assertHeard } from "./heard-tone.js";
import type { InteropCase } from "./interop-case.js";
import type { SipOnWire } from "./wire-tap.js";

/** Long enough on hold that what is sent meanwhile shows. */
const heldMs = 800;

async function itHolds(bench: Bench): Promise<void> {
  const { muster, stock, wire } = bench;
  await callEachOther(bench, "it");
  await talk(bench);
  await Promise.all([stock.hold(), muster.event("held", (event) => event["by"] === "there")]);
  const held = await reInvite(bench, stock.address, true);
  await stayHeld();
  await Promise.all([stock.resume(), muster.event("resumed", (event) => event["by"] === "there")]);
  const resumed = await reInvite(bench, stock.address, false);
  await talk(bench);
  // The tone may be gone from the recording of a phone that was on hold, so a key shows that it hears us again.
  muster.type("dial 7");
  await stock.heardKey("7");
  await endCall(bench, "we");
  const sent = wire.rtpBetween(muster.address, held.ack, resumed.invite);
  assert.equal(sent.packets, 0, "we send to who holds us");
  assertHeard(await muster.heard(), voices.stock, judgedMs);
  assertHeard(stock.heard(), voices.muster, judgedMs);
}

async function weHold(bench: Bench): Promise<void> {
  const { muster, stock, wire } = bench;
  await callEachOther(bench, "we");
  await talk(bench);
  muster.type("hold");
  await Promise.all([stock.heldByOther(true), muster.event("held", (event) => event["by"] === "here")]);
  const held = await reInvite(bench, muster.address, true);
  await stayHeld();
  muster.type("resume");
  await Promise.all([stock.heldByOther(false), muster.event("resumed", (event) => event["by"] === "here")]);
  const resumed = await reInvite(bench, muster.address, false);
  await talk(bench);
  muster.type("dial 7");
  await stock.heardKey("7");
  await endCall(bench, "it");
  const sent = wire.rtpBetween(muster.address, held.ack, resumed.invite);
  assert.equal(sent.sounding, 0, "who is on hold hears us");
  const heard = assertHeard(await muster.heard(), voices.stock, judgedMs);
  assert.ok(heard.length >= 2, `the stock phone's tone has no break: ${JSON.stringify(heard)}`);
}

function stayHeld(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, heldMs));
}

/** The next re-INVITE, which puts on hold or takes up again, and the ACK that ends it. */
async function reInvite(
  { wire }: Bench,
  from: string,
  holds: boolean,
): Promise<{ invite: SipOnWire; ack: SipOnWire }> {
  const invite = await wire.sip("a re-INVITE", from, /^INVITE [^]*^To: .*;tag=/m);
  assert.equal(/^a=(sendonly|inactive)\r$/m.test(invite.text), holds, invite.text);
  const sequence = /^CSeq: (\d+) INVITE/m.exec(invite.text)?.[1] ?? "";
  const ack = await wire.sip("its ACK", from, new RegExp(`^ACK [^]*^CSeq: ${sequence} ACK`, "m"));
  return { invite, ack };
}

/** Hold and resume by re-INVITE (RFC 3264 §8.4). */
export const holdCases: readonly InteropCase[] = [
  { title: "it holds the call and takes it up again", run: itHolds },
  { title: "we hold the call and take it up again", run: weHold },
];
