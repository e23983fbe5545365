import assert from "node:assert/strict";
import { hostLimits, phoneLimits } from "../../firmware/core/limits.js";
import { instant } from "../../firmware/core/time.js";
import { ReassemblyTable, splitMessage } from "../../firmware/link/fragment.js";
import { HelloLimiter } from "../../firmware/link/hello-limiter.js";
import { IndexRegistry } from "../../firmware/link/index-registry.js";
import { SourceCredit } from "../../firmware/link/source-credit.js";
import { decodeMessage } from "../../firmware/wire/message.js";
import type { Fragment } from "../../firmware/wire/kinds/session.js";
import { TestRandom } from "../identity/fixtures.js";

const at = (ms: number): ReturnType<typeof instant> => instant(ms);

/** The fragments of a message of `length` bytes. */
function fragmentsOf(length: number, id: number): Fragment[] {
  const message = Uint8Array.from({ length }, (_, i) => i & 0xff);
  return (splitMessage(message, id, 1178) ?? []).map((bytes) => {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok || decoded.value.type !== "fragment") throw new Error("no fragment");
    return decoded.value;
  });
}

describe("link/hello-limiter", () => {
  it("answers one address 3 at once and 1 a second", () => {
    const limiter = new HelloLimiter(phoneLimits);
    let answered = 0;
    for (let ms = 0; ms <= 10_000; ms += 100)
      if (limiter.admits(at(ms), "192.0.2.1", true) === "yes") answered++;
    assert.equal(answered, 3 + 10);
  });

  it("leaves those with a cookie their share when those without have spent theirs", () => {
    const limiter = new HelloLimiter(phoneLimits);
    for (let i = 0; i < 1000; i++) limiter.admits(at(0), `10.0.${i >> 8}.${i & 255}`, false);
    assert.equal(limiter.admits(at(0), "192.0.2.1", false), "hello-rate");
    assert.equal(limiter.admits(at(0), "192.0.2.2", true), "yes");
  });

  it("answers 200 a second in all on a host", () => {
    const limiter = new HelloLimiter(hostLimits);
    let answered = 0;
    for (let i = 0; i < 5000; i++) {
      if (limiter.admits(at(i), `10.0.${i >> 8}.${i & 255}`, true) === "yes") answered++;
    }
    assert.ok(answered >= 1190 && answered <= 1200, `${answered}`);
  });
});

describe("link/source-credit", () => {
  it("allows three bytes for each that came, and nothing to a stranger or after it fell out of the table", () => {
    const credit = new SourceCredit(2);
    assert.ok(!credit.take("a", 1));
    credit.earn(at(0), "a", 100);
    assert.ok(credit.take("a", 200));
    assert.ok(credit.take("a", 100));
    assert.ok(!credit.take("a", 1));
    credit.earn(at(1), "a", 10);
    credit.earn(at(2), "b", 10);
    credit.earn(at(3), "c", 10);
    assert.ok(!credit.take("a", 1), "two addresses are remembered");
    credit.earn(at(20_000), "d", 1);
    assert.ok(!credit.take("b", 1), "ten seconds are over");
  });
});

describe("link/index-registry", () => {
  it("draws indexes that are not taken and never 0", () => {
    const registry = new IndexRegistry<string>(new TestRandom("indexes"));
    for (let i = 0; i < 2000; i++) {
      const index = registry.draw();
      assert.ok(index > 0 && index < 2 ** 24 && registry.find(index) === undefined);
      registry.set(index, "taken");
    }
    assert.equal(registry.size, 2000);
  });
});

describe("link/fragment", () => {
  it("puts parts together in any order and takes each once", () => {
    const table = new ReassemblyTable(2);
    const [first, second, third] = fragmentsOf(3000, 9);
    if (first === undefined || second === undefined || third === undefined)
      throw new Error("three fragments");
    assert.equal(table.handleFragment(at(0), 1, third), "waiting");
    assert.equal(table.handleFragment(at(0), 1, third), "waiting");
    assert.equal(table.handleFragment(at(0), 1, first), "waiting");
    const whole = table.handleFragment(at(0), 1, second);
    assert.ok(whole instanceof Uint8Array);
    assert.deepEqual(
      whole,
      Uint8Array.from({ length: 3000 }, (_, i) => i & 0xff),
    );
    assert.equal(table.size, 0);
  });

  it("has one message of a link at a time: a newer one takes the place, an older one does not", () => {
    const table = new ReassemblyTable(2);
    const [old] = fragmentsOf(2000, 254);
    const [young, rest] = fragmentsOf(2000, 1);
    if (old === undefined || young === undefined || rest === undefined) throw new Error("fragments");
    table.handleFragment(at(0), 1, old);
    assert.equal(table.handleFragment(at(1), 1, young), "waiting");
    assert.equal(table.handleFragment(at(2), 1, old), "refused");
    assert.ok(table.handleFragment(at(3), 1, rest) instanceof Uint8Array);
  });

  it("refuses parts that do not agree on their count", () => {
    const table = new ReassemblyTable(2);
    const [two] = fragmentsOf(2000, 3);
    const three = fragmentsOf(3000, 3)[2];
    if (two === undefined || three === undefined) throw new Error("fragments");
    table.handleFragment(at(0), 1, two);
    assert.equal(table.handleFragment(at(0), 1, three), "refused");
  });

  it("gives up a message a second old for a newer one when all places are taken, and no younger one", () => {
    const table = new ReassemblyTable(2);
    const [part] = fragmentsOf(2000, 3);
    if (part === undefined) throw new Error("fragments");
    table.handleFragment(at(0), 1, part);
    table.handleFragment(at(500), 2, part);
    assert.equal(table.handleFragment(at(900), 3, part), "refused");
    assert.equal(table.handleFragment(at(1000), 3, part), "waiting");
    assert.equal(table.size, 2);
    assert.equal(table.handleTimeout(at(3500)), 1);
    assert.equal(table.pollTimeout()?.at, 4000);
    table.forget(3);
    assert.equal(table.size, 0);
  });
});
