import assert from "node:assert/strict";
import type { Command } from "commander";
import { emptyProgram, runCommandLine } from "../../host-sim/command-line.js";
import type { Outcome } from "../../host-sim/fuzz/campaign.js";
import { registerFuzz } from "../../host-sim/fuzz/fuzz-command.js";
import { registerTorture } from "../../host-sim/torture/torture-command.js";
import type { TortureRow } from "../../host-sim/torture/torture.js";

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly complaint: string;
}

/** Runs a command line in this process; what it writes to standard output is kept. */
async function run(register: (program: Command) => void, ...parameters: readonly string[]): Promise<Ran> {
  const ran = { out: "", complaint: "" };
  const streams = {
    out: (text: string): void => void (ran.out += text),
    complain: (text: string): void => void (ran.complaint += text),
  };
  const program = emptyProgram("0", streams);
  register(program);
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = (text: string | Uint8Array): boolean => {
    ran.out += typeof text === "string" ? text : Buffer.from(text).toString();
    return true;
  };
  try {
    return { status: await runCommandLine(program, parameters, streams), ...ran, out: ran.out };
  } finally {
    stdout.write = write;
  }
}

describe("muster torture", () => {
  it("prints a row for every message, and the choices below", async () => {
    const { status, out } = await run(registerTorture, "torture");
    assert.equal(status, 0);
    const [count] = /(\d+) of \1 as wanted\n$/.exec(out)?.slice(1) ?? [];
    assert.ok(Number(count) >= 61 + 13, out);
    assert.match(out, /│ wsinv\.dat +│ 4475 3\.1\.1\.1 .*│ 481 +│ 481 +│ yes +│/);
    assert.match(out, /\n\* zeromf\.dat: 483 is a proxy's/);
  });

  it("prints the same as JSON", async () => {
    const { out } = await run(registerTorture, "torture", "--json");
    const rows = JSON.parse(out) as readonly TortureRow[];
    assert.deepEqual(
      rows.filter(({ ok, got, wanted }) => !ok || got !== wanted),
      [],
    );
    assert.equal(rows.find(({ name }) => name === "badvers")?.got, "505");
  });
});

describe("muster fuzz", () => {
  it("fuzzes those that are named, or all below a name", async () => {
    const { status, out } = await run(
      registerFuzz,
      "fuzz",
      "--decoder",
      "beacon,record",
      "--inputs",
      "50",
      "--json",
    );
    assert.equal(status, 0);
    const outcomes = JSON.parse(out) as readonly Outcome[];
    assert.deepEqual(
      outcomes.map(({ decoder, inputs, failed }) => [decoder, inputs, failed]),
      [
        ["beacon", 50, 0],
        ["record", 50, 0],
      ],
    );
    const below = await run(registerFuzz, "fuzz", "--decoder", "claims/", "--inputs", "50");
    assert.match(below.out, /claims\/enrolled[\s\S]*claims\/open|claims\/open[\s\S]*claims\/enrolled/);
    assert.match(below.out, /100 inputs to 2 decoders, 0 failures\n$/);
  });

  it("replays one input", async () => {
    const { out } = await run(registerFuzz, "fuzz", "--decoder", "sip/uri", "--input", "41", "--json");
    assert.equal((JSON.parse(out) as readonly Outcome[])[0]?.inputs, 1);
  });

  it("names the decoders there are to who asks for another", async () => {
    const { status, complaint } = await run(registerFuzz, "fuzz", "--decoder", "telepathy");
    assert.equal(status, 2);
    assert.match(complaint, /there is no decoder "telepathy"\nallowed: beacon, .*machine\/node/);
  });
});
