import assert from "node:assert/strict";
import { endpointText, type Endpoint } from "../../../firmware/core/endpoint.js";
import { VirtualClock } from "../../../host-sim/virtual/clock.js";
import { Nat, natKinds, type NatBehaviour, type NatDependence } from "../../../host-sim/virtual/nat.js";
import { VirtualNetwork } from "../../../host-sim/virtual/network.js";
import type { VirtualPort } from "../../../host-sim/virtual/port.js";
import { Prng } from "../../../host-sim/virtual/prng.js";

const outside = "203.0.113.1";
const port = 6084;

/** Two nodes behind one NAT, "in" and "mate", and three outside; what each hears, and from where. */
class Neighbours {
  readonly clock = new VirtualClock();
  readonly network = new VirtualNetwork({ clock: this.clock, prng: new Prng(7) });
  readonly #ports = new Map<string, VirtualPort>();
  readonly #heard: string[] = [];

  constructor(behaviour: Partial<NatBehaviour> = {}) {
    const nat = new Nat(outside, { ...natKinds["port-restricted"], ...behaviour }, new Prng(8));
    for (const address of ["in", "mate"]) {
      this.network.setSegment(address, "lan");
      this.network.setNat(address, nat);
    }
    for (const address of ["in", "mate", "x", "y"]) this.open({ address, port });
    this.open({ address: "x", port: 7000 });
  }

  open(local: Endpoint): void {
    const at = endpointText(local);
    const opened: VirtualPort = this.network.openPort(local, () => {
      for (let got = opened.read(); got !== undefined; got = opened.read())
        this.#heard.push(`${at} < ${endpointText(got.from)}`);
    });
    this.#ports.set(at, opened);
  }

  /** Sends a datagram and tells who got it, and whence as it seemed: "x:6084 < 203.0.113.1:6084"; "": nobody. */
  send(from: string, to: string, toPort = port, fromPort = port): string {
    this.#ports.get(`${from}:${fromPort}`)?.send({ address: to, port: toPort }, Uint8Array.of(1));
    this.clock.runFor(100);
    return this.#heard.splice(0).join(", ");
  }

  /** The outside port by which "in" sends there. */
  portTo(to: string, toPort = port): number {
    return Number(this.send("in", to, toPort).split(":").at(-1));
  }
}

const dependences: readonly NatDependence[] = [
  "endpoint-independent",
  "address-dependent",
  "address-and-port-dependent",
];

describe("Nat (RFC 4787)", () => {
  it("maps by nothing, by the far address, or by its port too", () => {
    const ports = dependences.map((mapping) => {
      const net = new Neighbours({ mapping });
      const first = net.portTo("x");
      return [net.portTo("x", 7000) === first, net.portTo("y") === first, net.portTo("x") === first];
    });
    assert.deepEqual(ports, [
      [true, true, true],
      [true, false, true],
      [false, false, true],
    ]);
  });

  it("lets in whom its filter allows, and nobody before something was sent", () => {
    const admitted = dependences.map((filtering) => {
      const net = new Neighbours({ filtering });
      const before = net.send("x", outside);
      const at = net.portTo("x");
      return [
        before,
        ...[net.send("x", outside, at), net.send("x", outside, at, 7000), net.send("y", outside, at)],
      ];
    });
    const [x, x7000, y] = ["x:6084", "x:7000", "y:6084"].map((from) => `in:6084 < ${from}`);
    assert.deepEqual(admitted, [
      ["", x, x7000, y],
      ["", x, x7000, ""],
      ["", x, "", ""],
    ]);
  });

  it("keeps the inside port where it is free, and gives each inside endpoint one of its own", () => {
    const net = new Neighbours();
    assert.equal(net.portTo("x"), port);
    const mate = net.send("mate", "x");
    assert.match(mate, /^x:6084 < 203\.0\.113\.1:\d+$/);
    assert.notEqual(Number(mate.split(":").at(-1)), port);
    assert.equal(net.send("x", outside, Number(mate.split(":").at(-1))), "mate:6084 < x:6084");
  });

  it("forgets a binding that nothing leaves by; what comes in prolongs nothing", () => {
    const net = new Neighbours({ bindingMs: 30_000 });
    const at = net.portTo("x");
    net.clock.runFor(20_000);
    assert.equal(net.send("x", outside, at), "in:6084 < x:6084");
    net.clock.runFor(15_000);
    assert.equal(net.send("x", outside, at), "");
    assert.notEqual(net.portTo("x"), at, "the next is another");
  });

  it("prolongs it with each datagram that leaves, for all who may use it", () => {
    const net = new Neighbours({ bindingMs: 30_000, filtering: "endpoint-independent" });
    const at = net.portTo("x");
    for (let i = 0; i < 5; i++) {
      net.clock.runFor(20_000);
      assert.equal(net.portTo("y"), at);
    }
    assert.equal(net.send("x", outside, at), "in:6084 < x:6084");
  });

  it("joins no LANs: inside all reach each other, from outside nobody reaches an inside address", () => {
    const net = new Neighbours();
    assert.equal(net.send("in", "mate"), "mate:6084 < in:6084");
    assert.equal(net.send("x", "in"), "");
    assert.equal(net.send("x", "y"), "y:6084 < x:6084");
  });

  it("hairpins or does not, and the source is an outside one then", () => {
    for (const hairpins of [false, true]) {
      const net = new Neighbours({ hairpins, filtering: "endpoint-independent" });
      const at = net.portTo("x");
      const mate = Number(net.send("mate", "x").split(":").at(-1));
      assert.equal(net.send("mate", outside, at), hairpins ? `in:6084 < ${outside}:${mate}` : "");
    }
  });

  it("gives two the holes they punch at the same time, unless both map by the far end", () => {
    const opens = (a: NatBehaviour, b: NatBehaviour): boolean => {
      const net = new Neighbours();
      const nats = [new Nat("203.0.113.2", a, new Prng(1)), new Nat("203.0.113.3", b, new Prng(2))];
      nats.forEach((nat, i) => net.network.setNat(`n${i}`, nat));
      for (const i of [0, 1]) net.open({ address: `n${i}`, port });
      const seen = [0, 1].map((i) => Number(net.send(`n${i}`, "x").split(":").at(-1)));
      const ways = [0, 1].map((i) => [`n${i}`, nats[1 - i]?.address ?? "", seen[1 - i] ?? 0] as const);
      return [...ways, ...ways].map((way) => net.send(...way)).some((heard) => heard !== "");
    };
    const { symmetric } = natKinds;
    assert.equal(opens(natKinds["port-restricted"], natKinds["port-restricted"]), true);
    assert.equal(opens(natKinds["address-restricted"], symmetric), true);
    assert.equal(opens(natKinds["port-restricted"], symmetric), false);
    assert.equal(opens(symmetric, symmetric), false);
  });
});
