import assert from "node:assert/strict";
import { spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toHex } from "../../../firmware/core/bytes.js";
import { overlayIdOf } from "../../../firmware/identity/overlay-id.js";
import { SodiumCrypto } from "../../../hal/node/sodium-crypto.js";
import { HandsetProcess } from "../../../host-sim/lab/handset-process.js";
import { Lan, spawnOn, type LanHost } from "../../interop/lan.js";
import { needsLan } from "../../interop/needs-lan.js";
import { needsDebian } from "../../support/debian.js";
import { Avahi } from "./avahi.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
/** An end to waiting, no figure of a test. */
const waitMsMax = 60_000;
/** Not the phones' port: no beacon of either comes to the other. */
const port = 6090;

describe("DNS-SD on a LAN of network namespaces, with Avahi", function () {
  this.timeout(2 * waitMsMax);
  const folder = mkdtempSync(join(tmpdir(), "muster-dns-sd-"));
  const overlay = "dns-sd-test";
  const overlayText = `overlay=${toHex(overlayIdOf(new SodiumCrypto(), overlay))}`;
  const running: HandsetProcess[] = [];
  let lan: Lan;

  before(function () {
    needsDebian(this, "iproute2", "avahi-daemon", "avahi-utils");
    needsLan(this);
    const setUp =
      'const { setUpOrExit } = await import("./bin/set-up.mjs"); await setUpOrExit({ build: true });';
    const built = spawnSync(process.execPath, ["--input-type=module", "-e", setUp], { cwd: root });
    assert.equal(built.status, 0, built.stderr.toString());
  });

  beforeEach(() => {
    lan = new Lan();
  });

  afterEach(() => {
    for (const one of running.splice(0)) one.kill();
    lan.remove();
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  function muster(host: LanHost, name: string, ...words: string[]): HandsetProcess {
    const cli = [join(root, "build/host-sim/cli.js"), ...words, "--json"];
    const child: ChildProcessWithoutNullStreams = spawnOn(host, process.execPath, cli, { cwd: root });
    const one = new HandsetProcess({ name, address: host.address }, child);
    running.push(one);
    return one;
  }

  function peer(host: LanHost, discovery: boolean): HandsetProcess {
    const file = join(folder, `${host.namespace}.json`);
    const { address } = host;
    const state = host.namespace;
    writeFileSync(file, JSON.stringify({ name: "tower", overlay, address, port, state, discovery }));
    return muster(host, "tower", "peer", "--config", file);
  }

  function phone(host: LanHost): HandsetProcess {
    const state = join(folder, `phone-${host.namespace}`);
    const words = ["--address", host.address, "--state", state, "--overlay", overlay, "--stock-sip", "off"];
    return muster(host, "alice", "handset", "--name", "alice", ...words);
  }

  const event = (wanted: string) => (one: { readonly event: string }) => one.event === wanted;

  async function avahi(host: LanHost, name: string): Promise<Avahi> {
    mkdirSync(join(folder, name));
    return Avahi.start(host, join(folder, name));
  }

  it("Avahi finds what a host peer announces until it leaves, and so does a phone no beacon reaches", async () => {
    const [tower, other, third] = [lan.addHost(1), lan.addHost(2), lan.addHost(3)];
    const console = peer(tower, true);
    const browser = await avahi(other, "browser");
    const { nodeId } = await identity(console);
    const found = await browser.browse("_muster._udp", (all) => all.length > 0);
    assert.equal(found.length, 1, JSON.stringify(found));
    const [, , , name, type, , host, address, numbered, texts] = found[0] ?? [];
    assert.deepEqual([name, type, host], [nodeId, "_muster._udp", `muster-${String(nodeId)}.local`]);
    assert.deepEqual([address, numbered], [tower.address, `${port}`]);
    assert.ok(texts?.includes(`"txtvers=1"`) && texts.includes(`"${overlayText}"`), texts);

    const alice = phone(third);
    await alice.expect("registered", waitMsMax, event("registered"));
    assert.deepEqual(await linkedTo(alice), [["tower", `${tower.address}:${port}`]]);

    console.type("quit");
    assert.deepEqual(await browser.browse("_muster._udp", (all) => all.length === 0), []);
  });

  it("a phone finds the host peer that Avahi announces, where no beacon reaches it", async () => {
    const [tower, other] = [lan.addHost(1), lan.addHost(2)];
    const console = peer(tower, false);
    const responder = await avahi(tower, "responder");
    await responder.publish("a peer", "_muster._udp", port, overlayText);
    await identity(console);
    const alice = phone(other);
    await alice.expect("registered", waitMsMax, event("registered"));
    assert.deepEqual(await linkedTo(alice), [["tower", `${tower.address}:${port}`]]);
  });

  async function linkedTo(console: HandsetProcess): Promise<string[][]> {
    const { peers } = await console.ask("peers", waitMsMax, event("peers"));
    return (peers as { readonly name: string; readonly address: string }[]).map((one) => [
      one.name,
      one.address,
    ]);
  }

  async function identity(console: HandsetProcess): ReturnType<HandsetProcess["ask"]> {
    await console.expect("joined", waitMsMax, event("joined"));
    return console.ask("show", waitMsMax, event("identity"));
  }
});
