import assert from "node:assert/strict";
import { fromHex, toHex } from "../../../firmware/core/bytes.js";
import { Authority } from "../../../host-sim/authority/authority.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { VirtualStorage } from "../../../host-sim/virtual/storage.js";
import { seedOf, sodium } from "../../identity/fixtures.js";
import { FullStack } from "../../support/full-stack.js";
import { seed } from "../../support/seed.js";
import { Tower } from "../peer/tower.js";

const overlay = "office.example";
const foundation = { overlay, bootstrap: "none", devicesMax: 2 };

describe(`a host peer of an enrolled overlay, virtual time (seed ${seed})`, () => {
  const random = new Prng(`${seed} authority`);
  const by = new Authority({ crypto: sodium, random, foundation, seed: seedOf("authority") });
  const authority = toHex(by.publicKey);

  /** What a peer says first that is of this event. */
  function said(tower: Tower, event: string): string {
    tower.print();
    return String(tower.events.find((each) => each.event === event)?.["sentence"]);
  }

  function issue(userName: string, key: Uint8Array): Uint8Array {
    const issued = by.issue({ userName, publicKey: key, nowS: 1_765_000_000, days: 365, isFurther: false });
    assert.ok(issued.ok);
    return issued.value.credential;
  }

  it("shows the key to be signed, is on with the credential of its configuration, and serves who is enrolled", () => {
    const stack = new FullStack("enrolled peer", { overlay });
    const storage = new VirtualStorage();
    const waiting = new Tower(stack, storage, { overlay, authority });
    stack.run(100);
    const sentence = said(waiting, "warning");
    const key = fromHex(/key, ([0-9a-f]{64})/.exec(sentence)?.[1] ?? "");
    assert.ok(key?.length === 32, sentence);
    assert.match(String(waiting.ask("status", "refused")["sentence"]), /not enrolled/);
    waiting.platform.switchOff();

    const wrong = issue("bob", sodium.signKeyPair(seedOf("bob")).publicKey);
    const refused = new Tower(stack, storage, { overlay, authority, credential: wrong });
    stack.run(100);
    assert.match(said(refused, "refused"), /another phone/);
    assert.match(said(refused, "warning"), new RegExp(toHex(key)), "its key is what it was");
    refused.platform.switchOff();

    const tower = new Tower(stack, storage, { overlay, authority, credential: issue("tower", key) });
    stack.run(10_000);
    assert.equal(tower.ask("status", "status")["name"], "tower");
    const { lab } = stack;
    lab.switchOn("alice", { isUntold: true });
    for (const line of [`set overlay ${overlay}`, `set authority ${authority}`, "enroll"])
      lab.type("alice", line);
    const ofAlice = fromHex(String(lab.expect("alice", "key")["key"])) ?? new Uint8Array(0);
    lab.type("alice", `enroll ${toHex(issue("alice", ofAlice))}`);
    lab.expect("alice", "registered");
    lab.run(5000);
    const peers = tower.ask("peers", "peers")["peers"] as readonly { readonly name: string }[];
    assert.deepEqual(
      peers.map(({ name }) => name),
      ["alice"],
    );
    tower.platform.switchOff();

    const again = new Tower(stack, storage, { overlay, authority });
    stack.run(100);
    assert.equal(again.ask("status", "status")["name"], "tower", "what was good once is kept");
  });
});
