import assert from "node:assert/strict";
import { voices, type Bench } from "./bench.js";
import { callEachOther, endCall, itRings, talk, judgedMs, weRing } from "./call-steps.js";
import { assertHeard } from "./heard-tone.js";
import { holdCases } from "./hold-cases.js";
import type { InteropCase } from "./interop-case.js";
import type { Codec } from "./stock-phone.js";

/** An end to waiting, longer than any phone rings. */
const slowMs = 110_000;
/** RTP payload types of G.711 (RFC 3551 §6). */
const payloadTypes: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 8 };
/** Calls with speech, both ways. */
function speechCase(caller: "it" | "we", codec: Codec): InteropCase {
  return {
    title: `${caller} call${caller === "it" ? "s" : ""}, ${codec}: each hears the other's tone`,
    run: async (bench) => {
      const { muster, stock, wire } = bench;
      await callEachOther(bench, caller, codec);
      await talk(bench);
      await endCall(bench, caller);
      assertHeard(stock.heard(), voices.muster, judgedMs);
      assertHeard(await muster.heard(), voices.stock, judgedMs);
      for (const address of [muster.address, stock.address]) {
        assert.deepEqual([...wire.rtp(address).keys()], [payloadTypes[codec]], `payload types of ${address}`);
      }
    },
  };
}

async function keys(bench: Bench): Promise<void> {
  const { muster, stock } = bench;
  await callEachOther(bench, "it");
  for (const digit of ["5", "#"]) {
    stock.press(digit);
    await muster.event("digit", (event) => event["digit"] === digit);
    muster.type(`dial ${digit}`);
    await stock.heardKey(digit);
  }
  await endCall(bench, "it");
}

async function messages({ muster, stock }: Bench): Promise<void> {
  stock.sendMessage(muster.uri, "hello from here");
  await muster.event("messageReceived", (event) => event["text"] === "hello from here");
  muster.type(`message ${await stock.uriFor("PCMU")} hello from there`);
  await Promise.all([stock.gotMessage("hello from there"), muster.event("messageDelivered")]);
}

async function itGivesUp(bench: Bench): Promise<void> {
  const { muster, stock, wire } = bench;
  await itRings(bench);
  stock.hangUp();
  const [ended] = await Promise.all([muster.event("ended"), stock.ended()]);
  assert.match(String(ended["sentence"]), /^You missed a call from (?:linphone \()?sip:/);
  await wire.sip("CANCEL", stock.address, /^CANCEL /);
  await wire.sip("487 to the INVITE", muster.address, /^SIP\/2\.0 487 [^]*^CSeq: \d+ INVITE/m);
}

async function weGiveUp(bench: Bench): Promise<void> {
  const { muster, stock, wire } = bench;
  await weRing(bench);
  muster.type("hangup");
  await Promise.all([muster.event("ended"), stock.ended()]);
  await wire.sip("CANCEL", muster.address, /^CANCEL /);
  await wire.sip("ACK of the 487", muster.address, /^ACK /);
}

async function itDeclines(bench: Bench): Promise<void> {
  const { muster, stock } = bench;
  await weRing(bench);
  stock.decline();
  const [ended] = await Promise.all([muster.event("ended"), stock.ended()]);
  // A baresip whose user declines says 486, as if it were busy.
  assert.match(String(ended["sentence"]), /(declined the call|is busy)\.$/);
}

async function weDecline(bench: Bench): Promise<void> {
  const { muster, stock, wire } = bench;
  await itRings(bench);
  muster.type("decline");
  await Promise.all([muster.event("ended"), stock.ended()]);
  await wire.sip("603", muster.address, /^SIP\/2\.0 603 /);
}

async function weAreBusy(bench: Bench): Promise<void> {
  const { muster, stock, third, wire } = bench;
  assert.ok(third);
  muster.type(`call ${await third.uriFor("PCMU")}`);
  await muster.event("talking");
  await stock.call(muster.uri, "PCMU");
  await Promise.all([stock.ended(), muster.event("missed")]);
  const busy = await wire.sip("486", muster.address, /^SIP\/2\.0 486 /);
  assert.equal(busy.to, stock.address);
  assert.ok(!muster.saw("ended"), "the call in hand ended");
  muster.type("hangup");
  await Promise.all([muster.event("ended"), third.ended()]);
}

async function itIsBusy(bench: Bench): Promise<void> {
  const { muster, stock, third } = bench;
  assert.ok(third);
  await stock.call(await third.uriFor("PCMU"), "PCMU");
  await stock.talking();
  muster.type(`call ${await stock.uriFor("PCMU")}`);
  const told = await muster.event("ended");
  assert.match(String(told["sentence"]), /is busy\.$/);
  stock.hangUp();
  await Promise.all([stock.ended(), third.ended()]);
}

async function options({ muster, stock, wire }: Bench): Promise<void> {
  stock.askOptions(muster.uri);
  await wire.sip("OPTIONS", stock.address, /^OPTIONS /);
  const { text } = await wire.sip("its answer", muster.address, /^SIP\/2\.0 200 [^]*^CSeq: \d+ OPTIONS/m);
  const allow = /^Allow: (.*)$/m.exec(text)?.[1] ?? "";
  assert.deepEqual(
    ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "MESSAGE"].filter((method) => !allow.includes(method)),
    [],
  );
  assert.match(text, /^Accept: .*application\/sdp/m);
  stock.hangUp();
}

async function itDoesNotAnswer(bench: Bench): Promise<void> {
  const { muster, stock, wire } = bench;
  await weRing(bench);
  const [ended] = await Promise.all([muster.event("ended", undefined, slowMs), stock.ended(slowMs)]);
  assert.match(String(ended["sentence"]), /does not answer\.$/);
  await wire.sip("CANCEL", muster.address, /^CANCEL /);
}

async function weDoNotAnswer(bench: Bench): Promise<void> {
  const { muster, stock, wire } = bench;
  await itRings(bench);
  const [ended] = await Promise.all([muster.event("ended", undefined, slowMs), stock.ended(slowMs)]);
  assert.match(String(ended["sentence"]), /^You missed a call from (?:linphone \()?sip:/);
  await wire.sip("480", muster.address, /^SIP\/2\.0 480 /);
}

/** What is done with every stock phone, on every engine, one after another. */
export const cases: readonly InteropCase[] = [
  ...(["it", "we"] as const).flatMap((caller) =>
    (["PCMU", "PCMA"] as const).map((codec) => speechCase(caller, codec)),
  ),
  { title: "keys both ways, RFC 4733", run: keys },
  { title: "MESSAGE both ways", run: messages },
  { title: "it stops calling while it rings here", run: itGivesUp },
  { title: "we stop calling while it rings there", run: weGiveUp },
  { title: "it declines", run: itDeclines },
  { title: "we decline", run: weDecline },
  { title: "we are busy: 486 at once, and the call in hand goes on", run: weAreBusy },
  { title: "it is busy", run: itIsBusy },
  ...holdCases,
];

/** What takes a minute, as nobody answers. Each list on a LAN of its own. */
export const slowCases: readonly (readonly InteropCase[])[] = [
  [{ title: "nobody answers there: after a minute we stop calling", run: itDoesNotAnswer }],
  [
    { title: "OPTIONS is answered", run: options },
    { title: "nobody answers here: the call is refused in the end", run: weDoNotAnswer },
  ],
];
