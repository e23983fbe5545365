import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeRtp, rtpHeaderBytes, rtpKind, writeRtpHeader } from "../../firmware/wire/rtp.js";
import type { RtpHeader } from "../../firmware/wire/rtp.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource, samples, seeded } from "../support/seed.js";

const header = fc.record({
  marker: fc.boolean(),
  payloadType: fc.integer({ min: 0, max: 127 }).filter((type) => type < 64 || type > 95),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  timestamp: fc.integer({ min: 0, max: 0xffffffff }),
  ssrc: fc.integer({ min: 0, max: 0xffffffff }),
});

/** A packet by RFC 3550 §5.1, laid out here by hand: with sources, extension and padding as they may stand. */
const packet = fc
  .record({
    header,
    sources: fc.integer({ min: 0, max: 15 }),
    extensionWords: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }),
    payload: fc.uint8Array({ minLength: 0, maxLength: 200 }),
    padding: fc.integer({ min: 0, max: 40 }),
  })
  .map(({ header, sources, extensionWords, payload, padding }) => {
    const { marker, payloadType, sequence, timestamp, ssrc } = header;
    const extension = extensionWords === undefined ? [] : [0xbe, 0xde, 0, extensionWords];
    const view = new DataView(new ArrayBuffer(12));
    const flags = (padding > 0 ? 0x20 : 0) | (extensionWords === undefined ? 0 : 0x10);
    view.setUint8(0, 0x80 | flags | sources);
    view.setUint8(1, (marker ? 0x80 : 0) | payloadType);
    view.setUint16(2, sequence);
    view.setUint32(4, timestamp);
    view.setUint32(8, ssrc);
    const tail = padding > 0 ? [...new Array<number>(padding - 1).fill(0), padding] : [];
    const bytes = Uint8Array.from([
      ...new Uint8Array(view.buffer),
      ...new Array<number>(4 * sources).fill(7),
      ...extension,
      ...new Array<number>(4 * (extensionWords ?? 0)).fill(9),
      ...payload,
      ...tail,
    ]);
    return { header, payload, bytes };
  });

describe("wire/rtp", () => {
  it("reads a packet laid out by hand", () => {
    const bytes = Uint8Array.of(
      0x80,
      0x80,
      0x12,
      0x34,
      0xde,
      0xad,
      0xbe,
      0xef,
      0xca,
      0xfe,
      0xba,
      0xbe,
      1,
      2,
      3,
    );
    assert.deepEqual(decodeRtp(bytes), {
      ok: true,
      value: {
        marker: true,
        payloadType: 0,
        sequence: 0x1234,
        timestamp: 0xdeadbeef,
        ssrc: 0xcafebabe,
        payload: Uint8Array.of(1, 2, 3),
      },
    });
  });

  it("reads every header it writes, around any payload", () => {
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 300 }), (fields, payload) => {
        const bytes = new Uint8Array(rtpHeaderBytes + payload.length);
        writeRtpHeader(bytes, fields);
        bytes.set(payload, rtpHeaderBytes);
        const decoded = decodeRtp(bytes);
        assert.deepEqual(decoded, { ok: true, value: { ...fields, payload } });
        assert.equal(rtpKind(bytes), "rtp");
      }),
      seeded(500),
    );
  });

  it("passes over contributing sources and extension, and takes padding off", () => {
    fc.assert(
      fc.property(packet, ({ header, payload, bytes }) => {
        assert.deepEqual(decodeRtp(bytes), { ok: true, value: { ...header, payload } });
      }),
      seeded(500),
    );
  });

  it("gives the payload as a view, not a copy", () => {
    const bytes = new Uint8Array(172);
    writeRtpHeader(bytes, {
      marker: false,
      payloadType: 0,
      sequence: 1,
      timestamp: 2,
      ssrc: 3,
    } satisfies RtpHeader);
    const decoded = decodeRtp(bytes);
    assert.ok(decoded.ok);
    assert.equal(decoded.value.payload.buffer, bytes.buffer);
  });

  it("tells RTCP from RTP by the second byte, and both from everything else by the first (RFC 5761, RFC 7983)", () => {
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        const isMedia = first >= 128 && first <= 191;
        const expected = !isMedia ? "neither" : second >= 192 && second <= 223 ? "rtcp" : "rtp";
        assert.equal(rtpKind(Uint8Array.of(first, second)), expected);
      }
    }
    assert.equal(rtpKind(Uint8Array.of(0x80)), "neither");
  });

  it("names what is wrong with mutations of valid packets, and never throws", () => {
    const source = new MutationSource();
    const share = new BranchShare("wire/rtp");
    for (const { bytes } of samples(packet, 4000)) {
      const mutant = mutated(bytes, source);
      const decoded = decodeRtp(mutant);
      share.count(decoded.ok ? "accepted" : `${decoded.error.in} ${decoded.error.kind}`);
      if (!decoded.ok) continue;
      assert.equal((mutant[0] ?? 0) >> 6, 2);
      assert.ok(decoded.value.payload.length <= mutant.length - rtpHeaderBytes);
    }
    share.print();
    for (const branch of [
      "accepted",
      "rtp/header truncated",
      "rtp/version out-of-range",
      "rtp/payloadType unknown-kind",
      "rtp/csrc truncated",
      "rtp/extension truncated",
      "rtp/padding wrong-length",
    ]) {
      assert.ok(share.of(branch) > 0, branch);
    }
  });

  it("refuses a payload longer than 100 ms of G.711", () => {
    const bytes = new Uint8Array(rtpHeaderBytes + 801);
    writeRtpHeader(bytes, { marker: false, payloadType: 0, sequence: 1, timestamp: 2, ssrc: 3 });
    assert.deepEqual(decodeRtp(bytes), { ok: false, error: { kind: "too-long", at: 12, in: "rtp/payload" } });
    assert.ok(decodeRtp(bytes.subarray(0, -1)).ok);
  });

  it("is total: any bytes give a value or an error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const decoded = decodeRtp(bytes);
        assert.equal(typeof decoded.ok, "boolean");
      }),
      seeded(2000),
    );
  });
});
