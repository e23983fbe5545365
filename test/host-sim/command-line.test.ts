import assert from "node:assert/strict";
import { InvalidArgumentError } from "commander";
import { CommandFault, emptyProgram, runCommandLine } from "../../host-sim/command-line.js";

/** Runs a program with two commands; the answer is its status and what it printed. */
async function run(...parameters: string[]): Promise<{ status: number; out: string; complaint: string }> {
  let out = "";
  let complaint = "";
  const streams = {
    out: (text: string): void => void (out += text),
    complain: (text: string): void => void (complaint += text),
  };
  const program = emptyProgram("1.2.3", streams);
  program
    .command("ring")
    .description("rings")
    .argument("<who>", "whom")
    .option("--times <n>", "how often", (text) => {
      if (!/^[0-9]$/.test(text)) throw new InvalidArgumentError("0 to 9 is allowed.");
      return Number(text);
    })
    .option("--json", "for programs")
    .action((who: string) => streams.out(`ringing ${who}\n`));
  program
    .command("fail")
    .action(() => Promise.reject(new CommandFault("port-in-use", "UDP port 6084 is in use")));
  program
    .command("mistake")
    .action(() => Promise.reject(new CommandFault("bad-value", "no such colour", ["red", "blue"])));
  program.command("crash").action(() => Promise.reject(new TypeError("ours")));
  return { status: await runCommandLine(program, parameters, streams), out, complaint };
}

describe("host-sim/command-line", () => {
  it("runs a command", async () => {
    assert.deepEqual(await run("ring", "bob"), { status: 0, out: "ringing bob\n", complaint: "" });
  });

  it("prints help and version on standard output, status 0", async () => {
    const help = await run("--help");
    assert.equal(help.status, 0);
    assert.match(help.out, /ring .*rings/);
    assert.match((await run("ring", "--help")).out, /--times <n>\s+how often/);
    assert.deepEqual(await run("--version"), { status: 0, out: "1.2.3\n", complaint: "" });
  });

  it("without a command shows the help, status 2", async () => {
    const { status, out } = await run();
    assert.equal(status, 2);
    assert.match(out, /Usage: muster/);
  });

  const misuses: readonly (readonly [string, readonly string[], string, string])[] = [
    ["an unknown command", ["rnig", "bob"], "unknown-command", "allowed: ring, fail, mistake, crash"],
    [
      "an unknown option",
      ["ring", "bob", "--loud"],
      "unknown-option",
      "allowed: --times <n>, --json, -h, --help",
    ],
    [
      "an unknown option before any command",
      ["--loud"],
      "unknown-option",
      "allowed: -V, --version, -h, --help",
    ],
    ["a missing argument", ["ring"], "missing-argument", "allowed: ring [options] <who>"],
    ["an argument too many", ["ring", "bob", "eve"], "excess-arguments", "allowed: ring [options] <who>"],
    ["an option without its value", ["ring", "bob", "--times"], "option-missing-argument", "--times <n>"],
    ["a value out of range", ["ring", "bob", "--times", "many"], "invalid-argument", "0 to 9 is allowed"],
  ];
  for (const [name, parameters, error, allowed] of misuses) {
    it(`${name}: ${error}, says what is allowed, status 2`, async () => {
      const { status, out, complaint } = await run(...parameters);
      assert.equal(status, 2);
      assert.equal(out, "");
      assert.ok(complaint.startsWith(`muster: ${error}: `), complaint);
      assert.ok(complaint.includes(allowed), complaint);
    });
  }

  it("--json prints the same as JSON", async () => {
    const { status, complaint } = await run("rnig", "--json");
    assert.equal(status, 2);
    assert.deepEqual(JSON.parse(complaint), {
      error: "unknown-command",
      message: 'there is no command "rnig"',
      allowed: ["ring", "fail", "mistake", "crash"],
    });
  });

  it("a fault of the command: its name and its sentence, status 1", async () => {
    const expected = "muster: port-in-use: UDP port 6084 is in use\n";
    assert.deepEqual(await run("fail"), { status: 1, out: "", complaint: expected });
  });

  it("a wrong value that only the command can judge: what is allowed, status 2", async () => {
    const expected = "muster: bad-value: no such colour\nallowed: red, blue\n";
    assert.deepEqual(await run("mistake"), { status: 2, out: "", complaint: expected });
  });

  it("a fault of ours is not made to look like one of the user's", async () => {
    await assert.rejects(run("crash"), TypeError);
  });
});
