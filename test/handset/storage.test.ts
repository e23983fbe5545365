import assert from "node:assert/strict";
import { memoryKeys, type MemoryKey } from "../../firmware/memory.js";
import { FullStack } from "../support/full-stack.js";
import { mutated } from "../support/mutation.js";
import { MutationSource, seed } from "../support/seed.js";

/** alice with contacts, a log, settings and remembered peers, switched off; bob goes on. */
function usedPhone(title: string): FullStack {
  const stack = new FullStack(title);
  stack.joined(["alice", "bob"]);
  stack.talk("alice", "bob");
  stack.type("alice", "hangup");
  stack.next("alice", "ended");
  stack.ask("alice", "set volume 7", "done");
  stack.run(60_000);
  stack.lab.switchOff("alice");
  return stack;
}

function memoryOf(stack: FullStack): NonNullable<ReturnType<FullStack["lab"]["handsets"]["get"]>>["memory"] {
  const platform = stack.lab.handsets.get("alice");
  assert.ok(platform !== undefined);
  return platform.memory;
}

/** What alice says about her memory after she is switched on with a changed item; she joins and calls in any case. */
function bootWith(stack: FullStack, key: MemoryKey, change: (value: Uint8Array) => Uint8Array): string[] {
  const memory = memoryOf(stack);
  const whole = memory.get(key);
  assert.ok(whole !== undefined, `nothing is stored as ${key}`);
  memory.corrupt(key, change);
  stack.on(["alice"]);
  stack.next("alice", "registered");
  const warnings = stack.lab.eventsOf("alice").filter(({ event }) => event === "warning");
  stack.lab.switchOff("alice");
  memory.set(key, whole);
  return warnings.map(({ sentence }) => String(sentence));
}

describe(`what a phone keeps, damaged (seed ${seed})`, () => {
  it("every key is in use, so that every case below is a real one", () => {
    const stack = usedPhone("keys");
    assert.deepEqual(new Set(memoryOf(stack).keys), new Set(memoryKeys));
  });

  for (const key of memoryKeys) {
    it(`${key}, cut: the phone starts, says so, and joins`, () => {
      const stack = usedPhone(`cut ${key}`);
      const length = memoryOf(stack).get(key)?.length ?? 0;
      // Each new key claims the name anew, and a name has room for four: the key is cut but twice.
      const cuts = (key === "key-ring" ? [0, length - 1] : [0, 1, length >> 1, length - 1]).filter(
        (kept) => kept < length,
      );
      for (const kept of new Set(cuts)) {
        const warnings = bootWith(stack, key, (value) => value.slice(0, kept));
        assert.equal(warnings.length, 1, `${kept} of ${length} bytes: ${warnings.join(" ")}`);
      }
      stack.on(["alice"]);
      stack.next("alice", "registered");
      stack.run(5000);
      if (key !== "key-ring") stack.assertFree("alice", "bob");
    });
  }

  it("a flipped bit or another small change anywhere: starts, and what is checked says so", () => {
    const source = new MutationSource();
    let told = 0;
    const runs = 40;
    for (let run = 0; run < runs; run++) {
      const stack = usedPhone(`flipped ${run}`);
      const key = memoryKeys[run % memoryKeys.length] ?? "settings";
      const before = memoryOf(stack).get(key) ?? new Uint8Array();
      let changed = before;
      while (Buffer.compare(changed, before) === 0) changed = mutated(changed, source);
      const warnings = bootWith(stack, key, () => changed);
      if (warnings.length > 0) told++;
      else assert.equal(key, "boot-count", "only a bare number may be another valid one");
    }
    console.log(`      ${told} of ${runs} changes were noticed (seed ${seed})`);
    assert.ok(told > runs / 2);
  });
});

describe(`a memory that does not take writes (seed ${seed})`, () => {
  it("a setting stays what it was, and the phone says so", () => {
    const stack = new FullStack("refusing");
    stack.joined(["alice", "bob"]);
    memoryOf(stack).setFaults({ refusing: true });
    stack.type("alice", "set volume 3");
    const failed = stack.next("alice", "storageFailed");
    assert.equal(failed["sentence"], "The settings could not be stored: volume stays 10.");
    const { settings } = stack.ask("alice", "set volume", "settings") as unknown as {
      settings: { value: string }[];
    };
    assert.equal(settings[0]?.value, "10");
  });

  it("calls work, and what could not be kept is named", () => {
    const stack = new FullStack("refusing calls");
    stack.joined(["alice", "bob"]);
    memoryOf(stack).setFaults({ refusing: true });
    stack.assertFree("alice", "bob");
    const keys = stack.lab
      .eventsOf("alice")
      .flatMap((one) => (one.event === "storageFailed" ? [one["key"]] : []));
    assert.deepEqual(new Set(keys), new Set(["contacts", "calls"]));
  });

  it("a first start without a working memory: the phone works, and says what it will lose", () => {
    const stack = new FullStack("refusing from the start");
    stack.on(["alice", "bob"]);
    memoryOf(stack).setFaults({ refusing: true });
    stack.next("alice", "registered");
    stack.next("bob", "registered");
    stack.run(5000);
    assert.deepEqual(
      stack.lab.eventsOf("alice").find((one) => one["key"] === "key-ring")?.event,
      "storageFailed",
    );
    stack.assertFree("alice", "bob");
  });

  for (const keep of ["old", "new"] as const) {
    it(`power fails while a setting is written, the ${keep} value being left: it starts with that`, () => {
      const stack = new FullStack(`cut ${keep}`);
      stack.joined(["alice", "bob"]);
      memoryOf(stack).setFaults({ cutNextWrite: { keep, cut: () => stack.lab.switchOff("alice") } });
      stack.type("alice", "set volume 3");
      stack.run(100);
      assert.equal(stack.lab.handsets.get("alice")?.isOn, false);
      stack.on(["alice"]);
      stack.next("alice", "registered");
      const { settings } = stack.ask("alice", "set volume", "settings") as unknown as {
        settings: { value: string }[];
      };
      assert.equal(settings[0]?.value, keep === "old" ? "10" : "3");
    });
  }
});
