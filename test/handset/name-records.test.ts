import assert from "node:assert/strict";
import { FullStack, phones } from "../support/full-stack.js";
import { seed } from "../support/seed.js";

describe(`what a person asks of the records of a name (seed ${seed})`, () => {
  it("stat: which records of a name there are; none of a name nobody has", () => {
    const stack = new FullStack("stat");
    stack.joined(phones(3));
    stack.type("phone1", "stat phone2");
    const there = stack.next("phone1", "stat");
    assert.equal(there["records"], 1);
    assert.equal(there["removed"], 0);
    stack.type("phone1", "stat nobody");
    const absent = stack.next("phone1", "stat");
    assert.equal(absent["records"], 0);
  });

  it("watch: tells when a name's phones come, until unwatch; who is watched is listed", () => {
    const stack = new FullStack("watch");
    stack.joined(phones(3));
    stack.type("phone1", "watch phone4");
    assert.equal(stack.next("phone1", "watched")["devices"], 0);
    assert.equal(stack.ask("phone1", "watch", "done")["names"], "phone4");
    assert.ok(String(stack.ask("phone1", "watch phone4", "refused")["sentence"]).includes("already"));
    stack.on(["phone4"]);
    stack.next("phone4", "registered");
    assert.equal(stack.next("phone1", "watched", 10_000)["devices"], 1);
    stack.ask("phone1", "unwatch phone4", "done");
    assert.equal(stack.ask("phone1", "watch", "done")["names"], "");
    assert.ok(String(stack.ask("phone1", "unwatch phone4", "refused")["sentence"]).includes("not watched"));
  });
});
