import assert from "node:assert/strict";
import { VirtualStorage } from "../../../host-sim/virtual/storage.js";
import { FullStack, phones } from "../../support/full-stack.js";
import { seed } from "../../support/seed.js";
import { Tower, towerAddress as address } from "./tower.js";

/** What a status says of its node's role. */
interface Role {
  readonly name: string;
  readonly reason: string;
  readonly servedBy: readonly { readonly name: string }[];
  readonly clients: number;
}

function namesKept(stack: FullStack, name: string): Set<string> {
  const { records } = stack.ask(name, "records", "records");
  const living = (records as { readonly name: string; readonly isRemoved: boolean }[]).filter(
    ({ isRemoved }) => !isRemoved,
  );
  return new Set(living.map((record) => record.name));
}

describe(`a host peer among phones, virtual time (seed ${seed})`, () => {
  it("is linked to all, keeps what it should, says so, and is no telephone", () => {
    const stack = new FullStack("tower");
    const tower = new Tower(stack, new VirtualStorage());
    const names = phones(4);
    stack.on(names);
    for (const name of names) stack.next(name, "registered");
    stack.run(20_000);
    const status = tower.ask("status", "status");
    assert.deepEqual([status["stage"], status["peers"], status["replicas"]], ["peer", 4, undefined]);
    const records = tower.ask("records", "records")["records"] as { readonly copies: number }[];
    assert.ok(records.length > 0 && records.every(({ copies }) => copies >= 2));
    assert.ok(tower.events.filter(({ event }) => event === "peerLinked").length >= 4);
    assert.match(String(tower.ask("call phone1", "refused")["sentence"]), /no telephone/);
    assert.match(String(tower.ask("set volume 3", "refused")["sentence"]), /configuration file/);
    tower.ask("help", "help");
    tower.platform.type("ping phone2");
    stack.run(1000);
    tower.print();
    assert.ok(tower.events.some((one) => one.event === "pong" && one["name"] === "phone2"));
  });

  it("told to hold no records, is a peer without any; the phones hold theirs, and call each other", () => {
    const stack = new FullStack("forgetful tower");
    const tower = new Tower(stack, new VirtualStorage(), { records: false });
    const names = phones(4);
    stack.on(names);
    for (const name of names) stack.next(name, "registered");
    stack.run(20_000);
    const { stage, records } = tower.ask("status", "status");
    assert.deepEqual([stage, records], ["peer", 0]);
    for (const name of names) assert.equal(stack.status(name).stage, "peer");
    stack.assertFree("phone1", "phone4");
  });

  it("offers what it is configured to, and what is typed; phones find it until it is taken back", () => {
    const stack = new FullStack("tower offers");
    const tower = new Tower(stack, new VirtualStorage());
    stack.joined(["alice", "bob"]);
    stack.run(30_000);
    const { offers } = tower.ask("offer", "offers");
    assert.deepEqual(offers, [
      { service: "stun", capacity: 100, policy: "anyone", address: `${address}:3478`, levels: [0] },
      { service: "bootstrap", capacity: 256, policy: "anyone", address: `${address}:6084`, levels: [0] },
    ]);
    const providersOf = (service: string): unknown => {
      stack.type("alice", `find-service ${service}`);
      const { providers } = stack.next("alice", "services", 15_000);
      return (providers as { readonly name: string; readonly capacity: number }[]).map(
        ({ name, capacity }) => {
          return [name, capacity];
        },
      );
    };
    assert.deepEqual(providersOf("stun"), [["tower", 100]]);
    tower.ask("offer gateway 3", "done");
    stack.run(3000);
    assert.deepEqual(providersOf("gateway"), [["tower", 3]]);
    tower.ask("offer gateway 0", "done");
    tower.ask("offer gateway 0", "refused");
    stack.run(3000);
    assert.deepEqual(providersOf("gateway"), []);
    const refused = stack.ask("alice", "offer stun 3", "refused");
    assert.match(String(refused["sentence"]), /host peers/);
  });

  it("told to quit it hands over what only it keeps, leaves with status 0, and no name is lost", () => {
    const stack = new FullStack("tower leaves");
    const tower = new Tower(stack, new VirtualStorage());
    stack.joined(["alice"]);
    // Alice's second copy is the tower's; bob's registration comes, and both leave him nothing but the tower.
    stack.on(["bob"]);
    stack.next("bob", "registered");
    stack.run(500);
    tower.platform.type("quit");
    stack.run(15_000);
    assert.equal(tower.platform.exitStatus, 0);
    // A client of the tower becomes a peer first.
    stack.run(15_000);
    tower.print();
    assert.ok(tower.events.some(({ event }) => event === "left"));
    for (const name of ["alice", "bob"]) assert.deepEqual(namesKept(stack, name), new Set(["alice", "bob"]));
    stack.assertFree("alice", "bob");
  });

  it("serves a phone that is set to be a client, until it is set to be a peer", () => {
    const stack = new FullStack("tower serves");
    const tower = new Tower(stack, new VirtualStorage());
    stack.joined(["alice", "bob"]);
    const roleOf = (name: string): Role => stack.ask(name, "status", "status")["role"] as Role;
    const ofTower = (): Role => tower.ask("status", "status")["role"] as Role;
    stack.ask("alice", "set role client", "done");
    stack.run(40_000);
    const { name, reason, servedBy } = roleOf("alice");
    assert.deepEqual([name, reason, servedBy[0]?.name], ["client", "set", "tower"]);
    assert.ok(ofTower().clients >= 1);
    stack.talk("bob", "alice");
    stack.ask("alice", "hangup", "ended");
    stack.ask("alice", "set role peer", "done");
    stack.run(15_000);
    assert.deepEqual([roleOf("alice").name, roleOf("alice").reason], ["peer", "set"]);
    assert.equal(stack.ask("alice", "status", "status")["stage"], "peer");
    assert.ok(namesKept(stack, "alice").has("alice"));
    stack.ask("alice", "set role auto", "done");
    assert.equal(roleOf("alice").reason, "no-hosts");
  });

  it("comes again as the same node, by the peers it remembers where no beacon is carried", () => {
    const stack = new FullStack("tower again");
    const storage = new VirtualStorage();
    const first = new Tower(stack, storage);
    stack.joined(["alice", "bob"]);
    stack.run(60_000);
    const { nodeId } = first.ask("show", "identity");
    first.platform.type("quit");
    stack.run(15_000);
    stack.lab.network.setGroups(false);
    const second = new Tower(stack, storage);
    stack.run(15_000);
    assert.equal(second.ask("show", "identity")["nodeId"], nodeId);
    assert.equal(second.ask("status", "status")["peers"], 2);
  });

  it("alone it tells why", () => {
    const stack = new FullStack("tower alone");
    const tower = new Tower(stack, new VirtualStorage());
    stack.run(30_000);
    const { ways, problems } = tower.ask("status", "status");
    assert.deepEqual(
      (ways as { readonly outcome: string }[]).map(({ outcome }) => outcome),
      ["silence", "silence"],
    );
    assert.match((problems as string[]).join(" "), /No address of a peer is configured/);
  });
});
