import assert from "node:assert/strict";
import { FullStack } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

/** What `status` says of the ways into the overlay, in order; the rest of the problems is left out. */
function reasons(stack: FullStack, name: string): string[] {
  return stack.status(name).problems.filter((sentence) => /^(Nobody|No address|No peer)/.test(sentence));
}

const noAnswer = "nobody answers; no host peer is on this LAN, or it does not carry multicast DNS";
const silence = "none was heard; nobody else is on this LAN, or it carries neither multicast nor broadcast";

describe(`why a phone is alone (seed ${seed})`, () => {
  it("each way in: when it was tried, with what outcome and why", () => {
    const stack = new FullStack("alone");
    stack.joined(["alice"], { settings: { bootstrap: "192.0.2.200,192.0.2.201:7000" } });
    stack.run(55_000);
    const said = reasons(stack, "alice").map((sentence) => sentence.replace(/\d+( min \d+)? m?s/, "a while"));
    assert.deepEqual(said, [
      "Nobody was found at the configured address 192.0.2.200:6084, tried a while ago: nobody answers there.",
      "Nobody was found at the configured address 192.0.2.201:7000, tried a while ago: nobody answers there.",
      `Nobody was found by DNS-SD, in a while: ${noAnswer}.`,
      `Nobody was found by beacon, in a while: ${silence}.`,
      "No peer is remembered from an earlier start.",
    ]);
    const ways = stack.status("alice").ways.map(({ method, address, outcome }) => [method, address, outcome]);
    assert.deepEqual(ways, [
      ["configured", "192.0.2.200:6084", "no-answer"],
      ["configured", "192.0.2.201:7000", "no-answer"],
      ["dns-sd", undefined, "silence"],
      ["beacon", undefined, "silence"],
    ]);
  });

  it("nothing of it is said by one that is not", () => {
    const stack = new FullStack("not alone");
    stack.joined(["alice", "bob"], { settings: { bootstrap: "192.0.2.200" } });
    assert.deepEqual(reasons(stack, "alice"), []);
    assert.deepEqual(stack.status("alice").ways, []);
  });

  it("phones of other overlays only, and no beacons of its own", () => {
    const stack = new FullStack("foreign");
    stack.on(["eve"], { settings: { overlay: "elsewhere" } });
    stack.on(["alice"], { settings: { discovery: "off" } });
    stack.next("alice", "registered");
    stack.run(20_000);
    const said = reasons(stack, "alice").join("\n");
    assert.match(said, /by beacon, in \d+ s: only those of other overlays were heard/);
    assert.match(said, /it sends neither beacons nor questions \(discovery\)/);
    assert.match(said, /No address of a peer is configured \(bootstrap\)/);
  });

  it("at the configured address somebody of another overlay answers", () => {
    const stack = new FullStack("foreign bootstrap");
    stack.on(["eve"], { settings: { overlay: "elsewhere" } });
    stack.on(["alice"], { settings: { bootstrap: stack.lab.addressOf("eve") } });
    stack.next("alice", "registered");
    stack.run(20_000);
    assert.match(reasons(stack, "alice")[0] ?? "", /who answers there is of another overlay/);
  });

  it("those it remembers are gone, and it says so of each; one that comes back is found", () => {
    const stack = new FullStack("remembered");
    stack.joined(["alice", "bob", "carol"]);
    stack.run(60_000);
    stack.type("alice", "quit");
    stack.run(5000);
    for (const name of ["bob", "carol"]) stack.lab.switchOff(name);
    stack.on(["alice"]);
    stack.run(30_000);
    const remembered = stack.status("alice").ways.filter(({ method }) => method === "remembered");
    assert.deepEqual(
      remembered.map(({ outcome }) => outcome),
      ["no-answer", "no-answer"],
    );
    stack.on(["bob"]);
    stack.next("bob", "registered");
    stack.run(10_000);
    assert.equal(stack.status("alice").peers, 1);
  });
});
