import assert from "node:assert/strict";
import { noAddress, type Endpoint } from "../../firmware/core/endpoint.js";
import { musterPort } from "../../firmware/core/limits.js";
import { switchOn } from "../../firmware/main.js";
import type { DatagramPort } from "../../hal/datagram.js";
import { SodiumCrypto } from "../../hal/node/sodium-crypto.js";
import type { Platform } from "../../hal/platform.js";
import { VirtualClock } from "../../host-sim/virtual/clock.js";
import { VirtualNetwork } from "../../host-sim/virtual/network.js";
import { quietLan } from "../../host-sim/virtual/path.js";
import { VirtualPlatform } from "../../host-sim/virtual/platform.js";
import { Prng } from "../../host-sim/virtual/prng.js";
import { seed } from "../support/seed.js";

/** A virtual phone whose address comes, and changes, when the test says so: what Wi-Fi does. */
class RoamingPhone {
  readonly platform: VirtualPlatform;
  #address: string = noAddress;
  #onReadable: () => void = () => undefined;

  constructor(
    clock: VirtualClock,
    network: VirtualNetwork,
    name: string,
    settings: Readonly<Record<string, string>> = { name },
  ) {
    const random = new Prng(`${seed} ${name}`);
    const address = `192.0.2.${name.length}`;
    this.platform = new VirtualPlatform({ clock, network, address, random, crypto: new SodiumCrypto() });
    switchOn(this.#wrapped(), { port: musterPort, settings });
  }

  moveTo(address: string): void {
    this.#address = address;
    this.#onReadable();
  }

  take(event: string): readonly Record<string, unknown>[] {
    const printed = this.platform.consoles[0]?.takePrinted() ?? [];
    const all = printed.map((line) => JSON.parse(line) as Record<string, unknown>);
    return all.filter((one) => one["event"] === event);
  }

  #wrapped(): Platform {
    const { platform } = this;
    return {
      clock: platform.clock,
      random: platform.random,
      crypto: platform.crypto,
      storage: platform.storage,
      openTimer: (onTimer) => platform.openTimer(onTimer),
      openConsoles: (onReadable) => platform.openConsoles(onReadable),
      openAudio: (onFrame) => platform.openAudio(onFrame),
      exit: (status) => platform.exit(status),
      openPlainPort: (port, onReadable) => platform.openPlainPort(port, onReadable),
      openPort: (port, onReadable) => this.#roaming(platform.openPort(port, onReadable), onReadable),
    };
  }

  #roaming(port: DatagramPort, onReadable: () => void): DatagramPort {
    this.#onReadable = onReadable;
    const address = (): string => this.#address;
    return {
      get local(): Endpoint {
        return { address: address(), port: port.local.port };
      },
      read: () => port.read(),
      send: (to, bytes) => port.send(to, bytes),
      sendToGroup: (bytes) => port.sendToGroup(bytes),
      close: () => port.close(),
    };
  }
}

describe(`a network that comes later (seed ${seed})`, () => {
  function lan(): { clock: VirtualClock; network: VirtualNetwork } {
    const clock = new VirtualClock();
    return { clock, network: new VirtualNetwork({ clock, prng: new Prng(seed), path: quietLan }) };
  }

  it("starts without one, says so, sends nothing, and joins when the address has come", () => {
    const { clock, network } = lan();
    const phone = new RoamingPhone(clock, network, "alice");
    clock.runFor(30_000);
    phone.platform.type("status");
    clock.runFor(10);
    assert.equal(network.trafficOf("192.0.2.5").bytesSent, 0);
    const printed = (phone.platform.consoles[0]?.takePrinted() ?? []).map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    const sentences = printed.map(({ sentence }) => sentence);
    assert.ok(sentences.includes("Muster is starting without a network."));
    assert.ok(sentences.includes("This phone has no network yet. Type: set wifi-network <name>"));
    assert.ok(sentences.includes("This phone is not on yet: it waits for a network."));
    phone.moveTo("192.0.2.5");
    const [changed] = phone.take("addressChanged");
    assert.deepEqual([changed?.["address"], changed?.["port"]], ["192.0.2.5", musterPort]);
    clock.runFor(10_000);
    assert.equal(phone.take("registered").length, 1);
  });

  it("where names cannot be looked up, a name leads nowhere, and that is said", () => {
    const { clock, network } = lan();
    const settings = { name: "alice", bootstrap: "tower.example" };
    const phone = new RoamingPhone(clock, network, "alice", settings);
    phone.moveTo("192.0.2.5");
    clock.runFor(10_000);
    phone.platform.type("status");
    clock.runFor(10);
    const ways = phone.take("status")[0]?.["ways"] as readonly Record<string, unknown>[];
    assert.deepEqual([ways[0]?.["address"], ways[0]?.["outcome"]], ["tower.example:6084", "no-address"]);
  });

  it("a phone that is on tells its new address, and keeps its overlay", () => {
    const { clock, network } = lan();
    const phones = [new RoamingPhone(clock, network, "alice"), new RoamingPhone(clock, network, "robert")];
    phones.forEach((phone, at) => phone.moveTo(`192.0.2.${at + 5}`));
    clock.runFor(20_000);
    phones.forEach((phone) => assert.equal(phone.take("registered").length > 0, true));
    phones[0]?.moveTo("192.0.2.77");
    phones[0]?.platform.type("status");
    clock.runFor(10);
    const status = phones[0]?.take("status")[0];
    assert.equal(status?.["address"], `192.0.2.77:${musterPort}`);
    assert.equal(status["peers"], 1);
    phones[0]?.moveTo("192.0.2.77");
    assert.equal(phones[0]?.take("addressChanged").length, 0);
  });

  it("an address does not name a phone", () => {
    const { clock, network } = lan();
    const phone = new RoamingPhone(clock, network, "alice", {});
    phone.moveTo("192.0.2.5");
    clock.runFor(5000);
    phone.platform.type("status");
    clock.runFor(10);
    assert.equal(phone.take("refused")[0]?.["sentence"], "This phone is not on yet. Type: set name <user>");
  });
});
