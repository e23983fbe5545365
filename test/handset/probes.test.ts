import assert from "node:assert/strict";
import type { PrintedEvent } from "../../host-sim/virtual/lab.js";
import { FullStack, phones } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

/** What a phone tells of its probes within some seconds. */
function traced(stack: FullStack, name: string, line: string): PrintedEvent[] {
  const before = stack.lab.eventsOf(name).length;
  stack.type(name, line);
  stack.run(6000);
  return stack.lab
    .eventsOf(name)
    .slice(before)
    .filter(({ event }) => event === "traced");
}

function routeOf(event: PrintedEvent): string[] {
  return String(event["route"]).split(" ");
}

function idOf(stack: FullStack, name: string): string {
  return String(stack.ask(name, "show", "identity")["nodeId"]);
}

describe(`probes of a technician (seed ${seed})`, () => {
  it("probe: the own place and three others are answered, with hops and time; the own one by a neighbour", () => {
    const stack = new FullStack("probe", {
      path: {
        delayMeanMs: 10,
        delayMinMs: 10,
        jitterMs: 0,
        lossRatio: 0,
        duplicateRatio: 0,
        reorderRatio: 0,
      },
    });
    const names = phones(4);
    stack.joined(names);
    const ids = names.map((name) => idOf(stack, name).slice(0, 8));
    const answers = traced(stack, "phone1", "probe");
    assert.equal(answers.length, 4);
    for (const answer of answers) {
      assert.equal(answer["answered"], true);
      const route = routeOf(answer);
      assert.equal(answer["hops"], route.length);
      assert.ok(route.every((prefix) => ids.includes(prefix)));
      if (answer["to"] === "its own place") assert.notEqual(route[0], ids[0], "it goes by a neighbour");
      else {
        assert.equal(route.length, 1);
        assert.equal(answer["elapsedMs"], route[0] === ids[0] ? 0 : 20);
      }
    }
    assert.ok(answers.some(({ to }) => to === "its own place"));
  });

  it("trace: over whom a name is looked up, where not all phones have a link to each other", () => {
    const stack = new FullStack("trace");
    const names = phones(9);
    stack.on(names, { arenaBytes: 96 * 1024 });
    for (const name of names) stack.next(name, "registered");
    stack.run(10_000);
    const ids = names.map((name) => idOf(stack, name).slice(0, 8));
    for (const name of names) for (const other of names) stack.type(name, `trace ${other}`);
    stack.run(6000);
    const answers = names.flatMap((name) => stack.since(name, "traced"));
    assert.equal(answers.length, names.length ** 2);
    let far = 0;
    for (const answer of answers) {
      assert.equal(answer["answered"], true);
      const route = routeOf(answer);
      assert.equal(route.length, answer["hops"]);
      assert.ok(route.every((prefix) => ids.includes(prefix)));
      if (route.length > 1) far++;
    }
    assert.ok(far > 0, "some ways have two hops");
  });

  it("alone it answers itself, and says so", () => {
    const stack = new FullStack("probe alone");
    stack.joined(["alice"]);
    const answers = traced(stack, "alice", "trace bob");
    assert.match(
      String(answers[0]?.["sentence"]),
      /The way to the place of bob, [0-9a-f]{8}: this phone itself answered/,
    );
  });

  it("cut off, it says that nobody has answered", () => {
    const stack = new FullStack("probe cut off");
    stack.joined(["alice", "bob"]);
    stack.lab.switchOff("bob");
    const own = traced(stack, "alice", "probe").find(({ to }) => to === "its own place");
    assert.equal(own?.["answered"], false);
    assert.match(String(own["sentence"]), /^No answer from its own place, in \d+ ms/);
  });

  it("records: whose they are, of what kind, for how long still, and how many copies are known", () => {
    const stack = new FullStack("records");
    stack.joined(["alice", "bob", "carol"]);
    stack.run(30_000);
    const { records } = stack.ask("alice", "records", "records");
    const rows = records as { name: string; kind: string; leftMs: number; copies: number }[];
    assert.deepEqual(rows.map(({ name }) => name).sort(), ["alice", "bob", "carol"]);
    for (const { kind, leftMs, copies } of rows) {
      assert.equal(kind, "registration");
      assert.ok(leftMs > 1_700_000 && leftMs <= 1_800_000, `${leftMs}`);
      assert.equal(copies, 3);
    }
  });
});
