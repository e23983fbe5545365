import assert from "node:assert/strict";
import { serviceNearMs } from "../../firmware/core/limits.js";
import { gatewaysTo, inOrder, type Choice } from "../../firmware/service-choice.js";
import { TestRandom } from "../identity/fixtures.js";
import { rounds } from "../support/seed.js";

interface Named extends Choice {
  readonly name: string;
}

function names(all: readonly Named[]): string[] {
  return all.map(({ name }) => name);
}

/** How often each comes first in `count` draws. */
function firsts(service: string, all: readonly Named[], count: number): Map<string, number> {
  const random = new TestRandom("service choice");
  const counts = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const order = inOrder(random, service, all);
    assert.deepEqual(names(order).sort(), names(all).sort(), "each is there once");
    const [first] = names(order);
    counts.set(first ?? "", (counts.get(first ?? "") ?? 0) + 1);
  }
  return counts;
}

describe("service-choice", () => {
  const draws = rounds(3000);

  it("who has room for twice as many comes first twice as often; in use is not room", () => {
    const large = { name: "large", capacity: 200 };
    const counts = firsts(
      "stun",
      [large, { name: "small", capacity: 50 }, { name: "busy", capacity: 200, load: 191 }],
      draws,
    );
    const share = (name: string): number => (counts.get(name) ?? 0) / draws;
    assert.ok(Math.abs(share("large") - 200 / 300) < 0.05, `${share("large")}`);
    assert.ok(Math.abs(share("small") - 50 / 300) < 0.05, `${share("small")}`);
    assert.ok(Math.abs(share("busy") - 50 / 300) < 0.05, `${share("busy")}`);
  });

  it("one that is full is still in the list, and hardly ever first", () => {
    const counts = firsts(
      "stun",
      [
        { name: "full", capacity: 300, load: 255 },
        { name: "free", capacity: 300 },
      ],
      draws,
    );
    assert.ok((counts.get("full") ?? 0) < draws / 20);
  });

  it("of relays those near come first, among them by room; of other services being near means nothing", () => {
    const all: Named[] = [
      { name: "far", capacity: 60_000, rttMs: serviceNearMs + 1 },
      { name: "unlinked", capacity: 60_000 },
      { name: "near", capacity: 2, rttMs: serviceNearMs },
      { name: "nearer", capacity: 2, rttMs: 1 },
    ];
    const relays = firsts("turn", all, draws);
    assert.deepEqual([...relays.keys()].sort(), ["near", "nearer"]);
    for (const count of relays.values()) assert.ok(Math.abs(count / draws - 0.5) < 0.05);
    const others = firsts("stun", all, draws);
    assert.ok((others.get("far") ?? 0) + (others.get("unlinked") ?? 0) > 0.99 * draws);
  });

  it("of gateways those that lead to the number: the one that names more of it, then the cheaper", () => {
    const gateway = (name: string, ...paths: readonly [string, number][]): Named => {
      return { name, capacity: 9, paths: paths.map(([prefix, cost]) => ({ prefix, cost })) };
    };
    const all = [
      gateway("dear", ["+49", 30]),
      gateway("cheap", ["+49", 5], ["+4930", 40]),
      gateway("local", ["+1", 1], ["+4930", 9]),
      gateway("abroad", ["+1", 0]),
      { name: "silent", capacity: 9 },
    ];
    assert.deepEqual(names(gatewaysTo("+49301234", all)), ["local", "cheap", "dear"]);
    assert.deepEqual(names(gatewaysTo("+49891234", all)), ["cheap", "dear"]);
    assert.deepEqual(names(gatewaysTo("+15551234", all)), ["abroad", "local"]);
    assert.deepEqual(names(gatewaysTo("110", all)), []);
  });

  it("gateways that are equal stay in the order they are given in", () => {
    const paths = [{ prefix: "+49", cost: 5 }];
    const all = ["c", "a", "b"].map((name) => ({ name, capacity: 9, paths }));
    assert.deepEqual(names(gatewaysTo("+4930", all)), ["c", "a", "b"]);
  });
});
