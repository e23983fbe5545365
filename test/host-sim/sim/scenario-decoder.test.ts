import assert from "node:assert/strict";
import { CommandFault } from "../../../host-sim/command-line.js";
import { readScenario, shippedNames } from "../../../host-sim/sim/shipped-scenarios.js";
import { decodeScenario } from "../../../host-sim/sim/scenario-decoder.js";

const least = { name: "mine", nodes: 8, minutes: 1 };

/** What the decoder says to these members beside those that must be there. */
function faultOf(members: Readonly<Record<string, unknown>>): string {
  try {
    decodeScenario("mine.json", JSON.stringify({ ...least, ...members }));
  } catch (fault) {
    assert.ok(fault instanceof CommandFault);
    assert.equal(fault.kind, "bad-scenario");
    return fault.message;
  }
  return "nothing";
}

describe("scenario files", () => {
  it("the shipped ones can be read, and each says what it is about", () => {
    const names = shippedNames();
    for (const name of ["churn", "kill-one", "kill-three", "merge", "split", "switch-on-50"])
      assert.ok(names.includes(name), name);
    for (const name of names) {
      const scenario = readScenario(name);
      assert.equal(scenario.name, name);
      assert.ok(scenario.about.length > 20, name);
      const last = Math.max(0, ...scenario.steps.map(({ timing }) => timing.atSeconds));
      assert.ok(last < 60 * scenario.minutes, `${name}: a step after its end`);
    }
  });

  it("what is not given has its default", () => {
    const scenario = decodeScenario("mine.json", JSON.stringify(least));
    assert.equal(scenario.network, "internet");
    assert.equal(scenario.hostPeersPercent, 10);
    assert.equal(scenario.churn, undefined);
    assert.deepEqual(scenario.steps, []);
    const natted = decodeScenario("mine.json", JSON.stringify({ ...least, nats: { percent: 50 } }));
    assert.deepEqual([natted.nats?.kinds.length, natted.nats?.bindingSeconds], [4, 120]);
  });

  it("faults say what is wrong where, and what is allowed", () => {
    const faults: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
      [{ nodes: 0 }, "mine.json: nodes: a whole number from 1 to 20000 is wanted"],
      [{ nodes: 2.5 }, "mine.json: nodes: a whole number from 1 to 20000 is wanted"],
      [{ minutes: "long" }, "mine.json: minutes: a number from 1 to 1440 is wanted"],
      [{ name: 7 }, "mine.json: name: a text is wanted"],
      [
        { network: "lan" },
        "mine.json: network: one of these is wanted: wifi-lan, wifi-lossy, mesh-3-hops, internet",
      ],
      [{ colour: "red" }, "mine.json: colour: there is no such member here"],
      [{ recordsMayBeLost: 1 }, "mine.json: recordsMayBeLost: true or false is wanted"],
      [{ steps: {} }, "mine.json: steps: a list is wanted"],
      [{ steps: [4] }, "mine.json: steps[0]: an object is wanted"],
      [
        { steps: [{ do: "heal", atSeconds: 1 }, { do: "explode" }] },
        "mine.json: steps[1].do: one of these is wanted: " +
          "split, heal, bridge, add, crash, clog, cloneKey, hotKey, resolve, whole",
      ],
      [{ steps: [{ do: "heal" }] }, "mine.json: steps[0].atSeconds: a number from 0 to 86400 is wanted"],
      [
        { steps: [{ do: "heal", atSeconds: 1, count: 2 }] },
        "mine.json: steps[0].count: there is no such member here",
      ],
      [
        { steps: [{ do: "crash", atSeconds: 1, times: 3 }] },
        "mine.json: steps[0].everySeconds: a number from 0.1 to 86400 is wanted",
      ],
      [
        { churn: { meanSessionMinutes: 0 } },
        "mine.json: churn.meanSessionMinutes: a number from 0.1 to 1440 is wanted",
      ],
      [{ churn: 3 }, "mine.json: churn: an object is wanted"],
      [{ nats: {} }, "mine.json: nats.percent: a number from 0 to 100 is wanted"],
      ...[{}, [], ["symmetric", "open"]].map(
        (kinds) =>
          [
            { nats: { percent: 50, kinds } },
            "mine.json: nats.kinds: a list of some of these is wanted: " +
              "full-cone, address-restricted, port-restricted, symmetric",
          ] as const,
      ),
    ];
    for (const [members, said] of faults) assert.equal(faultOf(members), said);
  });

  it("a file that is no JSON, and one that is not there", () => {
    assert.throws(() => decodeScenario("bad.json", "{"), /^CommandFault|bad\.json: /);
    assert.throws(
      () => readScenario("no-such-scenario"),
      (fault) => fault instanceof CommandFault && fault.allowed?.includes("churn") === true,
    );
  });
});
