import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testPort, until } from "../node/until.js";
import { needsXsPhone, PhoneProcess, type PhoneStart } from "./phone-process.js";

describe("the phone as it ships, on the XS engine", function () {
  this.timeout(120_000);
  let folder: string;
  let phones: PhoneProcess[] = [];

  before(function () {
    needsXsPhone(this);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "muster-phone-"));
    phones = [];
  });
  afterEach(async () => {
    await Promise.all(phones.map((phone) => phone.stop()));
    rmSync(folder, { recursive: true });
  });

  /** A phone with an address and a memory of its own, in an overlay nobody else is in. */
  function start(name: string, config: PhoneStart["config"] = { wifi: "none" }): PhoneProcess {
    const address = `127.61.0.${name.charCodeAt(0)}`;
    const state = join(folder, name);
    const phone = new PhoneProcess({ address, state, config: { port: String(testPort), ...config } });
    phones.push(phone);
    return phone;
  }

  async function register(overlay: string, [alice, bob]: [PhoneProcess, PhoneProcess]): Promise<void> {
    alice.type(`set overlay ${overlay}`, "set name alice");
    bob.type(`set overlay ${overlay}`, "set name bob");
    await Promise.all([alice.next("registered"), bob.next("registered")]);
  }

  it("takes a name on its console, registers alone, and ends when it is asked to", async () => {
    const phone = start("alice");
    const started = await phone.next("started");
    assert.deepEqual(
      [started["address"], started["port"], started["bootCount"]],
      ["127.61.0.97", testPort, 1],
    );
    phone.type("set overlay alone", "set name alice");
    assert.equal((await phone.next("registered"))["replicas"], 1);
    const status = await phone.ask("status", "status");
    assert.deepEqual(
      [status["name"], status["stage"], status["address"]],
      ["alice", "peer", `127.61.0.97:${testPort}`],
    );
    await phone.ask("quit", "left");
    assert.equal(await phone.status(), 0);
    assert.equal(phone.log, "");
  });

  it("remembers name and key over a power cut", async () => {
    const first = start("alice");
    first.type("set overlay alone", "set name alice");
    await first.next("registered");
    const { nodeId } = await first.ask("status", "status");
    await first.stop();
    const second = start("alice");
    assert.equal((await second.next("started"))["bootCount"], 2);
    await second.next("registered");
    assert.equal((await second.ask("status", "status"))["nodeId"], nodeId);
  });

  it("starts without a network, so that it can be told one, and joins that at the next start", async () => {
    const first = start("alice", {});
    assert.equal((await first.next("started"))["address"], "0.0.0.0");
    await first.ask("set wifi-network home", "done");
    await first.ask("set name alice", "done");
    const warned = await first.next("warning");
    assert.match(String(warned["sentence"]), /no network yet/);
    first.type("quit");
    assert.equal(await first.status(), 0);
    const second = start("alice", { "wifi.ssid": "home" });
    assert.equal((await second.next("addressChanged"))["address"], "127.61.0.97");
    await second.next("registered");
  });

  it("outlives the loss of its Wi-Fi: when it is back, the others reach it again", async () => {
    const lostAt = performance.now() + 11_000;
    const [alice, bob] = [start("alice", { ssid: "home", "wifi.drop": "9000" }), start("bob")];
    await register("pair", [alice, bob]);
    await alice.ask("ping bob", "pong");
    await until("the loss", () => performance.now() > lostAt, 15_000);
    bob.type("call alice");
    await alice.next("incoming");
    await alice.ask("answer", "talking");
    assert.doesNotMatch(alice.log, /fault|abort/);
  });

  it("calls another: both talk, both hear packets, both hang up", async () => {
    const [alice, bob] = [start("alice"), start("bob")];
    await register("pair", [alice, bob]);
    alice.type("call bob");
    assert.equal((await bob.next("incoming"))["name"], "alice");
    bob.type("answer");
    await Promise.all([alice.next("talking"), bob.next("talking")]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    alice.type("hangup");
    for (const ended of await Promise.all([alice.next("ended"), bob.next("ended")])) {
      assert.equal(ended["outcome"], "talked");
      assert.ok(Number(ended["packetsReceived"]) > 50, JSON.stringify(ended));
      assert.equal(ended["packetsLost"], 0);
    }
    assert.equal(alice.log + bob.log, "");
  });

  it("tells what it cannot do with a wrong configuration, and does not start", async () => {
    const phone = start("alice", { console: "xml" });
    assert.notEqual(await phone.status(), 0);
    assert.match(phone.log, /config.console is xml: "text" or "json" belongs there/);
  });
});
