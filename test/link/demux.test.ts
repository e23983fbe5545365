import assert from "node:assert/strict";
import { classify } from "../../firmware/link/demux.js";

describe("link/demux", () => {
  it("tells all 256 first bytes apart as RFC 7983 §7 and protocol §2 have it", () => {
    const expected = (first: number): string => {
      if (first < 4) return "stun";
      if (first === 13) return "dns";
      if (first >= 0x40 && first < 0x50) return "channel";
      if (first >= 0x80 && first < 0xc0) return "media";
      if (first >= 0xc0 && first < 0xe0) return "frame";
      return first === 0xe0 ? "beacon" : "unknown";
    };
    for (let first = 0; first < 256; first++) {
      assert.equal(classify(Uint8Array.of(first, 1, 2)), expected(first), `first byte ${first}`);
    }
  });

  it("gives an empty datagram to nobody", () => {
    assert.equal(classify(new Uint8Array(0)), "unknown");
  });

  it("knows why plain SIP needs a socket of its own: its first letters are TURN channels'", () => {
    for (const letter of ["ACK", "BYE", "CANCEL", "INVITE", "MESSAGE", "OPTIONS"]) {
      assert.equal(classify(new TextEncoder().encode(letter)), "channel", letter);
    }
  });
});
