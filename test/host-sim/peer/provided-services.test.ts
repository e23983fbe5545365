import assert from "node:assert/strict";
import { musterPort } from "../../../firmware/core/limits.js";
import { bindingMethod, encodeStun } from "../../../firmware/wire/stun.js";
import { VirtualStorage } from "../../../host-sim/virtual/storage.js";
import { FullStack } from "../../support/full-stack.js";
import { seed } from "../../support/seed.js";
import { Tower, towerAddress } from "./tower.js";

describe(`services of a host peer, virtual time (seed ${seed})`, () => {
  it("a gateway is found by a number that it reaches, with the way and what it costs", () => {
    const stack = new FullStack("gateway");
    const paths = [
      { prefix: "+49", cost: 12 },
      { prefix: "0", cost: 3 },
    ];
    const gateway = { service: "gateway", capacity: 30, policy: "anyone", paths } as const;
    const tower = new Tower(stack, new VirtualStorage(), { services: [gateway] });
    stack.joined(["alice", "bob"]);
    stack.run(30_000);
    const providersOf = (line: string): readonly Record<string, unknown>[] => {
      stack.type("alice", `find-service ${line}`);
      return stack.next("alice", "services", 15_000)["providers"] as Record<string, unknown>[];
    };
    const { nodeId } = tower.ask("show", "identity");
    stack.type("alice", "ping tower");
    stack.next("alice", "pong");
    for (const line of ["gateway", "gateway +49301234", "gateway 030"]) {
      const [found] = providersOf(line);
      assert.deepEqual(
        [found?.["name"], found?.["nodeId"], found?.["paths"]],
        ["tower", nodeId, paths],
        line,
      );
      assert.equal(typeof found?.["rttMs"], "number", "its link was measured");
    }
    assert.deepEqual(providersOf("gateway +15551234"), []);
  });

  it("how much of it is in use is told to the overlay while it is, and no longer", () => {
    const stack = new FullStack("load");
    const tower = new Tower(stack, new VirtualStorage(), { services: [] });
    stack.run(10_000);
    const stunOffer = (): Record<string, unknown> | undefined => {
      const offers = tower.ask("offer", "offers")["offers"] as Record<string, unknown>[];
      return offers.find(({ service }) => service === "stun");
    };
    assert.equal(stunOffer()?.["load"], undefined);
    const transaction = new Uint8Array(12);
    const bytes = encodeStun({ is: "request", method: bindingMethod, transaction, hasFingerprint: false });
    const ports = [1, 2, 3, 4, 5, 6, 7, 8].map((host) => {
      const port = stack.lab.network.openPlainPort({ address: `192.0.2.${host}`, port: 9 }, () => undefined);
      assert.ok(port !== undefined);
      return port;
    });
    // 40 a second, of 250 that it may answer.
    for (let step = 0; step < 5 * 125; step++) {
      for (const port of ports) port.send({ address: towerAddress, port: musterPort }, bytes);
      stack.run(200);
    }
    const load = Number(stunOffer()?.["load"]);
    assert.ok(load > 35 && load < 45, `${load} of 255`);
    stack.run(130_000);
    assert.ok((stunOffer()?.["load"] ?? 0) === 0);
  });
});
