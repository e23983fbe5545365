import assert from "node:assert/strict";
import { busyLan } from "../../host-sim/virtual/path.js";
import { FullStack } from "../support/full-stack.js";
import { speechOf } from "../support/speech.js";
import { seed } from "../support/seed.js";

/** A run with a bit of everything; the hash of all that went over the wire and was printed. */
function run(title: string): string {
  const stack = new FullStack(title, { path: busyLan });
  const names = ["alice", "bob", "carol", "dave"];
  stack.joined(names, { microphone: speechOf("alice") });
  stack.talk("alice", "bob");
  stack.type("carol", "message dave hello");
  stack.lab.switchOff("dave");
  stack.run(5000);
  stack.type("alice", "hangup");
  stack.next("alice", "ended");
  for (const name of names) stack.lab.network.note(JSON.stringify(stack.lab.eventsOf(name)));
  return stack.lab.network.traceHash();
}

describe(`one seed, one run (seed ${seed})`, () => {
  it("the same seed gives the same run to the last byte, another seed another", () => {
    const first = run("determinism");
    assert.equal(run("determinism"), first);
    assert.notEqual(run("determinism, otherwise"), first);
  });
});
