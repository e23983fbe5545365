import assert from "node:assert/strict";
import { instant } from "../../firmware/core/time.js";
import { Reception } from "../../firmware/media/reception.js";
import { Prng } from "../../host-sim/virtual/prng.js";
import { seed } from "../support/seed.js";

describe("media/reception", () => {
  it("says where each packet stands, across the wrap of the sequence number", () => {
    const reception = new Reception();
    const standings = [65533, 65534, 0, 65535, 0, 65534, 3, 1].map((sequence) => reception.note(sequence));
    const expected = ["next", "next", "ahead", "behind", "duplicate", "duplicate", "ahead", "behind"];
    assert.deepEqual(standings, expected);
    assert.equal(reception.received, 6);
    assert.equal(reception.duplicates, 2);
    assert.equal(reception.lost, 1);
    assert.equal(reception.highestSequence, 0x10003);
  });

  it("counts a packet that overtook the first one", () => {
    const reception = new Reception();
    assert.deepEqual(
      [11, 10, 12].map((sequence) => reception.note(sequence)),
      ["next", "behind", "next"],
    );
    assert.equal(reception.lost, 0);
  });

  it("takes a far jump for a restart only when a second packet confirms it (RFC 3550 A.1)", () => {
    const reception = new Reception();
    for (let sequence = 0; sequence < 10; sequence++) reception.note(sequence);
    assert.equal(reception.note(40000), "stale");
    assert.equal(reception.note(10), "next");
    assert.equal(reception.note(40001), "stale");
    assert.equal(reception.note(40002), "restarted");
    assert.equal(reception.note(40003), "next");
    assert.equal(reception.received, 13);
    assert.equal(reception.lost, 0);
  });

  it("never restarts on packets that are only old", () => {
    const reception = new Reception();
    for (let sequence = 0; sequence < 300; sequence++) reception.note(sequence);
    for (let sequence = 100; sequence < 200; sequence++) assert.equal(reception.note(sequence), "stale");
    assert.equal(reception.note(300), "next");
  });

  it("counts as a set of numbers does, for any loss, order and duplication", () => {
    const random = new Prng(`${seed}/reception`);
    for (let run = 0; run < 50; run++) {
      const reception = new Reception();
      const start = random.below(65536);
      const order = Array.from({ length: 500 }, (_, i) => ({ i, at: i + random.below(10) }))
        .filter(({ i }) => i === 0 || i === 499 || !random.chance(0.1))
        .flatMap((packet) => (random.chance(0.1) ? [packet, packet] : [packet]))
        .sort((a, b) => a.at - b.at);
      let duplicates = 0;
      for (const { i } of order) if (reception.note((start + i) & 0xffff) === "duplicate") duplicates++;
      const distinct = new Set(order.map(({ i }) => i)).size;
      assert.equal(reception.received, distinct);
      assert.equal(reception.duplicates, order.length - distinct);
      assert.equal(duplicates, order.length - distinct);
      assert.equal(reception.lost, 500 - distinct);
    }
  });

  it("tells the share lost since it was last asked (RFC 3550 A.3)", () => {
    const reception = new Reception();
    for (let sequence = 0; sequence < 100; sequence++) if (sequence % 4 !== 1) reception.note(sequence);
    assert.equal(reception.takeFractionLost(), 64);
    for (let sequence = 100; sequence < 200; sequence++) reception.note(sequence);
    assert.equal(reception.takeFractionLost(), 0);
    assert.equal(reception.takeFractionLost(), 0);
  });

  it("settles on the mean difference of transit times as jitter (RFC 3550 A.8)", () => {
    const reception = new Reception();
    // Every other packet is 10 ms late: each difference is 10 ms, 80 samples.
    for (let i = 0; i < 200; i++) reception.noteArrival(instant(20 * i + (i % 2) * 10), 160 * i);
    assert.ok(Math.abs(reception.jitterSamples - 80) < 0.1);
    reception.noteArrival(instant(4000), 3_000_000_000);
    assert.ok(Math.abs(reception.jitterSamples - 80) < 0.1, "a timestamp that jumped is no jitter");
  });

  it("keeps totals when another source takes over, and reports the new one alone", () => {
    const reception = new Reception();
    for (const sequence of [1, 2, 5]) reception.note(sequence);
    reception.forgetSource();
    for (const sequence of [900, 902]) reception.note(sequence);
    assert.deepEqual([reception.received, reception.lost, reception.cumulativeLost], [5, 3, 1]);
  });
});
