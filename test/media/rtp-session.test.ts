import assert from "node:assert/strict";
import { instant } from "../../firmware/core/time.js";
import { decodeRtp, rtpKind } from "../../firmware/wire/rtp.js";
import type { PacketProtection } from "../../firmware/media/packet-protection.js";
import { BranchShare, mutated } from "../support/mutation.js";
import { MutationSource } from "../support/seed.js";
import { audioOf, drain, eventsOf, frame, session } from "./virtual-call.js";

describe("media/rtp-session", () => {
  it("sends a packet of 172 bytes for each frame, numbered and timed one after the other, the first one marked", () => {
    const alice = session("alice");
    const headers = Array.from({ length: 4 }, () => {
      const bytes = audioOf(alice);
      assert.equal(bytes.length, 172);
      const decoded = decodeRtp(bytes);
      assert.ok(decoded.ok);
      return decoded.value;
    });
    const first = headers[0];
    assert.ok(first);
    headers.forEach((header, i) => {
      assert.equal(header.payloadType, 0);
      assert.equal(header.marker, i === 0);
      assert.equal(header.ssrc, first.ssrc);
      assert.equal(header.sequence, first.sequence + i);
      assert.equal(header.timestamp, (first.timestamp + 160 * i) >>> 0);
    });
    assert.equal(alice.statistics().sent, 4);
  });

  it("rests speech while a tone lasts, and sends it beside the three ends", () => {
    const alice = session("alice");
    alice.sendDigit(instant(0), "7");
    const ticks = Array.from({ length: 10 }, () => {
      alice.capture(instant(0), frame);
      return drain(alice).map((bytes) => {
        const decoded = decodeRtp(bytes);
        return decoded.ok ? decoded.value.payloadType : -1;
      });
    });
    assert.deepEqual(ticks, [[101], [101], [101], [101], [101], [101, 0], [101, 0], [101, 0], [0], [0]]);
  });

  it("refuses digits when no events were agreed on", () => {
    const bob = session("bob");
    const random = { fill: (target: Uint8Array): Uint8Array => target.fill(7) };
    const bare = session("bare", { random });
    assert.equal(bare.sendDigit(instant(0), "1"), true);
    bob.stop(instant(0));
    assert.equal(bob.sendDigit(instant(0), "1"), false);
  });

  it("latches on the first source and drops strangers, however many, without forgetting or growing", () => {
    const [alice, bob, mallory] = [session("alice"), session("bob"), session("mallory")];
    bob.handlePacket(instant(0), audioOf(alice));
    const packet = audioOf(mallory);
    for (let i = 0; i < 20_000; i++) {
      const view = new DataView(packet.buffer, packet.byteOffset);
      view.setUint32(8, i);
      view.setUint16(2, i & 0xffff);
      bob.handlePacket(instant(1), packet);
    }
    const { received, strangers } = bob.statistics();
    assert.deepEqual({ received, strangers }, { received: 1, strangers: 20_000 });
    assert.deepEqual(eventsOf(bob), [{ kind: "streamStarted" }]);
    bob.handlePacket(instant(2), audioOf(alice));
    assert.equal(bob.statistics().received, 2);
    assert.equal(drain(bob).length, 0);
  });

  it("drops payload types nobody agreed on, its own packets, and sizes that are no G.711 frame", () => {
    const [alice, bob] = [session("alice"), session("bob")];
    const strange = audioOf(alice);
    strange[1] = 96;
    bob.handlePacket(instant(0), strange);
    bob.handlePacket(instant(0), audioOf(bob));
    bob.handlePacket(instant(0), audioOf(alice).subarray(0, 171));
    bob.handlePacket(instant(0), Uint8Array.of(0xc0, 1, 2));
    const { received, strangers, malformed } = bob.statistics();
    assert.deepEqual({ received, strangers, malformed }, { received: 0, strangers: 2, malformed: 2 });
    assert.deepEqual(eventsOf(bob), []);
  });

  it("tells when the stream starts, falls silent, resumes and ends", () => {
    const [alice, bob] = [session("alice"), session("bob")];
    bob.handlePacket(instant(100), audioOf(alice));
    bob.handleTimeout(instant(3099));
    assert.deepEqual(eventsOf(bob), [{ kind: "streamStarted" }]);
    bob.handleTimeout(instant(3100));
    bob.handleTimeout(instant(4000));
    assert.deepEqual(eventsOf(bob), [{ kind: "streamSilent" }]);
    bob.handlePacket(instant(5000), audioOf(alice));
    assert.deepEqual(eventsOf(bob), [{ kind: "streamResumed" }]);
    alice.stop(instant(5100));
    for (const packet of drain(alice)) {
      bob.handlePacket(instant(5100), packet);
      bob.handlePacket(instant(5100), packet);
    }
    bob.handleTimeout(instant(60_000));
    assert.deepEqual(eventsOf(bob), [{ kind: "streamEnded" }]);
  });

  it("tells of silence when nothing ever comes", () => {
    const bob = session("bob");
    bob.handleTimeout(instant(3000));
    assert.deepEqual(eventsOf(bob), [{ kind: "streamSilent" }]);
  });

  it("takes another source after good-bye or 3 s of silence, and plays it from its first packet", () => {
    for (const ending of ["goodbye", "silence"] as const) {
      const [alice, bob, carol] = [session("alice"), session("bob"), session("carol")];
      for (let i = 0; i < 10; i++) bob.handlePacket(instant(20 * i), audioOf(alice));
      if (ending === "goodbye") {
        alice.stop(instant(200));
        for (const packet of drain(alice)) bob.handlePacket(instant(200), packet);
      }
      const now = ending === "goodbye" ? 220 : 3200;
      for (let i = 0; i < 10; i++) {
        bob.handlePacket(instant(now + 20 * i), audioOf(carol));
        bob.playout(instant(now + 20 * i));
      }
      assert.equal(bob.statistics().strangers, 0, ending);
      assert.equal(bob.statistics().received, 20, ending);
      assert.equal(bob.statistics().lost, 0, ending);
      assert.ok(bob.playout(instant(now + 200)).some((sample) => sample !== 0));
    }
  });

  it("does nothing more after it has said good-bye", () => {
    const [alice, bob] = [session("alice"), session("bob")];
    const late = audioOf(bob);
    alice.stop(instant(0));
    alice.stop(instant(0));
    assert.equal(drain(alice).length, 1);
    alice.capture(instant(20), frame);
    alice.handlePacket(instant(20), late);
    alice.handleTimeout(instant(90_000));
    assert.equal(alice.pollTimeout(), undefined);
    assert.deepEqual([drain(alice).length, eventsOf(alice).length], [0, 0]);
  });

  it("keeps at most eight packets that nobody fetches, the newest", () => {
    const alice = session("alice");
    for (let i = 0; i < 100; i++) alice.capture(instant(20 * i), frame);
    const packets = drain(alice).map((bytes) => decodeRtp(bytes));
    assert.equal(packets.length, 8);
    const numbers = packets.map((packet) => (packet.ok ? packet.value.sequence : -1));
    assert.deepEqual(
      numbers.map((number) => number - (numbers[0] ?? 0)),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
  });

  it("sends and takes everything through the packet protection", () => {
    // Not SRTP, but in its place: a trailer of ten bytes that only the other half of the pair accepts.
    const protection = (out: number, inward: number): PacketProtection => ({
      protect: (packet, length) => {
        packet.fill(out, length, length + 10);
        return length + 10;
      },
      unprotect: (packet) => (packet.at(-1) === inward ? packet.subarray(0, -10) : undefined),
    });
    const alice = session("alice", { protection: protection(1, 2) });
    const bob = session("bob", { protection: protection(2, 1) });
    const packet = audioOf(alice);
    assert.equal(packet.length, 182);
    bob.handlePacket(instant(0), packet);
    alice.handlePacket(instant(0), packet);
    alice.stop(instant(0));
    for (const last of drain(alice)) bob.handlePacket(instant(0), last);
    assert.deepEqual(eventsOf(bob), [{ kind: "streamStarted" }, { kind: "streamEnded" }]);
    assert.deepEqual([alice.statistics().malformed, alice.statistics().received], [1, 0]);
  });

  it("withstands mutations of everything another session sends", () => {
    const [alice, bob] = [session("alice"), session("bob")];
    const source = new MutationSource();
    const share = new BranchShare("media/rtp-session");
    let now = 0;
    for (let i = 0; i < 8000; i++) {
      now += 20;
      if (i % 50 === 0) alice.sendDigit(instant(now), "5");
      alice.capture(instant(now), frame);
      bob.capture(instant(now), frame);
      alice.handleTimeout(instant(now));
      bob.handleTimeout(instant(now));
      for (const packet of drain(bob)) alice.handlePacket(instant(now), packet);
      for (const packet of drain(alice)) {
        const before = bob.statistics();
        bob.handlePacket(instant(now), i % 4 === 0 ? packet : mutated(packet, source));
        const after = bob.statistics();
        const changed = (["received", "duplicate", "strangers", "malformed", "late"] as const).filter(
          (key) => after[key] !== before[key],
        );
        share.count(`${rtpKind(packet)} ${changed.join("+") || "no count"}`);
      }
      const heard = bob.playout(instant(now));
      assert.equal(heard.length, 160);
      const statistics = bob.statistics();
      assert.ok(statistics.jitterMs < 2000 && statistics.playoutDelayMs <= 400);
      eventsOf(bob);
    }
    share.print();
    for (const branch of [
      "rtp received",
      "rtp malformed",
      "rtp strangers",
      "rtcp malformed",
      "rtcp no count",
    ]) {
      assert.ok(share.of(branch) > 0, branch);
    }
  });
});
