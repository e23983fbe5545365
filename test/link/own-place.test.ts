import assert from "node:assert/strict";
import type { Endpoint } from "../../firmware/core/endpoint.js";
import { nodeId } from "../../firmware/core/node-id.js";
import { tunnelTo } from "../../firmware/core/tunnel-endpoint.js";
import { endpointToTell } from "../../firmware/link/own-place.js";

const local: Endpoint = { address: "192.168.1.10", port: 6084 };
const seen: Endpoint = { address: "198.51.100.9", port: 40_000 };
const far: Endpoint = { address: "203.0.113.7", port: 6084 };
const tunnel = tunnelTo(nodeId(new Uint8Array(16)));

describe("link/own-place", () => {
  it("where the other end is seen, it is told that; in a tunnel, where we are seen", () => {
    assert.deepEqual(endpointToTell(far, { local, seen }, undefined), far);
    assert.deepEqual(endpointToTell(tunnel, { local, seen }, undefined), seen);
    assert.deepEqual(endpointToTell(tunnel, { local, seen }, far), seen);
    assert.deepEqual(endpointToTell(tunnel, { local }, far), local);
  });

  it("who is thought to be where we are seen is behind our NAT: it is told our own address", () => {
    const mate: Endpoint = { ...seen, port: 50_000 };
    assert.deepEqual(endpointToTell(tunnel, { local, seen }, mate), local);
  });

  it("there may be nothing to tell, or no room for it", () => {
    assert.equal(endpointToTell(tunnel, undefined, far), undefined);
    assert.equal(endpointToTell(tunnel, { local: { address: "0.0.0.0", port: 6084 } }, far), undefined);
    assert.equal(endpointToTell(tunnel, { local: { address: "2001:db8::1", port: 6084 } }, far), undefined);
  });
});
