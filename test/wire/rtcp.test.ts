import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeRtcp, encodeRtcp } from "../../firmware/wire/rtcp.js";
import type { OutboundRtcpPacket } from "../../firmware/wire/rtcp.js";
import { rtpKind } from "../../firmware/wire/rtp.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, samples, seeded } from "../support/seed.js";

/** Plain objects, as the decoder makes them. */
const plain = { noNullPrototype: true };
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const block = fc.record(
  {
    ssrc: uint32,
    fractionLost: fc.integer({ min: 0, max: 255 }),
    cumulativeLost: fc.integer({ min: -0x800000, max: 0x7fffff }),
    highestSequence: uint32,
    jitter: uint32,
    lastSenderReport: uint32,
    delaySinceLast: uint32,
  },
  plain,
);
const packet: fc.Arbitrary<OutboundRtcpPacket> = fc.oneof(
  fc.record(
    {
      type: fc.constant("senderReport" as const),
      ssrc: uint32,
      ntpSeconds: uint32,
      ntpFraction: uint32,
      timestamp: uint32,
      packets: uint32,
      payloadBytes: uint32,
      reports: fc.array(block, { maxLength: 3 }),
    },
    plain,
  ),
  fc.record(
    {
      type: fc.constant("receiverReport" as const),
      ssrc: uint32,
      reports: fc.array(block, { maxLength: 3 }),
    },
    plain,
  ),
  fc.record(
    {
      type: fc.constant("sourceDescription" as const),
      ssrc: uint32,
      cname: fc.string({ unit: fc.constantFrom("a", "@", "7", "é"), maxLength: 30 }),
    },
    plain,
  ),
  fc.record({ type: fc.constant("goodbye" as const), ssrcs: fc.array(uint32, { maxLength: 3 }) }, plain),
);
const compound = fc.array(packet, { minLength: 1, maxLength: 5 });

describe("wire/rtcp", () => {
  it("reads a sender report and CNAME laid out by hand (RFC 3550 §6.4.1, §6.5.1)", () => {
    const bytes = Uint8Array.from(
      (
        "81c8000c 11111111 22222222 33333333 44444444 00000005 00000320" +
        "aaaaaaaa 40fffffe 00010002 00000003 00000004 00000005" +
        "81ca0003 11111111 01036162 63000000"
      )
        .replaceAll(" ", "")
        .match(/../g)
        ?.map((pair) => Number.parseInt(pair, 16)) ?? [],
    );
    const packets: OutboundRtcpPacket[] = [
      {
        type: "senderReport",
        ssrc: 0x11111111,
        ntpSeconds: 0x22222222,
        ntpFraction: 0x33333333,
        timestamp: 0x44444444,
        packets: 5,
        payloadBytes: 800,
        reports: [
          {
            ssrc: 0xaaaaaaaa,
            fractionLost: 0x40,
            cumulativeLost: -2,
            highestSequence: 0x00010002,
            jitter: 3,
            lastSenderReport: 4,
            delaySinceLast: 5,
          },
        ],
      },
      { type: "sourceDescription", ssrc: 0x11111111, cname: "abc" },
    ];
    assert.deepEqual(decodeRtcp(bytes), { ok: true, value: packets });
    assert.deepEqual(encodeRtcp(packets), bytes);
  });

  it("reads every compound it writes, whose packets are whole words", () => {
    fc.assert(
      fc.property(compound, (packets) => {
        const bytes = encodeRtcp(packets);
        assert.equal(bytes.length % 4, 0);
        assert.equal(rtpKind(bytes), "rtcp");
        assert.deepEqual(decodeRtcp(bytes), { ok: true, value: packets });
      }),
      seeded(1000),
    );
  });

  it("tolerates reduced size (RFC 5506), and steps over feedback and application packets", () => {
    const bye = encodeRtcp([{ type: "goodbye", ssrcs: [1] }]);
    const feedback = Uint8Array.of(0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2);
    const noSources = Uint8Array.of(0x80, 202, 0, 0);
    assert.deepEqual(decodeRtcp(Uint8Array.from([...feedback, ...noSources, ...bye])), {
      ok: true,
      value: [
        { type: "other", packetType: 206 },
        { type: "other", packetType: 202 },
        { type: "goodbye", ssrcs: [1] },
      ],
    });
  });

  it("takes padding off the last packet and refuses it elsewhere", () => {
    const padded = Uint8Array.of(0xa1, 203, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4);
    const last = encodeRtcp([{ type: "goodbye", ssrcs: [2] }]);
    assert.deepEqual(decodeRtcp(padded), { ok: true, value: [{ type: "goodbye", ssrcs: [1] }] });
    assert.deepEqual(decodeRtcp(Uint8Array.from([...padded, ...last])), {
      ok: false,
      error: { kind: "wrong-length", at: 11, in: "rtcp/padding" },
    });
  });

  it("refuses more packets than its bound, without reading on", () => {
    const bytes = new Uint8Array(4 * 9).map((_, i) => [0x80, 203, 0, 0][i % 4] ?? 0);
    assert.equal(decodeRtcp(bytes.subarray(0, 32)).ok, true);
    assert.deepEqual(decodeRtcp(bytes), {
      ok: false,
      error: { kind: "too-long", at: 32, in: "rtcp/packets" },
    });
  });

  it("names what is wrong with mutations of valid compounds, and never throws", () => {
    const source = new MutationSource();
    const share = new BranchShare("wire/rtcp");
    for (const packets of samples(compound, 6000)) {
      const decoded = decodeRtcp(mutated(encodeRtcp(packets), source));
      share.count(decoded.ok ? "accepted" : `${decoded.error.in} ${decoded.error.kind}`);
    }
    share.print();
    for (const branch of [
      "accepted",
      "rtcp/header truncated",
      "rtcp/version out-of-range",
      "rtcp/length wrong-length",
      "rtcp/padding wrong-length",
      "rtcp/packetType unknown-kind",
      "rtcp/senderReport truncated",
      "rtcp/receiverReport truncated",
      "rtcp/goodbye truncated",
      "rtcp/sourceDescription/item truncated",
      "rtcp/sourceDescription/cname missing",
      "rtcp/sourceDescription/cname bad-text",
    ]) {
      assert.ok(share.of(branch) > 0, branch);
    }
  });

  it("is total: any bytes give a value or an error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        assert.equal(typeof decodeRtcp(bytes).ok, "boolean");
      }),
      seeded(2000),
    );
  });
});
