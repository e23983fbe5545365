import assert from "node:assert/strict";
import { slotKey } from "../../firmware/storage/item-slots.js";
import { storedItems, type StoredItem } from "../../firmware/storage/stored-item.js";
import { decodeMessage } from "../../firmware/wire/message.js";
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

/** What alice says about her memory after she is switched on with changed values; she joins in any case. */
function bootWith(
  stack: FullStack,
  keys: readonly string[],
  change: (value: Uint8Array) => Uint8Array,
): string[] {
  const memory = memoryOf(stack);
  const whole = keys.map((key) => memory.get(key) ?? new Uint8Array(0));
  for (const key of keys) memory.corrupt(key, change);
  stack.on(["alice"]);
  stack.next("alice", "registered");
  const warnings = stack.lab.eventsOf("alice").filter(({ event }) => event === "warning");
  stack.lab.switchOff("alice");
  for (const [at, key] of keys.entries()) memory.set(key, whole[at] ?? new Uint8Array(0));
  return warnings.map(({ sentence }) => String(sentence));
}

const items = Object.keys(storedItems) as StoredItem[];
const keysOf = (item: StoredItem): string[] => [slotKey(item, 0), slotKey(item, 1)];

describe(`what a phone keeps, damaged (seed ${seed})`, () => {
  it("every key is in use, so that every case below is a real one", () => {
    const stack = usedPhone("keys");
    assert.deepEqual(new Set(memoryOf(stack).keys), new Set(items.flatMap(keysOf)));
  });

  for (const item of items) {
    it(`${item}, a copy cut: the phone says so, has the last good state, joins and can be called`, () => {
      const stack = usedPhone(`cut ${item}`);
      for (const key of keysOf(item)) {
        const length = memoryOf(stack).get(key)?.length ?? 0;
        for (const kept of new Set([0, length - 1])) {
          const warnings = bootWith(stack, [key], (value) => value.slice(0, kept));
          assert.equal(warnings.length, 1, `${kept} of ${length} bytes: ${warnings.join(" ")}`);
          assert.match(warnings[0] ?? "", /one copy is damaged: the last good one is used/);
        }
      }
      stack.on(["alice"]);
      stack.next("alice", "registered");
      stack.run(15_000);
      stack.assertFree("alice", "bob");
    });

    it(`${item}, both copies cut: the phone goes on without, and says so`, () => {
      const stack = usedPhone(`both cut ${item}`);
      const warnings = bootWith(stack, keysOf(item), (value) => value.slice(0, value.length >> 1));
      assert.equal(warnings.length, 1, warnings.join(" "));
      assert.match(warnings[0] ?? "", /^What is stored as .* is damaged/);
    });
  }

  it("a flipped bit or another small change anywhere: starts, says so, and the other copy serves", () => {
    const source = new MutationSource();
    for (let run = 0; run < 40; run++) {
      const stack = usedPhone(`flipped ${run}`);
      const key = items.flatMap(keysOf)[run % (2 * items.length)] ?? "settings";
      const before = memoryOf(stack).get(key) ?? new Uint8Array();
      let changed = before;
      while (Buffer.compare(changed, before) === 0) changed = mutated(changed, source);
      const warnings = bootWith(stack, [key], () => changed);
      assert.equal(warnings.length, 1, `${key}: ${warnings.join(" ")}`);
    }
  });
});

describe(`own records over a restart (seed ${seed})`, () => {
  /** A phone of an overlay with a tap on what is answered to alice's Stores. */
  function tapped(title: string): { stack: FullStack; refusals: () => number } {
    let refused = 0;
    const stack = new FullStack(title, {
      onOpened: (name, { direction, plaintext }) => {
        const message = decodeMessage(plaintext);
        if (name !== "alice" || direction !== "in" || !message.ok) return;
        if (message.value.type === "storeAnswer" && message.value.status === "generation-too-low") refused++;
      },
    });
    stack.joined(["alice", "bob", "carol"]);
    return { stack, refusals: () => refused };
  }

  function restarted(stack: FullStack, lost: readonly StoredItem[]): number {
    stack.lab.switchOff("alice");
    for (const key of lost.flatMap(keysOf)) memoryOf(stack).delete(key);
    stack.on(["alice"]);
    stack.next("alice", "registered");
    stack.run(20_000);
    return Number(stack.lab.eventsOf("alice").find(({ event }) => event === "started")?.["bootCount"]);
  }

  it("the count of starts is lost: the phone goes on above what it published, and is refused nothing", () => {
    const { stack, refusals } = tapped("count lost");
    for (let start = 2; start < 6; start++) assert.equal(restarted(stack, []), start);
    assert.equal(restarted(stack, ["boot-count"]), 6);
    assert.equal(refusals(), 0);
  });

  it("all counts are lost: what others keep is continued once, and later starts are above it from the first", () => {
    const { stack, refusals } = tapped("counts lost");
    for (let start = 2; start < 6; start++) restarted(stack, []);
    assert.equal(restarted(stack, ["boot-count", "records"]), 1);
    const refused = refusals();
    assert.ok(refused > 0, "others keep a newer record");
    assert.equal(restarted(stack, []), 6);
    assert.equal(restarted(stack, []), 7);
    assert.equal(refusals(), refused);
    stack.assertFree("bob", "alice");
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
