import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "../../../firmware/core/time.js";
import type { Crypto } from "../../../hal/crypto.js";
import { NodePlatform, type NodePlatformOptions } from "../../../hal/node/platform.js";
import { LossyPort } from "../../../host-sim/lossy-port.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { testPort, until } from "./until.js";

const noCrypto = {} as Crypto; // nothing here uses it

describe("NodePlatform", function () {
  this.timeout(20_000);
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "muster-platform-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function platform(address: string, more: Partial<NodePlatformOptions> = {}): NodePlatform {
    return new NodePlatform({
      address,
      storageFolder: join(folder, address),
      crypto: noCrypto,
      consoles: [],
      onFault: (sentence) => assert.fail(sentence),
      ...more,
    });
  }

  it("has everything a phone has, and is quiet when all is closed", async () => {
    const ptys: string[] = [];
    const statuses: number[] = [];
    const one = platform("127.77.2.1", {
      consoles: [{ on: "pty", format: "json" }],
      onPty: (path) => ptys.push(path),
      onExit: (status) => statuses.push(status),
      onRecording: () => undefined,
      loopMicrophone: true,
      microphone: new Int16Array(160),
    });
    const two = platform("127.77.2.2", { wrapPort: (port) => new LossyPort(port, 1, new Prng(1)) });
    const heard: number[] = [];
    const port = one.openPort(testPort, () => {
      for (let read = port.read(); read !== undefined; read = port.read()) heard.push(read.bytes[0] ?? -1);
    });
    const deaf = two.openPort(testPort, () => assert.equal(deaf.read(), undefined));
    port.send(deaf.local, Uint8Array.of(1));
    deaf.send(port.local, Uint8Array.of(2));
    await until("the datagram", () => heard.length === 1);

    let fired = 0;
    one.openTimer(() => fired++).arm(after(one.clock.now(), 1));
    await until("the timer", () => fired === 1);

    const consoles = one.openConsoles(() => undefined);
    assert.equal(consoles[0]?.format, "json");
    assert.match(ptys[0] ?? "", /^\/dev\/pts\//);

    let frames = 0;
    const audio = one.openAudio(() => frames++);
    audio.start();
    await until("a frame", () => frames > 0);
    audio.stop();

    assert.equal(one.storage.set("boot-count", Uint8Array.of(1)), true);
    assert.deepEqual(platform("127.77.2.1").storage.get("boot-count"), Uint8Array.of(1));
    const drawn = one.random.fill(new Uint8Array(32));
    assert.ok(new Set(drawn).size > 8);
    one.exit(0);
    assert.deepEqual(statuses, [0]);
    for (const console of consoles) console.close();
    port.close();
    deaf.close();
  });

  it("looks names up, later and never at once; what is no name leads nowhere", async () => {
    const one = platform("127.77.2.1");
    const answers: (string | undefined)[] = [];
    for (const name of ["localhost", "a..b"]) one.resolve(name, (address) => answers.push(address));
    assert.deepEqual(answers, []);
    await until("both answers", () => answers.length === 2);
    assert.deepEqual(new Set(answers), new Set(["127.0.0.1", undefined]));
  });

  it("throws plain sentences for what a person can mend", () => {
    assert.throws(
      () => platform("203.0.113.9").openPort(testPort, () => undefined),
      /this machine has no address/,
    );
  });
});
