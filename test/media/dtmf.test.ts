import assert from "node:assert/strict";
import { decodeEvent, digitOf, DtmfReceiver, DtmfSender, writeEvent } from "../../firmware/media/dtmf.js";
import type { Digit, OutboundEvent } from "../../firmware/media/dtmf.js";

const everyDigit = Array.from("0123456789*#ABCD") as Digit[];

/** The packets of `ticks` ticks, with the timestamp of each tick. */
function packetsOf(sender: DtmfSender, ticks: number, from = 0): OutboundEvent[] {
  const packets: OutboundEvent[] = [];
  for (let i = 0; i < ticks; i++) {
    const packet = sender.step(from + 160 * i);
    if (packet !== undefined) packets.push(packet);
  }
  return packets;
}

describe("media/dtmf", () => {
  it("reads and writes the payload of RFC 4733 §2.3", () => {
    const bytes = Uint8Array.of(9, 0x8a, 0x03, 0x20);
    assert.deepEqual(decodeEvent(bytes), {
      ok: true,
      value: { event: 9, end: true, volume: 10, duration: 800 },
    });
    const written = new Uint8Array(4);
    writeEvent(written, 0, { event: 9, end: true, volume: 10, duration: 800 });
    assert.deepEqual(written, bytes);
    assert.deepEqual(decodeEvent(bytes.subarray(0, 3)), {
      ok: false,
      error: { kind: "truncated", at: 3, in: "event" },
    });
  });

  it("numbers the digits as RFC 4733 §3.2 does, and knows what a person types", () => {
    everyDigit.forEach((digit, event) => {
      const sender = new DtmfSender();
      sender.send(digit);
      assert.equal(sender.step(0)?.payload.event, event);
    });
    assert.equal(digitOf("a"), "A");
    assert.equal(digitOf("#"), "#");
    for (const text of ["", "E", "12", "é"]) assert.equal(digitOf(text), undefined);
  });

  it("sends a tone of 100 ms, its end three times, all with the timestamp of its beginning", () => {
    const sender = new DtmfSender();
    sender.send("5");
    const packets = packetsOf(sender, 12, 1000);
    assert.deepEqual(
      packets.map(({ payload }) => payload.duration),
      [160, 320, 480, 640, 800, 800, 800, 800],
    );
    assert.deepEqual(
      packets.map(({ payload }) => payload.end),
      [false, false, false, false, false, true, true, true],
    );
    assert.deepEqual(
      packets.map(({ first }) => first),
      [true, false, false, false, false, false, false, false],
    );
    assert.ok(packets.every(({ timestamp }) => timestamp === 1000));
    assert.ok(packets.every(({ payload, replacesAudio }) => replacesAudio === !payload.end));
  });

  it("sends waiting digits one after the other and refuses more than it can hold", () => {
    const sender = new DtmfSender();
    for (let i = 0; i < 32; i++) assert.equal(sender.send("1"), true);
    assert.equal(sender.send("1"), false);
    assert.equal(new Set(packetsOf(sender, 32 * 8).map(({ timestamp }) => timestamp)).size, 32);
    assert.equal(sender.step(0), undefined);
  });

  it("hears each digit once, from whichever of its packets comes first, across the wrap of the timestamp", () => {
    const sender = new DtmfSender();
    for (const digit of everyDigit) sender.send(digit);
    const packets = packetsOf(sender, 8 * 16, 0xffffffff - 3000);
    for (let missing = 0; missing < 8; missing++) {
      const receiver = new DtmfReceiver();
      const heard: Digit[] = [];
      packets.forEach(({ timestamp, payload }, i) => {
        if (i % 8 < missing) return;
        const digit = receiver.hear(timestamp >>> 0, payload);
        if (digit !== undefined) heard.push(digit);
      });
      assert.deepEqual(heard, everyDigit);
    }
  });

  it("is not fooled by an end that comes after the next digit, nor by events that are no digits", () => {
    const receiver = new DtmfReceiver();
    const tone = { event: 1, end: false, volume: 10, duration: 160 };
    assert.equal(receiver.hear(1000, tone), "1");
    assert.equal(receiver.hear(3000, { ...tone, event: 2 }), "2");
    assert.equal(receiver.hear(1000, { ...tone, end: true }), undefined);
    assert.equal(receiver.hear(3000, { ...tone, event: 2, end: true }), undefined);
    assert.equal(receiver.hear(5000, { ...tone, event: 16 }), undefined);
  });

  it("takes the segments of a key held for long as one digit (RFC 4733 §2.5.1.3)", () => {
    const receiver = new DtmfReceiver();
    const tone = { event: 1, end: false, volume: 10, duration: 0xffff };
    assert.equal(receiver.hear(1000, tone), "1");
    assert.equal(receiver.hear(1000 + 0xffff, { ...tone, duration: 160 }), undefined);
    assert.equal(receiver.hear(1000 + 0xffff + 8000, { ...tone, duration: 160 }), "1");
  });
});
