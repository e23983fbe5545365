import assert from "node:assert/strict";
import { fromHex } from "../../firmware/core/bytes.js";
import { resourceIdOf } from "../../firmware/identity/resource-id.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import { FullStack, phones } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

const repairMs = 15_000;
const copies = 3;

/** Handsets by how near they are to where `name` is kept, nearest first: XOR of identifiers (protocol §4). */
function nearestTo(stack: FullStack, name: string, handsets: readonly string[]): string[] {
  const identities = handsets.map((handset) => ({ handset, ...stack.ask(handset, "show", "identity") }));
  const overlayId = fromHex(String(identities[0]?.["overlayId" as never])) ?? new Uint8Array();
  const resource = resourceIdOf(new SodiumCrypto(), overlayId, "user", name);
  const distance = (nodeId: unknown): string => {
    const id = fromHex(String(nodeId)) ?? new Uint8Array();
    return Buffer.from(id.map((byte, i) => byte ^ (resource[i] ?? 0))).toString("hex");
  };
  return identities
    .map((identity) => ({ handset: identity.handset, far: distance(identity["nodeId" as never]) }))
    .sort((a, b) => (a.far < b.far ? -1 : 1))
    .map(({ handset }) => handset);
}

/** Every one of `names` finds every other: a message gets through. */
function assertAllFindAll(stack: FullStack, names: readonly string[]): void {
  for (const from of names) {
    for (const to of names) {
      if (to === from) continue;
      stack.type(from, `message ${to} are you there`);
      assert.equal(stack.next(from, "messageDelivered", 2000)["name"], to);
    }
  }
}

function recordsHeld(stack: FullStack, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + stack.status(name).records, 0);
}

describe(`deaths and departures, whole handsets (seed ${seed})`, () => {
  it("the phone that keeps a name nearest dies: all is found, and kept three times, within 15 s", () => {
    const stack = new FullStack("nearest dies");
    const names = phones(7);
    stack.joined(names);
    // Who got a copy before a nearer phone had joined keeps it for 60 s more.
    stack.run(90_000);
    assert.equal(recordsHeld(stack, names), copies * names.length);
    for (const name of ["phone3", "phone5"]) {
      const [nearest = ""] = nearestTo(
        stack,
        name,
        names.filter((other) => other !== name && stack.lab.handsets.get(other)?.isOn === true),
      );
      stack.lab.switchOff(nearest);
      stack.run(repairMs);
      const alive = names.filter((other) => stack.lab.handsets.get(other)?.isOn === true);
      assertAllFindAll(stack, alive);
      assert.equal(recordsHeld(stack, alive), copies * names.length, `after ${nearest} died`);
      stack.type(alive[0] ?? "", `call ${nearest}`);
      assert.equal(stack.next(alive[0] ?? "", "ended")["outcome"], "unreachable", "known, and not there");
    }
  });

  it("the phone that keeps a name nearest leaves: all is handed over before it goes", () => {
    const stack = new FullStack("nearest leaves");
    const names = phones(7);
    stack.joined(names);
    stack.run(30_000);
    const [leaver = ""] = nearestTo(
      stack,
      "phone3",
      names.filter((name) => name !== "phone3"),
    );
    stack.type(leaver, "quit");
    stack.next(leaver, "left", 12_000);
    assert.equal(stack.lab.handsets.get(leaver)?.exitStatus, 0);
    stack.run(10);
    const alive = names.filter((name) => name !== leaver);
    for (const name of alive) assert.equal(stack.status(name).peers, alive.length - 1, "they know at once");
    assertAllFindAll(stack, alive);
    assert.equal(recordsHeld(stack, alive), copies * names.length);
  });

  it("half of them die at once: the rest find each other", () => {
    const stack = new FullStack("half die");
    const names = phones(8);
    stack.joined(names);
    stack.run(30_000);
    const [dead, alive] = [names.slice(0, 4), names.slice(4)];
    for (const name of dead) stack.lab.switchOff(name);
    stack.run(60_000);
    for (const name of alive) assert.equal(stack.status(name).peers, alive.length - 1);
    assertAllFindAll(stack, alive);
  });

  it("a handset whose network is gone for a while comes back by itself", () => {
    const stack = new FullStack("network gone");
    const names = phones(4);
    stack.joined(names);
    const address = stack.lab.addressOf("phone2");
    stack.lab.network.setUp(address, false);
    stack.run(60_000);
    assert.equal(stack.status("phone2").peers, 0);
    stack.lab.network.setUp(address, true);
    stack.run(60_000);
    assertAllFindAll(stack, names);
  });

  for (const [goneS, backS] of [
    [12, 8],
    [20, 8],
    [45, 12],
  ] as const)
    it(`two handsets that send no beacons meet ${backS} s after the network was gone for ${goneS} s`, () => {
      const stack = new FullStack(`outage ${goneS}`);
      const names = ["alice", "bob"];
      stack.joined(names);
      for (const name of names) stack.type(name, "set discovery off");
      stack.run(60_000);
      const addresses = names.map((name) => stack.lab.addressOf(name));
      for (const address of addresses) stack.lab.network.setUp(address, false);
      stack.run(1000 * goneS);
      for (const name of names) assert.equal(stack.status(name).peers, 0);
      for (const address of addresses) stack.lab.network.setUp(address, true);
      stack.run(1000 * backS);
      for (const name of names) assert.equal(stack.status(name).peers, 1);
      assertAllFindAll(stack, names);
    });

  it("a restart keeps who it is, its contacts, pins, log, settings, and counts its starts", () => {
    const stack = new FullStack("restart");
    stack.joined(["alice", "bob"]);
    stack.talk("alice", "bob");
    stack.type("alice", "hangup");
    stack.next("alice", "ended");
    stack.ask("alice", "contacts add carol", "done");
    stack.ask("alice", "set volume 7", "done");
    const before = memories(stack);
    assert.match(JSON.stringify(before.contacts), /pinnedTo/);
    assert.equal(before.boots, 1);
    stack.lab.switchOff("alice");
    stack.run(30_000);
    stack.on(["alice"]);
    stack.next("alice", "registered");
    assert.deepEqual(memories(stack), { ...before, boots: 2 });
    stack.run(10_000);
    stack.assertFree("alice", "bob");
    stack.assertFree("bob", "alice");
  });
});

function memories(stack: FullStack): {
  identity: unknown;
  contacts: unknown;
  calls: unknown;
  volume: unknown;
  boots: unknown;
} {
  const calls = stack.ask("alice", "log", "calls")["calls"] as { [field: string]: unknown }[];
  const settings = stack.ask("alice", "set", "settings")["settings"] as { name: string; value: string }[];
  return {
    identity: stack.ask("alice", "show", "identity"),
    contacts: stack.ask("alice", "contacts", "contacts"),
    calls: calls.map(({ agoMs: _, ...rest }) => rest),
    volume: settings.find(({ name }) => name === "volume")?.value,
    boots: stack.lab.eventsOf("alice").find(({ event }) => event === "started")?.["bootCount"],
  };
}
