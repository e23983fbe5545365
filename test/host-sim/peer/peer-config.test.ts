import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { hostOverlay } from "../../../firmware/core/limits.js";
import { overlayLimitsOf, readPeerConfig, type ConfigFault } from "../../../host-sim/peer/peer-config.js";
import { seeded } from "../../support/seed.js";

const example = fileURLToPath(new URL("../../../host-sim/peer/example.json", import.meta.url));

function faultOf(value: unknown): ConfigFault {
  const read = readPeerConfig(typeof value === "string" ? value : JSON.stringify(value), "/etc/muster.json");
  assert.ok(!read.ok, "it is refused");
  return read.error;
}

const stun = { service: "stun", capacity: 100 };

describe("host-sim/peer/peer-config", () => {
  it("reads the example", () => {
    const read = readPeerConfig(readFileSync(example, "utf8"), "/etc/muster/tower.json");
    assert.ok(read.ok);
    assert.deepEqual(read.value, {
      name: "tower",
      overlay: "muster",
      port: 6084,
      state: "/etc/muster/tower-state",
      bootstrap: [
        { address: "192.0.2.7", port: 6084 },
        { address: "192.0.2.8", port: 7000 },
      ],
      discovery: true,
      services: [{ service: "bootstrap", capacity: 200, policy: "anyone" }],
    });
  });

  it("may say that it holds no records; it then serves no clients, whose records it would have to take", () => {
    const told = (records: boolean): ReturnType<typeof overlayLimitsOf> => {
      const read = readPeerConfig(JSON.stringify({ name: "tower", records }), "tower.json");
      assert.ok(read.ok);
      return overlayLimitsOf(read.value);
    };
    assert.deepEqual(told(true), hostOverlay);
    assert.deepEqual([told(false).storeBytes, told(false).clients], [0, 0]);
    assert.match(faultOf({ name: "tower", records: 0 }).allowed, /true or false/);
  });

  it("needs no more than a name", () => {
    const read = readPeerConfig('{"name":"Tower"}', "tower.json");
    assert.ok(read.ok);
    const { name, overlay, port, bootstrap, discovery, state } = read.value;
    assert.deepEqual([name, overlay, port, bootstrap, discovery], ["tower", "muster", 6084, [], true]);
    assert.match(state, /\.muster\/tower-peer$/);
  });

  it("has the authority's key and the credential as they were given, where the overlay is no open one", () => {
    const authority = "AB".repeat(32);
    const read = (members: object): ReturnType<typeof readPeerConfig> =>
      readPeerConfig(JSON.stringify({ name: "tower", ...members }), "tower.json");
    const enrolled = read({ authority, credential: "84a1" });
    assert.ok(enrolled.ok);
    assert.equal(enrolled.value.authority, "ab".repeat(32));
    assert.deepEqual(enrolled.value.credential, Uint8Array.of(0x84, 0xa1));
    const open = read({ authority: "none" });
    assert.ok(open.ok && open.value.authority === undefined);
  });

  const wrong: readonly (readonly [unknown, string, RegExp, RegExp])[] = [
    ["", "line 1, column 1", /no JSON/, /double quotes/],
    ['{\n  "name": tower\n}', "line 2, column 1", /no JSON/, /double quotes/],
    ["[]", "the file", /no object/, /name/],
    [{ overlay: "muster" }, "name", /missing/, /up to 32/],
    [{ name: "a b" }, "name", /"a b"/, /up to 32/],
    [{ name: "" }, "name", /""/, /up to 32/],
    [{ name: 7 }, "name", /7/, /up to 32/],
    [{ name: "tower", overlay: "-x" }, "overlay", /"-x"/, /domain name/],
    [{ name: "tower", port: 0 }, "port", /0/, /1 to 65535/],
    [{ name: "tower", port: "6084" }, "port", /"6084"/, /1 to 65535/],
    [
      { name: "tower", adress: "::1" },
      "adress",
      /did you mean address/,
      /name, overlay, authority, credential, address/,
    ],
    [{ name: "tower", address: "here" }, "address", /"here"/, /IPv4/],
    [
      { name: "tower", address: "192.0.2.1", interface: "eth0" },
      "interface",
      /beside address/,
      /one of the two/,
    ],
    [{ name: "tower", bootstrap: "192.0.2.1" }, "bootstrap", /"192/, /list of texts/],
    [{ name: "tower", bootstrap: ["192.0.2.1", "fr_ob"] }, "bootstrap[1]", /"fr_ob"/, /Up to 4/],
    [{ name: "tower", bootstrap: ["192.0.2.1,192.0.2.2"] }, "bootstrap[0]", /192/, /Up to 4/],
    [
      { name: "tower", bootstrap: ["1.2.3.1", "1.2.3.2", "1.2.3.3", "1.2.3.4", "1.2.3.5"] },
      "bootstrap",
      /5/,
      /4/,
    ],
    [{ name: "tower", authority: "3b7e" }, "authority", /"3b7e"/, /64 hex digits, or none/],
    [{ name: "tower", credential: "8443" }, "credential", /without authority/, /64 hex digits/],
    [{ name: "tower", credential: "8443x" }, "credential", /"8443x"/, /hex digits/],
    [{ name: "tower", discovery: "on" }, "discovery", /"on"/, /true or false/],
    [{ name: "tower", services: "stun" }, "services", /"stun"/, /a list of up to 6/],
    [{ name: "tower", services: [7] }, "services[0]", /no object/, /"service": "turn"/],
    [{ name: "tower", services: [{ service: "STUN" }] }, "services[0].service", /"STUN"/, /a-z, 0-9 and -/],
    [{ name: "tower", services: [{ service: "stun" }] }, "services[0].capacity", /missing/, /1 to 65535/],
    [
      { name: "tower", services: [stun, { ...stun, x: 1 }] },
      "services[1].x",
      /no member/,
      /service, capacity/,
    ],
    [{ name: "tower", services: [{ ...stun, paths: [] }] }, "services[0].paths", /\[\]/, /1 to 3 of/],
    [
      { name: "tower", services: [{ ...stun, paths: [{ prefix: "49-", cost: 1 }] }] },
      "services[0].paths",
      /49-/,
      /how the numbers begin/,
    ],
    [{ name: "tower", services: [{ ...stun, policy: "none" }] }, "services[0].policy", /none/, /arranged/],
    [
      { name: "tower", services: [{ ...stun, address: "192.0.2.7" }] },
      "services[0].address",
      /192/,
      /with its port/,
    ],
    [{ name: "tower", services: [stun, stun] }, "services", /twice/, /a list/],
    [{ name: "tower", services: new Array(7).fill(stun) }, "services", /7 services/, /up to 6/],
  ];
  for (const [value, where, what, allowed] of wrong) {
    it(`${typeof value === "string" ? value : JSON.stringify(value)}: ${where}`, () => {
      const fault = faultOf(value);
      assert.ok(
        fault.where === where || (where.startsWith("line") && fault.where.startsWith("line")),
        fault.where,
      );
      assert.match(fault.what, what);
      assert.match(fault.allowed, allowed);
    });
  }

  it("any value of any member is read or refused by a sentence", () => {
    const member = fc.constantFrom(
      "name",
      "overlay",
      "address",
      "interface",
      "port",
      "state",
      "bootstrap",
      "x",
    );
    fc.assert(
      fc.property(fc.dictionary(member, fc.jsonValue()), (value) => {
        const read = readPeerConfig(JSON.stringify(value), "a.json");
        if (!read.ok)
          assert.ok(read.error.where !== "" && read.error.what !== "" && read.error.allowed !== "");
      }),
      seeded(200),
    );
  });
});
