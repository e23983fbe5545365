import assert from "node:assert/strict";
import { musterPort } from "../../../firmware/core/limits.js";
import { Driver } from "../../../firmware/driver.js";
import { Memory } from "../../../firmware/memory.js";
import type { ServiceInstance } from "../../../firmware/wire/service-instance.js";
import { SodiumCrypto } from "../../../hal/node/sodium-crypto.js";
import { HostPeer, type HostPeerOptions } from "../../../host-sim/peer/host-peer.js";
import type { PrintedEvent } from "../../../host-sim/virtual/lab.js";
import { VirtualPlatform } from "../../../host-sim/virtual/platform.js";
import { Prng } from "../../../host-sim/virtual/prng.js";
import { VirtualStorage } from "../../../host-sim/virtual/storage.js";
import type { FullStack } from "../../support/full-stack.js";
import { seed } from "../../support/seed.js";

/** Where it is. */
export const towerAddress = "192.0.2.200";

/** A host peer on the LAN of a stack; `storage` is what it had before. */
export class Tower {
  readonly platform: VirtualPlatform;
  readonly events: PrintedEvent[] = [];
  /** What it announced by DNS-SD, in turn. */
  readonly announced: (ServiceInstance | undefined)[] = [];
  readonly #stack: FullStack;

  constructor(
    stack: FullStack,
    storage = new VirtualStorage(),
    change: Partial<HostPeerOptions["config"]> = {},
  ) {
    this.#stack = stack;
    const address = towerAddress;
    const { clock, network } = stack.lab;
    const random = new Prng(`${seed} tower`);
    const crypto = new SodiumCrypto();
    this.platform = new VirtualPlatform({ clock, network, address, random, crypto, storage });
    const stun = { service: "stun", capacity: 100, policy: "anyone" } as const;
    const services = [{ ...stun, endpoint: { address, port: 3478 } }];
    const config = {
      name: "tower",
      overlay: "virtual-lab",
      bootstrap: [],
      discovery: true,
      services,
      ...change,
    };
    const memory = new Memory((key) => storage.get(key));
    const announce = (instance: ServiceInstance | undefined): void => void this.announced.push(instance);
    const peer = new HostPeer({ crypto, random, memory, config, announce });
    new Driver(this.platform, peer, { port: musterPort }).start();
  }

  /** The answer to a line. */
  ask(line: string, event: string): PrintedEvent {
    this.print();
    const before = this.events.length;
    this.platform.type(line);
    this.#stack.run(1);
    this.print();
    const answer = this.events.slice(before).find((one) => one.event === event);
    assert.ok(answer !== undefined, `${line}: ${JSON.stringify(this.events.slice(before))}`);
    return answer;
  }

  print(): void {
    for (const line of this.platform.consoles[0]?.takePrinted() ?? [])
      this.events.push(JSON.parse(line) as PrintedEvent);
  }
}
