import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromHex } from "../../firmware/core/bytes.js";
import { musterPort } from "../../firmware/core/limits.js";
import { decodeMessage, type Message } from "../../firmware/wire/message.js";
import type { CallReport, LabReport } from "../../host-sim/lab/report.js";
import { validateItem } from "../support/message-tap.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cli = join(root, "build/host-sim/cli.js");
/** An end to waiting, no figure of a test. */
const waitMsMax = 100_000;

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly complaint: string;
}

/** Runs `muster` to its end; `input` is typed at once. */
function muster(parameters: readonly string[], input = ""): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...parameters], { cwd: root });
    let out = "";
    let complaint = "";
    const limit = setTimeout(() => child.kill("SIGKILL"), waitMsMax);
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    child.stderr.on("data", (text: Buffer) => (complaint += text.toString()));
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    child.on("close", (status) => {
      clearTimeout(limit);
      resolve({ status, out, complaint });
    });
  });
}

/** One line of a capture file, as far as this test asks. */
interface Line {
  readonly direction: string;
  readonly plain?: string;
  readonly link: { readonly remote: string; readonly nodeId?: string };
}

function captured(directory: string, name: string): Line[] {
  const text = readFileSync(join(directory, name, "capture.jsonl"), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

/** Validates every message of a capture, those in fragments as a whole too; returns how often each type came. */
function validateCapture(lines: readonly Line[]): Map<string, number> {
  const types = new Map<string, number>();
  const parts = new Map<string, Uint8Array[]>();
  const validate = (bytes: Uint8Array): Message => {
    validateItem("message", bytes);
    const message = decodeMessage(bytes);
    assert.ok(message.ok, `the decoder refuses ${Buffer.from(bytes).toString("hex")}`);
    types.set(message.value.type, (types.get(message.value.type) ?? 0) + 1);
    return message.value;
  };
  for (const { plain, direction, link } of lines) {
    if (plain === undefined || plain === "") continue;
    const bytes = fromHex(plain);
    assert.ok(bytes !== undefined);
    const message = validate(bytes);
    if (message.type !== "fragment") continue;
    const key = `${direction} ${link.nodeId} ${message.id}`;
    const got = parts.get(key) ?? [];
    got[message.index] = message.bytes;
    parts.set(key, got);
    if (Object.keys(got).length < message.count) continue;
    parts.delete(key);
    validate(Buffer.concat(got));
  }
  assert.equal(parts.size, 0, "fragments of which the rest is missing");
  return types;
}

function reportOf(ended: Ended): LabReport {
  assert.equal(ended.status, 0, `${ended.out}\n${ended.complaint}`);
  return JSON.parse(ended.out) as LabReport;
}

function callOf(report: LabReport): CallReport {
  const [call] = report.calls;
  assert.ok(call !== undefined);
  return call;
}

describe("muster lab and muster handset, live", function () {
  this.timeout(2 * waitMsMax);
  const folder = mkdtempSync(join(tmpdir(), "muster-live-"));
  const quiet = join(folder, "quiet");
  const lossy = join(folder, "lossy");
  let reports: { quiet: LabReport; lossy: LabReport };

  before(async () => {
    const setUp =
      'const { setUpOrExit } = await import("./bin/set-up.mjs"); await setUpOrExit({ build: true });';
    const built = spawnSync(process.execPath, ["--input-type=module", "-e", setUp], { cwd: root });
    assert.equal(built.status, 0, built.stderr.toString());
    mkdirSync(quiet);
    writeFileSync(join(quiet, "mine.txt"), "the user's own");
    const lab = (more: readonly string[]): Promise<Ended> => muster(["lab", "--json", ...more]);
    const [first, second] = await Promise.all([
      lab(["--handsets", "3", "--seconds", "4", "--directory", quiet, "--seed", "4711"]),
      lab(["--handsets", "2", "--seconds", "6", "--loss", "5", "--directory", lossy, "--seed", "4712"]),
    ]);
    reports = { quiet: reportOf(first), lossy: reportOf(second) };
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("reports everything that was promised, in the form it is documented in", () => {
    const { quiet: report } = reports;
    assert.equal(report.ok, true);
    assert.deepEqual(
      report.handsets.map(({ name }) => name),
      ["alice", "bob", "carol"],
    );
    for (const { joinMs = 0, registerMs, role } of report.handsets) {
      assert.ok(joinMs > 0 && registerMs >= joinMs);
      assert.equal(role, "peer");
    }
    const { from, to, dialToRingMs, dialToTalkMs, heard } = callOf(report);
    assert.deepEqual([from, to], ["alice", "bob"]);
    assert.ok(dialToRingMs > 0 && dialToTalkMs >= dialToRingMs);
    assert.deepEqual(new Set(heard.map(({ by }) => by)), new Set(["alice", "bob"]));
    assert.ok(heard.every((side) => typeof side.delayMs === "number"));
    assert.ok(report.idleBytesPerMinute > 0);
  });

  it("without loss both hear each other at 30 dB or better, nothing lost, nothing concealed", () => {
    for (const { by, snrDb, lossPercent, concealedPercent } of callOf(reports.quiet).heard) {
      assert.ok(snrDb >= 30, `${by} hears at ${snrDb} dB`);
      assert.deepEqual([lossPercent, concealedPercent], [0, 0], by);
    }
  });

  it("with 5 % loss packets are lost, gaps concealed, and the speech is worse", () => {
    const best = Math.min(...callOf(reports.quiet).heard.map(({ snrDb }) => snrDb));
    for (const { by, snrDb, lossPercent, concealedPercent } of callOf(reports.lossy).heard) {
      assert.ok(lossPercent > 0 && concealedPercent > 0, by);
      assert.ok(snrDb < best, `${by} hears at ${snrDb} dB`);
    }
  });

  it("leaves what else is in its folder alone", () => {
    assert.equal(readFileSync(join(quiet, "mine.txt"), "utf8"), "the user's own");
  });

  it("keeps what each side heard as WAV", () => {
    for (const name of ["alice", "bob"]) assert.ok(existsSync(join(quiet, name, "heard.wav")));
  });

  it("every message that was captured follows the CDDL, fragments as a whole too", () => {
    const all = new Map<string, number>();
    for (const [directory, names] of [
      [quiet, ["alice", "bob", "carol"]],
      [lossy, ["alice", "bob"]],
    ] as const) {
      for (const name of names) {
        const types = validateCapture(captured(directory, name));
        for (const [type, count] of types) all.set(type, (all.get(type) ?? 0) + count);
      }
    }
    console.log(`      ${[...all].map(([type, count]) => `${type} ${count}`).join(", ")}`);
    // No Fetch: of three phones each holds every record, and looks a name up in its own store.
    for (const type of ["update", "store", "storeAnswer", "sip", "hopAck"]) {
      assert.ok((all.get(type) ?? 0) > 0, `no ${type} was captured`);
    }
  });

  it("`muster decode` prints every captured message without a fault", async () => {
    for (const name of ["alice", "bob", "carol"]) {
      const file = join(quiet, name, "capture.jsonl");
      const { status, out } = await muster(["decode", "--json", file]);
      assert.equal(status, 0);
      const items = out.trimEnd().split("\n");
      assert.equal(items.length, captured(quiet, name).length);
      for (const item of items) assert.doesNotMatch(item, /"fault"|"unreadable"/);
    }
  });

  it("one handset alone answers on its standard streams, and ends with status 0", async () => {
    const start = ["handset", "--name", "dora", "--address", "127.99.1.1", "--state", join(folder, "dora")];
    const { status, out, complaint } = await muster([...start, "--json"], "help\nstatus\nstatsu\nquit\n");
    assert.equal(status, 0, complaint);
    const events = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { event: string; kind?: string; suggestions?: string[] });
    assert.ok(events.some(({ event }) => event === "started"));
    assert.ok(events.some(({ event }) => event === "help"));
    assert.ok(events.some(({ event }) => event === "status" || event === "refused"));
    const fault = events.find(({ event }) => event === "fault");
    assert.deepEqual([fault?.kind, fault?.suggestions], ["unknown-command", ["status", "stat"]]);
  });

  it("a port that is taken is named, status 1", async () => {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(musterPort, "127.99.1.2", resolve));
    const start = ["handset", "--name", "dora", "--address", "127.99.1.2", "--state", join(folder, "taken")];
    const { status, complaint } = await muster([...start, "--json"]);
    socket.close();
    assert.equal(status, 1);
    const { error, message } = JSON.parse(complaint) as { error: string; message: string };
    assert.equal(error, "cannot-start");
    assert.match(message, /127\.99\.1\.2.*6084|6084.*127\.99\.1\.2/);
  });

  const misuses: readonly (readonly [string, readonly string[]])[] = [
    ["invalid-argument", ["lab", "--handsets", "1"]],
    ["invalid-argument", ["lab", "--seconds", "soon"]],
    ["bad-option", ["lab", "--peers", "1"]],
    ["bad-option", ["lab", "--peers-die"]],
    ["invalid-argument", ["handset", "--port", "70000"]],
    ["bad-address", ["handset", "--address", "192.0.2.300"]],
    ["bad-value", ["handset", "--name", "a b"]],
    ["bad-value", ["handset", "--bootstrap", "fr_ob"]],
    ["conflicting-option", ["decode", "--hex", "c0", "capture.jsonl"]],
  ];
  for (const [expected, parameters] of misuses) {
    it(`${parameters.join(" ")}: ${expected}, status 2`, async () => {
      const { status, complaint } = await muster([...parameters, "--json"]);
      assert.equal(status, 2);
      assert.equal((JSON.parse(complaint) as { error: string }).error, expected);
    });
  }

  it("files that cannot be read or written are named before a phone is started, status 1", async () => {
    const file = join(folder, "plain.txt");
    writeFileSync(file, "no sound");
    const start = ["handset", "--address", "127.99.1.3", "--state", join(folder, "files")];
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ["bad-wav: .*plain.txt is no WAV file; a WAV file of 16 bit", [...start, "--speak", file]],
      ["bad-wav: .* cannot be read", [...start, "--speak", join(folder, "absent.wav")]],
      [
        "cannot-write: .* cannot be written: there is no such folder",
        [...start, "--record", "/absent/x.wav"],
      ],
      ["cannot-write: .* cannot be written: it is a folder", [...start, "--capture", folder]],
      ["cannot-start: .* cannot be used as a folder", ["handset", "--state", file]],
      ["cannot-write: .* cannot be used as a folder", ["lab", "--directory", file]],
    ];
    for (const [expected, parameters] of cases) {
      const { status, out, complaint } = await muster(parameters);
      assert.deepEqual([status, out], [1, ""]);
      assert.match(complaint, new RegExp(`^muster: ${expected}.*\n$`));
    }
  });

  it("what is no capture is said line by line, status 1", async () => {
    const { status, out } = await muster(["decode"], "frob\n");
    assert.deepEqual([status, out], [1, "line 1: no JSON object\n"]);
  });
});
