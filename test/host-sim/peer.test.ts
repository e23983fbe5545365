import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { HandsetProcess } from "../../host-sim/lab/handset-process.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** An end to waiting, no figure of a test. */
const waitMsMax = 60_000;

function muster(...words: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [join(root, "build/host-sim/cli.js"), ...words], {
    cwd: root,
    stdio: "pipe",
  });
}

interface Ended {
  readonly status: number | null;
  readonly complaint: string;
}

function endOf(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => (complaint += text.toString()));
  return new Promise((done) => child.on("close", (status) => done({ status, complaint })));
}

interface Record {
  readonly name: string;
  readonly kind: string;
}

describe("muster peer, live", function () {
  this.timeout(2 * waitMsMax);
  const folder = mkdtempSync(join(tmpdir(), "muster-peer-"));
  const overlay = `peer-test-${process.pid}`;
  const address = (host: number): string => `127.${60 + (process.pid % 100)}.7.${host}`;
  const configFile = join(folder, "tower.json");
  const running: HandsetProcess[] = [];

  before(() => {
    const setUp =
      'const { setUpOrExit } = await import("./bin/set-up.mjs"); await setUpOrExit({ build: true });';
    const built = spawnSync(process.execPath, ["--input-type=module", "-e", setUp], { cwd: root });
    assert.equal(built.status, 0, built.stderr.toString());
    const config = { name: "tower", overlay, address: address(1), state: "tower", discovery: false };
    writeFileSync(configFile, JSON.stringify(config));
  });

  afterEach(() => {
    for (const one of running.splice(0)) one.kill();
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Who runs, as a console to type on. Each is killed in the end. */
  function started(name: string, host: number, child: ChildProcessWithoutNullStreams): HandsetProcess {
    const one = new HandsetProcess({ name, address: address(host) }, child);
    running.push(one);
    return one;
  }

  function peer(): { child: ChildProcessWithoutNullStreams; console: HandsetProcess } {
    const child = muster("peer", "--config", configFile, "--json");
    return { child, console: started("tower", 1, child) };
  }

  /** A handset that sends no beacons: it has the address of the peer, and nothing else. */
  function handset(name: string, host: number): HandsetProcess {
    const words = ["--address", address(host), "--state", join(folder, name), "--bootstrap", address(1)];
    const child = muster("handset", ...words, "--overlay", overlay, "--stock-sip", "off", "--json");
    const console = started(name, host, child);
    console.type("set discovery off");
    console.type(`set name ${name}`);
    return console;
  }

  const event = (wanted: string) => (one: { readonly event: string }) => one.event === wanted;

  async function call(from: HandsetProcess, to: HandsetProcess): Promise<void> {
    for (const one of [from, to]) one.forget();
    from.type(`call ${to.name}`);
    await to.expect("incoming", waitMsMax, event("incoming"));
    to.type("answer");
    await from.expect("talking", waitMsMax, event("talking"));
    from.type("hangup");
    await to.expect("ended", waitMsMax, event("ended"));
  }

  /** Its status once its tables are filled: a phone that called may still be one it is asked to know. */
  async function settled(console: HandsetProcess): ReturnType<HandsetProcess["ask"]> {
    let status = await console.ask("status", waitMsMax, event("status"));
    for (let tries = 0; status["stage"] !== "peer" && tries < 200; tries++) {
      await sleep(250);
      status = await console.ask("status", waitMsMax, event("status"));
    }
    return status;
  }

  it("two phones that know its address only find and call each other; it leaves, and nothing is lost", async () => {
    const tower = peer();
    await tower.console.expect("started", waitMsMax, event("started"));
    const [alice, bob] = [handset("alice", 2), handset("bob", 3)];
    for (const one of [alice, bob]) await one.expect("registered", waitMsMax, event("registered"));
    await call(alice, bob);

    // Who has registered with one phone may be copied to the others a moment later.
    assert.deepEqual(await keptInTheEnd(tower.console), ["alice", "bob"]);
    const answer = await tower.console.ask("records", waitMsMax, event("records"));
    const held = answer["records"] as Record[];
    // Its services are several records.
    const kinds = new Set(held.map(({ name, kind }) => `${kind} ${name}`));
    assert.deepEqual([...kinds].sort(), ["registration alice", "registration bob", "service tower"]);
    const status = await settled(tower.console);
    assert.deepEqual([status["stage"], status["peers"]], ["peer", 2]);
    // Who was a peer before the first phone came has heard no beacon, and says so.
    assert.ok((status["ways"] as { method: string }[]).every(({ method }) => method === "beacon"));
    const refused = await tower.console.ask("call alice", waitMsMax, event("refused"));
    assert.match(String(refused["sentence"]), /no telephone/);

    const end = endOf(tower.child);
    tower.child.kill("SIGTERM");
    assert.equal((await end).status, 0);
    assert.ok(tower.console.events.some(event("left")));
    // Its clients are peers again; it has told them of each other, so they are soon linked and keep both records.
    for (const one of [alice, bob]) assert.deepEqual(await keptInTheEnd(one), ["alice", "bob"]);
    await call(bob, alice);

    const again = peer();
    await again.console.expect("a link to a phone it remembers", waitMsMax, event("peerLinked"));
    const { nodeId } = await again.console.ask("show", waitMsMax, event("identity"));
    assert.equal(nodeId, status["nodeId"], "it is the same node after a restart");
    await Promise.all([alice.end(), bob.end(), again.console.end()]);
  });

  /** Whose registrations a node keeps, once it has both. */
  async function keptInTheEnd(node: HandsetProcess): Promise<string[]> {
    let names = await keptBy(node);
    for (let tries = 0; names.length < 2 && tries < 200; tries++) {
      await sleep(250);
      names = await keptBy(node);
    }
    return names;
  }

  /** Whose registrations a node keeps. */
  async function keptBy(phone: HandsetProcess): Promise<string[]> {
    const { records } = await phone.ask("records", waitMsMax, event("records"));
    const registrations = (records as Record[]).filter(({ kind }) => kind === "registration");
    return registrations.map(({ name }) => name).sort();
  }

  it("a configuration that is wrong is named with what is allowed, status 2", async () => {
    const path = join(folder, "wrong.json");
    writeFileSync(path, '{ "name": "tower", "prot": 7 }');
    const { status, complaint } = await endOf(muster("peer", "--config", path, "--json"));
    assert.equal(status, 2);
    const { error, message, allowed } = JSON.parse(complaint) as {
      error: string;
      message: string;
      allowed: string[];
    };
    assert.equal(error, "bad-config");
    assert.match(message, /wrong\.json: prot is no member of a configuration; did you mean port\?/);
    assert.match(allowed[0] ?? "", /name, overlay, authority, credential, address, interface, port/);
  });
});
