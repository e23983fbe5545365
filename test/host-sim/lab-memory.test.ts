import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after as later } from "../../firmware/core/time.js";
import { switchOnHostPeer } from "../../host-sim/lab/idle.js";
import { arenaGoalBytes, memoryGoals } from "../../host-sim/lab/memory-table.js";
import { speechFile } from "../../host-sim/lab/speech.js";
import { NodePhone, type SoakPhone } from "../../host-sim/soak/soak-phone.js";
import { eventOf } from "../../host-sim/soak/stage.js";
import { XsPhone } from "../../host-sim/soak/xs-phone.js";
import { VirtualLab, type PrintedEvent } from "../../host-sim/virtual/lab.js";
import { makeByteCode, makeModuleMap, makeXsProgram } from "../../host-sim/xs/build.js";
import { needsDebian } from "../support/debian.js";

const overlay = "memory";
/** What `muster lab --engine rv32 --peers 2 --peers-die` measures live, in virtual time: each time the same. */
describe("memory of a phone on 32-bit XS among four, with two host peers that die", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "muster-memory-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("keeps its budgets as a client, and in a call after taking over", function () {
    needsDebian(this, "gcc", "make", "libsodium-dev", "gcc-multilib");
    const lab = new VirtualLab({ seed: 1, overlay });
    const hosts = ["tower1", "tower2"].map((name) => switchOnHostPeer(lab, { name, seed: 1, overlay }));
    lab.run(10_000);
    const image = makeByteCode(makeModuleMap("memory"));
    const alice = new XsPhone(lab, {
      name: "alice",
      program: makeXsProgram("virtual32"),
      words: ["--image", image, "--arena", String(arenaGoalBytes)],
      folder: join(folder, "alice"),
      overlay,
      speech: speechFile("alice"),
      seed: 1,
    });
    const bob = new NodePhone(lab, "bob", {});
    const phones = [alice, bob, ...["carol", "dave"].map((name) => new NodePhone(lab, name, {}))];
    try {
      for (const phone of phones) phone.switchOn();
      for (const phone of phones) expect(lab, phone, "registered");
      lab.run(20_000);
      const client = {
        role: roleOf(lab, alice),
        liveBytes: liveBytes(lab, alice),
        ...inCall(lab, alice, bob),
      };
      for (const host of hosts) host.switchOff();
      for (const phone of phones) phone.forget();
      const isPeer = (phone: SoakPhone): boolean => stagesOf(phone).includes("peer");
      assert.ok(lab.clock.runUntil(() => phones.every(isPeer), { until: later(lab.clock.now(), 60_000) }));
      const peer = { role: roleOf(lab, alice), ...inCall(lab, bob, alice) };
      assert.deepEqual([client.role, peer.role], ["client", "peer"]);
      assert.ok(client.liveBytes <= memoryGoals.liveBytes, `registered: ${client.liveBytes} B`);
      assert.ok(client.callBytes <= memoryGoals.callBytes, `a client in a call: ${client.callBytes} B`);
      assert.ok(peer.callBytes <= memoryGoals.callBytes, `a peer in a call: ${peer.callBytes} B`);
      assert.ok(peer.peakBytes < arenaGoalBytes, `at most: ${peer.peakBytes} B`);
    } finally {
      alice.switchOff();
    }
  });

  /** What alice holds at the end of a call of 13 s, and has held at most. */
  function inCall(lab: VirtualLab, from: SoakPhone, to: SoakPhone): { callBytes: number; peakBytes: number } {
    from.type(`call ${to.name}`);
    expect(lab, to, "incoming");
    to.type("answer");
    for (const phone of [from, to]) expect(lab, phone, "talking");
    lab.run(13_000);
    const alice = from.name === "alice" ? from : to;
    const { liveBytes: callBytes, peakBytes } = answer(lab, alice, "memory");
    from.type("hangup");
    for (const phone of [from, to]) expect(lab, phone, "ended");
    return { callBytes: Number(callBytes), peakBytes: Number(peakBytes) };
  }
});

function liveBytes(lab: VirtualLab, phone: SoakPhone): number {
  return Number(answer(lab, phone, "memory")["liveBytes"]);
}

function roleOf(lab: VirtualLab, phone: SoakPhone): string {
  return (answer(lab, phone, "status")["role"] as { readonly name: string }).name;
}

function stagesOf(phone: SoakPhone): readonly unknown[] {
  return phone.events().flatMap((one) => (one.event === "stageChanged" ? [one["stage"]] : []));
}

/** What a phone answers to a line whose event has its name. */
function answer(lab: VirtualLab, phone: SoakPhone, line: string): PrintedEvent {
  phone.forget();
  phone.type(line);
  return expect(lab, phone, line);
}

function expect(lab: VirtualLab, phone: SoakPhone, event: string): PrintedEvent {
  const isThere = (): boolean => eventOf(phone, event) !== undefined;
  lab.clock.runUntil(isThere, { until: later(lab.clock.now(), 60_000) });
  const found = eventOf(phone, event);
  assert.ok(found !== undefined, `${phone.name}: no "${event}"`);
  return found;
}
