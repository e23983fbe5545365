import assert from "node:assert/strict";
import { run, scenarioOf } from "./overlays.js";

const at = (atSeconds: number): object => ({ atSeconds });

describe("an overlay of which most is behind NATs, in virtual time", function () {
  this.timeout(240_000);
  const few = { lookupsPerNodeMinute: 0, lossPercent: 1, minutes: 3, switchOnSeconds: 20 };

  it("NATs of all kinds: all are linked as they should be, all names are found from everywhere", () => {
    const nats = { percent: 100 };
    const members = { ...few, nodes: 20, lanNodes: 4, lowPeersPercent: 40, nats, steps: wholeAt(120) };
    const { report, simulation } = run(scenarioOf(members), 1, "cheap");
    assert.deepEqual(report.failures, []);
    const { living } = simulation.population;
    const hidden = living.filter((node) => node.describe()?.role === "hidden");
    assert.deepEqual(hidden.map(({ stage, address }) => [stage, lanOf(address)]).sort(), hiddenNodes);
    const lansOfPeers = living.filter(({ stage }) => stage === "peer").map(({ address }) => lanOf(address));
    assert.ok(
      [1, 2, 3].every((lan) => lansOfPeers.includes(lan)),
      `peers in LANs ${lansOfPeers.join()}`,
    );
  });

  it("each peer behind a NAT: neighbours are introduced to each other, one hop as ever", () => {
    const nats = { percent: 100, kinds: ["port-restricted"] };
    const members = { ...few, nodes: 12, lanNodes: 2, hostPeersPercent: 0, bootstraps: 2 };
    const { report, simulation } = run(scenarioOf({ ...members, nats, steps: wholeAt(90) }), 1, "cheap");
    assert.deepEqual(report.failures, []);
    assert.deepEqual([report.roles.peers, report.hops.max], [12, 1]);
    for (const node of simulation.population.living)
      for (const { endpoint } of node.describe()?.neighbours ?? [])
        if (lanOf(endpoint.address) !== lanOf(node.address))
          assert.ok(
            lanOf(endpoint.address) === 0 || endpoint.address.startsWith("203."),
            "no address of another LAN",
          );
  });
});

/** Of a simulated node, by its own address. */
function lanOf(address: string): number {
  return Number(address.split(".")[2]);
}

/** Is all linked, and are names found, from then on? */
function wholeAt(seconds: number): readonly object[] {
  return [
    { do: "whole", ...at(seconds) },
    { do: "resolve", ...at(seconds + 5), names: 6, withinSeconds: 20 },
  ];
}

/** All but the host of the LAN whose NAT is symmetric. */
const hiddenNodes = [
  ["client", 4],
  ["client", 4],
  ["client", 4],
];
