import assert from "node:assert/strict";
import { validUserName } from "../../firmware/identity/user-name.js";

describe("user name", () => {
  it("is 1 .. 32 of a-z 0-9 . _ + -, with a domain where wanted", () => {
    const longestLabel = "b".repeat(31);
    const good = ["a", "alice", "0", ".", "a.b_c+d-e", "a".repeat(32), "alice@home", "alice@a.b-c.d9"];
    for (const name of [...good, `alice@${longestLabel}.${longestLabel}`])
      assert.ok(validUserName(name), name);
  });

  it("is nothing else", () => {
    const bad = [
      "",
      "Alice",
      "a b",
      "a".repeat(33),
      "@home",
      "alice@",
      "a@b@c",
      "alice@Home",
      "alice@a..b",
      "alice@.a",
    ];
    const worse = [
      "alice@-a",
      "alice@a-",
      "älice",
      "alice\n",
      "alice\0",
      "a/b",
      "a:b",
      "alice@a_b",
      `a@${"b".repeat(64)}`,
    ];
    for (const name of [...bad, ...worse]) assert.ok(!validUserName(name), JSON.stringify(name));
  });
});
