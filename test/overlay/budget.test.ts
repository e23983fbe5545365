import assert from "node:assert/strict";
import { isFullMesh } from "./checks.js";
import { at, settled, switchOn } from "./situations.js";
import { Swarm } from "./swarm.js";

/** Bytes of the data frame around a message. */
const frameBytes = 22;

describe("overlay: budgets", () => {
  it("a refresh is one Store of at most 170 B; a lookup's answer at most 360 B", () => {
    const { swarm, nodes } = settled(12);
    const sizes = new Map<string, number>();
    let refreshes = 0;
    swarm.links.tap = ({ from, message, bytes }) => {
      const size = bytes.length + frameBytes;
      sizes.set(message.type, Math.max(sizes.get(message.type) ?? 0, size));
      if (message.type === "store" && message.hops > 0 && from === at(nodes, 3)) refreshes++;
      return bytes;
    };
    swarm.run(1_900_000);
    assert.ok(refreshes >= 2 && refreshes <= 4, `${refreshes} refreshes in 1900 s`);
    for (const asker of nodes) swarm.fetch(asker, "phone3");
    console.log(
      `      largest, frame included: ${[...sizes].map(([type, size]) => `${type} ${size}`).join(", ")}`,
    );
    assert.ok((sizes.get("store") ?? 0) <= 170);
    assert.ok((sizes.get("fetchAnswer") ?? 0) <= 360);
  });

  it("24 phones at rest say little", () => {
    const { swarm, nodes } = settled(24);
    swarm.run(60_000);
    const before = nodes.map(({ bytesOut }) => bytesOut);
    swarm.links.sent.clear();
    swarm.run(1_200_000);
    const perMinute = nodes.map(({ bytesOut }, n) => Math.round((bytesOut - (before[n] ?? 0)) / 20));
    const types = [...swarm.links.sent].map(([type, count]) => `${type} ${count}`).join(", ");
    console.log(
      `      overlay bytes sent a minute: ${Math.min(...perMinute)}-${Math.max(...perMinute)}; in 20 min ${types}`,
    );
    assert.ok(Math.max(...perMinute) <= 1_500);
  });

  it("40 phones do not fit the tables: bounded, and every name is found", () => {
    const swarm = new Swarm();
    const nodes = switchOn(swarm, 40);
    swarm.run(90_000);
    assert.ok(!isFullMesh(swarm.living));
    let found = 0;
    let asked = 0;
    for (let n = 0; n < 40; n++) {
      for (const asker of [at(nodes, (n * 7) % 40), at(nodes, (n * 11 + 3) % 40)]) {
        asked++;
        if (swarm.fetch(asker, `phone${n}`).outcome.status === "found") found++;
      }
    }
    console.log(`      40 phones: ${found} of ${asked} lookups found`);
    assert.equal(found, asked);
  });
});
