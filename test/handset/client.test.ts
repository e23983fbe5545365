import assert from "node:assert/strict";
import type { RecordsView } from "../../firmware/console/view.js";
import { registrationLifetimeS } from "../../firmware/usage/registration.js";
import { FullStack } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

const peers = ["alice", "bob", "carol"];
const clients = ["dave", "erin"];

/** Phones of which two are to be clients of the others. */
function office(title: string): FullStack {
  const stack = new FullStack(title);
  stack.joined(peers);
  stack.on(clients, { settings: { role: "client" } });
  for (const name of clients) stack.next(name, "registered");
  stack.run(5_000);
  return stack;
}

/** The user whose phone serves another one. */
function serverOf(stack: FullStack, name: string): string {
  const { role } = stack.ask(name, "status", "status") as unknown as StatusOfRole;
  assert.equal(role.name, "client", `${name} is a client`);
  const [server] = role.servedBy;
  assert.ok(server !== undefined, `${name} is served`);
  return server.name;
}

interface StatusOfRole {
  readonly role: { readonly name: string; readonly servedBy: readonly { readonly name: string }[] };
}

describe(`clients, whole handsets (seed ${seed})`, () => {
  it("is called by a peer and by another client, and calls", () => {
    const stack = office("client calls");
    for (const [from, to] of [
      ["alice", "dave"],
      ["dave", "erin"],
      ["erin", "bob"],
    ] as const) {
      stack.talk(from, to);
      stack.type(from, "hangup");
      assert.equal(stack.next(to, "ended")["outcome"], "talked");
      stack.next(from, "ended");
    }
  });

  it("is reached again within 15 s when the phone that serves it dies", () => {
    const stack = office("client loses its peer");
    const server = serverOf(stack, "dave");
    const [caller] = peers.filter((name) => name !== server);
    assert.ok(caller !== undefined);
    stack.lab.switchOff(server);
    stack.run(15_000);
    assert.notEqual(serverOf(stack, "dave"), server);
    stack.talk(caller, "dave");
  });

  it("takes over when all who served it are dead, and registers at once, not when it has its share of records", () => {
    const stack = office("client takes over");
    for (const name of peers) stack.lab.switchOff(name);
    const isTakingOver = (name: string): boolean => stack.status(name).stage === "filling";
    for (let waits = 0; !clients.some(isTakingOver) && waits < 80; waits++) stack.run(250);
    stack.run(1_000);
    const [first = ""] = clients.filter(isTakingOver);
    const { records } = stack.ask(first, "records", "records") as unknown as RecordsView;
    const own = records.find(({ name }) => name === first);
    assert.ok(own !== undefined && own.leftMs > 1000 * registrationLifetimeS - 5_000, "signed a moment ago");
    stack.run(15_000);
    stack.talk("dave", "erin");
  });
});
