import assert from "node:assert/strict";
import { multicastDns } from "../../../firmware/wire/service-instance.js";
import { ServiceResponder } from "../../../host-sim/peer/service-responder.js";
import { FullStack } from "../../support/full-stack.js";
import { seed } from "../../support/seed.js";
import { Tower, towerAddress } from "./tower.js";

/** A stack whose LAN carries no group datagrams but those of multicast DNS, which the tower answers. */
function withMulticastDns(title: string): { stack: FullStack; tower: Tower } {
  const stack = new FullStack(title);
  stack.lab.network.setGroups(false);
  const tower = new Tower(stack);
  answerFor(tower, stack);
  stack.run(10_000);
  return { stack, tower };
}

/** What the tower announces is answered to who asks the group of multicast DNS. */
function answerFor(tower: Tower, { lab }: FullStack): void {
  const port = lab.network.openPort(multicastDns, () => {
    const asked = port.read();
    const instance = tower.announced.at(-1);
    if (asked === undefined || instance === undefined) return;
    const reply = new ServiceResponder(instance).handleMessage(lab.clock.now(), asked.from, asked.bytes);
    if (reply !== undefined) port.send(reply.to, reply.bytes);
  });
}

/** What a phone says of its ways in. */
function waysOf(stack: FullStack, name: string): unknown[] {
  return stack.status(name).ways.map(({ method, address, outcome }) => [method, address, outcome]);
}

describe(`ways to a host peer, virtual time (seed ${seed})`, () => {
  it("phones find it by DNS-SD where no beacon is carried, and each other by way of it", () => {
    const { stack } = withMulticastDns("dns-sd");
    stack.on(["alice", "bob"]);
    for (const name of ["alice", "bob"]) {
      const { sinceStartMs } = stack.next(name, "registered");
      assert.ok(Number(sinceStartMs) < 5_000, `registered after ${String(sinceStartMs)} ms`);
    }
    stack.run(5_000);
    stack.talk("alice", "bob");
  });

  it("a phone that came first finds it when it comes", () => {
    const stack = new FullStack("dns-sd later");
    stack.lab.network.setGroups(false);
    stack.on(["alice"]);
    stack.run(60_000);
    assert.deepEqual(waysOf(stack, "alice"), [
      ["dns-sd", undefined, "silence"],
      ["beacon", undefined, "silence"],
    ]);
    answerFor(new Tower(stack), stack);
    stack.run(45_000);
    assert.equal(stack.status("alice").peers, 1);
  });

  it("what DNS-SD names, and nobody is there, is told; and so are peers of other overlays", () => {
    const { stack, tower } = withMulticastDns("dns-sd in vain");
    const instance = tower.announced[0];
    assert.ok(instance !== undefined);
    assert.equal(instance.label, tower.ask("show", "identity")["nodeId"]);
    tower.announced.push({ ...instance, endpoint: { address: "192.0.2.77", port: 6084 } });
    stack.on(["alice"]);
    stack.run(30_000);
    assert.deepEqual(waysOf(stack, "alice"), [
      ["dns-sd", "192.0.2.77:6084", "no-answer"],
      ["beacon", undefined, "silence"],
    ]);
    assert.match(
      stack.status("alice").problems.join(),
      /at the DNS-SD address 192.0.2.77:6084, tried .* nobody/,
    );
    tower.announced.push({ ...instance, overlayId: new Uint8Array(8) });
    stack.on(["bob"]);
    stack.run(30_000);
    assert.deepEqual(waysOf(stack, "bob")[0], ["dns-sd", undefined, "foreign"]);
    assert.match(stack.status("bob").problems.join(), /by DNS-SD, in .* only host peers of other overlays/);
  });

  it("one that sends no beacons asks for nobody either", () => {
    const { stack } = withMulticastDns("dns-sd off");
    stack.on(["alice"], { settings: { discovery: "off" } });
    stack.run(60_000);
    assert.equal(stack.status("alice").peers, 0);
    assert.deepEqual(waysOf(stack, "alice"), [["beacon", undefined, "silence"]]);
  });

  it("a phone finds it by a name, whose address may change", () => {
    const stack = new FullStack("by name");
    stack.lab.network.setGroups(false);
    stack.on(["alice"], { settings: { bootstrap: "tower.example" } });
    stack.run(15_000);
    const ofName = (): unknown => waysOf(stack, "alice")[0];
    const said = (): string => stack.status("alice").problems.join();
    assert.deepEqual(ofName(), ["configured", "tower.example:6084", "no-address"]);
    assert.match(said(), /configured address tower.example:6084, tried .* no address is known for this name/);
    stack.lab.names.set("tower.example", "192.0.2.77");
    stack.run(60_000);
    assert.deepEqual(ofName(), ["configured", "tower.example:6084", "no-answer"]);
    assert.match(said(), /tower.example:6084 \(192.0.2.77:6084\), tried .* nobody answers there/);
    stack.lab.names.set("tower.example", towerAddress);
    const tower = new Tower(stack);
    stack.run(60_000);
    assert.equal(stack.status("alice").peers, 1);
    tower.platform.switchOff();
    stack.run(30_000);
    const again = new Tower(stack, tower.platform.memory);
    stack.run(90_000);
    assert.equal(again.ask("status", "status")["peers"], 1, "it is looked for when it is gone");
  });

  it("it is announced where it is, and no more when it leaves; one that sends no beacons never", () => {
    const { stack, tower } = withMulticastDns("announced");
    const [instance, ...others] = tower.announced;
    assert.deepEqual(instance?.endpoint, { address: towerAddress, port: 6084 });
    assert.deepEqual(others, []);
    stack.lab.network.move(towerAddress, "192.0.2.201");
    stack.run(10);
    assert.deepEqual(tower.announced[1]?.endpoint, { address: "192.0.2.201", port: 6084 });
    tower.platform.type("quit");
    stack.run(10);
    assert.deepEqual([tower.announced.length, tower.announced[2]], [3, undefined]);
    const silent = new FullStack("not announced");
    assert.deepEqual(new Tower(silent, undefined, { discovery: false }).announced, []);
  });

  it("a client remembers who serves it, and the bootstrap servers of its overlay", () => {
    const stack = new FullStack("remembered");
    const elsewhere = { address: "203.0.113.9", port: 6084 };
    const services = [{ service: "bootstrap", capacity: 9, policy: "anyone", endpoint: elsewhere }] as const;
    const tower = new Tower(stack, undefined, { services });
    stack.on(["alice"], { settings: { role: "client" } });
    stack.next("alice", "registered");
    // Then it is refreshed, and by then what the tower offers is stored.
    stack.run(1_000_000);
    stack.lab.switchOff("alice");
    stack.lab.network.setGroups(false);
    tower.platform.switchOff();
    stack.on(["alice"]);
    stack.run(20_000);
    assert.deepEqual(waysOf(stack, "alice").slice(0, 2), [
      ["remembered", `${towerAddress}:6084`, "no-answer"],
      ["remembered", "203.0.113.9:6084", "no-answer"],
    ]);
    new Tower(stack, tower.platform.memory, { services });
    stack.run(60_000);
    assert.equal(stack.status("alice").peers, 1);
  });
});
