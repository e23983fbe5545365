import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storedState, type StoredState } from "../../../host-sim/power-cuts/stored-state.js";
import { MutationSource, seed } from "../../support/seed.js";
import { testPort } from "../node/until.js";
import { needsXsPhone, PhoneProcess } from "./phone-process.js";

/** The phone as it ships keeps its state by its own key-value module: what it stores is damaged between its starts. */
describe(`what the phone on the XS engine has stored (seed ${seed})`, function () {
  this.timeout(240_000);
  let folder: string;
  let phones: PhoneProcess[] = [];

  before(function () {
    needsXsPhone(this);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "muster-stored-"));
    phones = [];
  });
  afterEach(async () => {
    await Promise.all(phones.map((phone) => phone.stop()));
    rmSync(folder, { recursive: true });
  });

  function start(name: string, last: number): PhoneProcess {
    const state = join(folder, name);
    const phone = new PhoneProcess({
      address: `127.63.0.${last}`,
      state,
      config: { port: String(testPort), wifi: "none" },
    });
    phones.push(phone);
    return phone;
  }

  const stored = (): string => join(folder, "alice", "muster");
  const keys = (): string[] => readdirSync(stored()).filter((name) => !name.startsWith("."));

  /** What the phone would read, without the byte in which NVS keeps the type of a value. */
  const state = (): StoredState =>
    storedState(
      new Map(keys().map((key) => [key, new Uint8Array(readFileSync(join(stored(), key)).subarray(1))])),
    );

  /** Flips a bit of each of these values, behind the byte in which NVS keeps its type. */
  function flip(names: readonly string[]): void {
    const source = new MutationSource();
    for (const name of names) {
      const path = join(stored(), name);
      const value = readFileSync(path);
      const at = 1 + source.below(value.length - 1);
      value[at] = (value[at] ?? 0) ^ (1 << source.below(8));
      writeFileSync(path, value);
    }
  }

  /** Alice with all there is to store, switched off; returns her Node-ID. */
  async function used(): Promise<unknown> {
    const [alice, bob] = [start("alice", 1), start("bob", 2)];
    alice.type("set overlay stored", "set name alice");
    bob.type("set overlay stored", "set name bob");
    await Promise.all([alice.next("registered"), bob.next("registered")]);
    await alice.ask("ping bob", "pong");
    alice.type("call bob");
    await bob.next("incoming");
    bob.type("answer");
    await alice.next("talking");
    alice.type("hangup");
    await alice.next("ended");
    const { nodeId } = await alice.ask("show", "identity");
    await alice.ask("quit", "left");
    await alice.status();
    await bob.stop();
    return nodeId;
  }

  it("one copy of everything flipped: each is told, the other copies serve, all is mended", async () => {
    const nodeId = await used();
    const first = keys().filter((key) => !key.endsWith("-b"));
    // Peers are remembered ten seconds after they came: this phone was quicker.
    assert.ok(first.length >= 6, first.join());
    flip(first);
    const alice = start("alice", 1);
    for (const _ of first)
      assert.match(String((await alice.next("warning"))["sentence"]), /the last good one is used/);
    await alice.next("registered");
    assert.equal((await alice.ask("show", "identity"))["nodeId"], nodeId);
    assert.match(JSON.stringify(await alice.ask("contacts", "contacts")), /"bob"/);
    assert.match(JSON.stringify(await alice.ask("log", "calls")), /"bob"/);
    await alice.stop();
    assert.deepEqual(state().faults, [], "what was damaged is mended");
    const again = start("alice", 1);
    assert.equal(
      (await again.next("started"))["bootCount"],
      4,
      "two starts, and one that a lost copy may have counted",
    );
    await again.next("registered");
  });

  it("killed amid writes, and with a write that was begun: a volume that was set, and nothing damaged", async () => {
    await used();
    const source = new MutationSource();
    for (let round = 0; round < 4; round++) {
      const alice = start("alice", 1);
      await alice.next("registered");
      for (let volume = 1; volume <= 9; volume++) alice.type(`set volume ${volume}`);
      await new Promise((resolve) => setTimeout(resolve, source.below(60)));
      await alice.stop();
      assert.deepEqual(state().faults, []);
      writeFileSync(join(stored(), ".writing"), Uint8Array.of(0x42, 0x85, 3));
      const again = start("alice", 1);
      await again.next("registered");
      const { settings } = (await again.ask("set volume", "settings")) as unknown as {
        settings: { value: string }[];
      };
      assert.match(settings[0]?.value ?? "", /^([1-9]|10)$/);
      assert.doesNotMatch(again.log, /fault|abort/);
      await again.stop();
    }
  });
});
