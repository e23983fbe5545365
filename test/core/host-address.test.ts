import assert from "node:assert/strict";
import { hostAddressText, parseHostAddress } from "../../firmware/core/host-address.js";

describe("core/host-address", () => {
  it("a name, with a port or without, in small letters", () => {
    assert.deepEqual(parseHostAddress("Tower.Example.org", 6084), { host: "tower.example.org", port: 6084 });
    assert.deepEqual(parseHostAddress("tower:70", 6084), { host: "tower", port: 70 });
    assert.deepEqual(parseHostAddress("x-1.4u.de:65535", 6084), { host: "x-1.4u.de", port: 65535 });
    assert.equal(hostAddressText({ host: "tower.local", port: 6084 }), "tower.local:6084");
  });

  it("what is no name, or no port", () => {
    const long = `${"a".repeat(63)}.`.repeat(4);
    const wrong = [
      "",
      ".",
      "a..b",
      "-a.de",
      "a-.de",
      "a_b.de",
      "192.0.2.7",
      "192.0.2.300",
      "a.1",
      `${long}de`,
    ];
    wrong.push(
      "a b",
      "a:0",
      "a:65536",
      "a:",
      "a:7:8",
      "[::1]",
      `${"a".repeat(64)}.de`,
      "\u00e4.de",
      "a.de\n",
    );
    for (const text of wrong) assert.equal(parseHostAddress(text, 6084), undefined, JSON.stringify(text));
  });
});
