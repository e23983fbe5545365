import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addressBytes,
  addressText,
  decodeEndpoint,
  encodeEndpoint,
  endpointText,
  parseEndpoint,
  sameEndpoint,
} from "../../firmware/core/endpoint.js";

describe("core/endpoint", () => {
  it("reads back what it writes, as text and as bytes, IPv4 and IPv6", () => {
    const port = fc.integer({ min: 1, max: 65535 });
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), port, (text, number) => {
        const raw = addressBytes(text);
        if (raw === undefined) {
          assert.ok(text.includes("."), `${text} was refused`);
          return;
        }
        const endpoint = { address: addressText(raw), port: number };
        assert.deepEqual(parseEndpoint(endpointText(endpoint), 1), endpoint);
        assert.deepEqual(decodeEndpoint(encodeEndpoint(endpoint) ?? new Uint8Array()), endpoint);
        assert.ok(sameEndpoint(endpoint, { ...endpoint }));
      }),
    );
  });

  it("writes IPv6 as RFC 5952 has it", () => {
    const canonical = (text: string): string => addressText(addressBytes(text) ?? new Uint8Array(4));
    assert.equal(canonical("2001:0DB8:0:0:0:0:2:1"), "2001:db8::2:1");
    assert.equal(canonical("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
    assert.equal(canonical("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");
    assert.equal(canonical("0:0:0:0:0:0:0:0"), "::");
  });

  it("takes the default port, and refuses what is no endpoint", () => {
    assert.deepEqual(parseEndpoint("192.0.2.7", 6084), { address: "192.0.2.7", port: 6084 });
    for (const text of [
      "",
      "192.0.2",
      "192.0.2.256",
      "01.2.3.4",
      "192.0.2.7:0",
      "192.0.2.7:65536",
      "::1",
      "[::1",
      "[1::2::3]",
      "example.org",
    ]) {
      assert.equal(parseEndpoint(text, 6084), undefined, text);
    }
    for (const length of [0, 5, 7, 17, 19])
      assert.equal(decodeEndpoint(new Uint8Array(length).fill(1)), undefined);
    assert.equal(decodeEndpoint(Uint8Array.of(192, 0, 2, 7, 0, 0)), undefined);
  });
});
