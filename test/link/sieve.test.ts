import assert from "node:assert/strict";
import { datagramBytesMax, phoneLimits } from "../../firmware/core/limits.js";
import { instant } from "../../firmware/core/time.js";
import type { IndexOwner } from "../../firmware/link/context.js";
import { FramePace } from "../../firmware/link/frame-pace.js";
import { IndexRegistry } from "../../firmware/link/index-registry.js";
import type { LinkRow } from "../../firmware/link/link-table.js";
import { indexIn, Sieve } from "../../firmware/link/sieve.js";
import { TestRandom } from "../identity/fixtures.js";

const at = (ms: number): ReturnType<typeof instant> => instant(ms);

function frame(length: number, ...first: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(first);
  return bytes;
}

describe("link/sieve", () => {
  const registry = new IndexRegistry<IndexOwner>(new TestRandom("sieve"));
  registry.set(0x010203, { kind: "session" } as unknown as IndexOwner);

  it("refuses what has no frame's length or first byte, before anything is made of it", () => {
    const sieve = new Sieve(registry, phoneLimits);
    const malformed = [
      frame(1, 0xc0),
      frame(35, 0xc0),
      frame(datagramBytesMax + 1, 0xc0),
      frame(84, 0xc4),
      frame(19, 0xca, 1, 2, 3),
      frame(21, 0xd8, 1, 2, 3),
      frame(84, 0xd1, 1, 2, 3),
      frame(84, 0xdf, 1, 2, 3),
    ];
    for (const bytes of malformed) assert.equal(sieve.refusal(at(0), bytes), "malformed", String(bytes[0]));
  });

  it("lets pass what names an index that is somebody's, and nothing else but hello1", () => {
    const sieve = new Sieve(registry, phoneLimits);
    for (const first of [0xc8, 0xcb, 0xd0, 0xd8]) {
      assert.equal(sieve.refusal(at(0), frame(100, first, 1, 2, 3)), undefined);
      assert.equal(sieve.refusal(at(0), frame(100, first, 1, 2, 4)), "unknown-index");
    }
    assert.equal(indexIn(frame(100, 0xd8, 1, 2, 3)), 0x010203);
  });

  it("reads so many hellos in a second, with and without a cookie, a quarter of them in a call", () => {
    const sieve = new Sieve(registry, phoneLimits);
    const read = (now: number, first: number): number => {
      let count = 0;
      for (let i = 0; i < 1000; i++) if (sieve.refusal(at(now), frame(84, first)) === undefined) count++;
      return count;
    };
    const { hellosReadPerSecond } = phoneLimits;
    assert.deepEqual(
      [read(5000, 0xc0), read(5500, 0xc1), read(5999, 0xc2)],
      [hellosReadPerSecond, 0, hellosReadPerSecond],
    );
    sieve.isBusy = true;
    assert.deepEqual(
      [read(6000, 0xc0), read(6000, 0xc3)],
      [hellosReadPerSecond / 4, hellosReadPerSecond / 4],
    );
  });
});

describe("link/frame-pace", () => {
  const here = { address: "192.0.2.1", port: 6084 };
  const row = (): LinkRow => ({ endpoint: here, paced: 0, pacedIn: 0 }) as unknown as LinkRow;

  it("opens so many frames of a link in a second; only authentic ones count, and other links have their own", () => {
    const pace = new FramePace(phoneLimits);
    const [loud, quiet] = [row(), row()];
    for (let i = 0; i < 5000; i++)
      assert.equal(pace.excess(at(1000), loud, here), undefined, "not authentic");
    for (let i = 0; i < phoneLimits.linkFramesPerSecond; i++) {
      assert.equal(pace.excess(at(1000), loud, here), undefined);
      pace.note(loud);
    }
    assert.equal(pace.excess(at(1999), loud, here), "link-rate");
    assert.equal(pace.excess(at(1999), quiet, here), undefined);
    assert.equal(pace.excess(at(2000), loud, here), undefined);
  });

  it("tries few frames that come from elsewhere than their link is", () => {
    const pace = new FramePace(phoneLimits);
    const elsewhere = { ...here, port: 7000 };
    let tried = 0;
    for (let i = 0; i < 1000; i++) if (pace.excess(at(1000), row(), elsewhere) === undefined) tried++;
    assert.equal(tried, phoneLimits.strayFramesPerSecond);
    assert.equal(pace.excess(at(1000), undefined, here), "stray-rate", "a session that was replaced");
    assert.equal(pace.excess(at(1000), row(), here), undefined);
  });
});
