import assert from "node:assert/strict";
import { natKinds, type NatName } from "../../../host-sim/virtual/nat.js";
import { seed } from "../../support/seed.js";
import { NattedStack, outside } from "./natted-stack.js";

const { symmetric } = natKinds;
const restricted = natKinds["port-restricted"];
/** Datagrams of these get through to each other by no punching: the port that one filters by is not to be known. */
const shut: readonly (readonly [NatName, NatName])[] = [
  ["port-restricted", "symmetric"],
  ["symmetric", "symmetric"],
];

describe(`phones behind NATs, whole handsets (seed ${seed})`, () => {
  const names = Object.keys(natKinds) as NatName[];
  for (const [i, one] of names.entries()) {
    for (const other of names.slice(i)) {
      const isShut = shut.some(([a, b]) => a === one && b === other);
      it(`${one} and ${other}: a message arrives, ${isShut ? "through a tunnel" : "in the end directly"}`, () => {
        const stack = new NattedStack(`${one} ${other}`);
        stack.outside();
        for (const [at, name] of ["alice", "bob"].entries()) {
          stack.behind(name, at + 1, natKinds[at === 0 ? one : other], { role: "client" });
          stack.next(name, "registered");
        }
        stack.run(10_000);
        stack.message("alice", "bob", "there");
        stack.run(5000);
        stack.message("bob", "alice", "and back");
        const paths = [stack.pathOf("alice", "bob"), stack.pathOf("bob", "alice")];
        for (const path of paths)
          assert.match(path ?? "none", isShut ? /^tunnel/ : /^203\.0\.113\.[12]:\d+$/);
      });
    }
  }

  it("peers behind NATs become neighbours of each other, and all see them where the NATs have them", () => {
    const stack = new NattedStack("natted peers");
    stack.outside();
    for (const [i, name] of ["alice", "bob", "frank"].entries()) {
      stack.behind(name, i + 1, restricted, { role: "peer" });
      stack.next(name, "registered");
    }
    stack.run(30_000);
    const all = [...outside, "alice", "bob", "frank"];
    for (const name of all)
      for (const other of all.filter((one) => one !== name)) {
        const isOutside = outside.includes(other);
        assert.match(
          stack.pathOf(name, other) ?? "none",
          isOutside ? /^198\.51/ : /^203\.0\.113\.[123]:\d+$/,
        );
      }
    for (const name of all) assert.equal(stack.status(name).peers, all.length - 1, name);
  });

  it("who is seen elsewhere by all is a client, whatever is set, and says why", () => {
    const stack = new NattedStack("hidden");
    stack.outside();
    stack.behind("alice", 1, symmetric, { role: "peer" });
    stack.next("alice", "registered");
    stack.run(60_000);
    assert.deepEqual([stack.status("alice").stage, stack.role("alice")["reason"]], ["client", "hidden"]);
    stack.message("carol", "alice", "found all the same");
  });

  it("two behind one NAT that does not hairpin find each other inside", () => {
    const stack = new NattedStack("one lan");
    stack.outside();
    for (const name of ["alice", "bob"]) {
      stack.behind(name, 1, restricted, { role: "client" });
      stack.next(name, "registered");
    }
    stack.run(10_000);
    stack.message("alice", "bob", "over there");
    stack.run(5000);
    stack.message("bob", "alice", "over here");
    assert.match(stack.pathOf("alice", "bob") ?? "", /^192\.168\.1\./);
    assert.match(stack.pathOf("bob", "alice") ?? "", /^192\.168\.1\./);
  });

  it("a binding that ends before the next keepalive: the link follows, and who is behind the NAT is called", () => {
    const stack = new NattedStack("short binding");
    stack.outside();
    stack.behind("alice", 1, { ...restricted, bindingMs: 4000 }, { role: "client" });
    stack.next("alice", "registered");
    const seen = new Set<string | undefined>();
    for (let times = 0; times < 10; times++) {
      stack.run(30_000);
      seen.add(outside.map((name) => stack.pathOf(name, "alice")).find((path) => path !== undefined));
    }
    assert.ok(seen.size > 5 && !seen.has(undefined), "by ever other ports");
    assert.equal(stack.status("alice").peers, 1);
    for (const name of outside) {
      stack.type(name, "call alice");
      stack.next("alice", "incoming", 10_000);
      stack.type(name, "hangup");
      stack.next("alice", "ended");
    }
  });

  it("a client behind a NAT keeps its binding of 10 s by its own signs of life", () => {
    const stack = new NattedStack("kept binding");
    stack.outside();
    stack.behind("alice", 1, { ...restricted, bindingMs: 10_000 }, { role: "client" });
    stack.next("alice", "registered");
    const seen = new Set<string | undefined>();
    for (let times = 0; times < 60; times++) {
      stack.run(5_000);
      seen.add(outside.map((name) => stack.pathOf(name, "alice")).find((path) => path !== undefined));
    }
    assert.equal(seen.size, 1, [...seen].join(" "));
  });
});
