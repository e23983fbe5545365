import assert from "node:assert/strict";
import fc from "fast-check";
import { endpointText, encodeEndpoint, parseEndpoint } from "../../firmware/core/endpoint.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { isTunnel, pathText, tunnelBack, tunnelTo, tunnelWay } from "../../firmware/core/tunnel-endpoint.js";
import { bytesOf, nodeIds } from "../support/arbitraries.js";
import { seeded } from "../support/seed.js";

describe("core/tunnel-endpoint", () => {
  it("says the way there: to a node, to a client of a peer", () => {
    fc.assert(
      fc.property(nodeIds, fc.option(nodeIds, { nil: undefined }), (first, client) => {
        const endpoint = tunnelTo(first, client);
        const way = client === undefined ? { kind: "to", first } : { kind: "to", first, client };
        assert.deepEqual(tunnelWay(endpoint), way);
        assert.ok(isTunnel(endpoint));
      }),
      seeded(100),
    );
  });

  it("says the way back: a stack of handles", () => {
    const vias = fc.nat(16).chain((hops) => bytesOf(2 * hops));
    fc.assert(
      fc.property(vias, (via) => assert.deepEqual(tunnelWay(tunnelBack(via)), { kind: "back", via })),
      seeded(100),
    );
  });

  it("is printed short", () => {
    const [first, client] = [nodeId(new Uint8Array(16).fill(0xa3)), nodeId(new Uint8Array(16))];
    const ways = [tunnelTo(first), tunnelTo(first, client), tunnelBack(Uint8Array.of(1, 2))];
    assert.deepEqual(ways.map(pathText), ["tunnel", "tunnel by a3a3", "tunnel"]);
    assert.equal(pathText({ address: "192.0.2.1", port: 6084 }), "192.0.2.1:6084");
  });

  it("is no endpoint of a network, and none of those is one", () => {
    const endpoint = tunnelBack(Uint8Array.of(1, 2));
    assert.equal(endpointText(endpoint), "tunnel-back-0102");
    assert.equal(parseEndpoint(endpointText(endpoint), 6084), undefined);
    assert.equal(encodeEndpoint(endpoint), undefined);
    assert.ok(!isTunnel({ address: "192.0.2.1", port: 6084 }));
    assert.equal(tunnelWay({ address: "tunnel-back-0102", port: 6084 }), undefined);
    for (const address of [
      "192.0.2.1",
      "tunnel-",
      "tunnel-to-",
      "tunnel-to-12",
      "tunnel-back-1",
      "tunnel-back-xy",
      "",
    ])
      assert.equal(tunnelWay({ address, port: 0 }), undefined, address);
  });
});
