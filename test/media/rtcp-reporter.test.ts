import assert from "node:assert/strict";
import { instant } from "../../firmware/core/time.js";
import { decodeRtcp, encodeRtcp } from "../../firmware/wire/rtcp.js";
import { decodeRtp } from "../../firmware/wire/rtp.js";
import { audioOf, drain, eventsOf, session } from "./virtual-call.js";

describe("media/rtcp-reporter", () => {
  it("reports every 2.5 to 7.5 s, the first time after 1.25 to 3.75 s: SR or RR first, then its CNAME", () => {
    const alice = session("alice");
    const times: number[] = [];
    for (let now = 0; now < 600_000; now += 10) {
      if (now === 100_000) audioOf(alice);
      const due = alice.pollTimeout();
      assert.ok(due);
      if (due.at > now) continue;
      alice.handleTimeout(instant(now));
      for (const bytes of drain(alice)) {
        const decoded = decodeRtcp(bytes);
        assert.ok(decoded.ok);
        const previous = times.at(-1) ?? 0;
        const type = previous < 100_000 && now >= 100_000 ? "senderReport" : "receiverReport";
        assert.deepEqual(
          decoded.value.map((packet) => packet.type),
          [type, "sourceDescription"],
        );
        times.push(now);
      }
    }
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    assert.ok((times[0] ?? 0) >= 1250 && (times[0] ?? 0) <= 3760);
    assert.ok(gaps.every((gap) => gap >= 2500 && gap <= 7520));
    assert.ok(new Set(gaps).size > gaps.length / 2, "they are drawn at random");
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    assert.ok(Math.abs(mean - 5000) < 600, `mean ${mean}`);
  });

  it("measures the round trip from the echo of its report, and believes no impossible echo", () => {
    const [alice, bob] = [session("alice"), session("bob")];
    bob.handlePacket(instant(0), audioOf(alice));
    alice.handlePacket(instant(0), audioOf(bob));
    alice.handleTimeout(instant(4000));
    for (const packet of drain(alice)) bob.handlePacket(instant(4030), packet);
    bob.handleTimeout(instant(4500));
    for (const packet of drain(bob)) alice.handlePacket(instant(4547), packet);
    const { roundTripMs } = alice.statistics();
    assert.ok(roundTripMs !== undefined && Math.abs(roundTripMs - 77) < 0.1, `${roundTripMs}`);
    assert.equal(bob.statistics().roundTripMs, undefined);

    const lie = decodeRtp(audioOf(bob));
    const victim = decodeRtp(audioOf(alice));
    assert.ok(lie.ok && victim.ok);
    const block = {
      fractionLost: 0,
      cumulativeLost: 0,
      highestSequence: 0,
      jitter: 0,
      ssrc: victim.value.ssrc,
    };
    for (const echo of [
      { ...block, lastSenderReport: 4 * 65536, delaySinceLast: 0xffffffff },
      { ...block, lastSenderReport: 1, delaySinceLast: 0 },
    ]) {
      const report = encodeRtcp([{ type: "receiverReport", ssrc: lie.value.ssrc, reports: [echo] }]);
      alice.handlePacket(instant(5000), report);
      assert.equal(alice.statistics().roundTripMs, roundTripMs);
    }
  });

  it("takes no reports or good-byes of strangers", () => {
    const [alice, bob] = [session("alice"), session("bob")];
    bob.handlePacket(instant(0), audioOf(alice));
    bob.handlePacket(instant(0), encodeRtcp([{ type: "goodbye", ssrcs: [12345] }]));
    bob.handlePacket(instant(0), encodeRtcp([{ type: "receiverReport", ssrc: 12345, reports: [] }]));
    assert.deepEqual(eventsOf(bob), [{ kind: "streamStarted" }]);
    assert.equal(bob.statistics().strangers, 2);
  });
});
